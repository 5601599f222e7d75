"""Cines in the panel: what is asked, which nodes are read, and what a hint says.

The widgets of qMRML and CTK are stand-ins (see `qt_standins`); .ui, scene and panel are real.
"""

from dataclasses import replace
from types import SimpleNamespace

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import helpers_scene as made  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.errors import CohortError, InputError, MissingInputError  # noqa: E402
from CardioAILib.mrml import InputNodes  # noqa: E402
from CardioAILib.panel.cinenodes import CineChoice, cine_nodes, reads_phases  # noqa: E402
from CardioAILib.panel.scenestudies import scene_studies  # noqa: E402
from CardioAILib.panel.tasks import checked_study  # noqa: E402
from CardioAILib.study import Role  # noqa: E402
from CardioAILib.systems import FAHMY_2022, GERMAIN_2021_PLANE  # noqa: E402
from CardioAILib.systems.fahmy2022 import inputs  # noqa: E402
from helpers_cine import RADII, add_beating, segmentations  # noqa: E402
from helpers_classes import SYSTEM  # noqa: E402


@pytest.fixture
def heart(scene):
    """A small beating heart with the segmentation of every frame."""
    cine = add_beating(scene)
    mask = segmentations(scene, cine.browser)
    return SimpleNamespace(
        volume=cine.volume,
        sequence=cine.sequence,
        browser=cine.browser,
        segmentation=mask,
        es=RADII.index(min(RADII)),
    )


@pytest.fixture
def row(panel):
    """The selectors of a system that reads a cine."""
    board = panel.board
    board.system = SYSTEM
    board.inputs.build(SYSTEM)
    (own,) = board.inputs.rows
    return own


def hidden(widget) -> bool:
    return widget.isHidden()


# Which systems read a cine


def test_a_system_that_needs_its_masks_is_asked_for_each_image():
    assert reads_phases(SYSTEM)
    assert not reads_phases(FAHMY_2022)
    assert not reads_phases(replace(FAHMY_2022, inputs=inputs("ED", "ES")))


# Nodes


def test_both_phases_are_found_in_a_cine_with_its_segmentations(heart):
    nodes = cine_nodes(SYSTEM, CineChoice(heart.volume, None, heart.segmentation, view="SAX"))
    assert (nodes["ED"].frame, nodes["ES"].frame) == (0, heart.es)
    study, findings = checked_study(SYSTEM, nodes, facts={"height_cm": 180.0})
    assert set(study.images) == {
        Role("MR", kind, "SAX", phase) for kind in ("cine", "mask") for phase in ("ED", "ES")
    }
    assert "segmented cavity" in next(f.message for f in findings if f.check == "phases")
    assert study.facts["height_cm"] == 180.0


@pytest.mark.parametrize("given", ["sequence", "browser"])
def test_a_cine_is_read_from_its_sequence_and_from_its_browser(heart, given):
    node = getattr(heart, given)
    nodes = cine_nodes(SYSTEM, CineChoice(node, None, heart.segmentation))
    assert (nodes["ED"].frame, nodes["ES"].frame) == (0, heart.es)
    study, _ = checked_study(SYSTEM, nodes)
    assert {role.phase for role in study.images} == {"ED", "ES"}


def test_an_empty_browser_is_no_cine(scene):
    browser = scene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", "browser")
    with pytest.raises(MissingInputError, match="no cine with several frames"):
        cine_nodes(SYSTEM, CineChoice(browser))


def test_named_frames_are_taken_and_not_looked_for(heart):
    chosen = CineChoice(heart.volume, ed_frame=1, es_frame=3, view="4C")
    nodes = cine_nodes(SYSTEM, chosen)
    assert (nodes["ED"].frame, nodes["ES"].frame) == (1, 3)
    assert nodes["ED"].notes == ()
    assert nodes["ED"].view == "4C"


def test_a_view_that_nobody_knows_stays_unsaid(heart):
    chosen = CineChoice(heart.volume, ed_frame=0, es_frame=2, view="unknown")
    study, _ = checked_study(SYSTEM, cine_nodes(SYSTEM, chosen))
    assert {role.column for role in study.images} == {"cine_ED", "cine_ES"}


def test_two_volumes_take_the_place_of_a_cine(scene):
    ed, es = (made.volume(scene, made.pixels(seed=k), made.ijk_to_ras()) for k in (0, 1))
    mask = made.segmentation(scene, made.ijk_to_ras(), Myocardium=made.ring())
    nodes = cine_nodes(SYSTEM, CineChoice(ed, es, mask))
    assert [own.image for own in nodes.values()] == [ed, es]
    assert (nodes["ED"].mask, nodes["ES"].mask) == (mask, None)


def test_one_volume_alone_is_refused(scene):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    with pytest.raises(MissingInputError, match="choose the end-systolic volume too"):
        cine_nodes(SYSTEM, CineChoice(volume))
    with pytest.raises(InputError, match="same volume"):
        cine_nodes(SYSTEM, CineChoice(volume, volume))


def test_the_same_frame_twice_is_refused(heart):
    with pytest.raises(InputError, match="same frame"):
        cine_nodes(SYSTEM, CineChoice(heart.volume, ed_frame=2, es_frame=2))


