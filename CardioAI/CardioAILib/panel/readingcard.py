"""What the result card says of the arm that tells what each feature adds."""

from __future__ import annotations

from html import escape

from slicer.i18n import tr as _

from CardioAILib.panel.cardparts import paragraph, table
from CardioAILib.panel.classcard import contribution_row
from CardioAILib.panel.findings import cell_of
from CardioAILib.report.measured import shown
from CardioAILib.report.wording import told_class
from CardioAILib.results import Contribution, Result
from CardioAILib.system import System
from CardioAILib.verbs.cells import items_of

STRONGEST = 8
"""Findings that the card lists; the table in the scene has all."""


def reading_part(result: Result, system: System) -> str:
    """Return what each finding or measurement adds to class 1 in the arm that tells it."""
    name = next((own for own, arm in result.arms.items() if arm.contributions), None)
    if name is None:
        return ""
    arm = result.arms[name]
    text = _(
        "Evidence for {positive} in the arm {arm}, beside an average case (negative: against it):"
    )
    said = text.format(positive=told_class(arm, system), arm=name)
    header = [_("finding"), _("value"), _("evidence (logit)")]
    spoke = [one for one in arm.contributions if one.evidence != 0]
    rows = [_row(one, system) for one in spoke[:STRONGEST]]
    return paragraph(f"<b>{escape(said)}</b>") + table([header, *rows])


def _row(one: Contribution, system: System) -> list[str]:
    item = next((item for item in items_of(system) if item.column == one.feature), None)
    if item is None:
        return contribution_row(one)
    value = _("not assessed")
    if one.value is not None:
        cell = shown(one.value) if item.kind == "number" else cell_of(item, one.value)
        value = f"{cell} {item.unit}".strip()
    return [item.label, value, f"{one.evidence:+.2f}"]
