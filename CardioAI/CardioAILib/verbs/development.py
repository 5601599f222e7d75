"""What a fit measured of itself: figures of its arms on the studies that were held out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from CardioAILib.evaluate import (
    Estimate,
    delong_interval,
    mean_absolute_error,
    quantity_figures,
    roc_auc,
    wilson,
)
from CardioAILib.examples import Examples
from CardioAILib.system import System
from CardioAILib.verbs.crossfit import NEVER, CrossFit
from CardioAILib.verbs.importance import importance_figures
from CardioAILib.verbs.judge import ERROR, member_figure
from CardioAILib.verbs.pooling import Pooled, pool

EXPLAINED = "R2"
"""Name of the development figure of a measured quantity: share of its variance explained."""


def held_out_scores(
    system: System, examples: Examples, crossfit: CrossFit, arm: str, fold: int | None = None
) -> Pooled:
    """Return an arm's pooled scores of the studies that were held out.

    Args:
        system: The declaration.
        examples: Development examples.
        crossfit: Members, folds and scores.
        arm: Name of the arm.
        fold: Only what this member held out; None for all.
    """
    held = crossfit.folds != NEVER if fold is None else crossfit.folds == fold
    return pool(system, examples.take(held), crossfit.scores[arm][held])


def threshold_scores(system: System, examples: Examples, crossfit: CrossFit, arm: str) -> Pooled:
    """Return an arm's pooled scores of the studies that its threshold is chosen on.

    Args:
        system: The declaration.
        examples: Development examples.
        crossfit: Members, folds and scores.
        arm: Name of the arm.
    """
    if not crossfit.validation:
        return held_out_scores(system, examples, crossfit, arm)
    scores = crossfit.validation[arm]
    known = np.isfinite(scores)
    return pool(system, examples.take(known), scores[known])


def development_figures(
    system: System, examples: Examples, crossfit: CrossFit, pooled: Mapping[str, Pooled]
) -> dict[str, Any]:
    """Return subjects, studies, counts and the figures of each arm.

    Args:
        system: The declaration.
        examples: Development examples.
        crossfit: Members, folds and scores.
        pooled: Held-out scores of each arm.
    """
    labels = pool(system, examples, next(iter(crossfit.scores.values()))).labels
    known = {"subjects": len(np.unique(examples.subjects)), "studies": len(labels)}
    figures = class_figures if system.task.several else binary_figures
    if system.task.measures:
        figures = value_figures
    member = {
        arm: [
            member_value(system, held_out_scores(system, examples, crossfit, arm, fold))
            for fold in range(len(crossfit.members))
        ]
        for arm in pooled
    }
    return {
        **known,
        **figures(system, labels, pooled),
        **importance_figures(system, examples, crossfit),
        "training examples": int(examples.training.sum()),
        member_figure(system): member,
    }


def binary_figures(
    system: System, labels: np.ndarray, pooled: Mapping[str, Pooled]
) -> dict[str, Any]:
    """Return the number of positive studies, and AUCs with DeLong's intervals."""
    aucs = {arm: delong_interval(p.labels, p.scores) for arm, p in pooled.items()}
    return {
        "positives": int(labels.sum()),
        "auc": {arm: found.value for arm, found in aucs.items()},
        "auc interval": {a: (f.interval.low, f.interval.high) for a, f in aucs.items()},
    }


def class_figures(
    system: System, labels: np.ndarray, pooled: Mapping[str, Pooled]
) -> dict[str, Any]:
    """Return the number of studies of each class, and accuracies with Wilson's intervals."""
    counts = np.bincount(labels, minlength=len(system.task.names)).tolist()
    right = {arm: is_right(p) for arm, p in pooled.items()}
    bounds = {arm: wilson(int(own.sum()), len(own)) for arm, own in right.items()}
    return {
        "classes": dict(zip(system.task.names, counts, strict=True)),
        "judged": len(next(iter(right.values()))),
        "accuracy": {arm: float(own.mean()) for arm, own in right.items()},
        "accuracy interval": {arm: (found.low, found.high) for arm, found in bounds.items()},
    }


def value_figures(
    system: System, labels: np.ndarray, pooled: Mapping[str, Pooled]
) -> dict[str, Any]:
    """Return mean and deviation of a quantity, and how well it was told, by 10,000 draws."""
    found = {
        arm: quantity_figures(p.scores, p.labels, [subject for subject, _ in p.keys])
        for arm, p in pooled.items()
    }
    return {
        "values": {"mean": float(labels.mean()), "standard deviation": float(labels.std())},
        **_estimates(ERROR, {arm: own.mae for arm, own in found.items()}),
        **_estimates(EXPLAINED, {arm: own.r2 for arm, own in found.items()}),
    }


def _estimates(name: str, found: Mapping[str, Estimate]) -> dict[str, Any]:
    return {
        name: {arm: own.value for arm, own in found.items()},
        f"{name} interval": {a: (o.interval.low, o.interval.high) for a, o in found.items()},
    }


def member_value(system: System, held: Pooled) -> float:
    """Return what ranks a member: AUC of two classes, accuracy of several, error of a quantity."""
    if system.task.measures:
        return mean_absolute_error(held.scores, held.labels)
    if not system.task.several:
        return roc_auc(held.labels, held.scores)
    return float(is_right(held).mean())


def is_right(pooled: Pooled) -> np.ndarray:
    """Return whether the likeliest class of each study is the true one (N,)."""
    return pooled.scores.argmax(axis=-1) == pooled.labels
