"""Size and shape of the left ventricle: length, diameter, sphericity, eccentricity."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, pi

import numpy as np

from CardioAILib.measurements.segmentation import Segmentation
from CardioAILib.measurements.volumes import FEWEST_SLICES, MM3_PER_ML, volume_ml


@dataclass(frozen=True)
class Shape:
    """Shape of the left ventricle in one phase, nan where it cannot be told.

    Args:
        length_mm: From the first to the last slice with cavity, each counted whole.
        diameter_mm: Diameter of the circle of the same area as the cavity where it is largest.
        sphericity: Volume over that of a ball as wide as the ventricle is long; 1 is a ball.
        eccentricity: Longest over shortest diameter of the ventricle (wall and cavity) in the
            middle third of its slices, by second moments, mean; 1 is round. Grows where the
            right ventricle flattens the septum.
    """

    length_mm: float
    diameter_mm: float
    sphericity: float
    eccentricity: float


def lv_shape(place: Segmentation) -> Shape:
    """Return the shape of the left ventricle in one phase."""
    shown = np.flatnonzero(place.lv_cavity.any(axis=(1, 2)))
    if not len(shown):
        return Shape(nan, nan, nan, nan)
    area = place.lv_cavity.sum(axis=(1, 2)).max() * place.pixel_mm2
    length = nan
    if len(place.lv_cavity) >= FEWEST_SLICES:
        length = float(shown[-1] - shown[0] + 1) * place.slice_distance
    ball = pi / 6 * length**3 / MM3_PER_ML
    volume = volume_ml(place.lv_cavity, place)
    return Shape(length, 2 * float(np.sqrt(area / pi)), volume / ball, _eccentricity(place, shown))


def _eccentricity(place: Segmentation, shown: np.ndarray) -> float:
    third = len(shown) // 3
    middle = shown[third : len(shown) - third]
    whole = place.lv_cavity | place.myocardium
    return float(np.mean([_axes_ratio(whole[index], place.spacing[1:]) for index in middle]))


def _axes_ratio(region: np.ndarray, spacing: tuple[float, ...]) -> float:
    """Return the ratio of the axes of the ellipse with the region's second moments."""
    points = np.argwhere(region) * np.asarray(spacing)
    # A pixel has an extent of its own, so that a single one is round too.
    spread = np.cov(points.T, bias=True) if len(points) > 1 else np.zeros((2, 2))
    low, high = np.linalg.eigvalsh(spread + np.diag(np.square(spacing)) / 12)
    return float(np.sqrt(high / low))


def shape_values(ed: Shape, es: Shape | None, surface_m2: float = nan) -> dict[str, float]:
    """Return size and shape at ED and ES, and what the ventricle loses in systole.

    Args:
        ed: Shape at end-diastole.
        es: Shape at end-systole, or None.
        surface_m2: Body surface area, to whose root a diameter is related.
    """
    found = {
        **_of_phase("ED", ed),
        "LV_diameter_length_ratio_ED": ed.diameter_mm / ed.length_mm,
        "LV_diameter_index_ED_mm_per_m": ed.diameter_mm / surface_m2**0.5,
    }
    if es is None:
        return found
    return {
        **found,
        **_of_phase("ES", es),
        "LV_diameter_shortening_percent": 100 * (1 - es.diameter_mm / ed.diameter_mm),
        "LV_length_shortening_percent": 100 * (1 - es.length_mm / ed.length_mm),
    }


def _of_phase(phase: str, shape: Shape) -> dict[str, float]:
    return {
        f"LV_length_{phase}_mm": shape.length_mm,
        f"LV_diameter_{phase}_mm": shape.diameter_mm,
        f"sphericity_{phase}": shape.sphericity,
        f"LV_eccentricity_{phase}": shape.eccentricity,
    }
