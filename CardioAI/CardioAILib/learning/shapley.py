"""Exact Shapley values of small trees: what each feature adds to a prediction.

A feature that a coalition does not know is averaged over, branches weighing as many development
rows as went there (Lundberg et al., Nat Mach Intell 2020; 2:56, path-dependent TreeSHAP). With the
few features of a small tree every coalition is simply counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import factorial

import numpy as np

from CardioAILib.learning.trees import LEAF, Tree

Coalition = frozenset[int]


def shapley_values(tree: Tree, row: np.ndarray) -> np.ndarray:
    """Return what each feature (F,) adds to the tree's value of one row.

    They add up to that value less `expected_value(tree)`.

    Args:
        tree: The tree.
        row: Features (F,).
    """
    row = np.asarray(row, np.float32)
    asked = sorted(set(tree.feature[tree.feature != LEAF].tolist()))
    value = {coalition: expected(tree, row, coalition) for coalition in coalitions(asked)}
    added = np.zeros(len(row))
    for feature in asked:
        for others in coalitions([other for other in asked if other != feature]):
            gain = value[others | {feature}] - value[others]
            added[feature] += share(len(others), len(asked)) * gain
    return added


def expected_value(tree: Tree) -> float:
    """Return the tree's mean value over its development rows."""
    return expected(tree, np.empty(0, np.float32), frozenset())


def expected(tree: Tree, row: np.ndarray, coalition: Coalition, node: int = 0) -> float:
    """Return the tree's value where only the features of a coalition are known."""
    feature = int(tree.feature[node])
    if feature == LEAF:
        return float(tree.value[node])
    left, right = int(tree.left[node]), int(tree.right[node])
    if feature in coalition:
        goes = left if row[feature] <= tree.threshold[node] else right
        return expected(tree, row, coalition, goes)
    weights = tree.rows[left], tree.rows[right]
    values = (expected(tree, row, coalition, below) for below in (left, right))
    total = sum(weight * value for weight, value in zip(weights, values, strict=True))
    return float(total / sum(weights))


def coalitions(features: list[int]) -> Iterator[Coalition]:
    """Yield every subset of the features."""
    for size in range(len(features) + 1):
        yield from map(frozenset, combinations(features, size))


def share(others: int, players: int) -> float:
    """Return the share of the orders of all players in which just these others come before."""
    return factorial(others) * factorial(players - others - 1) / factorial(players)
