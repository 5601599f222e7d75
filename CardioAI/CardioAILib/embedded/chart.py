"""A plot chart of the scene as a picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from CardioAILib.embedded.pipeline import offscreen_window, pixels_of
from CardioAILib.errors import InputError


def draw_chart(chart_node: Any, size: tuple[int, int] = (640, 400)) -> np.ndarray:
    """Draw a plot chart offscreen, as the application's plot view shows it.

    Args:
        chart_node: The vtkMRMLPlotChartNode.
        size: Width and height in pixels.

    Returns:
        The picture (H, W, 3), uint8, first row on top.

    Raises:
        InputError: The chart has no series with a table.
    """
    import vtk

    count = chart_node.GetNumberOfPlotSeriesNodes()
    series = [chart_node.GetNthPlotSeriesNode(i) for i in range(count)]
    drawable = [one for one in series if one is not None and one.GetTableNode() is not None]
    if not drawable:
        raise InputError(
            got="a chart without series", wanted="series that have a table", fix="add some first"
        )
    chart = vtk.vtkChartXY()
    for one in drawable:
        add_series(chart, one)
    write_texts(chart, chart_node)
    actor, renderer, window = vtk.vtkContextActor(), vtk.vtkRenderer(), offscreen_window(size)
    actor.GetScene().AddItem(chart)
    actor.GetScene().SetRenderer(renderer)
    renderer.SetBackground(1.0, 1.0, 1.0)
    renderer.AddActor(actor)
    window.AddRenderer(renderer)
    pixels = pixels_of(window)
    window.Finalize()
    return pixels


def add_series(chart: Any, series: Any) -> None:
    """Add a series node's line, points or bars to a vtkChartXY."""
    import vtk

    bar = series.GetPlotType() in (series.PlotTypeBar, series.PlotTypeScatterBar)
    plot = chart.AddPlot(vtk.vtkChart.BAR if bar else vtk.vtkChart.LINE)
    y = series.GetYColumnName()
    x = series.GetXColumnName() if series.IsXColumnRequired() else y
    plot.SetInputData(series.GetTableNode().GetTable(), x, y)
    plot.SetUseIndexForXSeries(not series.IsXColumnRequired())
    plot.SetLabel(series.GetName())
    plot.SetColorF(*series.GetColor())
    plot.SetOpacity(series.GetOpacity())
    if not bar:
        plot.SetWidth(series.GetLineWidth())
        plot.GetPen().SetLineType(series.GetLineStyle())
        plot.SetMarkerStyle(series.GetMarkerStyle())
        plot.SetMarkerSize(series.GetMarkerSize())


def write_texts(chart: Any, node: Any) -> None:
    """Give a vtkChartXY the title, axis titles, ranges and legend of a chart node."""
    import vtk

    chart.SetTitle(node.GetTitle() or "" if node.GetTitleVisibility() else "")
    chart.GetTitleProperties().SetFontSize(node.GetTitleFontSize())
    chart.SetShowLegend(bool(node.GetLegendVisibility()))
    chart.GetLegend().SetLabelSize(node.GetLegendFontSize())
    sides = (
        (vtk.vtkAxis.BOTTOM, node.GetXAxisTitle(), node.GetXAxisRangeAuto(), node.GetXAxisRange()),
        (vtk.vtkAxis.LEFT, node.GetYAxisTitle(), node.GetYAxisRangeAuto(), node.GetYAxisRange()),
    )
    for side, title, automatic, limits in sides:
        axis = chart.GetAxis(side)
        axis.SetTitle(title or "")
        axis.GetTitleProperties().SetFontSize(node.GetAxisTitleFontSize())
        axis.GetLabelProperties().SetFontSize(node.GetAxisLabelFontSize())
        axis.SetGridVisible(bool(node.GetGridVisibility()))
        if not automatic:
            axis.SetBehavior(vtk.vtkAxis.FIXED)
            axis.SetRange(*limits)
