"""Curves as table, series and chart nodes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import Maker, all_or_nothing, remove_nodes, write_attributes
from CardioAILib.mrml.tables import new_table
from CardioAILib.results import RESEARCH_ONLY, Result
from CardioAILib.system import System

COLORS = ((0.12, 0.47, 0.71), (1.0, 0.5, 0.05), (0.17, 0.63, 0.17), (0.58, 0.4, 0.74))
THRESHOLD_COLOR = (0.84, 0.15, 0.16)


def slice_chart(maker: Maker, result: Result, system: System, name: str) -> Node | None:
    """Make the chart of an input's score by slice, with the threshold of the primary arm.

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
    title = f"{system.name} {name}: score by slice"
    table = new_table(maker, f"{title}, table", columns)
    chart = make_chart(maker, title, table, "slice, counted from 0", "score")
    chart.SetYAxisRangeAuto(False)
    chart.SetYAxisRange(0.0, 1.0)
    return chart


def make_chart(maker: Maker, title: str, table: Node, x_title: str, y_title: str) -> Node:
    """Make a chart of all columns of a table over its first."""
    chart = maker.node("vtkMRMLPlotChartNode", title)
    chart.SetTitle(f"{title} (research use only)")
    chart.SetXAxisTitle(x_title)
    chart.SetYAxisTitle(y_title)
    chart.SetLegendVisibility(True)
    write_attributes(chart, {"Note": RESEARCH_ONLY})
    for index in range(1, table.GetNumberOfColumns()):
        series = make_series(maker, table, table.GetColumnName(index), COLORS[(index - 1) % 4])
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    return chart


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
        self.nodes: list[Node] = []

    def add(self, row: Mapping[str, Any]) -> Node:
        """Add an epoch; an epoch that is not after the last begins the next network's curve.

        Args:
            row: "epoch", and each loss by its name; what is no loss is passed over.

        Returns:
            The chart node. Where the user deleted it meanwhile, it is made again.
        """
        losses = {key: float(value) for key, value in row.items() if "loss" in key}
        values = {"epoch": float(row["epoch"]), **losses}
        if not self._continues(values):
            self._begin(values)
        else:
            self._append(values)
        return self.chart

    def _continues(self, values: Mapping[str, float]) -> bool:
        if self.table is None or not all(self.scene.IsNodePresent(node) for node in self.nodes):
            return False
        return self._columns() == list(values)

    def _columns(self) -> list[str]:
        return [self.table.GetColumnName(i) for i in range(self.table.GetNumberOfColumns())]

    def _begin(self, values: Mapping[str, float]) -> None:
        remove_nodes(self.scene, self.nodes)
        with all_or_nothing(self.scene) as maker:
            columns = {name: [value] for name, value in values.items()}
            self.table = new_table(maker, f"{self.name}, table", columns)
            self.chart = make_chart(maker, self.name, self.table, "epoch", "loss")
        self.nodes = maker.made

    def _append(self, values: Mapping[str, float]) -> None:
        table = self.table.GetTable()
        if values["epoch"] <= table.GetValueByName(table.GetNumberOfRows() - 1, "epoch").ToDouble():
            table.SetNumberOfRows(0)
        row = table.InsertNextBlankRow()
        for name, value in values.items():
            table.GetColumnByName(name).SetValue(row, value)
        table.Modified()
        self.table.Modified()


def _scores_by_slice(result: Result, system: System, name: str) -> dict[str, dict[int, float]]:
    """Return the scores of the primary arm, and of the explained one, by slice."""
    explained = None if system.explain is None else system.explain.arm
    arms = [arm for arm in dict.fromkeys((result.primary, explained)) if arm in result.arms]
    scores = {
        arm: {one.slice: one.score for one in result.arms[arm].examples if one.input == name}
        for arm in arms
    }
    return {arm: own for arm, own in scores.items() if own}
