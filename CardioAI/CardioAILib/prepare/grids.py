"""Moving a segmentation to its image's grid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from CardioAILib.study import Image, Mask


def resample_mask(mask: Mask, image: Image) -> Mask:
    """Resample a mask (1, S, H, W) to the grid of its image, by nearest neighbor in space.

    Returns:
        The mask on the grid of `image`; voxels outside the mask's grid are background.
    """
    import SimpleITK as sitk

    resampler = sitk.ResampleImageFilter()
    resampler.SetReferenceImage(_to_itk(image.array[0], image.ijk_to_ras))
    resampler.SetInterpolator(sitk.sitkNearestNeighbor)
    labels = mask.array[0].astype(np.uint8) if mask.array.dtype == bool else mask.array[0]
    moved = resampler.Execute(_to_itk(labels, mask.ijk_to_ras))
    array = sitk.GetArrayFromImage(moved)[np.newaxis].astype(mask.array.dtype)
    return replace(mask, array=array, ijk_to_ras=image.ijk_to_ras)


def _to_itk(array: np.ndarray, ijk_to_ras: np.ndarray) -> Any:
    import SimpleITK as sitk

    image = sitk.GetImageFromArray(array)
    spacing = np.linalg.norm(ijk_to_ras[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(ijk_to_ras[:3, 3].tolist())
    image.SetDirection((ijk_to_ras[:3, :3] / spacing).ravel().tolist())
    return image
