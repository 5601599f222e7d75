"""The learning rate of an epoch, from the epochs before it alone, so that resuming is exact."""

from __future__ import annotations

import math
from collections.abc import Iterable

from CardioAILib.learning.recipe import Plateau


def rate_after(losses: Iterable[float], rate: float, plateau: Plateau) -> float:
    """Return the learning rate after epochs with these validation losses.

    Args:
        losses: Validation loss of each epoch so far.
        rate: Rate of the first epoch.
        plateau: How it falls.

    Source: ReduceLROnPlateau of Keras, with its mode "min" and no cooldown.
    """
    best, waited = math.inf, 0
    for loss in losses:
        if loss < best - plateau.least:
            best, waited = loss, 0
            continue
        waited += 1
        if waited >= plateau.patience:
            # A rate that was declared below the floor stays.
            rate, waited = max(rate * plateau.factor, min(rate, plateau.floor)), 0
    return rate
