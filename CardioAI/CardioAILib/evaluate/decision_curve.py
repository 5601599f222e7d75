"""Net benefit: is acting on the prediction better than treating everyone or no one?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from CardioAILib.errors import InputError
from CardioAILib.evaluate._checks import FloatArray, probabilities, vector


@dataclass(frozen=True, eq=False)
class DecisionCurve:
    """Net benefit in true positives a subject, shape ``(T,)`` each; treating no one is 0.

    Attributes:
        thresholds: Probability at which one would act.
        model: Acting on those at or above the threshold.
        treat_all: Acting on everyone.
    """

    thresholds: FloatArray
    model: FloatArray
    treat_all: FloatArray


def decision_curve(
    labels: ArrayLike, predicted: ArrayLike, thresholds: ArrayLike | None = None
) -> DecisionCurve:
    """Return the net benefit ``TP/N - FP/N * t / (1 - t)`` over threshold probabilities t.

    Args:
        labels: 0 or 1, shape ``(N,)``.
        predicted: Probabilities in [0, 1], shape ``(N,)``.
        thresholds: In [0, 1), shape ``(T,)``; 0.01, 0.02, ... 0.99 where left out.

    Raises:
        InputError: Lengths differ, a value is NaN or out of range, or nothing was passed.

    Source: Vickers and Elkin, Med Decis Making 2006;26:565.
    """
    y, p = probabilities(labels, predicted)
    t = np.arange(1, 100) / 100 if thresholds is None else vector(thresholds, "thresholds")
    if t.min() < 0 or t.max() >= 1:
        raise InputError(
            got=f"thresholds between {t.min():g} and {t.max():g}",
            wanted="probabilities in [0, 1)",
            fix="leave out 1, where no harm of a false positive would count",
        )
    odds = t / (1 - t)
    called = p >= t[:, None]
    model = (called & y).mean(axis=1) - (called & ~y).mean(axis=1) * odds
    return DecisionCurve(t, model, y.mean() - (1 - y.mean()) * odds)
