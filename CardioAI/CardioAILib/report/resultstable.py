"""Results as a table for machines, a row a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from CardioAILib.io.table import write_lines
from CardioAILib.measurements.planar.names import PLANAR_MEASUREMENTS
from CardioAILib.report.measured import is_known
from CardioAILib.results import Result, arm_names
from CardioAILib.task import Classes, Task
from CardioAILib.verbs.planar import HEART_SEGMENTED, VISUAL_GRADE
from CardioAILib.verbs.positives import asked, positive_probability


def write_results_table(
    results: Sequence[Result],
    path: Path,
    task: Task | None = None,
    truth: Sequence[str] = (),
) -> Path:
    """Write results as CSV, a row a study.

    What was measured on planar scans stands beside the networks' answers; of other images a table
    of its own tells it.

    Args:
        results: The results.
        path: The table.
        task: The task, whose several classes name the columns; numbers stand in for them.
        truth: True class, or value, of each result, where that is known.
    """
    arms = list(arm_names(results))
    names = () if task is None else task.names
    told = {arm: _class_columns(results, arm, names) for arm in arms}
    header = ["subject", "study", *(["truth"] if truth else [])]
    header += [f"{arm}_score" for arm in arms]
    header += [f"{arm}_{name}" for arm in arms for name in told[arm]]
    header += [f"{arm}_decision" for arm in arms]
    header += ["heatmap_on_or_near_heart", "attention_flag"]
    header += ["findings", "fold", "definition", "weights"]
    views, regions = _views(results), _regions(results)
    yes, measured = _positive_columns(told, task), _uptake_columns(results)
    header += [*(f"{arm}_{view}" for arm, view in views), *regions.values()]
    rows = [[*header, *yes, *measured]]
    for index, result in enumerate(results):
        known = [truth[index]] if truth else []
        own = [result.subject, result.study, *known, *_result_cells(result, told)]
        own += [*_view_cells(result, views), *_region_cells(result, regions)]
        rows.append([*own, *_positive_cells(result, yes, task), *_uptake_cells(result, measured)])
    write_lines(rows, path)
    return path


def _positive_columns(told: Mapping[str, Sequence[str]], task: Task | None) -> dict[str, str]:
    """Return the arm of each column that sums the probabilities of the positive classes."""
    if not isinstance(task, Classes) or not task.positive:
        return {}
    return {f"{arm}_P({asked(task)})": arm for arm, names in told.items() if names}


def _positive_cells(result: Result, columns: Mapping[str, str], task: Task | None) -> list[str]:
    found = (result.arms.get(arm) for arm in columns.values())
    return [
        ""
        if own is None or not isinstance(task, Classes) or not own.probabilities
        else f"{positive_probability(task, own.probabilities):.6f}"
        for own in found
    ]


def _uptake_columns(results: Sequence[Result]) -> list[str]:
    """Return what was measured on planar scans: the visual rule's grade first, ratios last."""
    known = {name for result in results for name in result.measurements}
    names = (VISUAL_GRADE, HEART_SEGMENTED, *PLANAR_MEASUREMENTS)
    return [name for name in names if name in known]


def _uptake_cells(result: Result, columns: Sequence[str]) -> list[str]:
    values = (result.measurements.get(name) for name in columns)
    return [f"{value:.6g}" if is_known(value) else "" for value in values]


def _views(results: Sequence[Result]) -> list[tuple[str, str]]:
    """Return each arm and view that spoke by itself."""
    found = [(arm, own) for result in results for arm, own in result.arms.items()]
    return list(dict.fromkeys((arm, view) for arm, own in found for view in own.by_input))


def _regions(results: Sequence[Result]) -> dict[str, str]:
    """Return the column of each region in which a map was measured."""
    told = [result.attention.shares for result in results if result.attention is not None]
    names = dict.fromkeys(name for shares in told for name in shares)
    return {name: f"heatmap_on_{name.replace(' ', '_')}_share" for name in names}


def _view_cells(result: Result, views: Sequence[tuple[str, str]]) -> list[str]:
    scores = (result.arms[a].by_input.get(v) if a in result.arms else None for a, v in views)
    return ["" if score is None else f"{score:.6f}" for score in scores]


def _region_cells(result: Result, regions: Mapping[str, str]) -> list[str]:
    shares = {} if result.attention is None else result.attention.shares
    return [f"{shares[name]:.4f}" if name in shares else "" for name in regions]


def _class_columns(results: Sequence[Result], arm: str, names: Sequence[str]) -> list[str]:
    """Return the names of an arm's probabilities; none of two classes, whose score says all."""
    count = max(len(result.arms[arm].probabilities) for result in results if arm in result.arms)
    return list(names) if len(names) == count else [f"class_{k}" for k in range(count)]


def _result_cells(result: Result, told: Mapping[str, Sequence[str]]) -> list[object]:
    found = {arm: result.arms.get(arm) for arm in told}
    probabilities: list[str] = []
    for arm, own in found.items():
        empty = [""] * len(told[arm])
        probabilities += empty if own is None else [f"{p:.6f}" for p in own.probabilities]
    return [
        *("" if own is None else f"{own.score:.6f}" for own in found.values()),
        *probabilities,
        *("" if own is None else own.decision or "" for own in found.values()),
        *attention_cells(result),
        "; ".join(finding.message for finding in result.findings),
        "" if result.fold is None else result.fold + 1,
        result.provenance.definition,
        result.provenance.weights,
    ]


def attention_cells(result: Result) -> list[str]:
    """Return the share of the heatmap on the heart or its margin, and whether it is flagged."""
    attention = result.attention
    if attention is None:
        return ["", ""]
    inside = "none" if attention.inside is None else f"{attention.inside:.3f}"
    return [inside, "flagged" if attention.flagged else ""]
