"""Where the difference between the classes is planted."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.phantoms.contrast import FIBROSIS, MYOCARDIUM, bssfp_signal

Plant = Literal["inside", "outside", "none"]
"""In the wall; outside the heart, for audits of where a model looks; or nowhere."""

CLEAR_EFFECT = 2.0
"""Strength of a difference that a short training finds: for demonstrations."""


def require_plant(plant: str) -> None:
    """Refuse an unknown place.

    Raises:
        InputError: `plant` is none of "inside", "outside", "none".
    """
    if plant not in get_args(Plant):
        raise InputError(
            got=f"plant='{plant}'",
            wanted=f"one of {', '.join(get_args(Plant))}",
            fix="choose where the classes differ",
        )


def contrast(share: np.ndarray) -> np.ndarray:
    """Return the factor by which fibrosis brightens the wall.

    Args:
        share: Fibrosis in each pixel, 0 to 1; signals of a mixture add up.
    """
    gain = bssfp_signal(FIBROSIS) / bssfp_signal(MYOCARDIUM) - 1
    return 1 + np.float32(gain) * share


def moved(share: np.ndarray, away: np.ndarray) -> np.ndarray:
    """Return the same values in the same number of pixels around another place.

    Args:
        share: Values (S, H, W), mostly 0.
        away: Distance of each pixel from the new place, mm, infinite where it must not go.
    """
    result = np.zeros_like(share)
    for one, distance, target in zip(share, away, result, strict=True):
        values = one[one > 0]
        nearest = np.argpartition(distance, len(values), axis=None)[: len(values)]
        # Both in raster order, so that neighbors in a patch stay neighbors.
        target.flat[np.sort(nearest)] = values
    return result
