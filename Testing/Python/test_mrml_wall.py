"""Regions of the wall in the scene: a table, named labels over the image, a bull's-eye."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import GridMismatchError, InputError, MissingInputError
from CardioAILib.measurements import LAYERS, SEGMENTS, Orientation
from CardioAILib.mrml.geometry import pixels
from CardioAILib.mrml.inputs import InputNodes
from CardioAILib.mrml.making import hierarchy_of
from CardioAILib.mrml.segments import parts_of
from CardioAILib.mrml.terminology import terminology_entry
from CardioAILib.mrml.wall import (
    region_color,
    remove_wall,
    show_wall,
    show_wall_layers,
)
from CardioAILib.panel.walling import bullseye_of, measure_wall
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY
from helpers_wall import ventricle

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

MEAN = "original_firstorder_Mean"


@pytest.fixture(scope="module")
def heart():
    return ventricle()


@pytest.fixture
def nodes(scene, heart) -> InputNodes:
    pixel_values = (100 + 200 * heart.depth.clip(0, 1)).astype("f4")
    image = made.volume(scene, pixel_values, heart.matrix)
    parts = {
        "a": (heart.wall, terminology_entry(MYOCARDIUM)),
        "b": (heart.cavity, terminology_entry(LV_CAVITY)),
        "c": (heart.rv, terminology_entry(RV_CAVITY)),
    }
    return InputNodes(image, made.segmentation(scene, heart.matrix, **parts))


def cells(table, column: str) -> list[str]:
    names = [table.GetColumnName(index) for index in range(table.GetNumberOfColumns())]
    return [table.GetCellText(row, names.index(column)) for row in range(table.GetNumberOfRows())]


def native_mean(scene, nodes, by="aha", **how):
    return measure_wall(scene, nodes, (MEAN,), by=by, **how)


def test_the_table_has_a_row_a_segment_by_name(scene, nodes):
    table = native_mean(scene, nodes).nodes.table
    assert cells(table, "region") == list(SEGMENTS)
    assert cells(table, "note")[16] == "no voxel"
    assert float(cells(table, "wall_thickness_mm")[0]) == pytest.approx(9.6, abs=0.4)
    assert cells(table, "subject") == ["scene"] * 17


def test_the_labels_lie_on_the_image_and_have_the_names_of_the_standard(scene, nodes, heart):
    labels = native_mean(scene, nodes).nodes.labels
    assert np.array_equal(pixels(labels.GetImageData()) > 0, heart.wall)
    colors = labels.GetDisplayNode().GetColorNode()
    assert colors.GetColorName(8) == "8 mid anteroseptal"
    assert {part.name for part in parts_of(labels)} >= {"8 mid anteroseptal", "14 apical septal"}


def test_regions_of_an_image_that_was_moved_lie_where_it_lies(scene, nodes):
    made.transform(scene, made.moved(), nodes.image, nodes.mask)
    labels = native_mean(scene, nodes).nodes.labels
    assert labels.GetTransformNodeID() == nodes.image.GetTransformNodeID()


def test_layers_see_the_gradient_across_the_wall(scene, nodes):
    table = native_mean(scene, nodes, "layers").nodes.table
    assert cells(table, "region") == list(LAYERS)
    means = [float(cell) for cell in cells(table, MEAN)]
    assert means == sorted(means)


def test_every_measured_column_has_its_bulls_eye(scene, nodes):
    measured = native_mean(scene, nodes).measured
    for column, title in {
        MEAN: "Mean intensity",
        "wall_thickness_mm": "wall thickness",
        "voxels": "voxels",
    }.items():
        words = {one.text for one in ElementTree.fromstring(bullseye_of(measured, column)).iter()}
        assert {title, f"{RESEARCH_ONLY} Preset {measured.preset}."} <= words
        assert measured.preset
        assert column in words
    layered = native_mean(scene, nodes, "aha-layers").measured
    assert "endo" in bullseye_of(layered, MEAN)


def test_where_it_comes_from_goes_with_the_nodes(scene, nodes):
    shown = native_mean(scene, nodes).nodes
    for node in (shown.table, shown.labels):
        assert node.GetAttribute("CardioAI.Note") == RESEARCH_ONLY
        assert node.GetAttribute("CardioAI.Preset") == "fahmy2022"
        assert "range from 0 to 1" in node.GetAttribute("CardioAI.Findings")
        assert json.loads(node.GetAttribute("CardioAI.Settings"))["settings"]["bin_count"] == 32
        assert node.GetAttribute("CardioAI.Regions") == "aha"
        assert json.loads(node.GetAttribute("CardioAI.Orientation"))["apex"] == "auto"
        assert len(json.loads(node.GetAttribute("CardioAI.Inputs"))["mask"]) == 64


def test_slice_views_show_the_labels_over_the_image(scene, nodes):
    shown = native_mean(scene, nodes).nodes
    composite = scene.AddNewNodeByClass("vtkMRMLSliceCompositeNode")
    show_wall_layers(scene, nodes.image, shown.labels, nodes.mask)
    assert composite.GetBackgroundVolumeID() == nodes.image.GetID()
    assert composite.GetForegroundVolumeID() == shown.labels.GetID()
    assert not nodes.mask.GetDisplayNode().GetVisibility2DFill()


def test_a_picture_shows_segments_in_their_colors(scene, nodes, heart):
    from CardioAILib.embedded import SliceView
    from helpers_embedded import need_rendering

    need_rendering()
    labels = native_mean(scene, nodes).nodes.labels
    nodes.mask.GetDisplayNode().SetVisibility(False)
    with SliceView(scene, size=(240, 240)) as view:
        view.show(nodes.image, labels, 1.0)
        view.align(nodes.image, 4)
        picture = view.picture().reshape(-1, 3)
    seen = {tuple(color) for color in picture.tolist()}
    colors = labels.GetDisplayNode().GetColorNode()
    for number in range(7, 13):
        rgba = [0.0] * 4
        colors.GetColor(number, rgba)
        wanted = [round(255 * part) for part in rgba[:3]]
        assert any(np.abs(np.subtract(color, wanted)).max() <= 2 for color in seen), number


def test_neighboring_regions_differ_in_color(scene, nodes):
    layered = native_mean(scene, nodes, "aha-layers").measured.regions.regions
    colors = [region_color(region) for region in layered]
    assert len(set(colors)) == len(colors)
    assert all(0 <= part <= 1 for color in colors for part in color)


def test_removing_leaves_no_node_behind(scene, nodes):
    hierarchy_of(scene)
    before = scene.GetNumberOfNodes()
    shown = native_mean(scene, nodes).nodes
    remove_wall(scene, shown)
    assert scene.GetNumberOfNodes() == before


# Bad input


def test_a_segmentation_without_right_ventricle_says_what_to_give(scene, nodes, heart):
    alone = made.segmentation(scene, heart.matrix, a=(heart.wall, terminology_entry(MYOCARDIUM)))
    before = scene.GetNumberOfNodes()
    with pytest.raises(InputError, match="anterior_insertion"):
        native_mean(scene, replace(nodes, mask=alone))
    assert scene.GetNumberOfNodes() == before
    pointed = native_mean(
        scene, replace(nodes, mask=alone), orientation=Orientation(anterior_insertion=120.0)
    )
    assert cells(pointed.nodes.table, "region") == list(SEGMENTS)


def test_a_deleted_image_is_told(scene, nodes):
    measured = native_mean(scene, nodes).measured
    scene.RemoveNode(nodes.image)
    with pytest.raises(MissingInputError):
        show_wall(scene, nodes.image, measured)


def test_an_image_of_another_size_is_told(scene, nodes):
    measured = native_mean(scene, nodes).measured
    other = made.volume(scene, made.pixels(), made.ijk_to_ras())
    before = scene.GetNumberOfNodes()
    with pytest.raises(GridMismatchError, match="measure again"):
        show_wall(scene, other, measured)
    assert scene.GetNumberOfNodes() == before


def test_a_preset_of_other_features_is_refused(scene, nodes):
    with pytest.raises(InputError, match="preset of pyradiomics' features"):
        native_mean(scene, nodes, preset="ibsi")
