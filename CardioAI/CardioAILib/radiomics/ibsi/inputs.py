"""Checks of what callers give."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import EmptyMaskError, InputError
from CardioAILib.radiomics.ibsi.resample import Spacing
from CardioAILib.radiomics.voxels import check_shapes, check_spacing


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
        GridMismatchError: If the shapes differ.
        EmptyMaskError: If nothing is inside the mask.
    """
    given, region = np.asarray(image), np.asarray(mask) > 0
    check_shapes(given, region)
    volume = given.astype(np.float64)
    if not np.isfinite(volume).all():
        raise InputError(
            got=f"nan or infinite intensities, {(~np.isfinite(volume[region])).sum()} of them "
            "inside the mask",
            wanted="finite intensities",
            fix="repair the image",
        )
    require_some(region, "in the mask", "choose the structure's label, or segment it")
    return volume, region, check_spacing(spacing)


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
