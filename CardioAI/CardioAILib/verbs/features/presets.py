"""Presets: one way to take radiomics of images, under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from CardioAILib.codec import canonical, sha256, to_json
from CardioAILib.errors import InputError
from CardioAILib.radiomics import PAPER, RELEASED, SOUND, Settings

INTERPOLATORS = (
    "sitkNearestNeighbor",
    "sitkLinear",
    "sitkBSpline",
    "sitkGaussian",
    "sitkLabelGaussian",
    "sitkHammingWindowedSinc",
    "sitkCosineWindowedSinc",
    "sitkWelchWindowedSinc",
    "sitkLanczosWindowedSinc",
    "sitkBlackmanWindowedSinc",
)
"""SimpleITK's interpolators that pyradiomics takes, in the order of its numbers from 1."""

RESEGMENT_MODES = ("absolute", "relative", "sigma")
SILENT = ("name", "origin")
"""Fields that do not change a number."""


@dataclass(frozen=True)
class Preset:
    """How images are taken and what is computed from them.

    The words are pyradiomics' own where it has them; `verbs.features.parameterfiles` translates.

    Args:
        name: What results call it.
        settings: What is computed: `radiomics.Settings`, or the IBSI settings.
        source: "system" prepares images as a system declares; "native" takes the intensities
            as they are stored.
        dimension: 2 for a row a slice, 3 for a row a volume.
        features: Column names to keep, in the canonical order; None for all.
        normalize: Whether intensities are centered on the mean of the whole stack and divided by
            its standard deviation, before resampling.
        normalize_scale: Factor after that.
        remove_outliers: Standard deviations beyond which they are clipped, or None.
        resampled_mm: Voxel size wanted along (column, row, slice), 0 keeping an axis; or None.
        interpolator: One of `INTERPOLATORS`, for the image; masks take the nearest neighbor.
        pad_distance: Voxels around the region that are kept where an image is cropped.
        pre_crop: Whether the image is cropped to the padded region before filters.
        resegment_range: Lowest, or lowest and highest, intensity kept in the region, or None.
        resegment_mode: What the range counts: intensities, shares of the region's maximum, or
            standard deviations from its mean.
        resegment_shape: Whether shape too is of the resegmented region; else it is of the whole
            region within the bounding box of the resegmented one, as in pyradiomics.
        minimum_roi_size: Regions of this many voxels or fewer are left out.
        label: Value of the region in a mask where no structure is asked for, or None.
        kernel_radius: Radius in pixels of feature maps.
        one_bin: Whether a bin width that puts a region into one bin is let pass.
        origin: Where the preset comes from, in words.
    """

    name: str
    settings: Any
    source: Literal["system", "native"] = "native"
    dimension: Literal[2, 3] = 2
    features: tuple[str, ...] | None = None
    normalize: bool = False
    normalize_scale: float = 1.0
    remove_outliers: float | None = None
    resampled_mm: tuple[float, float, float] | None = None
    interpolator: str = "sitkBSpline"
    pad_distance: int = 5
    pre_crop: bool = False
    resegment_range: tuple[float, ...] | None = None
    resegment_mode: str = "absolute"
    resegment_shape: bool = False
    minimum_roi_size: int = 0
    label: int | None = None
    kernel_radius: int = 1
    one_bin: bool = False
    origin: Mapping[str, str] = field(default_factory=dict)

    @property
    def meaning(self) -> dict[str, Any]:
        """All that changes a number, as plain values."""
        plain = {
            name: value
            for name in self.__dataclass_fields__
            if name not in (*SILENT, "settings")
            for value in [to_json(getattr(self, name))]
        }
        return {**plain, "settings": settings_to_plain(self.settings)}

    @property
    def digest(self) -> str:
        """SHA-256 of the meaning."""
        return sha256(canonical(self.meaning).encode())


def settings_to_plain(settings: Any) -> dict[str, Any]:
    """Return settings of either kind as plain values with the name of their class."""
    return {"class": type(settings).__name__, **to_json(asdict(settings))}


BUILT_IN = {"origin": "CardioAI"}

SYSTEM_PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset("fahmy2022", SOUND, source="system", origin=BUILT_IN),
            Preset("fahmy2022_paper", PAPER, source="system", origin=BUILT_IN),
            Preset("fahmy2022_released", RELEASED, source="system", one_bin=True, origin=BUILT_IN),
        )
    }
)
IBSI_PRESET = "ibsi"
PRESET_NAMES = (*SYSTEM_PRESETS, IBSI_PRESET)


def preset_named(name: str) -> Preset:
    """Return a built-in preset.

    Raises:
        InputError: There is none of that name.
    """
    if name in SYSTEM_PRESETS:
        return SYSTEM_PRESETS[name]
    if name == IBSI_PRESET:
        from CardioAILib.radiomics.ibsi import IBSI

        return Preset(IBSI_PRESET, IBSI, dimension=3, origin=BUILT_IN)
    raise InputError(
        got=f"the preset '{name}'",
        wanted=f"one of {', '.join(PRESET_NAMES)}, or a .json, .yaml or .yml file",
        fix="correct the name, or give the path of a preset or of a pyradiomics parameter file",
    )


def with_slice_mm(settings: Settings, slice_mm: float) -> Settings:
    """Return settings for slices of this thickness, which scales volumes and `TotalEnergy`."""
    return replace(settings, slice_mm=slice_mm)
