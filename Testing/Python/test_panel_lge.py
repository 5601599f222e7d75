"""Late enhancement in the panel: extent, pattern, early darkening, and what they suggest."""

import csv
import math

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import helpers_scene as made  # noqa: E402
import numpy as np  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.errors import InputError, MissingInputError  # noqa: E402
from CardioAILib.measurements import LGE_MEASUREMENTS  # noqa: E402
from CardioAILib.mrml import InputNodes  # noqa: E402
from CardioAILib.mrml.ownviews import draw_apart, draw_everywhere  # noqa: E402
from CardioAILib.panel.darkening import measure_darkening, minutes_of, suggested  # noqa: E402
from CardioAILib.panel.enhancing import measure_late_enhancement, reference_of  # noqa: E402
from CardioAILib.panel.lgesection import summary  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.worker.settings import check_setting  # noqa: E402
from helpers_amyloid import SYSTEM, plane  # noqa: E402
from qt_standins.opened import panel_module  # noqa: E402

GRID = plane("SAX")
SLICES, SIZE = 6, 64


def far(column):
    """Distance (S, H, W) to the axis of a ventricle, larger where it is narrower: to the apex."""
    rows, columns = np.ogrid[:SIZE, :SIZE]
    flat = np.hypot(rows - 32, columns - column)
    return np.stack([flat / (1 - 0.08 * k) for k in range(SLICES)])


WALL, LV, RV = (far(36) > 11) & (far(36) < 18), far(36) <= 11, far(10) <= 7


@pytest.fixture
def heart(scene):
    """A stack with the inner half of the wall bright all around, but for a sector."""
    rows, columns = np.mgrid[:SIZE, :SIZE]
    angle = np.degrees(np.arctan2(rows - 32, columns - 36)) % 360
    image = 60 + np.random.default_rng(0).normal(0, 2, (SLICES, SIZE, SIZE))
    bright = WALL & (far(36) < 14.5) & (angle > 75)
    image[LV] += 40
    image[bright] += 200
    volume = made.volume(scene, image.astype("f4"), GRID, name="LGE SAX")
    mask = made.segmentation(scene, GRID, Myocardium=WALL, LV=LV, RV=RV)
    return volume, mask, bright


@pytest.fixture
def early(scene):
    """A series of five images in eight minutes, whose blood pool loses its signal."""
    sequence = scene.AddNewNodeByClass("vtkMRMLSequenceNode", "early")
    sequence.SetIndexType(sequence.NumericIndex)
    sequence.SetIndexName("time")
    sequence.SetIndexUnit("s")
    for k in range(5):
        array = np.where(LV, 200.0 - 30 * k, 20.0).astype("f4")
        sequence.SetDataNodeAtValue(made.volume(scene, array, GRID), f"{120 * k}")
    browser = scene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", "browser")
    browser.SetAndObserveMasterSequenceNodeID(sequence.GetID())
    return sequence, browser


@pytest.fixture
def board(panel):
    own = panel.board
    own.ui.systemSelector.currentIndex = own.ui.systemSelector.findData(SYSTEM.name)
    return own


def test_late_enhancement_becomes_tables_and_a_segment_of_the_enhanced_pixels(
    scene, heart, tmp_path
):
    import slicer

    volume, mask, bright = heart
    path = tmp_path / "lge.csv"
    done = measure_late_enhancement(scene, InputNodes(volume, mask), csv=path)
    table = done.nodes.table
    assert table.GetNumberOfRows() == len(LGE_MEASUREMENTS)
    assert table.GetAttribute("CardioAI.Note") == RESEARCH_ONLY
    extent = done.found.values["LGE_extent_5sd_percent"]
    assert extent == pytest.approx(100 * bright.sum() / WALL.sum(), abs=3)
    segment = done.nodes.enhanced.GetSegmentation().GetNthSegmentID(0)
    shown = slicer.util.arrayFromSegmentBinaryLabelmap(done.nodes.enhanced, segment, volume)
    assert np.array_equal(shown > 0, done.found.enhanced)
    assert done.nodes.segments.GetNumberOfRows() == 17
    with path.open(encoding="utf-8") as file:
        rows = {row["measurement"]: row for row in csv.DictReader(file)}
    assert float(rows["LGE_extent_5sd_percent"]["value"]) == extent
    assert rows["LGE_extent_5sd_percent"]["note"] == RESEARCH_ONLY


def test_where_no_myocardium_is_remote_the_extent_above_the_blood_is_listed_first(scene, heart):
    import slicer

    volume, mask, _bright = heart
    rest = np.random.default_rng(0).normal(0, 5, WALL.shape)
    array = np.where(LV, 150, np.where(WALL, 400, 60)) + rest
    slicer.util.updateVolumeFromArray(volume, array.astype("f4"))
    text = summary(measure_late_enhancement(scene, InputNodes(volume, mask)), "5sd")
    assert 0 < text.index("extent, 1 SD above blood") < text.index("extent, 5 SD above remote")
    assert "<td>100 %</td>" in text
    slicer.util.updateVolumeFromArray(volume, np.where(LV, 400, 60 + rest).astype("f4"))
    text = summary(measure_late_enhancement(scene, InputNodes(volume, mask)), "5sd")
    assert "above blood" not in text


def test_the_enhanced_region_is_drawn_where_its_segmentation_is(scene, heart):
    view = scene.AddNewNodeByClass("vtkMRMLSliceNode", "Yellow")
    draw_apart(scene, {view.GetID(): (heart[0], heart[1])})
    shown = measure_late_enhancement(scene, InputNodes(*heart[:2])).nodes.enhanced
    assert list(shown.GetDisplayNode().GetViewNodeIDs()) == [view.GetID()]
    draw_everywhere(scene)
    assert not shown.GetDisplayNode().GetViewNodeIDs()


