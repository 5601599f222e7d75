"""Results become nodes: whole, in place, under the study, with their origin; or not at all."""

import json
import math
from dataclasses import replace

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import DependencyError, GridMismatchError, InputError, MissingInputError
from CardioAILib.mrml import (
    InputNodes,
    add_cine,
    hide_heatmap_layers,
    image_from_node,
    outputs,
    remove_result,
    show_heatmap_layers,
    show_result,
)
from CardioAILib.mrml.layers import hottest_place
from CardioAILib.mrml.making import Maker
from CardioAILib.results import (
    RESEARCH_ONLY,
    ArmResult,
    Attention,
    ExampleScore,
    Finding,
    Provenance,
    Result,
)
from CardioAILib.study import Image
from CardioAILib.systems import FAHMY_2022

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

HOTTEST = (7, 13, 4)
"""Column, row, slice of the heatmap's highest voxel."""

RESULT = Result(
    "p1",
    "1",
    arms={
        "size": ArmResult(0.2, (0.1, 0.3), 0.5, "no scar", ()),
        "dl": ArmResult(0.6, (0.5, 0.7), 0.55, "scar", (ExampleScore("ES", 2, 0.6),)),
        "dl_radiomics": ArmResult(
            0.41,
            (0.35, 0.47),
            0.33,
            "scar",
            tuple(ExampleScore("ES", index, index / 10) for index in (1, 2, 3, 4)),
        ),
    },
    primary="dl_radiomics",
    provenance=Provenance(
        "fahmy2022",
        "sound",
        "d" * 64,
        "e" * 64,
        7,
        {"torch": "2.9", "cardioai": "0.1"},
        {"cine_SAX_ES": "f" * 64},
        "cpu",
        "2026-01-02T03:04:05+00:00",
    ),
    findings=(Finding("frame", "ES: read frame 9 of 25"),),
    attention=Attention(0.34, 0.2, True, "dl", (4,)),
)


@pytest.fixture
def cine(scene):
    """A volume under two transforms, in a study of a subject."""
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras(), name="SAX")
    made.transform(scene, made.moved(), made.transform(scene, made.moved(1.3), volume))
    hierarchy = hierarchy_of(scene)
    subject = hierarchy.CreateSubjectItem(hierarchy.GetSceneItemID(), "subject")
    hierarchy.CreateItem(hierarchy.CreateStudyItem(subject, "CMR"), volume)
    return volume


@pytest.fixture
def shown(scene, cine):
    return show(scene, cine)


def hierarchy_of(scene):
    import slicer

    return slicer.vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)


def heatmap_of(volume) -> Image:
    image, _ = image_from_node(volume)
    array = np.zeros(image.array.shape, np.float32)
    array[(0, *HOTTEST[::-1])] = 0.8
    array[0, 2] += 0.1
    return Image(array, image.ijk_to_ras)


def show(scene, volume, result=RESULT, **how):
    heatmaps = how.pop("heatmaps", None)
    heatmaps = {"ES": heatmap_of(volume)} if heatmaps is None else heatmaps
    return show_result(scene, result, FAHMY_2022, heatmaps, {"ES": InputNodes(volume)}, **how)


def cells(table) -> list[list[str]]:
    columns, rows = table.GetNumberOfColumns(), table.GetNumberOfRows()
    return [[table.GetCellText(row, column) for column in range(columns)] for row in range(rows)]


def nodes_in(scene) -> set[str]:
    return {scene.GetNthNode(index).GetID() for index in range(scene.GetNumberOfNodes())}


# The table


def test_the_table_says_scores_ranges_thresholds_and_decisions_primary_arm_first(shown):
    rows = [row for row in cells(shown.table) if row[0] == "score"]
    assert rows[0] == [
        "score",
        "dl_radiomics (primary)",
        "0.410",
        "0.350 to 0.470 (2)",
        "0.330",
        "scar",
    ]
    assert [row[1] for row in rows[1:]] == ["size", "dl"]
    names = [shown.table.GetColumnName(index) for index in range(6)]
    assert names == ["section", "item", "value", "range over members", "threshold", "decision"]


