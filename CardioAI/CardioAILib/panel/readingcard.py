"""What the result card says of the arm that learns from a reader's findings."""

from __future__ import annotations

from html import escape

from slicer.i18n import tr as _

from CardioAILib.decide import INDETERMINATE
from CardioAILib.panel.cardparts import paragraph, table
from CardioAILib.panel.findings import cell_of, items_of
from CardioAILib.report.measured import shown
from CardioAILib.results import Contribution, Result
from CardioAILib.system import System

STRONGEST = 8
"""Findings that the card lists; the table in the scene has all."""


def reading_part(result: Result, system: System) -> str:
    """Return what each finding adds to the answer of the arm that learns from findings."""
    name = next((own for own, arm in result.arms.items() if arm.contributions), None)
    if name is None:
        return ""
    arm = result.arms[name]
    text = _("What speaks for {positive} in the arm {arm}, beside an average case:")
    unclear = arm.decision in (None, INDETERMINATE)
    said = text.format(positive=system.task.names[-1] if unclear else arm.decision, arm=name)
    header = [_("finding"), _("value"), _("evidence (logit)")]
    spoke = [one for one in arm.contributions if one.evidence != 0]
    rows = [_row(one, system) for one in spoke[:STRONGEST]]
    return paragraph(f"<b>{escape(said)}</b>") + table([header, *rows])


def _row(one: Contribution, system: System) -> list[str]:
    item = next((item for item in items_of(system) if item.column == one.feature), None)
    if one.value is None:
        value = _("not assessed")
    elif item is None or item.kind == "number":
        value = shown(one.value)
    else:
        value = str(cell_of(item, one.value))
    unit = "" if item is None or one.value is None else item.unit
    label = one.feature if item is None else item.label
    return [label, f"{value} {unit}".strip(), f"{one.evidence:+.2f}"]