def test_a_pattern_all_around_is_suggested_and_no_more(scene, heart):
    done = measure_late_enhancement(scene, InputNodes(*heart[:2]))
    assert done.suggestions == {"LGE_present": 1.0, "LGE_subendocardial_to_transmural": 1.0}
    assert "suggestion" in done.nodes.table.GetAttribute("CardioAI.Suggestion")


def test_segments_of_remote_myocardium_are_read_from_a_list():
    assert reference_of("auto", "8") == "auto"
    assert reference_of("segments", " 8; 9,") == (8, 9)
    with pytest.raises(InputError, match="AHA segments"):
        reference_of("segments", "lateral")


def test_an_image_without_segmentation_leaves_the_scene_as_it_was(scene, heart):
    before = scene.GetNumberOfNodes()
    with pytest.raises(MissingInputError):
        measure_late_enhancement(scene, InputNodes(heart[0]))
    with pytest.raises(InputError, match="method"):
        measure_late_enhancement(scene, InputNodes(*heart[:2]), method="7sd")
    assert scene.GetNumberOfNodes() == before


def test_the_section_shows_values_bull_s_eye_and_suggestions_for_the_form(board, heart):
    ui = board.ui
    ui.lgeImageSelector.setCurrentNode(heart[0])
    assert not ui.lgeButton.enabled
    ui.lgeMaskSelector.setCurrentNode(heart[1])
    ui.lgeButton.click()
    text = ui.lgeTableLabel.text
    assert RESEARCH_ONLY in text
    assert "suggestion" in text
    assert not ui.lgePictureLabel.isHidden()
    assert board.study_facts() == {}
    assert board._findings._suggested["LGE_present"] == 1.0
    ui.lgeReferenceSelector.currentIndex = 2
    assert not ui.lgeSegmentsEdit.isHidden()
    ui.lgeButton.click()
    assert "AHA segments" in ui.statusLabel.text


def test_a_falling_blood_pool_is_early_darkening(board, early, heart):
    found = measure_darkening(early[0], heart[1], 1.0)
    assert found.decay_percent == pytest.approx(60.0)
    assert found.finding == "positive"
    assert suggested(found) == {"early_darkening": 1.0}
    ui = board.ui
    sequence = early[0]
    assert minutes_of(sequence, 1.0) == pytest.approx([1, 3, 5, 7, 9])
    volume = early[1].GetProxyNode(sequence)
    ui.lgeSeriesSelector.setCurrentNode(volume)
    ui.lgeBloodSelector.setCurrentNode(heart[1])
    ui.darkeningButton.click()
    assert "Early darkening positive" in ui.statusLabel.text
    assert board._findings._suggested == {"early_darkening": 1.0}


def test_times_that_no_one_knows_are_asked_for(early, heart):
    early[0].SetIndexUnit("")
    with pytest.raises(InputError, match="minutes="):
        measure_darkening(early[0], heart[1])
    found = measure_darkening(early[0], heart[1], minutes=(3, 4, 5, 6, 7))
    assert math.isclose(found.decay_percent, 60.0)


def test_one_image_is_no_series(heart):
    with pytest.raises(InputError, match="single image"):
        measure_darkening(heart[0], heart[1])


def test_scripts_measure_late_enhancement_and_early_darkening(heart, early):
    logic = panel_module().CardioAILogic()
    done = logic.computeEnhancement(*heart[:2], method="fwhm", reference="stack")
    assert done.nodes.table.GetAttribute("CardioAI.Method") == "fwhm"
    found = logic.computeEarlyDarkening(early[0], heart[1], first_minute=1.0)
    assert found.finding == "positive"


def test_scripts_say_which_segment_and_where_the_heart_lies(scene, heart):
    logic = panel_module().CardioAILogic()
    mask = made.segmentation(scene, GRID, one=WALL, LV=LV)
    found = logic.computeEnhancement(heart[0], mask, segment="one", apex="last", insertion=60.0)
    assert len(found.found.segments) >= 16
    assert not logic.computeEnhancement(heart[0], mask, segment="one").found.segments
    with pytest.raises(InputError, match="apex='top'"):
        logic.computeEnhancement(heart[0], mask, segment="one", apex="top")


def test_a_method_that_is_none_is_refused_before_anything_else(scene):
    with pytest.raises(InputError, match="the method '7sd'; wanted one of 2sd"):
        panel_module().CardioAILogic().computeEnhancement(None, None, method="7sd")


def test_a_view_check_is_offered_for_cines_alone(board, ui):
    assert ui.planeFrame.isHidden()
    ui.systemSelector.currentIndex = ui.systemSelector.findData("germain2021")
    assert not ui.planeFrame.isHidden()


def test_training_may_start_from_a_trunk_where_there_is_an_ensemble(board, ui, tmp_path):
    assert not ui.trainTrunkEdit.isHidden()
    ui.trainTrunkEdit.currentPath = str(tmp_path)
    settings = board._training.settings()
    assert settings["trunk"] == str(tmp_path)
    check_setting("train", "trunk", settings["trunk"])
    assert [ui.trainArmSelector.itemData(k) for k in range(3)] == ["dl", "gbm", "*"]
    ui.systemSelector.currentIndex = ui.systemSelector.findData("germain2021")
    assert ui.trainTrunkEdit.isHidden()
    assert "trunk" not in board._training.settings()
