"""A region of an image as a preset takes it, ready to be measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import EmptyMaskError, InputError
from CardioAILib.verbs.features.conditioning import (
    normalized,
    region_grid,
    resegmented,
    shape_region,
)
from CardioAILib.verbs.features.presets import Preset


@dataclass(frozen=True, eq=False)
class Region:
    """One region in one image: a slice, or a volume.

    Args:
        image: Intensities as they are measured, (H, W) or (S, H, W), of the type that is stored
            or that normalization gives.
        mask: The region whose intensities are measured, of the same shape.
        shape_mask: The region whose shape is measured.
        spacing: Voxel size along the same axes, in mm.
        slice_mm: Distance between slices, in mm.
        slice: Index of the slice in its stack, or None for a volume.
        stored: The region on the image as it was read, (S, H, W).
        stored_spacing: Voxel size of that image along (S, H, W), in mm.
    """

    image: np.ndarray
    mask: np.ndarray
    shape_mask: np.ndarray
    spacing: tuple[float, ...]
    slice_mm: float
    slice: int | None
    stored: np.ndarray
    stored_spacing: tuple[float, float, float]


def native_regions(
    image: np.ndarray, mask: np.ndarray, spacing: tuple[float, float, float], preset: Preset
) -> list[Region]:
    """Take the regions of a stack as a preset with the source "native" says.

    Args:
        image: Intensities as stored, (S, H, W).
        mask: The structure, boolean (S, H, W).
        spacing: Voxel size along (S, H, W), in mm.
        preset: How images are taken.

    Returns:
        A region a slice, or the one of the volume. Slices whose part cannot be measured
        (within a single row or column, or too few voxels) are left out.

    Raises:
        EmptyMaskError: No slice can be measured, or the preset's range leaves nothing.
        InputError: An intensity in the region is no finite number, or the grid has no size.
    """
    check_spacing(spacing)
    check_region(image, mask)
    if preset.normalize:
        image = normalized(image, preset)
    if preset.dimension == 3:
        _require_size(int(mask.sum()), preset)
        return [_conditioned(image, mask, spacing, None, mask, spacing, preset)]
    regions = list(_slices(image, mask, spacing, preset))
    if not regions:
        raise EmptyMaskError(
            got=f"no slice with a region over two rows and two columns and of more than "
            f"{preset.minimum_roi_size} pixels",
            wanted="one at least",
            fix="check the segmentation",
        )
    return regions


def check_region(image: np.ndarray, mask: np.ndarray) -> None:
    """Refuse intensities that are no finite numbers.

    Raises:
        InputError: See above.
    """
    bad = ~np.isfinite(image)
    if bad.any():
        inside = int(bad[mask].sum())
        raise InputError(
            got=f"{inside} voxels NaN or infinite inside the region, {int(bad.sum()) - inside} "
            "outside",
            wanted="finite intensities",
            fix="export the image again, or replace those voxels",
        )


def check_spacing(spacing: tuple[float, float, float]) -> None:
    """Refuse a grid without size.

    Args:
        spacing: Voxel size along (S, H, W), in mm.

    Raises:
        InputError: A spacing is not above 0.
    """
    if not all(0 < value < float("inf") for value in spacing):
        raise InputError(
            got=f"voxels of {' x '.join(f'{value:g}' for value in reversed(spacing))} mm",
            wanted="a spacing above 0 along each axis",
            fix="correct the spacing in the file's header, or export the image again",
        )


def _slices(
    image: np.ndarray, mask: np.ndarray, spacing: tuple[float, float, float], preset: Preset
) -> Iterator[Region]:
    for index in np.flatnonzero(mask.any(axis=(1, 2))):
        own = mask[index]
        spread = min(int(own.any(axis=axis).sum()) for axis in (0, 1))
        if spread < 2 or own.sum() <= preset.minimum_roi_size:
            continue
        stored = np.zeros_like(mask)
        stored[index] = own
        yield _conditioned(image[index], own, spacing[1:], int(index), stored, spacing, preset)


def _conditioned(
    image: np.ndarray,
    mask: np.ndarray,
    spacing: tuple[float, ...],
    index: int | None,
    stored: np.ndarray,
    stored_spacing: tuple[float, float, float],
    preset: Preset,
) -> Region:
    image, mask, spacing = region_grid(image, mask, spacing, preset)
    kept = resegmented(image, mask, preset)
    shape = shape_region(mask, kept, preset)
    return Region(image, kept, shape, spacing, stored_spacing[0], index, stored, stored_spacing)


def _require_size(voxels: int, preset: Preset) -> None:
    if voxels <= preset.minimum_roi_size:
        raise EmptyMaskError(
            got=f"a region of {voxels} voxels",
            wanted=f"more than {preset.minimum_roi_size}, as the preset asks",
            fix="check the segmentation, or lower minimumROISize",
        )
