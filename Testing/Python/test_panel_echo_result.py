"""The panel of echo from Apply to a card by view and heatmaps that play, and the model of views.

Models are thin and learned from a few drawn clips; the worker's task runs in this process.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import qt_standins  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.learning import Run  # noqa: E402
from CardioAILib.mrml.clips import add_clip, clips_in, said_view, view_probability  # noqa: E402
from CardioAILib.mrml.frames import sequence_of  # noqa: E402
from CardioAILib.mrml.geometry import pixels  # noqa: E402
from CardioAILib.mrml.layers import legend_of, overlaid  # noqa: E402
from CardioAILib.panel.echoviews import CHOICES  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.system import HoldOut  # noqa: E402
from CardioAILib.systems import ECHO_VIEW, SAHASHI_2024, SAHASHI_2024_T1  # noqa: E402
from CardioAILib.verbs import fit, save_model  # noqa: E402
from CardioAILib.worker import run_job  # noqa: E402
from helpers_echo import (  # noqa: E402
    PLACES,
    TINY,
    clips_of_views,
    echo_cohort,
    ring,
    small_echo,
    small_views,
)
from qt_standins.openedecho import echo_module, open_echo_panel  # noqa: E402

VIEWS = ("A4C", "A2C", "PLAX")
pytestmark = pytest.mark.usefixtures("single_thread")
RUN = Run(epochs=1, device="cpu", precision="float32")


def few(system):
    """A system of thin networks that a dozen studies teach."""
    return replace(small_echo(system), protocol=HoldOut(train=0.34, validation=0.33, test=0.33))


def saved(fitted, folder: Path) -> Path:
    save_model(fitted.model, folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A thin model of wall motion that saw a few clips."""
    fitted = fit(few(SAHASHI_2024), echo_cohort(12, **TINY), run=RUN)
    return saved(fitted, tmp_path_factory.mktemp("echo") / "model")


@pytest.fixture(scope="module")
def view_model(tmp_path_factory) -> Path:
    """A thin model of views that hardly learned anything."""
    fitted = fit(small_views(ECHO_VIEW), clips_of_views(8, size=(48, 60)), run=RUN)
    return saved(fitted, tmp_path_factory.mktemp("view") / "model")


@pytest.fixture
def panel(scene, launch):
    opened = open_echo_panel(launch=launch)
    yield opened
    opened.cleanup()


def add(scene, view: str | None, *, segmented: bool = True, **how):
    image, mask = ring(**{**TINY, **how})
    return add_clip(scene, image, name=f"clip {view}", view=view, mask=mask if segmented else None)


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
def judged(panel, scene, model, launch):
    """The panel after Apply on two of three views."""
    nodes = {view: add(scene, view, seed=k) for k, view in enumerate(("A4C", "PLAX"))}
    choose(panel, nodes)
    panel.board.ui.modelFolderEdit.currentPath = str(model)
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


def test_heatmaps_play_in_the_browsers_of_their_clips(judged):
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
        for frame in (0, 5, 17):
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


def test_heatmaps_are_hidden_chosen_and_made_more_opaque(judged):
    panel, _ = judged
    scene, ui = panel.board.scene, panel.board.ui
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


def test_tissue_is_told_near_chance_above_its_result(model):
    from CardioAILib.panel.card import card_html
    from CardioAILib.verbs import load_model, predict

    ready = load_model(model, device="cpu")
    result, _ = predict(ready, echo_cohort(1, **TINY).studies[0])
    named = replace(ready.system, task=SAHASHI_2024_T1.task, published=SAHASHI_2024_T1.published)
    card = card_html(result, named)
    assert "near chance in the source study" in card.lower()
    assert card.lower().index("near chance") < card.index("Score for")


def test_the_console_judges_clips_by_view_or_those_of_the_scene(scene, model):
    logic = echo_module().CardioAIEchoLogic()
    nodes = {view: add(scene, view, seed=k) for k, view in enumerate(VIEWS)}
    more = add(scene, None, seed=9, segmented=False)
    clips = {view: own.volume for view, own in nodes.items()}
    clips["A4C"] = [clips["A4C"], more.volume]
    done = logic.process(clips, model, facts={"age": 61}, device="cpu")
    assert set(done.nodes.heatmaps) == {"A4C", "A4C_2", "A2C", "PLAX"}
    again = logic.process(None, model, explain=False, device="cpu")
    assert set(again.result.provenance.inputs) >= set()
    assert again.result.arms["combined"].decision in SAHASHI_2024.task.names


def test_the_model_of_views_names_clips_that_nobody_named(panel, scene, view_model, launch):
    own = {
        view: add(scene, None, center=PLACES[view], frames=12, seed=70 + k, segmented=False)
        for k, view in enumerate(VIEWS)
    }
    said = add(scene, "PLAX", center=PLACES["A4C"], frames=12, seed=75, segmented=False)
    ui = panel.board.ui
    ui.viewModelEdit.currentPath = str(view_model)
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


def test_the_console_finds_views(scene, view_model):
    logic = echo_module().CardioAIEchoLogic()
    one = add(scene, None, center=PLACES["A2C"], frames=12, seed=70, segmented=False)
    found = logic.findViews(view_model, device="cpu")
    assert list(found) == [one.volume.GetName()]
    assert found[one.volume.GetName()] in CHOICES


def test_a_batch_of_a_scene_takes_its_clips_as_one_study(scene):
    from CardioAILib.panel.scenestudies import scene_studies

    for k, view in enumerate(VIEWS):
        add(scene, view, seed=k)
    studies, failures = scene_studies(scene, small_echo(SAHASHI_2024))
    assert (len(studies), failures) == (1, [])
    assert len(studies[0].images) == 6
