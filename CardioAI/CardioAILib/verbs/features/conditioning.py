"""What pyradiomics does to an image before features: normalize, resample, crop, resegment.

Grids are counted from the first voxel, without position and direction, so that ties of the
nearest neighbor do not depend on where the patient lay.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from CardioAILib.errors import EmptyMaskError, InputError
from CardioAILib.verbs.features.presets import Preset


def normalized(image: np.ndarray, preset: Preset) -> np.ndarray:
    """Center intensities on the mean of the image and divide by its standard deviation.

    Args:
        image: Intensities (S, H, W).
        preset: Gives the factor and how outliers are clipped (pyradiomics `normalizeImage`).

    Returns:
        Intensities (S, H, W), float32, or float64 where they were.

    Raises:
        InputError: All intensities are the same.
    """
    import SimpleITK as sitk

    if np.ptp(image) == 0:
        raise InputError(
            got="the same value in every voxel of an image to normalize",
            wanted="an image with contrast",
            fix="export the image again; this one is blank",
        )
    array = sitk.GetArrayFromImage(sitk.Normalize(sitk.GetImageFromArray(image)))
    if preset.remove_outliers is not None:
        array = np.clip(array, -preset.remove_outliers, preset.remove_outliers)
    scaled = sitk.GetImageFromArray(array)
    scaled *= preset.normalize_scale
    return sitk.GetArrayFromImage(scaled)


def region_grid(
    image: np.ndarray, mask: np.ndarray, spacing: tuple[float, ...], preset: Preset
) -> tuple[np.ndarray, np.ndarray, tuple[float, ...]]:
    """Bring image and region to the voxel size of a preset, cropped around the region.

    The new grid shares its first corner with the old one; axes along which the region is one
    voxel thick keep their spacing (pyradiomics `resampleImage`).

    Args:
        image: Intensities, (S, H, W) or (H, W).
        mask: The region, boolean, of the same shape.
        spacing: Voxel size along the same axes, in mm.
        preset: Gives spacing wanted, interpolator, distance of padding, and whether to crop.

    Returns:
        Image, region and spacing; those given where the preset wants neither.

    Raises:
        EmptyMaskError: The region is lost between the points of the new grid.
        InputError: The image has too few voxels for the interpolator.
    """
    low, high = _box(mask)
    if preset.resampled_mm is None:
        return (*_cropped(image, mask, low, high, preset), spacing)
    old = np.array(spacing)
    wanted = np.array(preset.resampled_mm[::-1])[-len(old) :]
    new = np.where((wanted == 0) | (low == high), old, wanted)
    if np.allclose(old, new):
        return (*_crop(image, mask, low, high, preset.pad_distance), spacing)
    ratio = old / new
    first = np.floor((low - 0.5) * ratio - preset.pad_distance).clip(0)
    last = np.ceil((high + 0.5) * ratio + preset.pad_distance)
    last = np.minimum(last, np.ceil(np.array(mask.shape) * ratio) - 1)
    start = 0.5 * (new - old) / old + first / ratio
    place = (old, new, start * old, (last - first + 1).astype(int))
    moved = _resample(image, *place, preset.interpolator)
    region = _resample(mask.astype(np.uint8), *place, "sitkNearestNeighbor") == 1
    if not region.any():
        raise EmptyMaskError(
            got=f"a region that is lost at a voxel size of {_in_mm(new)}",
            wanted="a region with voxels on the new grid",
            fix="choose a smaller voxel size, or leave the region out",
        )
    return moved, region, tuple(new.tolist())


def resegmented(image: np.ndarray, mask: np.ndarray, preset: Preset) -> np.ndarray:
    """Keep the voxels of a region whose intensity is in the preset's range.

    Args:
        image: Intensities.
        mask: The region, boolean, of the same shape.
        preset: Gives range and mode (pyradiomics `resegmentMask`); without a range the region
            stays.

    Raises:
        EmptyMaskError: One voxel or none is left.
    """
    if preset.resegment_range is None:
        return mask
    inside = image[mask]
    limits = sorted(preset.resegment_range)
    if preset.resegment_mode == "relative":
        limits = [inside.max() * limit for limit in limits]
    elif preset.resegment_mode == "sigma":
        limits = [inside.mean() + inside.std() * limit for limit in limits]
    kept = mask & (image >= limits[0])
    if len(limits) == 2:
        kept &= image <= limits[1]
    if kept.sum() <= 1:
        raise EmptyMaskError(
            got=f"{kept.sum()} voxels of the region within {' to '.join(f'{v:g}' for v in limits)}",
            wanted="more than one",
            fix="widen resegment_range, or choose another resegment_mode",
        )
    return kept


def shape_region(mask: np.ndarray, kept: np.ndarray, preset: Preset) -> np.ndarray:
    """Return the voxels whose shape is measured where a range keeps some of them.

    pyradiomics cuts the whole region to the bounding box of those kept, unless `resegmentShape`
    takes those alone.
    """
    if preset.resegment_range is None or preset.resegment_shape:
        return kept
    low, high = _box(kept)
    window: Any = tuple(slice(a, b + 1) for a, b in zip(low, high, strict=True))
    cut = np.zeros_like(mask)
    cut[window] = mask[window]
    return cut


def _resample(
    array: np.ndarray,
    old: np.ndarray,
    new: np.ndarray,
    origin: np.ndarray,
    size: np.ndarray,
    interpolator: str,
) -> np.ndarray:
    """Sample an array on a new grid; spacings and origin in mm along the array's axes."""
    import SimpleITK as sitk

    source = sitk.GetImageFromArray(array)
    source.SetSpacing(old[::-1].tolist())
    resampler = sitk.ResampleImageFilter()
    resampler.SetOutputSpacing(new[::-1].tolist())
    resampler.SetOutputDirection(source.GetDirection())
    resampler.SetOutputOrigin(origin[::-1].tolist())
    resampler.SetSize(size[::-1].tolist())
    resampler.SetOutputPixelType(source.GetPixelID())
    resampler.SetInterpolator(getattr(sitk, interpolator))
    try:
        return sitk.GetArrayFromImage(resampler.Execute(source))
    except RuntimeError as error:
        raise InputError(
            got=f"{' x '.join(map(str, array.shape))} voxels for the interpolator {interpolator}",
            wanted="4 or more along each axis",
            fix="use the interpolator sitkLinear, or a row a slice (dimension 2)",
        ) from error


def _cropped(
    image: np.ndarray, mask: np.ndarray, low: np.ndarray, high: np.ndarray, preset: Preset
) -> tuple[np.ndarray, np.ndarray]:
    if not preset.pre_crop:
        return image, mask
    return _crop(image, mask, low, high, preset.pad_distance)


def _crop(
    image: np.ndarray, mask: np.ndarray, low: np.ndarray, high: np.ndarray, pad: int
) -> tuple[np.ndarray, np.ndarray]:
    window: Any = tuple(
        slice(max(first - pad, 0), last + pad + 1) for first, last in zip(low, high, strict=True)
    )
    return image[window], mask[window]


def _box(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last index of the region along each axis."""
    found = np.nonzero(mask)
    return np.array([axis.min() for axis in found]), np.array([axis.max() for axis in found])


def _in_mm(spacing: np.ndarray) -> str:
    return " x ".join(f"{value:g}" for value in spacing[::-1]) + " mm"
