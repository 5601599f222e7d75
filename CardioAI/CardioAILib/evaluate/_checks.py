"""The questions every function of this room asks of its arrays before it counts anything."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import CohortError, InputError

FloatArray = NDArray[np.float64]
LabelArray = NDArray[np.bool_]


def vector(values: ArrayLike, name: str) -> FloatArray:
    """Return finite numbers as a float array of shape ``(N,)``, N at least 1."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(
            got=f"{name} that are not numbers ({error})",
            wanted="an array of numbers of shape (N,)",
            fix="convert the values to numbers first",
        ) from error
    _require_shape(array, name)
    bad = int(np.count_nonzero(~np.isfinite(array)))
    if bad:
        raise InputError(
            got=f"{bad} NaN or infinite values among {array.size} {name}",
            wanted="finite numbers only",
            fix="drop the studies that failed, or find out why they have no value",
        )
    return array


def binary(labels: ArrayLike) -> LabelArray:
    """Return labels 0/1 (or False/True) as a boolean array of shape ``(N,)``."""
    array = vector(labels, "labels")
    odd = np.setdiff1d(array, (0.0, 1.0))
    if odd.size:
        raise InputError(
            got=f"labels with the value {odd[0]:g}",
            wanted="0 (negative) and 1 (positive) only",
            fix="compare with the positive class first, for example labels >= 2",
        )
    return array.astype(np.bool_)


def labeled(
    labels: ArrayLike, scores: ArrayLike, name: str = "scores"
) -> tuple[LabelArray, FloatArray]:
    """Return labels and scores, both of shape ``(N,)``; one class alone is allowed."""
    y, s = binary(labels), vector(scores, name)
    same_length(labels=y.size, **{name: s.size})
    return y, s


def two_classes(
    labels: ArrayLike, scores: ArrayLike, name: str = "scores", each: int = 1
) -> tuple[LabelArray, FloatArray]:
    """Return labels and scores with at least ``each`` rows of either class."""
    y, s = labeled(labels, scores, name)
    positives = int(np.count_nonzero(y))
    if min(positives, y.size - positives) < each:
        raise CohortError(
            got=f"{positives} positives and {y.size - positives} negatives",
            wanted=f"at least {each} of each class",
            fix="use a larger or stratified sample, or leave this number out",
        )
    return y, s


def probabilities(labels: ArrayLike, values: ArrayLike) -> tuple[LabelArray, FloatArray]:
    """Return labels and probabilities; numbers outside [0, 1] are refused."""
    y, p = labeled(labels, values, "probabilities")
    if p.min() < 0 or p.max() > 1:
        raise InputError(
            got=f"probabilities between {p.min():g} and {p.max():g}",
            wanted="probabilities between 0 and 1",
            fix="apply the sigmoid or softmax to logits first",
        )
    return y, p


def same_length(**lengths: int) -> None:
    """Raise unless all the named lengths are equal."""
    if len(set(lengths.values())) > 1:
        raise InputError(
            got=", ".join(f"{size} {name}" for name, size in lengths.items()),
            wanted="arrays of the same length",
            fix="pass one value a row in every array, in the same order",
        )


def fraction(value: float, name: str, *, low_open: bool = True, high_open: bool = True) -> float:
    """Return a number between 0 and 1, the ends left out where they are open."""
    above = value > 0 if low_open else value >= 0
    below = value < 1 if high_open else value <= 1
    if not (above and below):
        bounds = f"{'(' if low_open else '['}0, 1{')' if high_open else ']'}"
        raise InputError(
            got=f"{name} {value:g}",
            wanted=f"a number in {bounds}",
            fix="give a fraction, not a percentage",
        )
    return float(value)


def whole(value: int, name: str, minimum: int = 1) -> int:
    """Return an integer that is not below ``minimum``."""
    if int(value) != value or value < minimum:
        raise InputError(
            got=f"{name} {value}",
            wanted=f"a whole number, {minimum} or more",
            fix=f"pass a larger {name}",
        )
    return int(value)


def _require_shape(array: NDArray, name: str) -> None:
    if array.ndim != 1 or array.size == 0:
        raise InputError(
            got=f"{name} of shape {array.shape}",
            wanted="at least one value, shape (N,)",
            fix="pass one value a row; flatten or select a column first",
        )
