"""The result card: one study's result as rich text that Qt's labels understand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from slicer.i18n import tr as _

from CardioAILib.decide import INDETERMINATE
from CardioAILib.mrml.outputs import explained_class
from CardioAILib.panel.cardparts import band, gauge, heading, paragraph, small, table
from CardioAILib.panel.classcard import (
    class_arms_part,
    classes_part,
    contributions_part,
    measurements_part,
)
from CardioAILib.panel.echocard import by_view_part, motion_part
from CardioAILib.panel.publishedcard import published_part
from CardioAILib.panel.quantitycard import value_arms_part, value_part, value_views_part
from CardioAILib.panel.readingcard import reading_part
from CardioAILib.panel.scancard import positive_part, uptake_part
from CardioAILib.panel.viewscard import (
    NEUTRAL,
    chance_notes,
    in_doubt_text,
    notes_above,
    rule_out_text,
    shares_part,
    views_part,
)
from CardioAILib.report.wording import near_heart
from CardioAILib.results import ArmResult, Attention, Finding, Result
from CardioAILib.system import System
from CardioAILib.task import Quantity
from CardioAILib.verbs.optional import INCOMPLETE
from CardioAILib.verbs.planar import is_planar

DEMONSTRATION = "demonstration"
"""Name of the finding that a model learned from simulated images."""
HALF = 0.5
GOOD, BAD = "#2e8b57", "#d0392f"
"""Inks between the two, so that they read on light and on dark ground."""


def card_html(
    result: Result, system: System, *, notes: Sequence[str] = (), sex: str | None = None
) -> str:
    """Return a result as rich text.

    Args:
        result: What the model says.
        system: The declaration of the model that said it.
        notes: What else stands above everything.
        sex: "female" or "male" for the normal ranges; None for those of both.

    Returns:
        HTML in the subset of `QTextDocument`; it sets no background of its own, so that it reads
        in light and dark themes.
    """
    parts = [
        band(result.note, "danger"),
        *(band(note, "caution") for note in (*demonstration_notes(result), *notes)),
        *chance_notes(system),
        *notes_above(result),
        *own_parts(result, system, sex),
        published_part(result, system),
    ]
    return "".join(parts)


def own_parts(result: Result, system: System, sex: str | None) -> list[str]:
    """Return what is said of two classes, of several, or of a measured quantity."""
    if isinstance(system.task, Quantity):
        return quantity_parts(result, system, system.task)
    return several_parts(result, system, sex) if system.task.several else two_parts(result, system)


def quantity_parts(result: Result, system: System, task: Quantity) -> list[str]:
    """Return what is said of a measured quantity."""
    return [
        value_part(result, task),
        value_views_part(result, system, task),
        attention_part(
            result.attention, explained_class(result, system), near_heart(system, result.attention)
        ),
        shares_part(result.attention),
        findings_part(result.findings),
        value_arms_part(result, task),
    ]


def two_parts(result: Result, system: System) -> list[str]:
    """Return what is said where there are two classes."""
    return [
        decision_part(result.arms[result.primary], result.primary, system),
        by_view_part(result, system) or views_part(result.arms[result.primary], system),
        attention_part(
            result.attention, system.task.names[1], near_heart(system, result.attention)
        ),
        shares_part(result.attention),
        findings_part(result.findings),
        arms_part(result),
        reading_part(result, system),
        uptake_part(result) if is_planar(system) else "",
        motion_part(result),
    ]


def several_parts(result: Result, system: System, sex: str | None) -> list[str]:
    """Return what is said where there are more classes than two."""
    return [
        classes_part(result, system),
        positive_part(result, system),
        uptake_part(result) if is_planar(system) else "",
        attention_part(
            result.attention, explained_class(result, system), near_heart(system, result.attention)
        ),
        findings_part(result.findings),
        contributions_part(result),
        class_arms_part(result),
        "" if is_planar(system) else measurements_part(result.measurements, sex),
    ]


def demonstration_notes(result: Result) -> list[str]:
    """Return that a demonstration model speaks, where one does."""
    told = [finding.message for finding in result.findings if finding.check == DEMONSTRATION]
    return [_("Demonstration model: {message}.").format(message=message) for message in told]


def decision_part(arm: ArmResult, name: str, system: System) -> str:
    """Return the score of the proposed arm with its range, and the decision."""
    positive = system.task.names[1]
    called = arm.decision or _("no decision")
    color = color_of(arm.decision, positive)
    digits = digits_apart(arm.score, arm.threshold)
    score = f"{arm.score:.{digits}f}"
    said = _("Score for {name}: {score}").format(name=positive, score=score)
    lines = [
        in_doubt_text(arm, system),
        threshold_text(arm.threshold, positive, digits),
        rule_out_text(arm, system),
        meaning_text(name),
    ]
    return (
        heading(called, color)
        + paragraph(f"<b>{escape(said)}</b>{escape(range_text(arm.members))}")
        + gauge(arm.score, arm.threshold, color)
        + small(" ".join(filter(None, lines)))
    )


def color_of(decision: str | None, positive: str) -> str:
    """Return the ink of a decision: of none, and of an indeterminate one, a neutral one."""
    if decision in (None, INDETERMINATE):
        return NEUTRAL
    return BAD if decision == positive else GOOD


def digits_apart(score: float, threshold: float | None) -> int:
    """Return how many decimals tell a score from its threshold: two, or more where they are close.

    A score on the threshold is positive, so that equal numbers must not stand for unequal ones.
    """
    if threshold is None or score == threshold:
        return 2
    return next((n for n in (2, 3, 4) if round(score, n) != round(threshold, n)), 6)


def range_text(members: Sequence[float]) -> str:
    """Return how far the members of a cross-fitted model are apart."""
    if len(members) < 2:
        return ""
    lowest, highest = f"{min(members):.2f}", f"{max(members):.2f}"
    text = _(" ({lowest} to {highest} over {count} members)")
    return text.format(lowest=lowest, highest=highest, count=len(members))


def threshold_text(threshold: float | None, positive: str, digits: int = 2) -> str:
    """Return from which score on the decision is positive."""
    if threshold is None:
        return _("The publication chooses the threshold on the test cohort: none for one study.")
    return _("Called {name} at a score of {threshold} or higher.").format(
        name=positive, threshold=f"{threshold:.{digits}f}"
    )


def meaning_text(arm: str) -> str:
    """Return what the number is, and who says it."""
    return _("The score is an uncalibrated probability from the arm {arm}.").format(arm=arm)


def attention_part(attention: Attention | None, positive: str, near: str) -> str:
    """Return the audit's sentence: how much of the heatmap lies on the heart.

    Args:
        attention: The audit, or None where there is no heatmap, or no segmentation beside it.
        positive: The class whose evidence the heatmap shows.
        near: What counts as looking at the heart, in words.
    """
    if attention is None:
        return paragraph(
            escape(_("Not audited: no heatmap was made, or no segmentation shows the heart."))
        )
    if attention.inside is None:
        text = _("Audit: the map of {arm} holds no evidence for {name} anywhere.")
        return paragraph(escape(text.format(arm=attention.arm, name=positive)))
    percent = {"inside": _percent(attention.inside), "area": _percent(attention.area)}
    text = _("{inside} of the heatmap lies {near}, where an even map would have {area}.")
    sentence = escape(
        " ".join([text.format(**percent, near=near), zone_text(attention.zone)]).strip()
    )
    if not attention.flagged:
        return paragraph(
            f'<b style="color:{GOOD}">{escape(_("Audit: not flagged."))}</b> {sentence}'
        )
    doubt = escape(_("More of it lies outside than on it: do not rely on this answer."))
    flag = f'<b style="color:{BAD}">{escape(_("FLAGGED."))}</b>'
    return paragraph(f"{flag} {sentence} {doubt}")


def zone_text(zone: str) -> str:
    """Return where most of the evidence lies; empty where that was not asked."""
    texts = {
        "heart": _("Zone: the heart."),
        "border": _("Zone: the border of the heart."),
        "outside": _("Zone: outside the heart."),
    }
    return texts.get(zone, "")


def findings_part(findings: Iterable[Finding]) -> str:
    """Return what a reader should know of the input, but for what stands in a band already."""
    above = (DEMONSTRATION, INCOMPLETE)
    shown = [finding.message for finding in findings if finding.check not in above]
    if not shown:
        return ""
    lines = "<br>".join(f"• {escape(message)}" for message in shown)
    return paragraph(f"<b>{escape(_('Notes:'))}</b><br>{lines}")


def arms_part(result: Result) -> str:
    """Return what the other arms say, the control among them."""
    if len(result.arms) < 2:
        return ""
    header = [_("arm"), _("score"), _("threshold"), _("decision")]
    rows = [
        [name, f"{arm.score:.2f}", _number(arm.threshold), arm.decision or "–"]
        for name, arm in result.arms.items()
    ]
    return table([header, *rows], bold=result.primary)


def _percent(share: float) -> str:
    """Return a share in percent; with a decimal where rounding would hide the side of one half."""
    return f"{share:.1%}" if round(share, 2) == HALF != share else f"{share:.0%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