def test_the_table_says_notice_findings_audit_published_numbers_and_origin(scene, cine):
    table = show(scene, cine).table
    rows = {(row[0], row[1]): row[2] for row in cells(table)}
    assert cells(table)[0][2] == RESEARCH_ONLY
    assert rows["finding", "frame"] == "ES: read frame 9 of 25"
    assert (
        rows["attention", "arm dl"] == "34% of the heatmap lies on the heart or within 10 mm of it"
    )
    assert rows["attention", "flag"].startswith("FLAGGED")
    assert rows["published, internal (n = 159)", "dl"] == "AUC 0.76±0.01, specificity 0.40±0.06"
    assert "another" in rows["published", "caution"]
    assert rows["provenance", "weights"] == "e" * 64
    assert rows["provenance", "SHA-256 of cine_SAX_ES"] == "f" * 64


def test_a_result_without_threshold_audit_or_findings_is_shown_as_such(scene, cine):
    bare = replace(
        RESULT,
        arms={"dl": ArmResult(0.6, (0.6,), None, None, ())},
        primary="dl",
        attention=Attention(None, 0.2, False, "dl"),
        findings=(),
    )
    shown = show(scene, cine, bare, heatmaps={})
    rows = cells(shown.table)
    assert rows[1][4:] == ["none", "none: the threshold is set on a test cohort"]
    assert any("no evidence anywhere" in row[2] for row in rows)
    assert not shown.heatmaps
    assert not shown.charts


# The heatmap


def test_the_hottest_voxel_lies_where_slicer_shows_that_voxel_of_the_image(scene, cine, shown):
    import vtk

    heatmap, bounds = shown.heatmaps["ES"], [0.0] * 6
    general = vtk.vtkGeneralTransform()
    cine.GetParentTransformNode().GetTransformToWorld(general)
    local = (made.ijk_to_ras() @ [*HOTTEST, 1.0])[:3]
    assert np.allclose(hottest_place(heatmap), general.TransformPoint(local))
    heatmap.GetRASBounds(bounds)
    expected = [0.0] * 6
    cine.GetRASBounds(expected)
    assert np.allclose(bounds, expected)


def test_the_heatmap_follows_its_image_when_the_transform_changes(scene, cine, shown):
    from CardioAILib.mrml.geometry import as_vtk

    before = np.array(hottest_place(shown.heatmaps["ES"]))
    cine.GetParentTransformNode().SetMatrixTransformToParent(as_vtk(np.eye(4)))
    after = hottest_place(shown.heatmaps["ES"])
    assert np.linalg.norm(after - before) > 5
    assert np.allclose(after, (made.moved() @ made.ijk_to_ras() @ [*HOTTEST, 1.0])[:3])


def test_low_evidence_is_transparent_and_colors_run_from_zero_to_the_maximum(shown):
    display = shown.heatmaps["ES"].GetDisplayNode()
    assert display.GetColorNodeID() == "vtkMRMLColorTableNodeFileInferno.txt"
    assert (display.GetWindowLevelMin(), display.GetWindowLevelMax()) == pytest.approx((0, 0.8))
    assert not display.GetAutoWindowLevel()
    assert display.GetApplyThreshold()
    assert display.GetLowerThreshold() == pytest.approx(0.2)


def test_slices_that_do_not_set_the_score_neither_scale_the_colors_nor_draw_the_views(scene, cine):
    heatmap = heatmap_of(cine)
    heatmap.array[0, 1] = 3.0
    volume = show(scene, cine, heatmaps={"ES": heatmap}).heatmaps["ES"]
    display = volume.GetDisplayNode()
    assert display.GetWindowLevelMax() == pytest.approx(0.8)
    assert display.GetUpperThreshold() == pytest.approx(3.0)
    world = made.moved() @ made.moved(1.3)
    assert np.allclose(hottest_place(volume), (world @ made.ijk_to_ras() @ [*HOTTEST, 1.0])[:3])


