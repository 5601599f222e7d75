"""Cines and segmentations of the scene: their phases, their plane, and what is measured."""

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.io.dicomroles import NORMALS
from CardioAILib.mrml.alone import largest_and_smallest, segmentation_alone, segmented_frames
from CardioAILib.mrml.hearttable import HEADER, show_measurements
from CardioAILib.mrml.phases import has_frames, phase_frames
from CardioAILib.mrml.views import view_of_node
from CardioAILib.results import RESEARCH_ONLY, Finding
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY
from helpers_cine import add_beating, disk, segmentations

pytest.importorskip("slicer_core", reason="slicer-core is not installed")


@pytest.fixture
def cine(scene):
    return add_beating(scene)


# Phases


def test_phases_are_found_by_brightness_where_nothing_is_segmented(cine):
    ed, es, findings = phase_frames(cine.volume)
    assert (ed, es) == (0, 2)
    assert "time = 400 ms" in findings[0].message
    assert "brightness" in findings[0].message


def test_phases_are_found_by_the_cavity_where_frames_are_segmented(scene, cine):
    mask = segmentations(scene, cine.browser, frames=(1, 2))
    ed, es, findings = phase_frames(cine.volume, mask)
    assert (ed, es) == (1, 2)
    assert "segmented cavity" in findings[0].message


def test_a_volume_that_is_no_cine_has_no_phases(scene):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    assert not has_frames(volume)
    with pytest.raises(InputError, match="one frame"):
        phase_frames(volume)


# A segmentation without an image


def test_a_segmentation_alone_keeps_its_grid_and_place(scene):
    ring = made.ring()
    node = made.segmentation(scene, made.ijk_to_ras(), Myocardium=ring, LV=np.roll(ring, 8, 2))
    made.transform(scene, made.moved(), node)
    mask, _ = segmentation_alone(node)
    assert mask.of(MYOCARDIUM)[0].sum() == pytest.approx(ring.sum())
    assert mask.of(LV_CAVITY).any()
    assert not mask.of(RV_CAVITY).any()
    np.testing.assert_allclose(mask.ijk_to_ras, made.moved() @ made.ijk_to_ras(), atol=1e-6)


def test_a_labelmap_with_a_cavity_alone_is_read_too(scene):
    node = made.volume(
        scene,
        disk(5).astype("i2"),
        made.ijk_to_ras(),
        kind="vtkMRMLLabelMapVolumeNode",
        name="LV",
    )
    mask, _ = segmentation_alone(node)
    assert mask.of(LV_CAVITY).sum() == disk(5).sum()


def test_a_segmentation_of_something_else_is_refused_by_name(scene):
    node = made.segmentation(scene, made.ijk_to_ras(), Liver=made.ring())
    with pytest.raises(MissingInputError, match="myocardium"):
        segmentation_alone(node)


def test_an_image_is_no_segmentation(scene):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    with pytest.raises(InputError, match="wanted a segmentation or a labelmap"):
        segmentation_alone(volume)


def test_end_systole_is_the_frame_of_the_smallest_cavity(scene, cine):
    mask = segmentations(scene, cine.browser)
    ed, es, how = largest_and_smallest(segmented_frames(mask))
    assert (ed.index, es.index) == (0, 2)
    assert how.check == "phases"


def test_one_segmented_frame_tells_no_phases(scene, cine):
    mask = segmentations(scene, cine.browser, frames=(1,))
    with pytest.raises(MissingInputError, match="1 of 1 frames"):
        largest_and_smallest(segmented_frames(mask))


# Planes


@pytest.mark.parametrize("view", ["SAX", "4C", "2C"])
def test_a_plane_is_told_by_how_the_volume_lies(scene, view):
    across = np.array(NORMALS[view]) * (-1, -1, 1)
    across = across / np.linalg.norm(across)
    right = np.cross(across, (0.3, 0.5, 0.8))
    right /= np.linalg.norm(right)
    matrix = np.eye(4)
    matrix[:3, :3] = np.column_stack([right, np.cross(across, right), across * 8])
    assert view_of_node(made.volume(scene, made.pixels(), matrix)) == view


def test_a_plane_is_told_by_name_where_its_place_says_nothing(scene):
    assert view_of_node(made.volume(scene, made.pixels(), np.eye(4), name="cine 4ch")) == "4C"
    assert view_of_node(made.volume(scene, made.pixels(), np.eye(4), name="cine")) is None


def test_a_cine_lies_as_its_frames_do_and_goes_by_its_own_name(scene):
    cine = add_beating(scene, "cine 4ch")
    for node in (cine.volume, cine.sequence, cine.browser):
        assert view_of_node(node) == "4C"
    empty = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "SAX")
    assert view_of_node(empty) is None
    assert view_of_node(scene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", "SAX")) is None


# The table of measurements


def cells(table, column: str) -> list[str]:
    index = table.GetColumnIndex(column)
    return [table.GetCellText(row, index) for row in range(table.GetNumberOfRows())]


def test_a_table_of_measurements_has_values_units_ranges_and_definitions(scene):
    node = made.segmentation(scene, made.ijk_to_ras(), LV=made.ring())
    values = {"LV_mass_g": 214.0, "LV_EF_percent": float("nan")}
    found = (Finding("RV cavity missing", "ED shows no RV cavity"),)
    table = show_measurements(scene, values, node, sex="male", findings=found)
    assert [table.GetColumnName(i) for i in range(len(HEADER))] == list(HEADER)
    assert cells(table, "measurement") == list(values)
    assert cells(table, "unit") == ["g", "%"]
    assert cells(table, "beside them") == ["above", ""]
    assert "JCMR" in cells(table, "source")[0]
    assert "1.05 g/ml" in cells(table, "definition")[0]
    assert table.GetAttribute("CardioAI.Note") == RESEARCH_ONLY
    assert "no RV cavity" in table.GetAttribute("CardioAI.Findings")
    assert table.GetLocked()
