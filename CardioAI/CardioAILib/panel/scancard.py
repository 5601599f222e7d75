"""What is said of a planar scan beside the network's answer: ratios and the visual rule."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from slicer.i18n import tr as _

from CardioAILib.measurements.planar import Suggestion
from CardioAILib.panel.cardparts import band, gauge, paragraph, small, table
from CardioAILib.report.measured import is_known, label_of, shown
from CardioAILib.report.uptakerows import suggested
from CardioAILib.results import RESEARCH_ONLY, Result
from CardioAILib.system import System
from CardioAILib.verbs.positives import positive_probability

POSITIVE = "#b3541e"
"""Ink of what speaks for amyloidosis; read by its lightness too."""
FIRST = (
    "heart_to_contralateral",
    "heart_to_ribs",
    "heart_to_ribs_net",
    "heart_to_sternum",
    "heart_to_whole_body_percent",
    "heart_counts_per_pixel",
)
"""Values that the panel shows; the table in the scene has all."""
SPREAD = "_sd"


def positive_part(result: Result, system: System) -> str:
    """Return the probability of the grades that count as positive, with a bar."""
    positive = system.task.positive
    if not positive:
        return ""
    share = positive_probability(system.task, result.arms[result.primary].probabilities)
    text = _("Probability of {names}: {share}")
    said = text.format(names=_(" or ").join(positive), share=f"{share:.2f}")
    return paragraph(f"<b>{escape(said)}</b>") + gauge(share, None, POSITIVE)


def uptake_part(result: Result) -> str:
    """Return what was measured on a scan beside the network; empty where nothing was."""
    values = {name: one for name, one in result.measurements.items() if is_known(one)}
    if not values:
        return ""
    title = paragraph(f"<b>{escape(_('Measured on the scan, regions placed automatically:'))}</b>")
    return title + suggestion_part(suggested(result)) + values_table(values)


def uptake_html(values: Mapping[str, float], suggestion: Suggestion) -> str:
    """Return values and visual rule as the section Regions shows them."""
    return band(RESEARCH_ONLY, "danger") + suggestion_part(suggestion) + values_table(values)


def suggestion_part(suggestion: Suggestion) -> str:
    """Return what the visual rule says, and why."""
    said = _("Visual rule (Perugini): no grade")
    if suggestion.grade is not None:
        said = _("Visual rule (Perugini): grade {grade}").format(grade=suggestion.grade)
    return paragraph(f"<b>{escape(said)}</b>") + small(suggestion.reason)


def values_table(values: Mapping[str, float]) -> str:
    """Return the first values as a table, each with its uncertainty by counts where it has one."""
    rows = [[label_of(name), told(values, name)] for name in FIRST if name in values]
    return table([[_("measurement"), _("value")], *rows])


def told(values: Mapping[str, float], name: str) -> str:
    """Return a value with its standard deviation, as in "1.42 ± 0.03"."""
    spread = values.get(name + SPREAD)
    if not is_known(values[name]) or not is_known(spread):
        return shown(values[name])
    return f"{values[name]:.2f} ± {spread:.2f}"
