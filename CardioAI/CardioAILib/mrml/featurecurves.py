"""A feature over the frames of a cine, as a chart that can change its feature."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from CardioAILib.errors import InputError
from CardioAILib.mrml.charts import make_chart
from CardioAILib.mrml.featurecolumns import feature_columns, other_name
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import all_or_nothing, place_beside, write_attributes
from CardioAILib.mrml.tables import new_table
from CardioAILib.results import RESEARCH_ONLY

By = Literal["structure", "slice"]
Curves = Mapping[str, Sequence[float]]

TITLE_SIZE = 14
"""Points; names of features are long."""


@dataclass(frozen=True, eq=False)
class FeatureCurve:
    """The nodes of a chart.

    Args:
        chart: The vtkMRMLPlotChartNode.
        table: Its table: frames or times, and a column a series.
        made: All nodes, series too.
    """

    chart: Node
    table: Node
    made: tuple[Node, ...]


def feature_curve(
    scene: Node,
    table: Node,
    feature: str,
    *,
    by: By = "structure",
    shown: FeatureCurve | None = None,
) -> FeatureCurve:
    """Chart a feature over frames, or over time in ms where the table tells it for every row.

    Args:
        scene: The scene.
        table: Table of features with a row a frame and slice.
        feature: Name of a column.
        by: A series a structure, the mean over its slices; or a series a slice.
        shown: A chart of the same table that changes to this feature, instead of a new one.

    Raises:
        InputError: There is no such feature, or a single frame.
    """
    axis, curves = curves_of(table, feature, by)
    (x_title, xs), title = axis, _title(feature)
    columns = {x_title: xs, **curves}
    if shown is not None and _fits(scene, shown, columns):
        _refill(shown, columns, title, feature)
        return shown
    with all_or_nothing(scene) as maker:
        values = new_table(maker, f"{table.GetName()}, curve", columns)
        chart = make_chart(maker, title, values, x_title, feature)
        chart.SetTitleFontSize(TITLE_SIZE)
        for node in (values, chart):
            write_attributes(node, {"Role": "feature curve", "Note": RESEARCH_ONLY})
            write_attributes(node, {"Feature": feature})
        place_beside(scene, [values, chart], table)
    return FeatureCurve(chart, values, tuple(maker.made))


def curves_of(
    table: Node, feature: str, by: By
) -> tuple[tuple[str, list[float]], dict[str, list[float]]]:
    """Return the axis with its values, and the values of each series, from a table of features."""
    if feature not in feature_columns(table):
        raise InputError(
            got=f"the feature '{feature}'",
            wanted="a feature of the table",
            fix="choose one of its columns",
        )
    frames, values = _column(table, "frame"), _column(table, feature)
    steps = sorted({float(frame) for frame in frames})
    if len(steps) < 2:
        raise InputError(
            got="a table of a single frame",
            wanted="rows of two frames or more",
            fix="compute the features of all frames of a sequence",
        )
    cells: dict[tuple[str, float], list[float]] = {}
    series = _series_names(table, by)
    for name, frame, value in zip(series, frames, values, strict=True):
        cells.setdefault((name, frame), []).append(value)
    curves = {
        name: [_mean(cells.get((name, at), ())) for at in steps] for name in dict.fromkeys(series)
    }
    times = dict(zip(frames, _column(table, "time_ms"), strict=True))
    known = all(isinstance(times[at], float) and math.isfinite(times[at]) for at in steps)
    axis = ("time (ms)", [times[at] for at in steps]) if known else ("frame", steps)
    return axis, curves


def _series_names(table: Node, by: By) -> list[str]:
    """Return the name of the series that each row belongs to."""
    structures = [str(cell) for cell in _column(table, "structure")]
    if by == "structure":
        return structures
    slices = _column(table, "slice")
    if not all(isinstance(at, float) and math.isfinite(at) for at in slices):
        raise InputError(
            got="a table with a row a volume",
            wanted="rows of slices, for a series each",
            fix="chart it by structure",
        )
    return [f"{one}, slice {at:g}" for one, at in zip(structures, slices, strict=True)]


def _column(table: Node, name: str) -> list[float] | list[str]:
    found = table.GetTable().GetColumnByName(name)
    if found is None:
        raise InputError(
            got=f"a table without the column '{name}'",
            wanted="a table of features by frame",
            fix="compute the features again",
        )
    return [found.GetValue(row) for row in range(found.GetNumberOfTuples())]


def _mean(values: Sequence[float]) -> float:
    numbers = [value for value in values if isinstance(value, float) and math.isfinite(value)]
    return sum(numbers) / len(numbers) if numbers else math.nan


def _title(feature: str) -> str:
    """Return what IBSI calls a feature, whose own name stands at the axis."""
    return other_name(feature) or feature


def _fits(scene: Node, shown: FeatureCurve, columns: Curves) -> bool:
    if not all(map(scene.IsNodePresent, shown.made)):
        return False
    names = [shown.table.GetColumnName(n) for n in range(shown.table.GetNumberOfColumns())]
    return names == list(columns)


def _refill(shown: FeatureCurve, columns: Curves, title: str, feature: str) -> None:
    table = shown.table.GetTable()
    table.SetNumberOfRows(len(next(iter(columns.values()))))
    for name, values in columns.items():
        column = table.GetColumnByName(name)
        for row, value in enumerate(values):
            column.SetValue(row, value)
        column.Modified()
    shown.table.Modified()
    shown.chart.SetTitle(f"{title} (research use only)")
    shown.chart.SetYAxisTitle(feature)
    for node in (shown.table, shown.chart):
        write_attributes(node, {"Feature": feature})
