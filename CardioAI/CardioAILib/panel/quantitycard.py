"""What the result card says of a measured quantity."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from slicer.i18n import tr as _

from CardioAILib.panel.cardparts import heading, paragraph, small, table
from CardioAILib.panel.viewscard import NEUTRAL
from CardioAILib.report.byview import view_scores
from CardioAILib.report.quantitywords import with_unit
from CardioAILib.results import Result
from CardioAILib.system import System
from CardioAILib.task import Quantity


def value_part(result: Result, task: Quantity) -> str:
    """Return the value of the proposed arm, and how far its members are apart."""
    arm = result.arms[result.primary]
    told = f"{task.label_text}: {with_unit(task, arm.score)}"
    text = _("A value from the arm {arm}. It has no limit between normal and abnormal.")
    spread = span(arm.members, task)
    members = paragraph(escape(_("Members: {span}.").format(span=spread))) if spread else ""
    return heading(told, NEUTRAL) + members + small(text.format(arm=result.primary))


def value_views_part(result: Result, system: System, task: Quantity) -> str:
    """Return what each view says alone; views that are missing are said too."""
    seen = view_scores(result)
    if not seen:
        return ""
    rows = [
        [view, with_unit(task, seen[view]) if view in seen else _("missing")]
        for view in system.inputs
    ]
    return table([[_("view"), task.label_text], *rows])


def value_arms_part(result: Result, task: Quantity) -> str:
    """Return what every arm says, where there are several."""
    if len(result.arms) < 2:
        return ""
    rows = [
        [name, with_unit(task, arm.score), span(arm.members, task) or "\N{EN DASH}"]
        for name, arm in result.arms.items()
    ]
    return table([[_("arm"), task.label_text, _("members")], *rows], bold=result.primary)


def span(members: Sequence[float], task: Quantity) -> str:
    """Return how far the members of a cross-fitted model are apart; empty of one."""
    if len(members) < 2:
        return ""
    return f"{with_unit(task, min(members))} to {with_unit(task, max(members))}"
