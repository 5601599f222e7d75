"""Measures the demonstration models of scintigraphy on simulated scans they have never seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from CardioAILib.evaluate import delong_interval, wilson
from CardioAILib.results import Result
from CardioAILib.study import Cohort
from CardioAILib.verbs import predict
from CardioAILib.verbs.model import Model

RATIO = "heart_to_contralateral"
POSITIVE = 2
"""Grade from which on uptake speaks for transthyretin amyloidosis."""


def tell_scintigraphy(model: Model, cohort: Cohort) -> None:
    """Print how grades are told, beside the ratio that needs no network."""
    results = [predict(model, study, explain=True)[0] for study in cohort]
    grades = np.array([study.facts["grade"] for study in cohort], int)
    labels = np.array([model.system.task.label(study) for study in cohort])
    names = list(model.system.task.names)
    print(f"{model.system.name}: {len(grades)} scans, {np.sum(grades >= POSITIVE)} of grade 2 or 3")
    for arm in results[0].arms:
        called = np.array([names.index(result.arms[arm].decision) for result in results])
        right = int(np.sum(called == labels))
        around = wilson(right, len(labels))
        print(
            f"  {arm:14s} accuracy {right / len(labels):.3f} "
            f"(95 % {around.low:.3f} to {around.high:.3f})"
        )
        print(f"  {arm:14s} AUC of grade 2 or 3 {_auc(grades, _positive(results, arm))}")
        _tell_confusion(names, labels, called)
    ratios = np.array([result.measurements.get(RATIO, np.nan) for result in results])
    print(f"  {RATIO:14s} AUC of grade 2 or 3 {_auc(grades, ratios)}")
    for name, among in (("grade 0 or 1", grades < POSITIVE), ("grade 2 or 3", grades >= POSITIVE)):
        _tell_attention(name, [results[index] for index in np.flatnonzero(among)])


def _tell_attention(name: str, results: Sequence[Result]) -> None:
    """Print the heatmaps' share on the heart."""
    audits = [result.attention for result in results if result.attention is not None]
    inside = [audit.inside for audit in audits if audit.inside is not None]
    if inside:
        area = np.median([audit.area for audit in audits])
        print(
            f"  heatmaps, {name}: median share on the heart {np.median(inside):.2f}, "
            f"{area:.2f} if they looked everywhere alike"
        )


def _positive(results: Sequence[Result], arm: str) -> np.ndarray:
    """Return the probability of grade 2 or 3 of each scan (N,)."""
    own = [result.arms[arm] for result in results]
    return np.array(
        [sum(one.probabilities[POSITIVE:]) if one.probabilities else one.score for one in own]
    )


def _auc(grades: np.ndarray, scores: np.ndarray) -> str:
    known = np.isfinite(scores)
    if not known.any():
        return "unknown: not measured"
    missing = "" if known.all() else f" ({np.sum(~known)} scans without)"
    return f"{delong_interval(grades[known] >= POSITIVE, scores[known])}{missing}"


def _tell_confusion(names: Sequence[str], labels: np.ndarray, called: np.ndarray) -> None:
    for truth, name in enumerate(names):
        counts = " ".join(f"{np.sum(called[labels == truth] == k):3d}" for k in range(len(names)))
        print(f"    {name:14s} called {counts}")
