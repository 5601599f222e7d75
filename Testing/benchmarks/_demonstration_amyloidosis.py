"""Measures the demonstration model of amyloidosis on simulated hearts that it has never seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from CardioAILib.decide import INDETERMINATE
from CardioAILib.evaluate import delong_interval, delong_test
from CardioAILib.explain import heart_of
from CardioAILib.results import Result
from CardioAILib.study import Cohort
from CardioAILib.verbs import predict
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.prepared import prepare_study

NETWORK, READER = "dl", "gbm"
MARGIN_MM = 10.0
"""Heart that is painted over with its border."""


def tell_amyloidosis(model: Model, cohort: Cohort) -> None:
    """Print AUC, decisions, heatmaps, and what the networks know of heart and surroundings."""
    labels = np.array([model.system.task.label(study) for study in cohort])
    results = [predict(model, study, explain=True)[0] for study in cohort]
    print(f"amyloidosis: {len(labels)} hearts, {labels.sum()} with it")
    for arm in results[0].arms:
        _tell_arm(arm, labels, results)
    scores = [_scores(results, arm) for arm in (NETWORK, READER)]
    print(
        f"  networks against a simulated reader's findings: p = {delong_test(labels, *scores):.2f}"
    )
    for view in model.system.inputs:
        alone = np.array([result.arms[NETWORK].by_input[view] for result in results])
        print(f"  {view} alone: AUC {delong_interval(labels, alone)}")
    _tell_shares([result for result, label in zip(results, labels, strict=True) if label])
    for name, alone in _hidden(model, cohort).items():
        print(f"  networks with {name} hidden: AUC {delong_interval(labels, alone)}")


def _tell_arm(arm: str, labels: np.ndarray, results: Sequence[Result]) -> None:
    estimate = delong_interval(labels, _scores(results, arm))
    named = [result.arms[arm].decision for result in results]
    band = Counter(labels[i] for i, decision in enumerate(named) if decision == INDETERMINATE)
    high = _scores(results, arm) >= results[0].arms[arm].threshold
    ill, well = int(np.sum(high & (labels == 1))), int(np.sum(~high & (labels == 0)))
    print(
        f"  {arm:4s} AUC {estimate}  sensitivity {ill}/{labels.sum()}  specificity "
        f"{well}/{np.sum(labels == 0)}  indeterminate {band[1]} with and {band[0]} without"
    )


def _tell_shares(results: Sequence[Result]) -> None:
    """Print the medians of the heatmaps' shares in patients with the disease."""
    audits = [found.attention for found in results if found.attention is not None]
    names = sorted({name for audit in audits for name in audit.shares})
    shares = {n: np.median([a.shares[n] for a in audits if n in a.shares]) for n in names}
    told = ", ".join(f"{name} {share:.2f}" for name, share in shares.items())
    flagged = np.mean([audit.flagged for audit in audits])
    area = np.median([audit.area for audit in audits])
    print(f"  heatmaps with amyloidosis: {told}; heart covers {area:.2f}; {flagged:.0%} flagged")


def _hidden(model: Model, cohort: Cohort) -> dict[str, list[float]]:
    """Return the networks' scores where the heart, or all but the heart, is painted over."""
    found: dict[str, list[float]] = {"heart": [], "all else": []}
    for study in cohort:
        examples = prepare_study(model.system, study, labeled=True).examples
        spacing = tuple(float(size) for size in examples.spacing[0])
        heart = heart_of(examples.masks, MARGIN_MM, spacing)
        for name, hidden in (("heart", heart), ("all else", ~heart)):
            # After scaling, 0 is the mean of each image.
            images = np.where(hidden, 0, examples.images).astype(np.float32)
            shown = replace(examples, images=images)
            scores = np.mean([m[NETWORK].predict(shown, m) for m in model.members], axis=0)
            found[name].append(model.system.pool.pool(scores, shown.inputs))
    return found


def _scores(results: Sequence[Result], arm: str) -> np.ndarray:
    return np.array([result.arms[arm].score for result in results])
