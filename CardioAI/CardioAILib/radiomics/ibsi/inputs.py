"""Checks of what callers give."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.radiomics.ibsi.resample import Spacing


def check_inputs(
    image: ArrayLike, mask: ArrayLike, spacing: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.bool_], Spacing]:
    """Bring image, mask and spacing into one form, or say what is wrong with them.

    Args:
        image: Shape (S, H, W).
        mask: Shape (S, H, W), true or above 0 inside.
        spacing: In mm along (S, H, W).

    Raises:
        InputError: If shapes, values or spacing cannot be used.
        EmptyMaskError: If nothing is inside the mask.
    """
    volume, region = np.asarray(image, np.float64), np.asarray(mask) > 0
    if volume.ndim != 3:
        raise InputError(
            got=f"an image of shape {volume.shape}",
            wanted="shape (S, H, W)",
            fix="add the missing axis, or choose a frame of the series",
        )
    if region.shape != volume.shape:
        raise GridMismatchError(
            got=f"an image of shape {volume.shape} and a mask of shape {region.shape}",
            wanted="one mask voxel for every image voxel",
            fix="resample the mask to the grid of the image",
        )
    if not np.isfinite(volume).all():
        raise InputError(
            got=f"nan or infinite intensities, {(~np.isfinite(volume[region])).sum()} of them "
            "inside the mask",
            wanted="finite intensities",
            fix="repair the image",
        )
    require_some(region, "in the mask", "choose the structure's label, or segment it")
    return volume, region, _check_spacing(spacing)


def require_some(region: NDArray[np.bool_], where: str, fix: str) -> None:
    """Refuse an empty region.

    Args:
        region: Shape (S, H, W).
        where: What it is empty of, to follow "no voxel".
        fix: What the user can do.

    Raises:
        EmptyMaskError: If it is empty.
    """
    if not region.any():
        raise EmptyMaskError(got=f"no voxel {where}", wanted="a region", fix=fix)


def _check_spacing(spacing: ArrayLike) -> Spacing:
    steps = np.asarray(spacing, np.float64)
    if steps.shape != (3,) or not (np.isfinite(steps) & (steps > 0)).all():
        raise InputError(
            got=f"spacing {steps.tolist() if steps.size < 5 else steps.shape}",
            wanted="three numbers above 0: mm along slices, rows and columns",
            fix="read the spacing from the image",
        )
    return float(steps[0]), float(steps[1]), float(steps[2])
