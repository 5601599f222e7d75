"""What to compute: images, classes, intensity scale, binning and array layout."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Literal

from CardioAILib.errors import InputError
from CardioAILib.radiomics.bins import MAX_LEVELS

IMAGE_TYPES = (
    "original",
    "exponential",
    "gradient",
    "logarithm",
    "square",
    "squareroot",
    "wavelet-LH",
    "wavelet-HL",
    "wavelet-HH",
    "wavelet-LL",
)
"""The ten images in pyradiomics' order. The first letter of a wavelet is the column axis."""

CLASSES = ("shape", "firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm")
"""The seven feature classes in pyradiomics' order; ``shape`` is taken from the mask alone."""


@dataclass(frozen=True)
class Settings:
    """One way to compute radiomic features; every field is JSON-friendly.

    Attributes:
        scale: Factor on the intensities before anything else, 255 for [0, 1] -> [0, 255].
        bin_width: Fixed bin width in scaled intensity units, or None.
        bin_count: Fixed number of bins over the range inside the mask, or None.
        singleton: Axis of the one-voxel-thick volume. ``z`` is the array (1, H, W). ``x`` is
            (H, W, 1), where the in-plane restriction leaves textures one direction only.
        slice_mm: Thickness of the slice in mm; it scales volumes and ``TotalEnergy``.
        label: Value of the mask inside the region.
        image_types: Which of ``IMAGE_TYPES``.
        classes: Which of ``CLASSES``.

    Raises:
        InputError: If not exactly one binning is given, or a value is out of its range.
    """

    scale: float = 1.0
    bin_width: float | None = None
    bin_count: int | None = None
    singleton: Literal["z", "x"] = "z"
    slice_mm: float = 1.0
    label: int = 1
    image_types: tuple[str, ...] = IMAGE_TYPES
    classes: tuple[str, ...] = CLASSES

    def __post_init__(self) -> None:
        """Turn JSON lists into tuples and refuse what cannot be computed."""
        for name, known in (("image_types", IMAGE_TYPES), ("classes", CLASSES)):
            object.__setattr__(self, name, subset(name, getattr(self, name), known))
        if (self.bin_width is None) == (self.bin_count is None):
            raise InputError(
                got=f"bin_width={self.bin_width!r} and bin_count={self.bin_count!r}",
                wanted="exactly one of bin_width and bin_count",
                fix="give one of them and leave the other None",
            )
        for name in ("scale", "bin_width", "bin_count", "slice_mm", "label"):
            check_positive(name, getattr(self, name))
        check_count(self.bin_count, 1)
        if self.singleton not in ("z", "x"):
            raise InputError(
                got=f"singleton={self.singleton!r}",
                wanted="'z' or 'x'",
                fix="use 'z' for (1, H, W)",
            )


def check_positive(name: str, value: float | None) -> None:
    """Refuse what is no finite number above 0; None is let pass.

    Raises:
        InputError: If it is none.
    """
    if value is not None and not (isinstance(value, Real) and 0 < value < float("inf")):
        raise InputError(got=f"{name}={value!r}", wanted="a number above 0", fix=f"correct {name}")


def check_count(count: float | None, least: int) -> None:
    """Refuse a number of bins that is none; None is let pass.

    Args:
        count: What was asked for.
        least: The fewest bins that make sense.

    Raises:
        InputError: If it is no whole number in range.
    """
    if count is None:
        return
    if not (isinstance(count, Real) and least <= count <= MAX_LEVELS and count == int(count)):
        raise InputError(
            got=f"bin_count={count!r}",
            wanted=f"a whole number from {least} to {MAX_LEVELS}",
            fix="use bin_count=32, as is usual for arbitrary units",
        )


def subset(name: str, chosen: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the choice in canonical order.

    Raises:
        InputError: If it is empty, or one is unknown.
    """
    unknown = sorted(set(chosen) - set(known))
    if unknown or not chosen:
        raise InputError(
            got=f"{name}={tuple(chosen)!r}",
            wanted=f"one or more of {known!r}",
            fix=f"remove {unknown!r}" if unknown else "name at least one",
        )
    return tuple(item for item in known if item in chosen)


PAPER = Settings(scale=255.0, bin_width=1.0)
"""Fahmy 2022 as its text means it: intensities 0-255, bins one unit wide."""

SOUND = Settings(bin_count=32)
"""32 bins between the extremes inside the mask, as IBSI advises for arbitrary units."""

RELEASED = Settings(bin_width=1.0, singleton="x")
"""The released code of Fahmy 2022, for reproduction only.

Intensities stay in [0, 1] under bins one unit wide, so the original image has one or two gray
levels, and the layout (H, W, 1) makes textures look along image rows only.
"""
