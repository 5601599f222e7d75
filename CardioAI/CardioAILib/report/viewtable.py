"""Each view alone beside all views together, as Sahashi's table 2, with the printed numbers."""

from __future__ import annotations

from collections.abc import Mapping

from CardioAILib.evaluate import Estimate
from CardioAILib.published import PublishedArm
from CardioAILib.report.machine import plain_estimate
from CardioAILib.report.tables import Rows, p_text
from CardioAILib.system import System
from CardioAILib.verbs.byview import ViewEvaluation
from CardioAILib.verbs.evaluation import Evaluation

ABSENT = "-"
TOGETHER = "all views, {arm}"


def view_auc_rows(evaluation: Evaluation, primary: str) -> Rows:
    """Return a row a view and one of the primary arm; nothing where views were not evaluated.

    Args:
        evaluation: The evaluation of two classes.
        primary: Arm that joins the views.
    """
    views = evaluation.views
    if not views:
        return []
    apart = any(own.own_truth for own in views.values())
    printed = printed_arm(evaluation.system, primary)
    rows = [_header(apart, primary, printed)]
    for view, own in views.items():
        cells = [view, str(own.n), str(own.positives), text(own.auc)]
        cells += [text(own.auc_of_study)] if apart else []
        cells += [ABSENT if own.p_against_primary is None else p_text(own.p_against_primary)]
        rows.append([*cells, *printed_cells(printed, view)])
    whole = [str(evaluation.positives + evaluation.negatives), str(evaluation.positives)]
    found = evaluation.arms[primary].auc_bootstrap
    cells = [TOGETHER.format(arm=primary), *whole, str(found), *([str(found)] if apart else [])]
    return [*rows, [*cells, "reference", *printed_cells(printed, None)]]


def printed_arm(system: System, arm: str) -> PublishedArm | None:
    """Return what the source prints of an arm on its first test set, or None."""
    tests: Mapping[str, Mapping[str, PublishedArm]] = system.published.tests
    return next((own[arm] for own in tests.values() if arm in own), None)


def printed_cells(printed: PublishedArm | None, view: str | None) -> list[str]:
    """Return the printed AUC of a view, or of the arm where that is None; no cell of none."""
    if printed is None:
        return []
    value = printed.auc if view is None else (printed.by_input or {}).get(view)
    return [ABSENT if value is None else f"{value:.3f}"]


def text(estimate: Estimate | None) -> str:
    """Return a value with its interval, or a dash."""
    return ABSENT if estimate is None else str(estimate)


def plain_view(own: ViewEvaluation) -> dict[str, object]:
    """Return how a view did in plain values."""
    return {
        "n": own.n,
        "positives": own.positives,
        "truth of its own": own.own_truth,
        "auc": plain_estimate(own.auc),
        "auc by the study's truth": plain_estimate(own.auc_of_study),
        "p against primary": own.p_against_primary,
    }


def _header(apart: bool, primary: str, printed: PublishedArm | None) -> list[str]:
    words = "AUC by what the view shows (95 %)" if apart else "AUC (95 %)"
    header = ["", "studies", "positive", words]
    header += ["AUC by the study's truth (95 %)"] if apart else []
    header += [f"p against {primary}"]
    return [*header, *(["AUC, published"] if printed is not None else [])]
