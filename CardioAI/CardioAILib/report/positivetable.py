"""Grade 2 or 3 against 0 or 1, and its like: each arm, the visual rule and the ratio H/CL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.evaluate import Estimate, roc_curve
from CardioAILib.report.agreementtable import ABSENT, positive_words
from CardioAILib.report.measured import is_known, words_of
from CardioAILib.report.style import COLORS, figure, plain, save
from CardioAILib.report.tables import Rows
from CardioAILib.verbs.classes import ClassEvaluation, PositiveCalls
from CardioAILib.verbs.classesevaluate import probabilities_of
from CardioAILib.verbs.positives import asked, auc_or_none, positive_scores
from CardioAILib.verbs.visualrule import RANKED_BY, RULE

CONTRALATERAL = "heart_to_contralateral"


@dataclass(frozen=True, eq=False)
class Ranked:
    """What ranks results by how positive they are.

    Args:
        truth: Which results are positive (N,), bool.
        scores: Higher speaks for positive (N,).
        calls: What was called, where anything was.
    """

    truth: np.ndarray
    scores: np.ndarray
    calls: PositiveCalls | None = None

    @property
    def auc(self) -> Estimate | None:
        """Area with DeLong's interval; None where fewer than two are on a side."""
        return auc_or_none(self.truth, self.scores)


def ranked(evaluation: ClassEvaluation) -> dict[str, Ranked]:
    """Return what ranks the results by name: arms, visual rule, H/CL; none without a yes or no."""
    task = evaluation.system.task
    if not task.positive:
        return {}
    found = {}
    for arm, own in evaluation.arms.items():
        spoke = [index for index, r in enumerate(evaluation.results) if arm in r.arms]
        p = probabilities_of([evaluation.results[index] for index in spoke], arm)
        found[arm] = Ranked(*positive_scores(task, evaluation.labels[spoke], p), own.positive)
    ratios = {RULE: RANKED_BY, words_of(CONTRALATERAL): CONTRALATERAL}
    for title, name in ratios.items() if evaluation.visual is not None else ():
        calls = evaluation.visual.positive if title == RULE and evaluation.visual else None
        truth, values = _measured(evaluation, name)
        if len(values):
            found[title] = Ranked(truth, values, calls)
    return found


def positive_rows(ranks: Mapping[str, Ranked], evaluation: ClassEvaluation) -> Rows:
    """Return a row a way to rank: sensitivity, specificity and AUC with intervals."""
    if not ranks:
        return []
    words = positive_words(evaluation.system)
    rows = [["", "n", words, "sensitivity", "specificity", "AUC (95 % DeLong)"]]
    for title, own in ranks.items():
        positives, total = int(own.truth.sum()), len(own.truth)
        calls = own.calls
        rows.append(
            [
                title,
                str(total),
                str(positives),
                str(calls.sensitivity) if calls and positives else ABSENT,
                str(calls.specificity) if calls and positives < total else ABSENT,
                ABSENT if own.auc is None else str(own.auc),
            ]
        )
    return rows


def draw_positive(
    ranks: Mapping[str, Ranked], evaluation: ClassEvaluation, path: Path
) -> Path | None:
    """Draw the ROC curves with the calls made; None where the results are all of one side."""
    if not ranks:
        return None
    drawn, (axes,) = figure(1, 1, 4.8, 4.3)
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1, linestyle="--")
    for (title, own), color in zip(ranks.items(), COLORS, strict=False):
        try:
            curve = roc_curve(own.truth.astype(int), own.scores)
        except CohortError:
            return None
        label = f"{title}  {ABSENT if own.auc is None else own.auc}"
        # Ratios are dashed, so that curves on top of each other are all seen.
        line = "-" if title in evaluation.arms else "--"
        axes.plot(curve.fpr, curve.tpr, color=color, label=label, linestyle=line)
        if own.calls is not None:
            at = 1 - own.calls.specificity.value, own.calls.sensitivity.value
            axes.plot(*at, "o", color=color, markersize=6)
    title = f"{asked(evaluation.system.task)}: ROC, AUC (95 %, DeLong)"
    plain(axes, title, "1 - specificity", "sensitivity")
    axes.set_aspect("equal")
    axes.legend(loc="lower right", fontsize=8, title="dots: calls made", title_fontsize=8)
    return save(drawn, path)


def _measured(evaluation: ClassEvaluation, name: str) -> tuple[np.ndarray, np.ndarray]:
    names = evaluation.system.task.names
    known = [
        (names[label] in evaluation.system.task.positive, result.measurements[name])
        for result, label in zip(evaluation.results, evaluation.labels, strict=True)
        if is_known(result.measurements.get(name))
    ]
    truth, values = np.array(known, float).reshape(-1, 2).T
    return truth.astype(bool), values
