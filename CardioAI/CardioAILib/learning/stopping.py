"""Which epoch is the best, and when to wait for a better one no longer.

Both follow from the rows of the epochs alone, so that a resumed training ends where an unbroken one
does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from CardioAILib.learning.recipe import Keep, Recipe

Rank = tuple[float, ...]
"""The larger the better; compared number by number."""


def rank_of(row: Mapping[str, float], keep: Keep) -> Rank:
    """Return the rank of an epoch; what is kept of "last" are its losses' ranks.

    Args:
        row: The epoch's figures.
        keep: What the best epoch is best at.
    """
    loss = _falling(row["validation loss"])
    if keep == "best validation accuracy":
        return row["validation accuracy"], loss
    if keep == "best validation AUC":
        return row.get("validation AUC", -math.inf), loss
    if keep == "best validation error":
        return _falling(row["validation error"]), loss
    return (loss,)


def waited(history: Sequence[Mapping[str, float]], keep: Keep) -> int:
    """Return how many epochs passed since the best one; 0 before the first."""
    best, since = None, 0
    for row in history:
        rank = rank_of(row, keep)
        if best is None or rank > best:
            best, since = rank, 0
        else:
            since += 1
    return since


def is_over(history: Sequence[Mapping[str, float]], recipe: Recipe) -> bool:
    """Say whether training ends after epochs with these rows."""
    if len(history) >= recipe.epochs:
        return True
    return recipe.patience is not None and waited(history, recipe.keep) >= recipe.patience


def _falling(value: float) -> float:
    """Return a rank that is larger for smaller values; nothing ranks below what is no number."""
    return -math.inf if math.isnan(value) else -value
