"""The panel of echo from Apply to a card by view and heatmaps that play, and the model of views.

The models are those that come along; the worker's task runs in this process.
"""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import qt_standins  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.errors import InputError, MissingInputError  # noqa: E402
from CardioAILib.mrml.clips import add_clip, clips_in, said_view, view_probability  # noqa: E402
from CardioAILib.mrml.frames import sequence_of  # noqa: E402
from CardioAILib.mrml.geometry import pixels  # noqa: E402
from CardioAILib.mrml.layers import legend_of, overlaid  # noqa: E402
from CardioAILib.mrml.making import hierarchy_of  # noqa: E402
from CardioAILib.panel.echoviews import CHOICES  # noqa: E402
from CardioAILib.panel.modelfolders import DEMONSTRATIONS  # noqa: E402
from CardioAILib.panel.scenestudies import scene_studies  # noqa: E402
from CardioAILib.report.byview import view_scores  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.systems import ECHO_VIEW, SAHASHI_2024, SAHASHI_2024_T1  # noqa: E402
from CardioAILib.worker import run_job  # noqa: E402
from helpers_echo import PLACES, echo_cohort, ring, small_echo  # noqa: E402
from qt_standins.openedecho import echo_module, open_echo_panel  # noqa: E402

VIEWS = ("A4C", "A2C", "PLAX")
pytestmark = pytest.mark.usefixtures("single_thread")


MODEL, VIEW_MODEL = DEMONSTRATIONS[SAHASHI_2024.name], DEMONSTRATIONS[ECHO_VIEW.name]
CLIP = {"size": (56, 66), "frames": 36}
"""Clips hardly larger than the demonstration model takes them, with frames after its last."""


@pytest.fixture
def panel(scene, launch):
    opened = open_echo_panel(launch=launch)
    yield opened
    opened.cleanup()


def add(scene, view: str | None, *, segmented: bool = True, parent: int = 0, **how):
    image, mask = ring(**{**CLIP, **how})
    marked = {"view": view, "mask": mask if segmented else None}
    return add_clip(scene, image, name=f"clip {view}", **marked, parent=parent)


def examination(scene, name: str = "examination") -> int:
    """A new study in the subject hierarchy."""
    hierarchy = hierarchy_of(scene)
    return hierarchy.CreateStudyItem(hierarchy.GetSceneItemID(), name)


def choose(panel, nodes) -> None:
    for row in panel.board.inputs.rows:
        own = nodes.get(row.name)
        if own is not None:
            row.image.setCurrentNode(own.volume)
            row.mask.setCurrentNode(own.segmentation)


def apply(panel, launch) -> None:
    panel.board.ui.applyButton.click()
    run_job(launch.folder)
    launch.end("done")
    qt_standins.process_events(0.3)


def select(browser, frame: int) -> None:
    import slicer

    browser.SetSelectedItemNumber(frame)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)


@pytest.fixture
def judged(panel, scene, launch):
    """The panel after Apply on two of three views."""
    nodes = {view: add(scene, view, seed=k) for k, view in enumerate(("A4C", "PLAX"))}
    choose(panel, nodes)
    panel.board.ui.modelFolderEdit.currentPath = str(MODEL)
    apply(panel, launch)
    return panel, nodes


def test_the_card_tells_each_view_and_all_combined_beside_the_sources_own(judged):
    panel, _ = judged
    card = panel.board.ui.resultLabel.text
    for words in (RESEARCH_ONLY, "A4C", "PLAX", "missing", "combined", "0.873"):
        assert words in card, words
    assert "of which the score is the mean" not in card
    assert not panel.board.ui.resultCollapsibleButton.collapsed
    assert panel.board.ui.saveReportButton.enabled


