"""Gradient boosting of small trees, with hyperparameters chosen on the development data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GradientBoosting:
    """Boosted regression trees on the log-odds of class 1 of two.

    Hyperparameters come from an exhaustive search over the grid, by the mean AUC of inner folds
    that never divide a subject; of equally good ones the first is taken.

    Args:
        trees: Candidates for the number of trees.
        depths: Candidates for the depth of each.
        rates: Candidates for the learning rate.
        leaves: Candidates for the fewest rows a leaf.
        folds: Inner folds; as many as the rarer class allows where that is fewer.
    """

    trees: tuple[int, ...] = (10, 20, 30, 40)
    depths: tuple[int, ...] = (1, 2)
    rates: tuple[float, ...] = (0.01, 0.05, 0.1)
    leaves: tuple[int, ...] = (1, 2)
    folds: int = 5