def test_a_segmentation_drawn_on_the_cine_is_measured_and_swapped_phases_are_said(heart):
    chosen = CineChoice(heart.volume, None, heart.segmentation, view="SAX", ed_frame=2, es_frame=0)
    _, findings = checked_study(SYSTEM, cine_nodes(SYSTEM, chosen))
    assert any("swapped" in finding.message for finding in findings)


def test_a_plane_is_not_asked_of_a_system_that_tells_it(panel, heart):
    board = panel.board
    board.system = GERMAIN_2021_PLANE
    board.inputs.build(GERMAIN_2021_PLANE)
    (own,) = board.inputs.rows
    own.image.setCurrentNode(heart.volume)
    assert own.view is None
    assert hidden(own.mask)
    study, _ = checked_study(GERMAIN_2021_PLANE, board.inputs.nodes())
    assert {role.column for role in study.images} == {"cine_ED", "cine_ES"}


def test_no_cine_at_all_is_said():
    with pytest.raises(MissingInputError, match="the cine"):
        cine_nodes(SYSTEM, CineChoice(None))


def test_a_segmentation_without_frames_is_taken_for_end_diastole_alone(scene, heart):
    mask = made.segmentation(scene, made.ijk_to_ras(), Myocardium=made.ring())
    nodes = cine_nodes(SYSTEM, CineChoice(heart.volume, ed_mask=mask))
    assert nodes["ES"].mask is None
    assert "end-diastole alone" in nodes["ED"].notes[-1].message


def test_the_cines_of_a_scene_are_studies_with_or_without_segmentation(scene, heart):
    heart.segmentation.SetReferenceImageGeometryParameterFromVolumeNode(heart.volume)
    still = made.volume(scene, made.pixels(), made.ijk_to_ras())
    studies, failures = scene_studies(scene, SYSTEM)
    assert [study.key for study in studies] == [(heart.volume.GetID(), heart.segmentation.GetID())]
    assert not failures
    assert still.GetID() not in {study.subject for study in studies}


def test_systems_of_different_images_still_need_a_table(scene):
    two = {"ES": FAHMY_2022.inputs["ES"], "LGE": FAHMY_2022.inputs["ES"]}
    with pytest.raises(CohortError, match="one row a study"):
        scene_studies(scene, replace(FAHMY_2022, inputs=two))


# What is asked


def test_a_cine_is_asked_for_its_frames_and_no_second_volume(row, heart, panel):
    assert hidden(row.es_image)
    row.image.setCurrentNode(heart.volume)
    assert hidden(row.es_image)
    assert not hidden(row.frames[0])
    assert row.frames[0].maximum == heart.sequence.GetNumberOfDataNodes()
    assert row.view.itemText(0).startswith("as it lies: ")
    assert panel.board.inputs.complete()


def test_a_volume_is_asked_for_its_end_systole(row, scene, panel):
    ed, es = (made.volume(scene, made.pixels(seed=k), made.ijk_to_ras()) for k in (0, 1))
    row.image.setCurrentNode(ed)
    assert not hidden(row.es_image)
    assert hidden(row.frames[0])
    assert not panel.board.inputs.complete()
    assert "end-systole" in panel.board.inputs.missing()
    row.es_image.setCurrentNode(es)
    assert panel.board.inputs.complete()


def test_a_segmentation_with_frames_is_asked_for_no_second_one(row, scene, heart):
    row.mask.setCurrentNode(heart.segmentation)
    assert hidden(row.es_mask)
    still = made.segmentation(scene, made.ijk_to_ras(), Myocardium=made.ring())
    row.mask.setCurrentNode(still)
    assert not hidden(row.es_mask)


def test_frames_that_were_chosen_are_read_from_one_on(row, heart):
    row.image.setCurrentNode(heart.volume)
    row.frames[0].value, row.frames[1].value = 2, 4
    chosen = row.choice()
    assert (chosen.ed_frame, chosen.es_frame) == (1, 3)
    row.frames[0].value = 0
    assert row.choice().ed_frame is None


def test_choices_of_a_cine_come_back_with_the_panel(row, heart, panel):
    row.image.setCurrentNode(heart.volume)
    row.frames[1].value = 4
    row.view.currentIndex = row.view.findData("4C")
    panel.exit()
    row.frames[1].value = 0
    panel.enter()
    assert row.choice().es_frame == 3
    assert row.choice().view == "4C"


def test_a_sample_is_chosen_as_a_cine(row, panel, ui):
    ui.sampleButton.click()
    assert panel.board.inputs.complete()
    nodes = panel.board.inputs.nodes()
    assert all(isinstance(own, InputNodes) for own in nodes.values())
    assert nodes["ED"].frame == 0


def test_what_is_known_of_the_patient_goes_along_with_systems_that_measure(row, panel, ui, heart):
    panel.board.refresh()
    assert not hidden(ui.bodyFrame)
    ui.bodyHeightSpinBox.value = 172
    ui.bodySexSelector.currentIndex = ui.bodySexSelector.findData("female")
    assert panel.board._predicting.facts() == {"height_cm": 172.0, "sex": "female"}
    assert ui.heartHeightSpinBox.value == 172
    panel.board.system = FAHMY_2022
    panel.board.refresh()
    assert hidden(ui.bodyFrame)
    assert panel.board._predicting.facts() == {}
