"""What each feature of a case adds to the evidence for a class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from CardioAILib.results import Contribution

SHOWN = 10
"""How many contributions a reader is shown."""


def evidence(weights: np.ndarray, away: np.ndarray, klass: int) -> np.ndarray:
    """Return what each feature adds to a class's logit.

    Among several classes that is measured against the mean logit of all classes, so that
    evidence for one class is evidence against the others.

    Args:
        weights: Coefficients (F,) of two classes, or (F, K).
        away: How far the scaled features (F,) are from those of a typical case.
        klass: The class, from 0.
    """
    if weights.ndim == 1:
        return (weights if klass == 1 else -weights) * away
    return (weights[:, klass] - weights.mean(axis=1)) * away


def contributions_of(
    names: Sequence[str], values: np.ndarray, added: np.ndarray
) -> tuple[Contribution, ...]:
    """Return one contribution a feature, in order.

    Args:
        names: Name of each feature.
        values: Value of each feature (F,), not finite where it could not be measured.
        added: Evidence of each feature (F,).
    """
    return tuple(
        Contribution(name, float(value) if np.isfinite(value) else None, float(evidence))
        for name, value, evidence in zip(names, values, added, strict=True)
    )


def strongest(told: Iterable[Contribution], most: int | None = SHOWN) -> tuple[Contribution, ...]:
    """Return the contributions of largest size, the largest first, equal ones in order."""
    return tuple(sorted(told, key=lambda own: -abs(own.evidence))[:most])
