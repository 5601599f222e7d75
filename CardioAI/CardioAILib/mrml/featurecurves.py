"""A feature over the frames of a cine, as a chart that can change its feature."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from CardioAILib.errors import InputError
from CardioAILib.mrml.charts import MANY, make_chart
from CardioAILib.mrml.featurecolumns import feature_columns, other_name, unit_of
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import all_or_nothing, place_beside, write_attributes
from CardioAILib.mrml.tables import new_table
from CardioAILib.results import RESEARCH_ONLY

By = Literal["structure", "slice"]
BY: tuple[By, ...] = ("structure", "slice")
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
        by: A series a structure, the mean over its slices; or a series a slice. Many slices are
            drawn from dark to bright without a legend.
        shown: A chart of the same table that changes to this feature, instead of a new one.

    Raises:
        InputError: There is no such feature, a single frame, or many slices of several
            structures.
    """
    (axis, xs), curves = curves_of(table, feature, by)
    columns, title = {axis: xs, **curves}, _title(feature)
    if shown is not None and _fits(scene, shown, columns):
        _refill(shown, columns, title, feature)
        return shown
    with all_or_nothing(scene) as maker:
        values = new_table(maker, f"{table.GetName()}, curve", columns)
        chart = make_chart(maker, title, values, _x_title(axis, curves), _y_title(feature))
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
    if by not in BY:
        raise InputError(
            got=f"a chart by {by!r}", wanted=f"one of {', '.join(BY)}", fix="use one of these"
        )
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
    names = [f"{one}, slice {at:g}" for one, at in zip(structures, slices, strict=True)]
    if len(set(names)) > MANY and len(set(structures)) > 1:
        raise InputError(
            got=f"{len(set(names))} slices of {len(set(structures))} structures",
            wanted=f"{MANY} series at most, or the slices of one structure",
            fix="chart by structure, or compute the features of one structure alone",
        )
    return names


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
    """Return what IBSI calls a feature, whose own name stands at the axis; else that name."""
    return other_name(feature) or feature


def _x_title(axis: str, curves: Curves) -> str:
    """Return the title of the axis, which tells colors where no legend does."""
    if len(curves) <= MANY:
        return axis
    first, *_, last = curves
    return f"{axis}; from dark to bright: {first} to {last}"


def _y_title(feature: str) -> str:
    """Return name and unit; the name alone or the unit alone where that says it all."""
    named, unit = _title(feature) != feature, unit_of(feature)
    if not named:
        return unit or "value"
    return f"{feature} ({unit})" if unit else feature


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
    shown.chart.SetYAxisTitle(_y_title(feature))
    for node in (shown.table, shown.chart):
        write_attributes(node, {"Feature": feature})
