"""Features of a region in three dimensions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.names import texture_classes
from CardioAILib.radiomics.portable.binning import gray_levels
from CardioAILib.radiomics.portable.matrices import directions
from CardioAILib.radiomics.portable.shape import describe_solid
from CardioAILib.radiomics.portable.texture import describe_image
from CardioAILib.radiomics.settings import Settings
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
    coordinates = np.stack(region.coordinates)
    rows = []
    if "shape" in settings.classes:
        rows.append(describe_solid(coordinates, region.spacing))
    if classes := texture_classes(settings):
        levels = gray_levels(region.values, settings)
        voxel_mm3 = float(np.prod(region.spacing))
        rows.append(
            describe_image(region.values, levels, coordinates, directions(3), voxel_mm3, classes)
        )
    return np.concatenate(rows)
