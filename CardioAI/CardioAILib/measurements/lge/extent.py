"""How much of the myocardium is enhanced."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from CardioAILib.measurements.lge.names import Method
from CardioAILib.measurements.lge.threshold import Enhanced, largest
from CardioAILib.measurements.mass import mass_g
from CardioAILib.measurements.segments import LAYERS
from CardioAILib.measurements.tidy import Heart

PERCENT = 100.0


def extent_values(
    found: Mapping[Method, Enhanced], heart: Heart, myocardium_ml: float
) -> dict[str, float]:
    """Return threshold and extent of each method, nan where it cannot tell.

    Args:
        found: What each method calls enhanced.
        heart: The myocardium.
        myocardium_ml: Its volume; nan where it has none.
    """
    values = {
        "LGE_myocardium_ml": myocardium_ml,
        "LGE_myocardium_g": mass_g(myocardium_ml),
    }
    shown = heart.wall.any(axis=(1, 2))
    for method, one in found.items():
        share, biggest = (np.nan, np.nan) if one.mask is None else _shares(one.mask, heart.wall)
        values |= {
            f"LGE_threshold_{method}": float(one.threshold[shown].mean()),
            f"LGE_extent_{method}_percent": PERCENT * share,
            f"LGE_extent_{method}_ml": share * myocardium_ml,
            f"LGE_extent_{method}_g": share * mass_g(myocardium_ml),
            f"LGE_largest_{method}_percent": PERCENT * biggest,
        }
    return values


def place_values(enhanced: np.ndarray, heart: Heart, layers: np.ndarray) -> dict[str, float]:
    """Return the enhanced share by layer and by slice.

    Args:
        enhanced: Enhanced pixels (S, H, W).
        heart: The myocardium.
        layers: Third of the wall, 1 endo, 2 mid, 3 epi, 0 outside, (S, H, W).
    """
    by_slice = slice_percents(enhanced, heart)
    known = by_slice[~np.isnan(by_slice)]
    return {
        **{
            f"LGE_extent_{name}_percent": share_percent(enhanced, layers == number)
            for number, name in enumerate(LAYERS, start=1)
        },
        "LGE_extent_slice_max_percent": float(known.max()),
        "LGE_slices_percent": PERCENT * float((known > 0).mean()),
    }


def slice_percents(enhanced: np.ndarray, heart: Heart) -> np.ndarray:
    """Return the enhanced share of each slice's myocardium (S,), %; nan where there is none."""
    return np.array(
        [share_percent(one, wall) for one, wall in zip(enhanced, heart.wall, strict=True)]
    )


def share_percent(enhanced: np.ndarray, region: np.ndarray) -> float:
    """Return the enhanced share of a region, %; nan for an empty one."""
    return PERCENT * float(enhanced[region].mean()) if region.any() else float("nan")


def _shares(mask: np.ndarray, wall: np.ndarray) -> tuple[float, float]:
    return float(mask.sum() / wall.sum()), largest(mask) / float(wall.sum())
