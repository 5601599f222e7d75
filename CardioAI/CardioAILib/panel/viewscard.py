"""What the result card says of several views, of a band of doubt, and of where maps lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from slicer.i18n import tr as _

from CardioAILib.decide import INDETERMINATE
from CardioAILib.panel.cardparts import band, gauge, paragraph, table
from CardioAILib.results import ArmResult, Attention, Finding, Result
from CardioAILib.system import System
from CardioAILib.verbs.optional import INCOMPLETE

NEUTRAL = "#6b7885"
"""Ink of what is neither one nor the other."""
SHARES = ("heart", "pericardial band", "elsewhere")
"""Regions whose shares sum to 1, in the order of the card; others stand behind them."""


def incomplete_notes(findings: Iterable[Finding]) -> list[str]:
    """Return that views are missing, where some are: it stands above the answer."""
    told = (one.message for one in findings if one.check == INCOMPLETE)
    return [_("Incomplete study: {message}.").format(message=message) for message in told]


def chance_notes(system: System) -> list[str]:
    """Return that the source's own result was near chance, where it was, as a band."""
    published = system.published
    if not published.near_chance:
        return []
    text = _("Research - near chance in the source study. {caution}")
    return [band(text.format(caution=published.caution), "caution")]


def in_doubt_text(arm: ArmResult, system: System) -> str:
    """Return between which points an indeterminate score lies; empty for any other."""
    rule_out = getattr(system.decide, "rule_out", None)
    if arm.decision != INDETERMINATE or rule_out is None or arm.threshold is None:
        return ""
    text = _(
        "Between the rule-out point {low} and the threshold {high}: neither ruled out nor called."
    )
    return text.format(low=f"{rule_out:g}", high=f"{arm.threshold:g}")


def rule_out_text(arm: ArmResult, system: System) -> str:
    """Return below which score the disease counts as ruled out; empty without such a point."""
    rule_out = getattr(system.decide, "rule_out", None)
    if rule_out is None or arm.decision == INDETERMINATE:
        return ""
    text = _("Ruled out below {low}; indeterminate from there to the threshold.")
    return text.format(low=f"{rule_out:g}")


def views_part(arm: ArmResult, system: System) -> str:
    """Return a bar for each view: what it says alone; views that are missing are said too."""
    if not arm.by_input:
        return ""
    title = paragraph(f"<b>{escape(_('By view, whose mean is the score:'))}</b>")
    rows = "".join(view_row(name, arm.by_input.get(name)) for name in system.inputs)
    return title + f'<table width="100%" cellpadding="2" cellspacing="0">{rows}</table>'


def view_row(name: str, score: float | None) -> str:
    """Return a row with a view's name, a bar, and its score; a view that is missing is said."""
    said = _("missing") if score is None else f"{score:.2f}"
    bar = "" if score is None else gauge(score, None, NEUTRAL)
    return (
        f'<tr><td width="22%">{escape(name)}</td><td width="56%">{bar}</td>'
        f'<td width="22%">{escape(said)}</td></tr>'
    )


def shares_part(attention: Attention | None) -> str:
    """Return how the heatmap's evidence is shared out, of all views and of each."""
    if attention is None or not attention.shares:
        return ""
    known = [name for name in SHARES if name in attention.shares]
    regions = [*known, *(name for name in attention.shares if name not in SHARES)]
    header = [_("heatmap of"), *(region.replace("_", " ") for region in regions)]
    rows = [_share_row(_("all views"), attention.shares, regions)]
    if len(attention.by_input) > 1:
        rows += [_share_row(name, own, regions) for name, own in attention.by_input.items()]
    return table([header, *rows])


def _share_row(name: str, shares: Mapping[str, float], regions: list[str]) -> list[str]:
    cells = (shares.get(region) for region in regions)
    return [name, *("–" if cell is None else f"{cell:.0%}" for cell in cells)]


def notes_above(result: Result) -> list[str]:
    """Return incomplete views as bands above the answer."""
    return [band(note, "caution") for note in incomplete_notes(result.findings)]
