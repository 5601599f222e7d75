"""Plot charts of the scene as pictures."""

import numpy as np
import pytest
from CardioAILib.embedded import draw_chart
from CardioAILib.errors import InputError
from helpers_embedded import embedded_scene, need_rendering

slicer = pytest.importorskip("slicer", reason="slicer-core is not installed")
BLUE = (0.0, 0.0, 1.0)


@pytest.fixture
def scene():
    need_rendering()
    return embedded_scene()


def chart_of(scene, y: list[float], kind: str = "Scatter"):
    table = scene.AddNewNodeByClass("vtkMRMLTableNode", "loss table")
    slicer.util.updateTableFromArray(table, [np.arange(float(len(y))), np.array(y)], ["x", "y"])
    series = scene.AddNewNodeByClass("vtkMRMLPlotSeriesNode", "loss")
    series.SetAndObserveTableNodeID(table.GetID())
    series.SetXColumnName("x")
    series.SetYColumnName("y")
    series.SetColor(*BLUE)
    series.SetPlotType(series.GetPlotTypeFromString(kind))
    chart = scene.AddNewNodeByClass("vtkMRMLPlotChartNode", "chart")
    chart.AddAndObservePlotSeriesNodeID(series.GetID())
    chart.SetXAxisTitle("epoch")
    return chart, table


def blue(picture: np.ndarray) -> np.ndarray:
    red, _, b = np.moveaxis(picture.astype(int), -1, 0)
    return (b > 150) & (red < 100)


def test_a_falling_curve_falls_in_the_picture(scene):
    chart, _ = chart_of(scene, [3.0, 2.0, 1.0])
    chart.SetLegendVisibility(False)
    picture = draw_chart(chart, (300, 200))
    assert picture.shape == (200, 300, 3)
    assert picture[0, -1].tolist() == [255, 255, 255]
    rows, columns = np.nonzero(blue(picture))
    left, right = rows[columns == columns.min()].mean(), rows[columns == columns.max()].mean()
    assert left < 60 < 120 < right


@pytest.mark.parametrize("kind", ["Scatter", "Line", "Bar", "ScatterBar"])
def test_every_kind_is_drawn_and_leaves_its_table_alone(scene, kind):
    chart, table = chart_of(scene, [1.0, 2.0, 4.0], kind)
    before = table.GetNumberOfColumns()
    assert blue(draw_chart(chart, (300, 200))).sum() > 100
    assert table.GetNumberOfColumns() == before


def test_titles_and_ranges_of_the_node_are_taken(scene):
    chart, _ = chart_of(scene, [1.0, 2.0])
    plain = draw_chart(chart, (300, 200))
    chart.SetTitle("Training")
    titled = draw_chart(chart, (300, 200))
    assert (plain != titled).any(axis=2)[:25].sum() > 50
    chart.YAxisRangeAutoOff()
    chart.SetYAxisRange(0, 100)
    rows, _ = np.nonzero(blue(draw_chart(chart, (300, 200)))[40:, :200])
    assert rows.min() > 80


def test_a_chart_without_series_is_refused(scene):
    chart = scene.AddNewNodeByClass("vtkMRMLPlotChartNode", "empty")
    with pytest.raises(InputError, match="a chart without series"):
        draw_chart(chart)