def test_a_heatmap_of_zeros_is_wholly_transparent(scene, cine):
    heatmap = heatmap_of(cine)
    blank = Image(np.zeros_like(heatmap.array), heatmap.ijk_to_ras)
    volume = show(scene, cine, heatmaps={"ES": blank}).heatmaps["ES"]
    display = volume.GetDisplayNode()
    assert display.GetWindowLevelMax() == 1.0
    assert display.GetLowerThreshold() > 0
    place = np.array([*(size // 2 for size in made.SHAPE[::-1]), 1.0])
    world = made.moved() @ made.moved(1.3)
    assert np.allclose(hottest_place(volume), (world @ made.ijk_to_ras() @ place)[:3])


def test_the_legend_says_for_what_the_evidence_is(shown):
    heatmap = shown.heatmaps["ES"]
    legends = [heatmap.GetNthDisplayNode(i) for i in range(heatmap.GetNumberOfDisplayNodes())]
    (legend,) = [one for one in legends if one.IsA("vtkMRMLColorLegendDisplayNode")]
    assert legend.GetTitleText() == "evidence for\nscar"
    assert legend.GetVisibility()
    assert legend.GetPrimaryDisplayNode() is heatmap.GetVolumeDisplayNode()


# The chart


def test_the_chart_shows_the_score_by_slice_and_the_threshold(shown):
    chart = shown.charts["ES"]
    series = [chart.GetNthPlotSeriesNode(i) for i in range(chart.GetNumberOfPlotSeriesNodes())]
    assert [one.GetYColumnName() for one in series] == [
        "dl_radiomics",
        "dl",
        "threshold of dl_radiomics",
    ]
    table = series[0].GetTableNode().GetTable()
    assert [table.GetValueByName(row, "slice").ToDouble() for row in range(4)] == [1, 2, 3, 4]
    assert table.GetValueByName(2, "dl_radiomics").ToDouble() == pytest.approx(0.3)
    assert table.GetValueByName(2, "threshold of dl_radiomics").ToDouble() == pytest.approx(0.33)
    assert math.isnan(table.GetValueByName(0, "dl").ToDouble())
    assert "research use only" in chart.GetTitle()


def test_one_slice_makes_no_chart(scene, cine):
    arm = replace(RESULT.arms["dl"], examples=(ExampleScore("ES", 2, 0.6),))
    shown = show(scene, cine, replace(RESULT, arms={"dl": arm}, primary="dl"))
    assert not shown.charts


# Where the nodes are, and where they come from


def test_all_is_under_the_study_of_the_image(scene, cine, shown):
    hierarchy = hierarchy_of(scene)
    study = hierarchy.GetItemParent(hierarchy.GetItemByDataNode(cine))
    assert hierarchy.GetItemName(study) == "CMR"
    series = shown.charts["ES"].GetNthPlotSeriesNode(0)
    for node in (shown.table, *shown.heatmaps.values(), *shown.charts.values(), series):
        assert hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node)) == study


def test_an_image_in_no_study_has_its_results_at_the_top(scene):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    hierarchy = hierarchy_of(scene)
    table = show(scene, volume).table
    item = hierarchy.GetItemByDataNode(table)
    assert hierarchy.GetItemParent(item) == hierarchy.GetSceneItemID()


def test_nodes_carry_the_origin_and_no_name_of_the_patient(scene, cine):
    cine.SetName("DOE^JANE")
    shown = show(scene, cine)
    for node in (shown.table, shown.heatmaps["ES"], shown.charts["ES"]):
        assert node.GetAttribute("CardioAI.Weights") == "e" * 64
        assert node.GetAttribute("CardioAI.Definition") == "d" * 64
        assert node.GetAttribute("CardioAI.Mode") == "sound"
        assert node.GetAttribute("CardioAI.Seed") == "7"
        assert node.GetAttribute("CardioAI.Created") == "2026-01-02T03:04:05+00:00"
        assert json.loads(node.GetAttribute("CardioAI.Versions"))["torch"] == "2.9"
        assert json.loads(node.GetAttribute("CardioAI.Inputs")) == {"cine_SAX_ES": "f" * 64}
        assert node.GetAttribute("CardioAI.Note") == RESEARCH_ONLY
        assert node.GetAttribute("CardioAI.Findings") == "ES: read frame 9 of 25"
    texts = [node.GetName() for node in shown.made] + [
        node.GetAttribute(name) for node in shown.made for name in node.GetAttributeNames()
    ]
    assert not [text for text in texts if "DOE" in text or "p1" in text]


def test_a_second_result_stands_beside_the_first_under_its_own_names(scene, cine, shown):
    again = show(scene, cine)
    assert again.table.GetName() != shown.table.GetName()
    assert scene.IsNodePresent(shown.table)


# All or nothing


@pytest.mark.parametrize(
    "later", ["slice_chart", "place_beside", "write_attributes", "make_heatmap"]
)
def test_where_a_step_fails_nothing_is_left(scene, cine, monkeypatch, later):
    def fails(*_, **__):
        raise RuntimeError(later)

    hierarchy = hierarchy_of(scene)
    before, items = nodes_in(scene), hierarchy.GetNumberOfItems()
    monkeypatch.setattr(outputs, later, fails)
    with pytest.raises(RuntimeError, match=later):
        show(scene, cine)
    assert nodes_in(scene) == before
    assert hierarchy.GetNumberOfItems() == items
    assert not scene.IsBatchProcessing()


def test_a_late_failure_takes_the_places_in_the_hierarchy_back(scene, cine, monkeypatch):
    def placed_and_fails(*given):
        outputs_place(*given)
        raise RuntimeError("late")

    outputs_place = outputs.place_beside
    hierarchy = hierarchy_of(scene)
    before, items = nodes_in(scene), hierarchy.GetNumberOfItems()
    monkeypatch.setattr(outputs, "place_beside", placed_and_fails)
    with pytest.raises(RuntimeError, match="late"):
        show(scene, cine)
    assert nodes_in(scene) == before
    assert hierarchy.GetNumberOfItems() == items


def test_a_scene_without_slicers_color_tables_is_told_and_nothing_is_left():
    import slicer

    bare = slicer.vtkMRMLScene()
    volume = made.volume(bare, made.pixels(), made.ijk_to_ras())
    heatmaps = {"ES": heatmap_of(volume)}
    hierarchy_of(bare)
    before = nodes_in(bare)
    with pytest.raises(InputError, match="without the color table"):
        show(bare, volume, heatmaps=heatmaps)
    assert nodes_in(bare) == before


def test_a_class_that_the_scene_does_not_know_is_told(scene):
    with pytest.raises(DependencyError, match="cannot make a vtkMRMLUnheardOfNode"):
        Maker(scene).node("vtkMRMLUnheardOfNode", "x")


def test_an_image_deleted_while_the_job_ran_is_told_and_nothing_is_left(scene, cine):
    heatmaps = {"ES": heatmap_of(cine)}
    scene.RemoveNode(cine)
    before = nodes_in(scene)
    with pytest.raises(MissingInputError, match="nothing was added"):
        show(scene, cine, heatmaps=heatmaps)
    assert nodes_in(scene) == before


def test_a_scene_closed_while_the_job_ran_is_told_and_nothing_is_left(scene, cine):
    heatmaps = {"ES": heatmap_of(cine)}
    scene.Clear(False)
    before = nodes_in(scene)
    with pytest.raises(MissingInputError, match="no longer in the scene"):
        show(scene, cine, heatmaps=heatmaps)
    assert nodes_in(scene) == before


def test_an_image_cropped_while_the_job_ran_is_told_and_nothing_is_left(scene, cine):
    from CardioAILib.mrml.geometry import image_data

    heatmaps = {"ES": heatmap_of(cine)}
    cine.SetAndObserveImageData(image_data(made.pixels()[:, 2:]))
    before = nodes_in(scene)
    with pytest.raises(GridMismatchError, match="was changed since it was read"):
        show(scene, cine, heatmaps=heatmaps)
    assert nodes_in(scene) == before


def test_a_heatmap_of_an_unknown_input_is_refused(scene, cine):
    with pytest.raises(InputError, match="no nodes for ED"):
        show(scene, cine, heatmaps={"ED": heatmap_of(cine)})


def test_a_result_is_removed_whole_even_where_the_user_deleted_part_of_it(scene, cine):
    hierarchy = hierarchy_of(scene)
    before, items = nodes_in(scene), hierarchy.GetNumberOfItems()
    shown = show(scene, cine)
    scene.RemoveNode(shown.table)
    remove_result(scene, shown)
    assert nodes_in(scene) == before
    assert hierarchy.GetNumberOfItems() == items


# The views


@pytest.fixture
def views(scene):
    """Slice nodes as a layout has them."""
    found = {}
    for name, orientation in (("Red", "Axial"), ("Green", "Coronal"), ("Yellow", "Sagittal")):
        view = scene.AddNewNodeByClass("vtkMRMLSliceNode", name)
        view.SetLayoutName(name)
        view.SetOrientation(orientation)
        view.SetDimensions(400, 300, 1)
        composite = scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode", name)
        composite.SetLayoutName(name)
        found[name] = (view, composite)
    yield found
    # A layout name makes a node survive the closing of the scene.
    for node in (node for pair in found.values() for node in pair):
        scene.RemoveNode(node)


def test_views_show_the_heatmap_over_its_image_at_the_hottest_slice(scene, cine, shown, views):
    from CardioAILib.mrml.geometry import as_array

    heatmap = shown.heatmaps["ES"]
    show_heatmap_layers(scene, cine, heatmap)
    for view, composite in views.values():
        assert composite.GetBackgroundVolumeID() == cine.GetID()
        assert composite.GetForegroundVolumeID() == heatmap.GetID()
        assert 0.5 <= composite.GetForegroundOpacity() <= 0.6
        place = as_array(view.GetSliceToRAS())
        offset = np.linalg.inv(place) @ [*hottest_place(heatmap), 1.0]
        assert offset[2] == pytest.approx(0, abs=1e-6)


def test_the_main_view_takes_the_plane_of_acquisition_with_rows_downward(scene, cine, shown, views):
    from CardioAILib.mrml.geometry import as_array

    show_heatmap_layers(scene, cine, shown.heatmaps["ES"])
    place = as_array(views["Red"][0].GetSliceToRAS())
    axes = (made.moved() @ made.moved(1.3) @ made.ijk_to_ras())[:3, :3]
    axes = axes / np.linalg.norm(axes, axis=0)
    assert np.allclose(place[:3, 0], axes[:, 0])
    assert np.allclose(place[:3, 1], -axes[:, 1])
    assert np.linalg.det(place[:3, :3]) == pytest.approx(-1)
    for name, normal in (("Green", 1), ("Yellow", 0)):
        across = as_array(views[name][0].GetSliceToRAS())[:3, 2]
        assert abs(across @ axes[:, normal]) == pytest.approx(1)
    wide, high, _ = views["Red"][0].GetFieldOfView()
    assert wide / high == pytest.approx(400 / 300)
    assert high >= 20 * 1.5 * 1.3 - 1e-6
    assert wide >= 24 * 1.25 * 1.3 - 1e-6


def test_views_keep_the_names_and_the_direction_of_their_planes(scene, views):
    volume = made.volume(scene, made.pixels(), np.diag([-1.25, -1.5, 8.0, 1.0]))
    show_heatmap_layers(scene, volume, show(scene, volume).heatmaps["ES"])
    names = {name: view.GetOrientation() for name, (view, _) in views.items()}
    assert names == {"Red": "Axial", "Green": "Coronal", "Yellow": "Sagittal"}


def test_a_cine_goes_to_the_frame_that_the_heatmap_explains(scene, views):
    image = Image(np.stack([made.pixels()[np.newaxis][0]] * 3), made.ijk_to_ras())
    nodes = add_cine(scene, image, (0, 40, 80), shown=2)
    heatmap = show(scene, nodes.volume, heatmaps={"ES": heatmap_of(nodes.volume)}).heatmaps["ES"]
    nodes.browser.SetSelectedItemNumber(0)
    show_heatmap_layers(scene, nodes.volume, heatmap)
    assert nodes.browser.GetSelectedItemNumber() == 2


def test_hiding_takes_heatmap_and_legend_off_the_views_and_keeps_the_node(
    scene, cine, shown, views
):
    heatmap = shown.heatmaps["ES"]
    show_heatmap_layers(scene, cine, heatmap)
    hide_heatmap_layers(scene, heatmap)
    assert all(composite.GetForegroundVolumeID() is None for _, composite in views.values())
    assert not heatmap.GetNthDisplayNode(1).GetVisibility()
    assert scene.IsNodePresent(heatmap)
    show_heatmap_layers(scene, cine, heatmap)
    assert heatmap.GetNthDisplayNode(1).GetVisibility()


def test_a_heatmap_of_a_sequences_frame_lies_over_the_volume_that_shows_it(scene, views):
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "cine")
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    sequence.SetDataNodeAtValue(volume, "0")
    heatmaps = {"ES": heatmap_of(volume)}
    scene.RemoveNode(volume)
    loose = show(scene, sequence, heatmaps=heatmaps).heatmaps["ES"]
    show_heatmap_layers(scene, sequence, loose)
    assert views["Red"][1].GetBackgroundVolumeID() is None

    browser = scene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", "browser")
    browser.AddSynchronizedSequenceNode(sequence)
    shown_node = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "shown")
    proxy = browser.AddProxyNode(shown_node, sequence, False)
    made.transform(scene, made.moved(), proxy)
    heatmap = show(scene, sequence, heatmaps=heatmaps).heatmaps["ES"]
    for cine in (sequence, browser):
        views["Red"][1].SetBackgroundVolumeID(None)
        show_heatmap_layers(scene, cine, heatmap)
        assert views["Red"][1].GetBackgroundVolumeID() == proxy.GetID()
    expected = made.moved() @ made.ijk_to_ras() @ [*HOTTEST, 1.0]
    assert np.allclose(hottest_place(heatmap), expected[:3])