def test_heatmaps_play_in_the_browsers_of_their_clips_until_hidden(judged):
    panel, nodes = judged
    scene, ui = panel.board.scene, panel.board.ui
    assert [ui.heatmapSelector.itemData(i) for i in range(3)] == ["*", "A4C", "PLAX"]
    assert scene.GetNumberOfNodesByClass("vtkMRMLSequenceBrowserNode") == 2
    maps = [
        node
        for node in (scene.GetNthNodeByClass(i, "vtkMRMLScalarVolumeNode") for i in range(4))
        if node.GetAttribute("CardioAI.Role") == "heatmap"
    ]
    assert len(maps) == 2
    for volume in maps:
        browser = sequence_of(volume)[1]
        seen = []
        for frame in (0, 5, 35):
            select(browser, frame)
            seen.append(pixels(volume.GetImageData()))
        assert np.isfinite(seen).all()
        # The network's pass ends before the last frame.
        assert not seen[-1].any()
        assert legend_of(volume) is not None
        assert volume.GetAttribute("CardioAI.Role") == "heatmap"
        assert volume.GetAttribute("CardioAI.System") == "sahashi2024"
        assert volume.GetAttribute("CardioAI.Frame") is None
    # What was made of clips is no clip itself, whichever frame is shown.
    assert clips_in(scene) == [own.volume for own in nodes.values()]
    assert {sequence_of(one)[1].GetID() for one in maps} == {
        own.browser.GetID() for own in nodes.values()
    }
    assert ui.showHeatmapButton.text == "Hide heatmap"
    ui.heatmapSelector.currentIndex = 1
    ui.overlaySlider.value = 80
    assert panel.board.ui.overlaySlider.enabled
    ui.showHeatmapButton.click()
    shown = [
        scene.GetNthNodeByClass(i, "vtkMRMLScalarVolumeNode")
        for i in range(scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode"))
    ]
    assert not [one for one in shown if overlaid(scene, one)]


def test_tissue_is_told_near_chance_above_its_result():
    from CardioAILib.panel.card import card_html
    from CardioAILib.verbs import load_model, predict

    ready = load_model(MODEL, device="cpu")
    result, _ = predict(ready, echo_cohort(1, **CLIP).studies[0])
    named = replace(ready.system, task=SAHASHI_2024_T1.task, published=SAHASHI_2024_T1.published)
    card = card_html(result, named)
    assert "near chance in the source study" in card.lower()
    assert card.lower().index("near chance") < card.index("Score for")


def test_the_console_judges_clips_by_view_or_those_of_the_scene(scene):
    logic, parent = echo_module().CardioAIEchoLogic(), examination(scene)
    nodes = {view: add(scene, view, seed=k, parent=parent) for k, view in enumerate(VIEWS[::2])}
    more = add(scene, None, seed=9, segmented=False, parent=parent)
    clips = {view: own.volume for view, own in nodes.items()}
    clips["A4C"] = [clips["A4C"], more.volume]
    done = logic.process(clips, MODEL, facts={"age": 61}, device="cpu")
    assert set(done.nodes.heatmaps) == {"A4C", "A4C_2", "PLAX"}
    again = logic.process(None, MODEL, explain=False, device="cpu")
    assert set(view_scores(again.result)) == set(nodes)
    assert again.result.arms["combined"].decision in SAHASHI_2024.task.names


def test_the_console_does_not_mix_clips_of_two_examinations(scene):
    for k, view in enumerate(("A4C", "PLAX")):
        add(scene, view, seed=k, parent=examination(scene, f"examination {k}"))
    with pytest.raises(InputError, match="clips of 2 examinations"):
        echo_module().CardioAIEchoLogic().process(None, MODEL, explain=False, device="cpu")


def test_a_view_without_a_clip_is_refused_by_its_name(scene):
    logic, nodes = echo_module().CardioAIEchoLogic(), add(scene, "PLAX")
    with pytest.raises(MissingInputError, match="the clip PLAX"):
        logic.process({"PLAX": None}, MODEL)
    with pytest.raises(InputError, match="0 clips and 1 segmentations of PLAX"):
        logic.process({"PLAX": []}, MODEL, segmentations={"PLAX": nodes.segmentation})


def test_the_model_of_views_names_clips_that_nobody_named(panel, scene, launch):
    own = {
        view: add(scene, None, center=PLACES[view], frames=12, seed=70 + k, segmented=False)
        for k, view in enumerate(VIEWS)
    }
    said = add(scene, "PLAX", center=PLACES["A4C"], frames=12, seed=75, segmented=False)
    ui = panel.board.ui
    ui.viewModelEdit.currentPath = str(VIEW_MODEL)
    panel.board.refresh()
    ui.findViewsButton.click()
    run_job(launch.folder)
    launch.end("done")
    qt_standins.process_events(0.3)
    for one in own.values():
        view, by = said_view(one.volume)
        assert by == "model"
        assert view in CHOICES
        assert 0 < view_probability(one.volume) <= 1
    assert said_view(said.volume) == ("PLAX", "header")
    assert panel.board.clips()["PLAX"].GetID() in {
        one.volume.GetID() for one in (*own.values(), said)
    }
    assert "correct what is wrong" in ui.statusLabel.text
    table = ui.viewsTable
    told = [table.item(row, 2).text().split(",")[0] for row in range(table.rowCount)]
    assert sorted(told) == ["file", "model", "model", "model"]


def test_the_console_finds_views(scene):
    logic = echo_module().CardioAIEchoLogic()
    one = add(scene, None, center=PLACES["A2C"], frames=12, seed=70, segmented=False)
    found = logic.findViews(VIEW_MODEL, device="cpu")
    assert list(found) == [one.volume.GetName()]
    assert found[one.volume.GetName()] in CHOICES


def test_a_batch_of_a_scene_takes_the_clips_of_each_examination_as_a_study(scene):
    whole, part = examination(scene, "whole"), examination(scene, "part")
    first, *_ = [add(scene, view, seed=k, parent=whole) for k, view in enumerate(VIEWS)]
    alone = add(scene, "A2C", seed=7, parent=part)
    small = add(scene, "PLAX", seed=8, frames=4, parent=examination(scene, "short"))
    studies, failures = scene_studies(scene, small_echo(SAHASHI_2024))
    assert [one.subject for one in studies] == [first.volume.GetID(), alone.volume.GetID()]
    assert [len(one.images) for one in studies] == [6, 2]
    assert [one.subject for one in failures] == [small.volume.GetID()]


def test_a_batch_of_a_scene_asks_the_view_of_each_clip_by_itself(scene):
    added = [add(scene, view, seed=k, segmented=False) for k, view in enumerate(VIEWS)]
    studies, failures = scene_studies(scene, ECHO_VIEW)
    assert [one.subject for one in studies] == [own.volume.GetID() for own in added]
    assert failures == []
