"""What the result card says where there are more classes than two, and of measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from slicer.i18n import tr as _

from CardioAILib.panel.cardparts import gauge, heading, paragraph, small, table
from CardioAILib.published import Published
from CardioAILib.report.contributions import arm_that_tells
from CardioAILib.report.healthy import measurement_rows
from CardioAILib.report.measured import is_known, label_of, shown
from CardioAILib.results import ArmResult, Contribution, Result
from CardioAILib.system import System

CALLED, OTHER = "#2f6fb0", "#9fb4c7"
"""Blues of the bars, told apart by their lightness too: no class is good or bad."""
STRONGEST = 8
"""Features that the card lists; the table in the scene has all."""


def classes_part(result: Result, system: System) -> str:
    """Return the decision, a bar for each class, and whom the source has studied."""
    arm = result.arms[result.primary]
    called = arm.decision or _("no decision")
    said = _("Probability of {name}: {score}").format(name=called, score=f"{arm.score:.2f}")
    return (
        heading(called, CALLED)
        + paragraph(f"<b>{escape(said)}</b>")
        + class_bars(arm, system.task.names)
        + small(_("Uncalibrated probabilities from the arm {arm}.").format(arm=result.primary))
        + caution_part(system.published)
    )


def caution_part(published: Published) -> str:
    """Return what a reader must know of the source's own evidence: whom it has studied."""
    return small(f"<b>{escape(_('Caution.'))}</b> {escape(published.caution)}", html=True)


def class_bars(arm: ArmResult, names: Sequence[str]) -> str:
    """Return a row a class: its name, a bar as long as its probability, the range of members."""
    rows = "".join(
        _class_row(name, value, [member[index] for member in arm.by_member], name == arm.decision)
        for index, (name, value) in enumerate(zip(names, arm.probabilities, strict=True))
    )
    return f'<table width="100%" cellpadding="2" cellspacing="0">{rows}</table>'


def _class_row(name: str, value: float, members: Sequence[float], called: bool) -> str:
    strong = f"<b>{escape(name)}</b>" if called else escape(name)
    return (
        f'<tr><td width="22%">{strong}</td>'
        f'<td width="46%">{gauge(value, None, CALLED if called else OTHER)}</td>'
        f'<td width="32%">{escape(probability_text(value, members))}</td></tr>'
    )


def probability_text(value: float, members: Sequence[float]) -> str:
    """Return a probability with how far the members of a cross-fitted model are apart."""
    if len(members) < 2:
        return f"{value:.2f}"
    return f"{value:.2f} ({_span(members)})"


def class_arms_part(result: Result) -> str:
    """Return what every arm says, where there are several."""
    if len(result.arms) < 2:
        return ""
    header = [_("arm"), _("decision"), _("its probability"), _("members")]
    rows = [
        [name, arm.decision or "–", f"{arm.score:.2f}", _span(arm.members)]
        for name, arm in result.arms.items()
    ]
    return table([header, *rows], bold=result.primary)


def contributions_part(result: Result) -> str:
    """Return which features of this case spoke for the class, and which against it."""
    name = arm_that_tells(result)
    if name is None:
        return ""
    arm = result.arms[name]
    text = _("What speaks for {decision} in the arm {arm}, beside an average case:")
    header = [_("feature"), _("value"), _("evidence (logit)")]
    rows = [contribution_row(one) for one in arm.contributions[:STRONGEST]]
    rest = arm.contributions[STRONGEST:]
    if rest:
        others = _("{count} others together").format(count=len(rest))
        rows.append([others, "", f"{sum(one.evidence for one in rest):+.2f}"])
    said = escape(text.format(decision=arm.decision, arm=name))
    return paragraph(f"<b>{said}</b>") + table([header, *rows])


def contribution_row(one: Contribution) -> list[str]:
    """Return feature, value and evidence of one contribution."""
    value = _("not measured") if one.value is None else shown(one.value)
    return [label_of(one.feature), value, f"{one.evidence:+.2f}"]


def measurements_part(values: Mapping[str, float], sex: str | None) -> str:
    """Return what was measured and has a range of healthy adults; a table node has the rest.

    Args:
        values: Measurements by name.
        sex: "female" or "male"; None for the ranges of both.
    """
    known = {name: value for name, value in values.items() if is_known(value)}
    if not known:
        return ""
    (_head, *rows), _others, sources = measurement_rows(known, sex)
    header = [_("measurement"), _("value"), _("healthy adults"), ""]
    cells = [[name, f"{value} {unit}".strip(), *own] for name, value, unit, *own in rows]
    told = _("Healthy adults: {sources}. A table in the scene has all measurements.")
    title = paragraph(f"<b>{escape(_('Measured on the segmentation:'))}</b>")
    return title + table([header, *cells]) + small(told.format(sources="; ".join(sources)))


def _span(members: Sequence[float]) -> str:
    return f"{min(members):.2f} to {max(members):.2f}" if len(members) > 1 else "–"
