"""Columns that say how a row of features was made, under pyradiomics' names where it has them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

import numpy as np

from CardioAILib.radiomics.dispatch import choose_engine
from CardioAILib.results import RESEARCH_ONLY, Finding
from CardioAILib.study import Image
from CardioAILib.verbs.features.bins import bins_used
from CardioAILib.verbs.features.conditioned import Region
from CardioAILib.verbs.features.presets import Preset
from CardioAILib.verbs.origin import versions

PREFIX = "diagnostics_"
LIBRARIES = {
    "CardioAI": "cardioai",
    "Numpy": "numpy",
    "SimpleITK": "SimpleITK",
    "Numba": "numba",
    "Python": "python",
}
"""Name in a column, and in `origin.versions`."""

ORIGIN_COLUMNS = (
    *(f"{PREFIX}Versions_{name}" for name in LIBRARIES),
    f"{PREFIX}Configuration_Preset",
    f"{PREFIX}Configuration_Digest",
    f"{PREFIX}Configuration_Settings",
    f"{PREFIX}Configuration_Engine",
)
"""Which software and settings made a row."""

COLUMNS = (
    *ORIGIN_COLUMNS,
    f"{PREFIX}Image-original_Hash",
    f"{PREFIX}Image-original_Spacing",
    f"{PREFIX}Image-original_Size",
    f"{PREFIX}Mask-original_Hash",
    f"{PREFIX}Mask-original_VoxelNum",
    f"{PREFIX}Mask-original_VolumeNum",
    f"{PREFIX}Mask-original_BoundingBox",
    f"{PREFIX}Image-measured_Spacing",
    f"{PREFIX}Image-measured_Size",
    f"{PREFIX}Mask-measured_VoxelNum",
    f"{PREFIX}Mask-measured_VolumeNum",
    f"{PREFIX}Mask-measured_BoundingBox",
    f"{PREFIX}Mask-measured_Minimum",
    f"{PREFIX}Mask-measured_Maximum",
    f"{PREFIX}Scale",
    f"{PREFIX}Bins",
    f"{PREFIX}Findings",
    f"{PREFIX}Note",
)
"""`original` is as the file holds it, `measured` after all preparation. Points, sizes and boxes
are (column, row, slice) as in pyradiomics; a box is its first voxel and its size. Minimum and
Maximum are of the intensities times Scale, which are binned; Bins counts the gray levels that occur
in the region, so it may be less than the number of bins that was asked for."""


def diagnostics_of(
    region: Region,
    image: Image,
    mask: Image,
    preset: Preset,
    engine: str,
    findings: Sequence[Finding],
) -> list[object]:
    """Return the cells of `COLUMNS` for one region.

    Args:
        region: What was measured.
        image: The image that it comes from, as it was read.
        mask: The segmentation that it comes from, as it was read.
        preset: How it was taken.
        engine: Radiomics engine that was asked for.
        findings: What a reader should know of the input.
    """
    values = region.image[region.mask]
    bins, scaled = bins_used(values, preset.settings), _scaled(values, preset)
    measured = region.image.shape if region.mask.ndim == 3 else (1, *region.image.shape)
    return [
        *origin_of(preset, engine),
        image.digest,
        _point(region.stored_spacing),
        _point(image.array.shape[1:]),
        mask.digest,
        *_shape_of(region.stored),
        _point((region.slice_mm, *region.spacing)[-3:]),
        _point(measured),
        *_shape_of(region.mask.reshape(measured)),
        repr(scaled.min().item()),
        repr(scaled.max().item()),
        repr(getattr(preset.settings, "scale", 1.0)),
        bins,
        "; ".join([*(finding.message for finding in findings), *_told(preset, values, bins)]),
        RESEARCH_ONLY,
    ]


def _scaled(values: np.ndarray, preset: Preset) -> np.ndarray:
    """Return intensities as bins see them; whole numbers stay whole where nothing scales them."""
    scale = getattr(preset.settings, "scale", 1.0)
    return values if scale == 1 else values * scale


def _told(preset: Preset, values: np.ndarray, bins: int) -> list[str]:
    """Say that a region has no texture, where it is constant or the preset lets that pass."""
    if np.ptp(values) == 0:
        return ["constant intensity in the region: no texture"]
    if not preset.one_bin or bins > 1:
        return []
    return [f"all intensities in one bin, as the preset {preset.name} has it on purpose"]


def origin_of(preset: Preset, engine: str) -> list[object]:
    """Return the cells of `ORIGIN_COLUMNS`."""
    return [*_versions(), *_configuration(preset), engine_used(engine, preset)]


def engine_used(engine: str, preset: Preset) -> str:
    """Return the engine that computes: the one asked for, or what "auto" stands for."""
    if not hasattr(preset.settings, "image_types"):
        return "ibsi"
    return choose_engine(engine)


@cache
def _versions() -> tuple[str, ...]:
    found = versions()
    return tuple(found[name] for name in LIBRARIES.values())


def _configuration(preset: Preset) -> tuple[str, str, str]:
    meaning = json.dumps(preset.meaning, sort_keys=True, separators=(",", ":"))
    return preset.name, preset.digest, meaning


def _point(along_array: Sequence[float]) -> str:
    """Return numbers of array axes in the order (column, row, slice)."""
    return f"({', '.join(repr(value) for value in reversed(list(along_array)))})"


def _shape_of(mask: np.ndarray) -> tuple[int, int, str]:
    """Return voxels, islands (neighbors by corners too) and bounding box of a region."""
    from scipy import ndimage

    window = ndimage.find_objects(mask.astype(np.uint8))[0]
    islands = ndimage.label(mask[window], np.ones((3,) * mask.ndim))[1]
    first = [edge.start for edge in window]
    size = [edge.stop - edge.start for edge in window]
    box = [*reversed(first), *reversed(size)]
    return int(mask[window].sum()), int(islands), f"({', '.join(map(str, box))})"
