"""Results of several classes become nodes: rows, a heatmap a phase, charts and measurements."""

from dataclasses import replace

import helpers_classes
import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.mrml import InputNodes, show_heatmap_layers, show_result
from CardioAILib.mrml.layers import legend_of
from CardioAILib.study import Image
from helpers_cine import SHAPE, add_beating

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

RESULT, SYSTEM = helpers_classes.RESULT, helpers_classes.SYSTEM


def heatmap(seed: int) -> Image:
    array = np.random.default_rng(seed).random((1, *SHAPE), np.float32)
    return Image(array, made.ijk_to_ras())


@pytest.fixture
def cine(scene):
    return add_beating(scene)


@pytest.fixture
def shown(scene, cine):
    nodes = {"ED": InputNodes(cine.volume, frame=0), "ES": InputNodes(cine.volume, frame=2)}
    maps = {"ED": heatmap(0), "ES": heatmap(1)}
    return show_result(scene, RESULT, SYSTEM, maps, nodes, sex="male")


def rows(table) -> list[list[str]]:
    wide = range(table.GetNumberOfColumns())
    return [[table.GetCellText(r, c) for c in wide] for r in range(table.GetNumberOfRows())]


def test_each_phase_has_a_heatmap_whose_legend_names_the_class(shown):
    assert list(shown.heatmaps) == ["ED", "ES"]
    titles = [legend_of(node).GetTitleText() for node in shown.heatmaps.values()]
    assert titles == ["evidence for\nHCM"] * 2


def test_showing_a_heatmap_turns_the_cine_to_its_phase(scene, cine, shown):
    scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    show_heatmap_layers(scene, cine.volume, shown.heatmaps["ES"])
    assert cine.browser.GetSelectedItemNumber() == 2
    show_heatmap_layers(scene, cine.volume, shown.heatmaps["ED"])
    assert cine.browser.GetSelectedItemNumber() == 0


def test_the_table_has_every_class_of_every_arm_with_its_members(shown):
    table = rows(shown.table)
    (hcm,) = [row for row in table if row[:2] == ["probability, vgg_dual", "HCM"]]
    assert hcm[2:] == ["0.720", "0.660 to 0.780 (2)", "", "HCM"]
    assert sum(row[0].startswith("probability, ") for row in table) == 6
    (score,) = [row for row in table if row[1] == "vgg_dual (primary)"]
    assert score[4:] == ["highest probability", "HCM"]


def test_the_table_tells_evidence_zone_and_published_accuracy(shown):
    table = rows(shown.table)
    told = {row[1]: row[2] for row in table if row[0] == "evidence for HCM, measurements"}
    assert told["wall_thickness_ED_max_mm"] == "+2.310 (19.4)"
    assert told["LV_mass_index_g_per_m2"] == "+0.000 (not measured)"
    assert ["attention", "zone", "most of it on the border of the heart"] in [r[:3] for r in table]
    assert any("accuracy 0.982±0.009" in row[2] for row in table)


def test_the_chart_speaks_of_the_class_that_was_called(shown):
    (chart,) = shown.charts.values()
    assert "probability of HCM by slice" in chart.GetTitle()
    assert chart.GetYAxisTitle() == "probability of HCM"


def test_curves_of_one_chart_speak_of_one_class(scene, cine):
    # The explained arm calls another class than the primary one does: its curve is left out.
    calls = helpers_classes.members((0.9, 0.05, 0.05))
    arm = replace(RESULT.arms["vgg_dual"], **calls)
    result = replace(
        RESULT,
        arms={"vgg_ed": RESULT.arms["vgg_dual"], "vgg_dual": arm},
        primary="vgg_ed",
    )
    nodes = {"ED": InputNodes(cine.volume, frame=0), "ES": InputNodes(cine.volume, frame=2)}
    shown = show_result(scene, result, SYSTEM, {}, nodes)
    assert shown.charts["ED"].GetNumberOfPlotSeriesNodes() == 1


def test_measurements_are_a_table_of_their_own_under_the_result(scene, shown):
    table = shown.measurements
    named = {row[0]: row for row in rows(table)}
    assert named["LV_mass_g"][2:5] == ["g", "92 to 176", "above"]
    assert table.GetAttribute("CardioAI.Role") == "measurements"
    assert table.GetAttribute("CardioAI.System") == "germain2021"
    assert table in shown.made


def test_without_measurements_there_is_no_such_table(scene, cine):
    nodes = {"ED": InputNodes(cine.volume, frame=0)}
    shown = show_result(scene, replace(RESULT, measurements={}), SYSTEM, {}, nodes)
    assert shown.measurements is None
