"""The compiled engine on a region of a volume."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.binning import gray_levels
from CardioAILib.radiomics.engine import column_starts, warm_up
from CardioAILib.radiomics.layout import DIRECTIONS, lay_out
from CardioAILib.radiomics.names import FEATURES, feature_names, texture_classes
from CardioAILib.radiomics.settings import Settings
from CardioAILib.radiomics.shape import describe_solid
from CardioAILib.radiomics.texture import texture_kernel
from CardioAILib.radiomics.voxels import VoxelRegion


def extract_region(region: VoxelRegion, settings: Settings) -> NDArray[np.float64]:
    """Compute the features of the original image in a region.

    Args:
        region: The voxels.
        settings: What to compute.

    Returns:
        Shape (F,), in the order of ``feature_names(settings)``.

    Raises:
        InputError: If the intensities do not fit the bins.
    """
    out = np.empty(len(feature_names(settings)))
    done = 0
    if "shape" in settings.classes:
        done = len(FEATURES["shape"])
        out[:done] = describe_solid(region.coordinates, region.spacing)
    if texture_classes(settings):
        warm_up(settings, region.values.dtype)
        _write_textures(region, settings, out[done:])
    return out


def _write_textures(region: VoxelRegion, settings: Settings, out: NDArray[np.float64]) -> None:
    exact = region.values.astype(np.float64)
    layout = lay_out(np.stack(region.coordinates, axis=1), DIRECTIONS["volume"])
    texture_kernel()(
        np.sort(exact)[np.newaxis],
        exact.mean(keepdims=True),
        gray_levels(region.values, settings)[np.newaxis],
        *layout,
        float(np.prod(region.spacing)),
        column_starts(settings)[0],
        out[np.newaxis],
    )
