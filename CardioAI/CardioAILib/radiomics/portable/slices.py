"""Features of one slice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CardioAILib.radiomics.names import texture_classes
from CardioAILib.radiomics.portable.binning import gray_levels
from CardioAILib.radiomics.portable.filters import filtered_values
from CardioAILib.radiomics.portable.matrices import directions
from CardioAILib.radiomics.portable.shape import describe_shape
from CardioAILib.radiomics.portable.texture import describe_image
from CardioAILib.radiomics.region import find_region
from CardioAILib.radiomics.settings import Settings


def extract_slice(
    image: NDArray[np.floating],
    mask: NDArray[np.bool_],
    spacing: tuple[float, float],
    settings: Settings,
) -> NDArray[np.float64]:
    """Compute the features of one slice that has passed the checks.

    Args:
        image: Shape (H, W), already scaled.
        mask: Shape (H, W).
        spacing: Row and column spacing in mm.
        settings: What to compute.

    Returns:
        Shape (F,), in the order of ``feature_names(settings)``.

    Raises:
        InputError: If the intensities do not fit the bins.
    """
    region = find_region(mask)
    coordinates = np.stack(region.local)
    rows = []
    if "shape" in settings.classes:
        rows.append(describe_shape(coordinates, spacing, settings.slice_mm, settings.singleton))
    classes = texture_classes(settings)
    steps = directions(2) if settings.singleton == "z" else np.array([[0, 1]])
    voxel_mm3 = spacing[0] * spacing[1] * settings.slice_mm
    if classes:
        for values in filtered_values(image, region, spacing, settings).values():
            levels = gray_levels(values, settings)
            rows.append(describe_image(values, levels, coordinates, steps, voxel_mm3, classes))
    return np.concatenate(rows)