def test_a_deleted_heatmap_cannot_be_shown(scene, cine, shown, views):
    scene.RemoveNode(shown.heatmaps["ES"])
    with pytest.raises(MissingInputError, match="the heatmap no longer in the scene"):
        show_heatmap_layers(scene, cine, shown.heatmaps["ES"])


# Saved and loaded


def test_a_saved_and_reloaded_scene_keeps_it_all(scene, cine, shown, tmp_path):
    import slicer

    place = hottest_place(shown.heatmaps["ES"])
    rows = cells(shown.table)
    attributes = {
        name: shown.heatmaps["ES"].GetAttribute(name)
        for name in shown.heatmaps["ES"].GetAttributeNames()
    }
    path = tmp_path / "größe mit leerzeichen" / "scene.mrb"
    path.parent.mkdir()
    assert slicer.util.saveScene(str(path))
    scene.Clear(False)
    slicer.util.loadScene(str(path))

    heatmap = scene.GetFirstNodeByName("fahmy2022 ES heatmap")
    assert np.allclose(hottest_place(heatmap), place, atol=1e-4)
    assert {name: heatmap.GetAttribute(name) for name in attributes} == attributes
    display = heatmap.GetVolumeDisplayNode()
    assert display.GetColorNode().GetName() == "Inferno"
    assert display.GetApplyThreshold()
    assert display.GetLowerThreshold() == pytest.approx(0.2)
    legend = heatmap.GetNthDisplayNode(1)
    assert legend.GetTitleText() == "evidence for\nscar"
    assert legend.GetPrimaryDisplayNode() is display

    table = scene.GetFirstNodeByName("fahmy2022 result")
    assert cells(table) == rows
    chart = scene.GetFirstNodeByClass("vtkMRMLPlotChartNode")
    assert chart.GetNthPlotSeriesNode(0).GetTableNode().GetNumberOfRows() == 4
    hierarchy = hierarchy_of(scene)
    for node in (heatmap, table):
        parent = hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node))
        assert hierarchy.GetItemName(parent) == "CMR"
