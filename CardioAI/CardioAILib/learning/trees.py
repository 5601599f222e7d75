"""Small binary trees as plain arrays: evaluated, written, and read back with suspicion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from CardioAILib.errors import ModelError

LEAF = -1
"""Feature and children of a node without a question."""

DEEPEST = 3
"""Questions on the way to a leaf at most; contributions count all subsets of a tree's features."""

WHOLE, REAL = ("feature", "left", "right"), ("threshold", "value", "rows")


@dataclass(frozen=True, eq=False)
class Tree:
    """A regression tree; node 0 is its root, and children come after their parent.

    Args:
        feature: Column that each node asks for (K,), `LEAF` of leaves.
        threshold: Values up to it go left (K,), 0 of leaves.
        left: Node of those (K,), `LEAF` of leaves.
        right: Node of the others (K,), `LEAF` of leaves.
        value: What is returned at each node (K,), in log-odds; only leaves' is.
        rows: Development rows that came by each node (K,).
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    rows: np.ndarray

    def predict(self, table: np.ndarray) -> np.ndarray:
        """Return the value of each row's leaf (N,).

        Args:
            table: Features (N, F); compared in single precision, as the tree was grown.
        """
        table = np.asarray(table, np.float32)
        node, every = np.zeros(len(table), int), np.arange(len(table))
        for _ in range(DEEPEST):
            goes_left = table[every, self.feature[node]] <= self.threshold[node]
            below = np.where(goes_left, self.left[node], self.right[node])
            node = np.where(self.feature[node] == LEAF, node, below)
        return self.value[node]

    def written(self) -> dict[str, list[float]]:
        """Return its arrays as plain lists."""
        return {name: array.tolist() for name, array in asdict(self).items()}


def grown(tree: Any) -> Tree:
    """Return one of scikit-learn's regression trees (its `tree_`)."""
    leaf = tree.children_left == LEAF
    return Tree(
        feature=np.where(leaf, LEAF, tree.feature),
        threshold=np.where(leaf, 0.0, tree.threshold),
        left=tree.children_left.astype(int),
        right=tree.children_right.astype(int),
        value=tree.value[:, 0, 0].copy(),
        rows=tree.weighted_n_node_samples.copy(),
    )


def restored(stored: Any, columns: int) -> Tree:
    """Return a tree from a file.

    Args:
        stored: What `Tree.written` gave.
        columns: Columns of the table that it may ask for.

    Raises:
        ModelError: It is no tree: lists of another length or kind, numbers that are not finite,
            columns or nodes that do not exist, a way that leads back or too deep.
    """
    if not isinstance(stored, Mapping) or set(stored) != {*WHOLE, *REAL}:
        raise refusal("a tree without its six lists")
    arrays = {name: _array(stored[name], int) for name in WHOLE}
    arrays |= {name: _array(stored[name], float) for name in REAL}
    tree = Tree(**arrays)
    if len({len(array) for array in arrays.values()}) != 1 or not len(tree.feature):
        raise refusal("a tree whose lists have different lengths, or nothing in them")
    if not all(np.isfinite(arrays[name]).all() for name in REAL):
        raise refusal("a tree with a number that is not finite")
    _check_nodes(tree, columns)
    return tree


def refusal(got: str) -> ModelError:
    """Return the error on a file that holds no tree."""
    return ModelError(
        got=got,
        wanted="trees as CardioAI wrote them",
        fix="get the model folder again, or train again; nothing was computed from it",
    )


def _array(values: Any, kind: type) -> np.ndarray:
    allowed = (int,) if kind is int else (int, float)
    if not isinstance(values, list) or not all(type(value) in allowed for value in values):
        raise refusal("a tree with something else than a list of numbers")
    return np.array(values, kind)


def _check_nodes(tree: Tree, columns: int) -> None:
    """Walk down from the root and refuse what is no tree over `columns` columns."""
    count = len(tree.feature)
    asks = tree.feature != LEAF
    below = np.concatenate([tree.left[asks], tree.right[asks]])
    if not ((tree.feature >= LEAF) & (tree.feature < columns)).all():
        raise refusal(f"a tree that asks for a column other than the {columns} there are")
    if sorted(below.tolist()) != list(range(1, count)):
        raise refusal("a tree with a node that has no parent, or several, or does not exist")
    parents = np.tile(np.flatnonzero(asks), 2)
    if (below <= parents).any():
        raise refusal("a tree with a way that leads back")
    if not (tree.rows > 0).all():
        raise refusal("a tree with a node that no row came by")
    depth = np.zeros(count, int)
    for node in np.flatnonzero(asks):
        depth[[tree.left[node], tree.right[node]]] = depth[node] + 1
    if depth.max() > DEEPEST:
        raise refusal(f"a tree deeper than {DEEPEST} questions")
