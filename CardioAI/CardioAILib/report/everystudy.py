"""Every study of an evaluation of two classes, a row each."""

from __future__ import annotations

from CardioAILib.report.byview import is_incomplete, view_scores, views_of
from CardioAILib.report.resultstable import attention_cells
from CardioAILib.report.tables import Rows
from CardioAILib.results import Result
from CardioAILib.verbs.evaluation import Evaluation

SILENT, ABSENT = "no answer", "missing"


def study_rows(evaluation: Evaluation) -> Rows:
    """Return a row a study: truth, scores of all arms and views, decision, where the map lies."""
    arms, views = list(evaluation.arms), views_of(evaluation.results)
    incomplete = any(map(is_incomplete, evaluation.results))
    header = ["subject", "study", "truth", *arms, *views, "decision"]
    header += [*(["views"] if incomplete else []), "heatmap on heart", "flag"]
    rows = [header]
    names = evaluation.system.task.names
    for result, label in zip(evaluation.results, evaluation.labels, strict=True):
        own = view_scores(result)
        seen = [f"{own[view]:.3f}" if view in own else ABSENT for view in views]
        scores = [_score(result, arm) for arm in arms]
        noted = [_noted(result)] if incomplete else []
        rows.append(
            [
                *(result.subject, result.study, names[label], *scores, *seen),
                *(result.arms[result.primary].decision or "", *noted, *attention_cells(result)),
            ]
        )
    return rows


def _score(result: Result, arm: str) -> str:
    return f"{result.arms[arm].score:.3f}" if arm in result.arms else SILENT


def _noted(result: Result) -> str:
    return "incomplete" if is_incomplete(result) else "complete"
