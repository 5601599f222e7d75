"""Figures of an evaluation: ROC, calibration, scores, attention, features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from CardioAILib.report.measured import label_of
from CardioAILib.report.style import COLORS, figure, plain, save, wrapped
from CardioAILib.report.tables import p_equals
from CardioAILib.report.wording import near_heart
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.evaluate import scores_of
from CardioAILib.verbs.evaluation import Evaluation
from CardioAILib.verbs.quantities import QuantityEvaluation

SHOWN_FEATURES = 15
NAME = 16
"""Letters of a class's name in one line below its scores."""
IN_A_ROW = 4
"""Axes side by side."""


def draw_roc(evaluation: Evaluation, path: Path) -> Path:
    """Draw the ROC curves of all arms with AUC, interval, DeLong's p and operating point."""
    primary = next((a for a, own in evaluation.arms.items() if own.p_against_primary is None), "")
    drawn, (axes,) = figure(1, 1, 5.4, 5.0)
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1, linestyle="--")
    for (arm, found), color in zip(evaluation.arms.items(), COLORS, strict=False):
        p = found.p_against_primary
        versus = "" if p is None else f"\np {p_equals(p)} against {primary}"
        axes.plot(found.roc.fpr, found.roc.tpr, color=color, label=f"{arm}  {found.auc}{versus}")
        point = found.operating
        axes.plot(1 - point.specificity, point.sensitivity, "o", color=color, markersize=6)
    plain(axes, "ROC, with AUC (95 % interval, DeLong)", "1 - specificity", "sensitivity")
    axes.set_aspect("equal")
    axes.legend(loc="lower right", fontsize=8, title="dots: decisions made", title_fontsize=8)
    return save(drawn, path)


def draw_calibration(
    evaluation: Evaluation | ClassEvaluation,
    path: Path,
    words: tuple[str, str] = ("predicted score", "observed frequency"),
) -> Path:
    """Draw observed frequency against predicted score, with Wilson intervals, an axes an arm.

    Args:
        evaluation: The evaluation.
        path: The picture.
        words: What the axes show, across and down.
    """
    columns = min(max(2, len(evaluation.arms)), IN_A_ROW)
    drawn, many = figure(columns, -(-len(evaluation.arms) // columns), 2.7, 2.9)
    for unused in many[len(evaluation.arms) :]:
        unused.set_visible(False)
    for axes, (arm, found), color in zip(many, evaluation.arms.items(), COLORS, strict=False):
        axes.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1, linestyle="--")
        predicted = np.array([part.predicted for part in found.calibration])
        observed = np.array([part.observed.value for part in found.calibration])
        low = np.array([part.observed.interval.low for part in found.calibration])
        high = np.array([part.observed.interval.high for part in found.calibration])
        # Where every study of a bin is positive, rounding puts the bound a hair past the value.
        reach = np.clip([observed - low, high - observed], 0.0, None)
        axes.errorbar(predicted, observed, reach, fmt="o", color=color, markersize=4, linewidth=1)
        plain(axes, f"{arm}: Brier {found.brier:.3f}", *words)
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(-0.03, 1.03)
    return save(drawn, path)


def draw_scores(evaluation: Evaluation, path: Path) -> Path:
    """Draw every study's score by truth, an axes an arm."""
    names = evaluation.system.task.names
    columns = min(2, len(evaluation.arms))
    drawn, many = figure(columns, -(-len(evaluation.arms) // 2), 2.7, 2.5)
    random = np.random.default_rng(0)
    for axes, arm in zip(many, evaluation.arms, strict=False):
        spoke = [i for i, result in enumerate(evaluation.results) if arm in result.arms]
        results, labels = [evaluation.results[i] for i in spoke], evaluation.labels[spoke]
        scores = scores_of(results, arm)
        for label, color in ((0, COLORS[0]), (1, COLORS[1])):
            own = scores[labels == label]
            jitter = random.uniform(-0.18, 0.18, len(own))
            axes.plot(label + jitter, own, "o", color=color, alpha=0.6, markersize=4)
        for threshold in {result.arms[arm].threshold for result in results} - {None}:
            axes.axhline(threshold, color="#999999", linewidth=0.8, linestyle="--")
        band = evaluation.arms[arm].band
        if band is not None:
            axes.axhline(band.rule_out, color="#999999", linewidth=0.8, linestyle=":")
            axes.text(1.53, band.rule_out, "rule-out", fontsize=7, color="#666666", va="center")
        plain(axes, arm, "", "score (dashed: threshold)")
        axes.set_xticks([0, 1], [wrapped(name, NAME) for name in names], fontsize=8)
        axes.set_xlim(-0.5, 1.5)
        axes.set_ylim(-0.03, 1.03)
    for unused in many[len(evaluation.arms) :]:
        unused.set_visible(False)
    return save(drawn, path)


def draw_attention(
    evaluation: Evaluation | ClassEvaluation | QuantityEvaluation, path: Path
) -> Path | None:
    """Draw the share of each heatmap on the heart and its margin; None where none was made."""
    audited = [r.attention for r in evaluation.results if r.attention is not None]
    inside = [a.inside for a in audited if a.inside is not None]
    if not inside:
        return None
    drawn, (axes,) = figure(1, 1, 5.4, 2.9)
    axes.hist(inside, bins=np.linspace(0, 1, 21).tolist(), color=COLORS[0], edgecolor="white")
    area = float(np.mean([a.area for a in audited]))
    axes.axvline(area, color="#888888", linestyle="--", linewidth=1)
    top = axes.get_ylim()[1]
    axes.text(
        area, top, " what a map without a focus scores", fontsize=7, color="#666666", va="top"
    )
    lies = f"share of the heatmap {near_heart(evaluation.system)}"
    plain(axes, "Attention audit", lies, "studies")
    axes.set_xlim(0, 1)
    return save(drawn, path)


def draw_features(features: Mapping[str, Sequence[Mapping[str, float]]], path: Path) -> Path | None:
    """Draw mean weights of the features that the members chose, most often chosen first."""
    shown = {arm: _ranking(members) for arm, members in features.items() if members}
    if not shown:
        return None
    drawn, many = figure(1, len(shown), 8.5, 3.4)
    for axes, (arm, ranking), color in zip(many, shown.items(), COLORS, strict=False):
        names = [f"{label_of(name)}  ({count}x)" for name, count, _ in ranking][::-1]
        weights = [weight for *_, weight in ranking][::-1]
        axes.barh(range(len(names)), weights, color=color)
        axes.set_yticks(range(len(names)), names, fontsize=7)
        plain(axes, arm, "mean weight (features scaled)", "")
    return save(drawn, path)


def _ranking(members: Sequence[Mapping[str, float]]) -> list[tuple[str, int, float]]:
    counts = Counter(name for member in members for name, weight in member.items() if weight)
    means = {name: float(np.mean([member.get(name, 0.0) for member in members])) for name in counts}
    ranked = sorted(counts, key=lambda name: (-counts[name], -abs(means[name])))
    return [(name, counts[name], means[name]) for name in ranked[:SHOWN_FEATURES]]
