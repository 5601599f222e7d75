"""ROC curves of each view alone and of all views together, as Sahashi's figure 1."""

from __future__ import annotations

from pathlib import Path

from CardioAILib.report.style import COLORS, figure, plain, save
from CardioAILib.verbs.evaluation import Evaluation

JOINED = "#20262d"
"""Ink of all views together: darkest, beside the colors of single views."""


def draw_view_roc(evaluation: Evaluation, primary: str, path: Path) -> Path | None:
    """Draw the ROC curve of each view by its own truth, and of the primary arm.

    Args:
        evaluation: The evaluation of two classes.
        primary: Arm that joins the views.
        path: The picture.

    Returns:
        The picture's path, or None where views were not evaluated.
    """
    told = {view: own for view, own in evaluation.views.items() if own.roc is not None}
    if not told:
        return None
    drawn, (axes,) = figure(1, 1, 5.4, 5.0)
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1, linestyle="--")
    for (view, own), color in zip(told.items(), COLORS, strict=False):
        assert own.roc is not None
        axes.plot(own.roc.fpr, own.roc.tpr, color=color, linewidth=1.3, label=f"{view}  {own.auc}")
    whole = evaluation.arms[primary]
    label = f"{primary}  {whole.auc_bootstrap}"
    axes.plot(whole.roc.fpr, whole.roc.tpr, color=JOINED, linewidth=2.4, label=label)
    plain(
        axes, "ROC by view, with AUC (95 % interval, bootstrap)", "1 - specificity", "sensitivity"
    )
    axes.set_aspect("equal")
    axes.legend(loc="lower right", fontsize=8)
    return save(drawn, path)
