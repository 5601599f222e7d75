"""A page on one result: what was said, how far to trust it, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from CardioAILib.decide import Max
from CardioAILib.report.picture import Picture
from CardioAILib.report.singleclasses import class_parts
from CardioAILib.report.singlepictures import draw_slice_scores
from CardioAILib.report.tables import Rows, published_cells
from CardioAILib.report.template import render, write_page
from CardioAILib.results import Result
from CardioAILib.system import System
from CardioAILib.verbs.batch import result_path

TEMPLATE, CLASS_TEMPLATE = "single.html", "singleclasses.html"
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
    scores = draw_slice_scores(result, system)
    own = class_parts(result, system, developed, facts or {}) if system.task.several else None
    text = render(
        TEMPLATE if own is None else CLASS_TEMPLATE,
        result=result,
        system=system,
        developed=developed,
        loud=[f.message for f in result.findings if f.check == LOUD],
        findings=[f for f in result.findings if f.check != LOUD],
        seen=not known.isdisjoint(result.provenance.inputs.values()),
        pooling="highest" if isinstance(system.pool, Max) else "mean",
        pictures=[(p.caption, p.address) for p in pictures],
        scores=None if scores is None else scores.address,
        origin=result.provenance,
        **(own or two_class_parts(result, system, developed)),
    )
    return write_page(text, path)


def two_class_parts(result: Result, system: System, developed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page on a result of two classes shows of its own."""
    return {
        "main": dict(zip(ARM_COLUMNS, arm_row(result, result.primary), strict=True)),
        "arms": [ARM_COLUMNS, *(arm_row(result, arm) for arm in result.arms)],
        "published": published_rows(result, system, developed),
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
    for test in system.published.tests:
        header += [f"published {test}: AUC", f"published {test}: specificity"]
    rows = [header]
    for arm in result.arms:
        row = [arm, _developed_auc(developed, arm)]
        for arms in system.published.tests.values():
            row += published_cells(arms.get(arm))
        rows.append(row)
    return rows


def _developed_auc(developed: Mapping[str, Any], arm: str) -> str:
    if arm not in developed.get("auc", {}):
        return "not known"
    low, high = developed["auc interval"][arm]
    return f"{developed['auc'][arm]:.2f} ({low:.2f} to {high:.2f})"
