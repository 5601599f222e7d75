"""Sizes and intensities of image and masks, step by step, as IBSI reports them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.radiomics.ibsi.inputs import check_inputs
from CardioAILib.radiomics.ibsi.roi import make_roi
from CardioAILib.radiomics.ibsi.settings import IbsiSettings


def describe_stages(
    image: ArrayLike, mask: ArrayLike, spacing: ArrayLike, settings: IbsiSettings
) -> dict[str, float]:
    """Describe image and masks as given, after interpolation and after re-segmentation.

    Args:
        image: Shape (S, H, W).
        mask: Shape (S, H, W), true or above 0 inside.
        spacing: In mm along (S, H, W).
        settings: What is done to them.

    Returns:
        Values by the tag of the reference tables of IBSI, where x are columns, y rows and z
        slices, as in ``img_dim_x_init_img`` or ``int_mask_vox_count_reseg_roi``.

    Raises:
        InputError: As of ``ibsi_features``.
    """
    volume, region, steps = check_inputs(image, mask, spacing)
    roi = make_roi(image, mask, spacing, settings)
    return (
        _of_image(volume, steps, "init")
        | _of_image(roi.image, roi.spacing, "interp")
        | _of_masks(volume, region, region, "init")
        | _of_masks(roi.image, roi.morphological, roi.morphological, "interp")
        | _of_masks(roi.image, roi.morphological, roi.intensity, "reseg")
    )


def _of_image(image: NDArray[np.float64], spacing: Sequence[float], stage: str) -> dict[str, float]:
    return (
        _by_axis("img_dim_{}_" + stage + "_img", image.shape)
        | _by_axis("vox_dim_{}_" + stage + "_img", spacing)
        | {f"{name}_int_{stage}_img": value for name, value in _intensities(image).items()}
    )


def _of_masks(
    image: NDArray[np.float64],
    morphological: NDArray[np.bool_],
    intensity: NDArray[np.bool_],
    stage: str,
) -> dict[str, float]:
    out = _by_axis("int_mask_dim_{}_" + stage + "_roi", image.shape)
    for kind, mask in (("int", intensity), ("morph", morphological)):
        out |= _by_axis(f"{kind}_mask_bb_dim_{{}}_{stage}_roi", _box(mask))
        out[f"{kind}_mask_vox_count_{stage}_roi"] = float(mask.sum())
    inside = _intensities(image[intensity])
    return out | {f"int_mask_{name}_int_{stage}_roi": value for name, value in inside.items()}


def _by_axis(tag: str, values: Sequence[float]) -> dict[str, float]:
    return {tag.format(axis): float(value) for axis, value in zip("zyx", values, strict=True)}


def _intensities(values: NDArray[np.float64]) -> dict[str, float]:
    return {"mean": values.mean(), "min": values.min(), "max": values.max()}


def _box(mask: NDArray[np.bool_]) -> Sequence[float]:
    return np.ptp(np.argwhere(mask), axis=0) + 1
