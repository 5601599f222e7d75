"""All IBSI features of one region."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.radiomics.ibsi.morphology import morphology
from CardioAILib.radiomics.ibsi.names import ibsi_names
from CardioAILib.radiomics.ibsi.peaks import peaks
from CardioAILib.radiomics.ibsi.roi import Roi, make_roi
from CardioAILib.radiomics.ibsi.settings import IBSI, TEXTURES, IbsiSettings
from CardioAILib.radiomics.ibsi.statistics import intensity_histogram, statistics
from CardioAILib.radiomics.ibsi.textures import textures
from CardioAILib.radiomics.ibsi.volumehistogram import volume_histogram


def ibsi_features(
    image: ArrayLike, mask: ArrayLike, spacing: ArrayLike, settings: IbsiSettings = IBSI
) -> dict[str, float]:
    """Compute features as the Image Biomarker Standardisation Initiative defines them.

    Args:
        image: Intensities, shape (S, H, W).
        mask: The region, true or above 0 inside, shape (S, H, W).
        spacing: In mm along (S, H, W).
        settings: What to compute, and how.

    Returns:
        Values by IBSI's tag, in the order of ``ibsi_names(settings)``. nan where a feature is
        undefined for the region, as textures of voxels without neighbors.

    Raises:
        InputError: If shapes, values, spacing or bins cannot be used.
        EmptyMaskError: If nothing is inside the mask, or nothing of it in range.
    """
    roi = make_roi(image, mask, spacing, settings)
    found = textures(
        roi, [kind for kind in settings.families if kind in TEXTURES], settings.aggregations
    )
    for family in settings.families:
        if family not in TEXTURES:
            values = _family(family, roi, settings)
            found |= {f"{family}_{name}": value for name, value in values.items()}
    return {tag: float(found.get(tag, np.nan)) for tag in ibsi_names(settings)}


def _family(family: str, roi: Roi, settings: IbsiSettings) -> dict[str, float]:
    match family:
        case "morph":
            return morphology(roi)
        case "loc":
            return peaks(roi)
        case "stat":
            return statistics(roi.values)
        case "ih":
            return intensity_histogram(roi.levels[roi.intensity], roi.level_count)
        case _:
            return volume_histogram(roi.values, settings)
