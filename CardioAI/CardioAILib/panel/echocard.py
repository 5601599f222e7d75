"""What is said of echo: the answer by view and of all combined, the source's own, wall motion."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
from slicer.i18n import tr as _

from CardioAILib.measurements import SEGMENTS
from CardioAILib.measurements.echo import ViewCurves
from CardioAILib.measurements.echo.names import MOVING_SEGMENTS, score_column
from CardioAILib.panel.cardparts import band, paragraph, small, table
from CardioAILib.panel.viewscard import view_row
from CardioAILib.report.byview import view_scores
from CardioAILib.report.measured import is_known
from CardioAILib.report.wording import joins_views
from CardioAILib.results import RESEARCH_ONLY, Result
from CardioAILib.system import System

PERCENT = 100.0


def by_view_part(result: Result, system: System) -> str:
    """Return what the network of each view says alone, above what they say together.

    Empty for systems whose primary arm joins no others.
    """
    seen = view_scores(result)
    if not joins_views(system, system.primary) or not seen:
        return ""
    title = paragraph(f"<b>{escape(_('By view, each from a network of its own:'))}</b>")
    rows = "".join(view_row(view, seen.get(view)) for view in system.inputs)
    both = view_row(_("combined"), result.arms[result.primary].score)
    drawn = f'<table width="100%" cellpadding="2" cellspacing="0">{rows}{both}</table>'
    return title + drawn + published_by_view(system)


def published_by_view(system: System) -> str:
    """Return the AUROCs that the source printed of each view; empty where it did not."""
    for arms in system.published.tests.values():
        found = arms.get(system.primary)
        if found is not None and found.by_input and found.auc is not None:
            parts = [f"{name} {auc:.3f}" for name, auc in found.by_input.items()]
            text = _("The source's own AUROC: {views}, combined {auc}.")
            return small(text.format(views=", ".join(parts), auc=f"{found.auc:.3f}"))
    return ""


def first_words() -> dict[str, str]:
    """Return the words of the values that the panel shows; the table in the scene has all."""
    return {
        "EF_percent": _("Ejection fraction, %"),
        "biplane_EDV_ml": _("End-diastolic volume, biplane, ml"),
        "biplane_ESV_ml": _("End-systolic volume, biplane, ml"),
        "FAC_percent": _("Fractional area change, %"),
        "length_shortening_percent": _("Shortening of the long axis, %"),
        "GLS_percent": _("Longitudinal shortening of the endocardium, %"),
        "wall_motion_score_index": _("Wall motion score index"),
    }


def score_words() -> dict[int, str]:
    """Return the words of wall motion scores above 1, which is normal."""
    return {2: _("hypokinetic"), 3: _("akinetic"), 4: _("dyskinetic")}


def motion_html(values: Mapping[str, float]) -> str:
    """Return what was measured as the section Wall motion shows it."""
    return band(RESEARCH_ONLY, "danger") + motion_table(values) + segments_part(values)


def motion_part(result: Result) -> str:
    """Return what was measured on the segmentations beside the networks; empty without any."""
    told = motion_table(result.measurements) + segments_part(result.measurements)
    if not told:
        return ""
    title = _("Measured on the segmentations, without a network:")
    return paragraph(f"<b>{escape(title)}</b>") + told


def motion_table(values: Mapping[str, float]) -> str:
    """Return the first values as a table; empty where none is known."""
    words = first_words()
    rows = [[words[name], f"{values[name]:.1f}"] for name in words if is_known(values.get(name))]
    return table([[_("measurement"), _("value")], *rows]) if rows else ""


def segments_part(values: Mapping[str, float]) -> str:
    """Return the segments that move too little, by their score; or that none does."""
    scores = {number: values.get(score_column(number)) for number in MOVING_SEGMENTS}
    known = {number: int(score) for number, score in scores.items() if is_known(score)}
    if not known:
        return ""
    wrong = []
    for score, word in score_words().items():
        named = [f"{SEGMENTS[n - 1]} ({n})" for n, own in known.items() if own == score]
        wrong += [f"{word} {', '.join(named)}"] if named else []
    text = _("{count} segments seen, none moves too little.").format(count=len(known))
    if wrong:
        text = _("Of {count} segments seen, these move too little: {names}.")
        text = text.format(count=len(known), names="; ".join(wrong))
    return paragraph(escape(text))


def area_rows(curves: Mapping[str, ViewCurves]) -> list[dict[str, float]]:
    """Return the area of the cavity of each view, % of its largest, by time in ms."""
    axis, rows = _("time, ms"), []
    for view, one in curves.items():
        area = np.asarray(one.area, float)
        times = np.asarray(one.times_ms, float)
        if not np.isfinite(area).any():
            continue
        if not (len(times) == len(area) and np.isfinite(times).all()):
            times = np.arange(len(area), dtype=float)
        share = PERCENT * area / np.nanmax(area)
        pairs = zip(times.tolist(), share.tolist(), strict=True)
        rows += [{axis: time, view: value} for time, value in pairs if value == value]
    return rows
