"""Motion of a segmented ventricle: a table of values, and a chart of each view's curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from CardioAILib.measurements import SEGMENTS
from CardioAILib.measurements.echo import EchoMeasured, ViewCurves
from CardioAILib.mrml.charts import make_chart
from CardioAILib.mrml.hearttable import measurement_table
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.making import (
    Maker,
    all_or_nothing,
    place_beside,
    remove_nodes,
    write_attributes,
)
from CardioAILib.mrml.tables import new_table
from CardioAILib.results import RESEARCH_ONLY


@dataclass(frozen=True, eq=False)
class MotionNodes:
    """The nodes that show a ventricle's motion.

    Args:
        table: A row a value.
        charts: Chart of the segments' inward motion of each view.
        made: All nodes, in the order of making.
    """

    table: Node
    charts: Mapping[str, Node] = field(default_factory=dict)
    made: tuple[Node, ...] = ()


def show_motion(scene: Node, measured: EchoMeasured, neighbor: Node) -> MotionNodes:
    """Make the nodes of a measured study: all of them, or none.

    Args:
        scene: The scene.
        measured: The values and curves.
        neighbor: Node that they come to lie beside.
    """
    with all_or_nothing(scene) as maker:
        table = measurement_table(maker, "motion of the ventricle", measured.values)
        told = "; ".join(finding.message for finding in measured.findings)
        write_attributes(table, {"Role": "motion", "Findings": told})
        charts = {view: motion_chart(maker, view, one) for view, one in measured.curves.items()}
        listed = ("vtkMRMLTableNode", "vtkMRMLPlotChartNode", "vtkMRMLPlotSeriesNode")
        place_beside(scene, [one for one in maker.made if one.GetClassName() in listed], neighbor)
    return MotionNodes(table, charts, tuple(maker.made))


def remove_motion(scene: Node, shown: MotionNodes) -> None:
    """Remove the nodes of a measured study; those deleted already are passed over."""
    with all_or_nothing(scene):
        remove_nodes(scene, reversed(shown.made))


def motion_chart(maker: Maker, view: str, curves: ViewCurves) -> Node:
    """Make the chart of each segment's inward motion along the frames of a view."""
    columns = motion_columns(curves)
    title = f"Wall motion, {view}"
    table = new_table(maker, f"{title}, table", columns)
    chart = make_chart(maker, title, table, next(iter(columns)), "inward motion, % of ED radius")
    write_attributes(chart, {"Role": "motion", "View": view, "Note": RESEARCH_ONLY})
    return chart


def motion_columns(curves: ViewCurves) -> dict[str, list[float]]:
    """Return the inward motion of each segment beside the time in ms, or the frame's number."""
    times = np.asarray(curves.times_ms, float)
    known = bool(len(times)) and bool(np.isfinite(times).all())
    axis = times if known else np.arange(len(curves.area), dtype=float)
    columns = {"time, ms" if known else "frame": axis.tolist()}
    for segment, moved in curves.excursion.items():
        columns[f"{segment} {SEGMENTS[segment - 1]}"] = np.asarray(moved, float).tolist()
    return columns
