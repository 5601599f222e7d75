"""A page on one result: what was said, how far to trust it, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from CardioAILib.decide import INDETERMINATE
from CardioAILib.report.byview import lacking, view_rows
from CardioAILib.report.contributions import draw_contributions
from CardioAILib.report.heartparts import heart_parts
from CardioAILib.report.measured import is_known
from CardioAILib.report.picture import Picture
from CardioAILib.report.readersfindings import finding_rows
from CardioAILib.report.singleclasses import class_parts
from CardioAILib.report.singlepictures import draw_slice_scores
from CardioAILib.report.singlequantity import quantity_parts
from CardioAILib.report.style import address, png_of
from CardioAILib.report.tables import Rows, published_cells, published_header
from CardioAILib.report.template import render, write_page
from CardioAILib.report.uptakerows import grade_words, uptake_rows
from CardioAILib.report.viewcases import findings_told
from CardioAILib.report.wording import joins_views, near_heart, ways_of
from CardioAILib.results import Result
from CardioAILib.system import System
from CardioAILib.verbs.band import rule_out_of
from CardioAILib.verbs.batch import result_path
from CardioAILib.verbs.optional import INCOMPLETE
from CardioAILib.verbs.planar import is_planar

TEMPLATE, CLASS_TEMPLATE = "single.html", "singleclasses.html"
QUANTITY_TEMPLATE = "singlequantity.html"
PAGES = "pages"
LOUD = "demonstration"
"""The check whose finding stands in the page's banner."""


def page_path(folder: Path, subject: str, study: str) -> Path:
    """Return where the page on a study lies in a folder of results."""
    return folder / PAGES / f"{result_path(folder, subject, study).stem}.html"


def write_single(
    result: Result,
    system: System,
    summary: Mapping[str, Any],
    path: Path,
    pictures: Sequence[Picture] = (),
    facts: Mapping[str, Any] | None = None,
) -> Path:
    """Write a page on one result, a single file that appears whole or not at all.

    Args:
        result: The result; it needs no truth.
        system: The declaration that made it.
        summary: What its model learned (see `verbs.summary`).
        path: The page.
        pictures: Of the slice, outline and heatmap; see `result_pictures`.
        facts: What the cohort table says of the study; its `sex` decides which healthy range a
            measurement stands beside.

    Returns:
        The page's path.
    """
    developed = summary.get("development", {})
    known = set(developed.get("inputs", ())) - {""}
    scores = None if is_planar(system) else draw_slice_scores(result, system)
    template, own_parts = _kind(system)
    text = render(
        template,
        result=result,
        system=system,
        developed=developed,
        loud=[f.message for f in result.findings if f.check == LOUD],
        findings=[f for f in result.findings if f.check not in (LOUD, INCOMPLETE)],
        seen=not known.isdisjoint(result.provenance.inputs.values()),
        **(ways_of(system, [result.primary]) | {"near": near_heart(system, result.attention)}),
        pictures=[(p.caption, p.address) for p in pictures],
        scores=scores,
        origin=result.provenance,
        **scan_parts(result, system),
        **own_parts(result, system, developed, facts or {}),
    )
    return write_page(text, path)


def _kind(system: System) -> tuple[str, Callable[..., dict[str, Any]]]:
    """Return the template of a task, and what fills its own parts."""
    if system.task.measures:
        return QUANTITY_TEMPLATE, quantity_parts
    if system.task.several:
        return CLASS_TEMPLATE, class_parts
    return TEMPLATE, two_class_parts


def scan_parts(result: Result, system: System) -> dict[str, Any]:
    """Return what the page on a planar scan shows beside the networks: ratios and visual rule."""
    measured = is_planar(system) and any(map(is_known, result.measurements.values()))
    return {
        "uptake": uptake_rows(result.measurements) if measured else [],
        "visual": grade_words(result) if measured else "",
    }


def two_class_parts(
    result: Result, system: System, developed: Mapping[str, Any], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the page on a result of two classes shows of its own.

    Args:
        result: The result.
        system: The declaration.
        developed: What the model card says of the development data.
        facts: What the cohort table says of the study.
    """
    told = findings_told(system, result, facts)
    found = result.arms[result.primary]
    return {
        "main": dict(zip(ARM_COLUMNS, arm_row(result, result.primary), strict=True)),
        "arms": [ARM_COLUMNS, *(arm_row(result, arm) for arm in result.arms)],
        "published": published_rows(result, system, developed),
        "undecided": found.decision == INDETERMINATE,
        "rule_out": rule_out_of(system, result.primary),
        "incomplete": lacking(result),
        "by_view": view_rows(result, system),
        "joined": joins_views(system, result.primary),
        "reader": finding_rows(system, facts),
        **heart_parts({} if is_planar(system) else result.measurements, facts),
        "told": None if told is None else address(png_of(draw_contributions([told]))),
    }


ARM_COLUMNS = ["arm", "score", "range over members", "threshold", "decision"]


def arm_row(result: Result, arm: str) -> list[str]:
    """Return what one arm says, as text in the order of `ARM_COLUMNS`."""
    found = result.arms[arm]
    low, high = min(found.members), max(found.members)
    return [
        arm,
        f"{found.score:.2f}",
        f"{low:.2f} to {high:.2f}" if len(found.members) > 1 else "one member",
        "none" if found.threshold is None else f"{found.threshold:.2f}",
        found.decision or "none without a threshold",
    ]


def published_rows(result: Result, system: System, developed: Mapping[str, Any]) -> Rows:
    """Return the printed numbers of each arm, after this model's own on its development data."""
    header = ["arm", "this model, out of fold: AUC (95 %)"]
    tests = system.published.tests
    rows = [[*header, *published_header(tests)]]
    for arm in result.arms:
        rows.append([arm, _developed_auc(developed, arm), *published_cells(tests, arm)])
    return rows


def _developed_auc(developed: Mapping[str, Any], arm: str) -> str:
    if arm not in developed.get("auc", {}):
        return "not known"
    low, high = developed["auc interval"][arm]
    return f"{developed['auc'][arm]:.2f} ({low:.2f} to {high:.2f})"
