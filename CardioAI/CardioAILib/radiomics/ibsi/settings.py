"""How IBSI features are computed, and the ways that have a name."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Literal

from CardioAILib.errors import InputError
from CardioAILib.radiomics.settings import check_count, check_positive, subset

FAMILIES = ("morph", "loc", "stat", "ih", "ivh", "cm", "rlm", "szm", "dzm", "ngt", "ngl")
"""Feature families by the first word of their tags, in the order of the reference manual."""

TEXTURES = ("cm", "rlm", "szm", "dzm", "ngt", "ngl")
"""Families whose tags end in an aggregation."""

DIRECTIONAL = ("cm", "rlm")
"""Families with one matrix a direction, which are averaged or merged."""

AGGREGATIONS = ("2D_avg", "2D_comb", "2_5D_avg", "2_5D_comb", "3D_avg", "3D_comb")
"""How matrices of slices and directions become one value (IBSI 3.6, 3.7).

2D: a value a slice, then their mean. 2_5D: matrices of all slices added. 3D: neighbors across
slices too. avg: a value a direction, then their mean. comb: matrices of all directions added.
"""


@dataclass(frozen=True)
class IbsiSettings:
    """One way to compute IBSI features; every field is JSON-friendly.

    Attributes:
        bin_width: Fixed bin size in intensity units, or None.
        bin_count: Fixed bin number over the range inside the region, or None.
        bin_origin: Where bins of fixed size begin; None is the lower end of ``intensity_range``,
            else the minimum inside the region.
        resample_mm: Voxel spacing along (S, H, W) to resample to, None for an axis that is left.
        interpolation: Of intensities; masks are interpolated linearly.
        intensity_range: Lowest and highest intensity that textures and statistics use
            (re-segmentation); None at an end leaves it open.
        outlier_sigmas: Intensities further from the mean than this many standard deviations are
            left out too (outlier filtering), or None.
        round_intensities: Whether intensities are rounded after resampling, as for CT.
        calibrated: Whether intensities have a unit, as in CT. In arbitrary units the
            intensity-volume histogram is that of 1000 bins, and its intensities are bin numbers.
        ivh_width: Bin width of the intensity-volume histogram of calibrated intensities that are
            not whole numbers, or None.
        aggregations: Which of ``AGGREGATIONS``.
        families: Which of ``FAMILIES``.

    Raises:
        InputError: If not exactly one binning is given, or a value is out of its range.
    """

    bin_width: float | None = None
    bin_count: int | None = None
    bin_origin: float | None = None
    resample_mm: tuple[float | None, float | None, float | None] = (None, None, None)
    interpolation: Literal["linear", "cubic"] = "linear"
    intensity_range: tuple[float | None, float | None] = (None, None)
    outlier_sigmas: float | None = None
    round_intensities: bool = False
    calibrated: bool = False
    ivh_width: float | None = None
    aggregations: tuple[str, ...] = AGGREGATIONS
    families: tuple[str, ...] = FAMILIES

    def __post_init__(self) -> None:
        """Turn JSON lists into tuples and refuse what cannot be computed."""
        for name, known in (("aggregations", AGGREGATIONS), ("families", FAMILIES)):
            object.__setattr__(self, name, subset(name, getattr(self, name), known))
        for name, length in (("resample_mm", 3), ("intensity_range", 2)):
            object.__setattr__(self, name, _of_length(name, getattr(self, name), length))
        _check_binning(self)
        _check_range(self.intensity_range)
        for name in ("bin_width", "ivh_width", "outlier_sigmas"):
            check_positive(name, getattr(self, name))
        for spacing in self.resample_mm:
            check_positive("resample_mm", spacing)
        if self.interpolation not in ("linear", "cubic"):
            raise InputError(
                got=f"interpolation={self.interpolation!r}",
                wanted="'linear' or 'cubic'",
                fix="use 'linear'",
            )


def dimensions(aggregations: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``2D``, ``2_5D`` and ``3D`` as far as aggregations name them, each once."""
    return tuple(dict.fromkeys(name.rpartition("_")[0] for name in aggregations))


