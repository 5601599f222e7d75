"""Curves as table, series and chart nodes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import Maker, all_or_nothing, remove_nodes, write_attributes
from CardioAILib.mrml.tables import new_table
from CardioAILib.report.bullseyeparts import channels
from CardioAILib.results import RESEARCH_ONLY, Result
from CardioAILib.system import System
from CardioAILib.task import Quantity

COLORS = (
    *((0.12, 0.47, 0.71), (1.0, 0.5, 0.05), (0.17, 0.63, 0.17), (0.58, 0.4, 0.74)),
    *((0.55, 0.34, 0.29), (0.89, 0.47, 0.76), (0.5, 0.5, 0.5), (0.09, 0.75, 0.81)),
)
MANY = 8
"""More series than this take colors by their place in the table, and no legend."""
BRIGHTEST = 0.85
"""Share of the ramp whose color can still be seen on white."""
THRESHOLD_COLOR = (0.84, 0.15, 0.16)


def slice_chart(maker: Maker, result: Result, system: System, name: str) -> Node | None:
    """Make the chart of an input's score by slice, with the threshold of the primary arm.

    Among several classes the score is the probability of the class that the arm decided for.

    Returns:
        The vtkMRMLPlotChartNode, or None where the result speaks of a single slice.
    """
    scores = _scores_by_slice(result, system, name)
    slices = sorted({index for arm in scores.values() for index in arm})
    if len(slices) < 2:
        return None
    columns: dict[str, Sequence[Any]] = {"slice": [float(index) for index in slices]}
    for arm, own in scores.items():
        columns[arm] = [own.get(index, math.nan) for index in slices]
    threshold = result.arms[result.primary].threshold
    if threshold is not None:
        columns[f"threshold of {result.primary}"] = [threshold] * len(slices)
    score = f"probability of {called}" if (called := _called(result)) else "score"
    if isinstance(system.task, Quantity):
        score = f"{system.task.label_text}, {system.task.unit}"
    title = f"{system.name} {name}: {score} by slice"
    table = new_table(maker, f"{title}, table", columns)
    chart = make_chart(maker, title, table, "slice, counted from 0", score)
    if not system.task.measures:
        chart.SetYAxisRangeAuto(False)
        chart.SetYAxisRange(0.0, 1.0)
    return chart


def make_chart(maker: Maker, title: str, table: Node, x_title: str, y_title: str) -> Node:
    """Make a chart of all columns of a table over its first.

    More than `MANY` series run from dark to bright in the order of their columns.
    """
    chart = maker.node("vtkMRMLPlotChartNode", title)
    chart.SetTitle(f"{title} (research use only)")
    chart.SetXAxisTitle(x_title)
    chart.SetYAxisTitle(y_title)
    count = table.GetNumberOfColumns() - 1
    chart.SetLegendVisibility(count <= MANY)
    write_attributes(chart, {"Note": RESEARCH_ONLY})
    for index, color in enumerate(_colors(count), start=1):
        series = make_series(maker, table, table.GetColumnName(index), color)
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    return chart


def _colors(count: int) -> list[tuple[float, ...]]:
    """Return a color for each series: some that are told apart, or a ramp where there are many."""
    if count <= MANY:
        return [COLORS[index % len(COLORS)] for index in range(count)]
    shares = (BRIGHTEST * index / (count - 1) for index in range(count))
    return [tuple(channel / 255 for channel in channels(share)) for share in shares]


def make_series(maker: Maker, table: Node, column: str, color: tuple[float, ...]) -> Node:
    """Make a line over the table's first column; a threshold is dashed and has no markers."""
    series = maker.node("vtkMRMLPlotSeriesNode", column)
    is_threshold = column.startswith("threshold")
    series.SetAndObserveTableNodeID(table.GetID())
    series.SetXColumnName(table.GetColumnName(0))
    series.SetYColumnName(column)
    series.SetPlotType(series.PlotTypeScatter)
    series.SetLineStyle(series.LineStyleDash if is_threshold else series.LineStyleSolid)
    series.SetMarkerStyle(series.MarkerStyleNone if is_threshold else series.MarkerStyleCircle)
    series.SetColor(*(THRESHOLD_COLOR if is_threshold else color))
    return series


class LossChart:
    """A training curve that grows while a network learns.

    Args:
        scene: The scene.
        name: Name of the chart.
    """

    def __init__(self, scene: Node, name: str) -> None:
        self.scene, self.name = scene, name
        self.chart: Node | None = None
        self.table: Node | None = None
        self._rows: list[dict[str, float]] = []
        self._nodes: list[Node] = []

    def add(self, row: Mapping[str, Any]) -> Node:
        """Add an epoch; an epoch that is not after the last begins the next network's curve.

        Args:
            row: "epoch", and each loss by its name; what is no loss, or no number, is left out.

        Returns:
            The chart node. Where the user deleted it meanwhile, it is made again.
        """
        values = {key: float(value) for key, value in row.items() if _is_shown(key, value)}
        if self._rows and values["epoch"] <= self._rows[-1]["epoch"]:
            self._rows = []
        self._rows.append(values)
        there = bool(self._nodes) and all(map(self.scene.IsNodePresent, self._nodes))
        if not there or any(self.table.GetColumnIndex(name) < 0 for name in values):
            self._make()
        self._write()
        return self.chart

    def _make(self) -> None:
        """Make the nodes with a column for every loss so far."""
        remove_nodes(self.scene, self._nodes)
        names = dict.fromkeys(("epoch", *(name for row in self._rows for name in row)))
        with all_or_nothing(self.scene) as maker:
            self.table = new_table(maker, f"{self.name}, table", {name: [0.0] for name in names})
            self.chart = make_chart(maker, self.name, self.table, "epoch", "loss")
        self._nodes = maker.made

    def _write(self) -> None:
        table = self.table.GetTable()
        table.SetNumberOfRows(len(self._rows))
        for index in range(table.GetNumberOfColumns()):
            column = table.GetColumn(index)
            for number, row in enumerate(self._rows):
                column.SetValue(number, row.get(column.GetName(), math.nan))
            column.Modified()
        table.Modified()
        self.table.Modified()


def _is_shown(key: str, value: Any) -> bool:
    return (key == "epoch" or "loss" in key) and isinstance(value, int | float)


def _called(result: Result) -> str | None:
    """Return the class that the primary arm decided for among several; None among two."""
    primary = result.arms[result.primary]
    return primary.decision if primary.probabilities else None


def _scores_by_slice(result: Result, system: System, name: str) -> dict[str, dict[int, float]]:
    """Return the scores of the primary arm, and of the explained one, by slice."""
    explained = None if system.explain is None else system.explain.arm
    arms = [arm for arm in dict.fromkeys((result.primary, explained)) if arm in result.arms]
    if called := _called(result):
        # Curves of one chart speak of one class.
        arms = [arm for arm in arms if result.arms[arm].decision == called]
    scores = {
        arm: {one.slice: one.score for one in result.arms[arm].examples if one.input == name}
        for arm in arms
    }
    return {arm: own for arm, own in scores.items() if own}