def _check_binning(settings: IbsiSettings) -> None:
    width, count = settings.bin_width, settings.bin_count
    if (width is None) == (count is None):
        raise InputError(
            got=f"bin_width={width!r} and bin_count={count!r}",
            wanted="exactly one of bin_width and bin_count",
            fix="give one of them and leave the other None",
        )
    check_count(count, 2)
    if settings.bin_origin is not None and (width is None or not isfinite(settings.bin_origin)):
        raise InputError(
            got=f"bin_origin={settings.bin_origin!r} with bin_width={width!r}",
            wanted="a finite intensity where bins of fixed width begin",
            fix="give bin_width, or leave bin_origin None",
        )


def _check_range(limits: tuple[float | None, ...]) -> None:
    given = [limit for limit in limits if limit is not None]
    if not all(map(isfinite, given)) or any(low >= high for low, high in pairwise(given)):
        raise InputError(
            got=f"intensity_range={limits!r}",
            wanted="a lower end below the upper end, or None for an open end",
            fix="correct intensity_range",
        )


def _of_length(name: str, given: tuple[float | None, ...], length: int) -> tuple:
    if len(given) != length:
        raise InputError(
            got=f"{name}={tuple(given)!r}",
            wanted=f"{length} numbers, None where nothing is to be done",
            fix=f"correct {name}",
        )
    return tuple(given)


IBSI = IbsiSettings(bin_count=32, aggregations=("2_5D_comb",))
"""For cine and late-enhancement MR in arbitrary units.

32 bins between the extremes of the region, since one unit of MR intensity means nothing across
scanners. Matrices of all slices and in-plane directions are added: cardiac slices are 5 to 10 mm
thick at 1 to 2 mm in the plane, so a neighbor in the next slice is no neighbor of the tissue, and
one sum over thin walls is steadier than a mean over slices of a few hundred pixels.
"""

DIGITAL_PHANTOM = IbsiSettings(bin_width=1.0, bin_origin=1.0, calibrated=True)
"""IBSI 1, phase 1: the digital phantom, whose intensities are gray levels already."""

CONFIGURATION_A = IbsiSettings(
    bin_width=25.0,
    intensity_range=(-500.0, 400.0),
    round_intensities=True,
    calibrated=True,
    aggregations=("2D_avg", "2D_comb", "2_5D_avg", "2_5D_comb"),
)
"""IBSI 1, phase 2, configuration A: CT slice by slice on its own grid, bins of 25 HU."""

CONFIGURATION_B = IbsiSettings(
    bin_count=32,
    resample_mm=(None, 2.0, 2.0),
    intensity_range=(-500.0, 400.0),
    round_intensities=True,
    calibrated=True,
    aggregations=("2D_avg", "2D_comb", "2_5D_avg", "2_5D_comb"),
)
"""IBSI 1, phase 2, configuration B: CT slice by slice, resampled to 2 mm in the plane, 32 bins."""

CONFIGURATION_C = IbsiSettings(
    bin_width=25.0,
    resample_mm=(2.0, 2.0, 2.0),
    intensity_range=(-1000.0, 400.0),
    round_intensities=True,
    calibrated=True,
    ivh_width=2.5,
    aggregations=("3D_avg", "3D_comb"),
)
"""IBSI 1, phase 2, configuration C: CT as a volume, resampled to cubes of 2 mm, bins of 25 HU."""

CONFIGURATION_D = IbsiSettings(
    bin_count=32,
    resample_mm=(2.0, 2.0, 2.0),
    outlier_sigmas=3.0,
    round_intensities=True,
    calibrated=True,
    aggregations=("3D_avg", "3D_comb"),
)
"""IBSI 1, phase 2, configuration D: as C, 32 bins, outliers beyond 3 standard deviations out."""

CONFIGURATION_E = IbsiSettings(
    bin_count=32,
    resample_mm=(2.0, 2.0, 2.0),
    interpolation="cubic",
    intensity_range=(-1000.0, 400.0),
    outlier_sigmas=3.0,
    round_intensities=True,
    aggregations=("3D_avg", "3D_comb"),
)
"""IBSI 1, phase 2, configuration E: as D, cubic interpolation, intensities up to 400 HU."""
