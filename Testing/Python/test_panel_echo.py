"""The panel of echo: from simulated clips to views, play, ejection fraction and a result.

The widgets of qMRML and CTK are stand-ins (see `qt_standins`); .ui, scene, model and worker's
task are the real ones.
"""

import csv

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import qt_standins  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.errors import InputError, MissingInputError, ModelError  # noqa: E402
from CardioAILib.io.uswrite import write_echo_dicom  # noqa: E402
from CardioAILib.mrml.clips import add_clip, said_view  # noqa: E402
from CardioAILib.panel.echocard import motion_html  # noqa: E402
from CardioAILib.panel.echosamples import SAMPLES, load_sample, simulated, told  # noqa: E402
from CardioAILib.panel.echoviews import seen_clips, view_of_name  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from helpers_echo import echo_study  # noqa: E402
from helpers_echo_scene import beating  # noqa: E402
from qt_standins.openedecho import echo_module, open_echo_panel  # noqa: E402


@pytest.fixture
def panel(scene, launch):
    opened = open_echo_panel(launch=launch)
    yield opened
    opened.cleanup()


def choose(selector, data) -> None:
    selector.currentIndex = selector.findData(data)


def load(panel, name: str = "hypokinetic"):
    ui = panel.board.ui
    choose(ui.sampleSelector, name)
    ui.sampleButton.click()
    return panel.board.clips()


def small(scene, panel, view: str | None = "A4C", name: str = "loop", **how):
    """A small clip with its contours in the scene."""
    image, mask = beating(**how)
    nodes = add_clip(scene, image, name=name, view=view, mask=mask)
    panel.board.refresh()
    return nodes


# The study


def test_the_panel_offers_the_systems_of_echo_and_none_of_mr(panel):
    selector = panel.board.ui.systemSelector
    names = [selector.itemData(index) for index in range(selector.count)]
    assert names[0] == "sahashi2024"
    assert {"sahashi2024_t1", "sahashi2024_t1_ms", "echo_view"} < set(names)
    assert not [name for name in names if name.startswith(("fahmy", "halme", "martini"))]


def test_what_the_source_found_near_chance_is_said_as_soon_as_it_is_chosen(panel):
    ui = panel.board.ui
    assert not ui.chanceLabel.visible
    for name in ("sahashi2024_scar", "sahashi2024_t1", "sahashi2024_t2_ms", "sahashi2024_ecv"):
        choose(ui.systemSelector, name)
        assert ui.chanceLabel.visible
        assert "near chance" in ui.chanceLabel.text.lower() or "R2" in ui.chanceLabel.text
    choose(ui.systemSelector, "sahashi2024")
    assert not ui.chanceLabel.visible


def test_a_sample_is_loaded_chosen_and_known(panel):
    clips = load(panel)
    assert set(clips) == {"A4C", "A2C", "PLAX"}
    assert set(panel.board.segmentations()) == set(clips)
    assert panel.board.inputs.complete()
    facts = panel.board.study_facts()
    assert facts["heart_rate"] > 40
    assert not [name for name in facts if name.startswith(("wma", "lge", "ef_", "t1_"))]
    assert panel.board.inputs.rows[0].frame.text.startswith("40 frames, ")


def test_samples_are_what_their_titles_say_and_hide_the_truth():
    for name, sample in SAMPLES.items():
        facts = simulated(sample).facts
        assert facts["wma_kind"] == name
        assert facts["wma"] == float(name != "normal")
        assert not [one for one in told(facts) if one.startswith("wma")]


def test_an_unknown_sample_is_refused(scene):
    with pytest.raises(InputError, match="mitral"):
        load_sample(scene, "mitral")


def test_one_view_is_enough_to_check(panel, scene):
    assert not panel.board.ui.checkButton.enabled
    nodes = small(scene, panel)
    panel.board.inputs.rows[0].image.setCurrentNode(nodes.volume)
    panel.board.ui.checkButton.click()
    assert "can be used" in panel.board.ui.statusLabel.text
    assert "A2C" in panel.board.ui.statusLabel.text


def test_a_short_clip_is_refused_by_name(panel, scene):
    nodes = small(scene, panel, frames=8)
    panel.board.inputs.rows[0].image.setCurrentNode(nodes.volume)
    panel.board.ui.checkButton.click()
    assert "8 frames" in panel.board.ui.statusLabel.text


def written(folder, view: str, seed: int, name: str):
    """The file of a clip in DICOM, of an examination of its own."""
    study = echo_study(name, views=(view,), seed=seed, size=(64, 80))
    (path,) = write_echo_dicom(study, folder)
    return path


def load_file(panel, path) -> None:
    panel.board.ui.clipsPathEdit.currentPath = str(path)
    panel.board.ui.loadClipsButton.click()


def test_a_second_examination_takes_the_place_of_the_first(panel, tmp_path):
    files = [written(tmp_path, view, k, f"s{k}") for k, view in enumerate(("A4C", "PLAX", "PLAX"))]
    load_file(panel, files[0])
    load_file(panel, files[1])
    both = panel.board.clips()
    assert set(both) == {"A4C", "PLAX"}
    assert "lie in 2 studies" in panel.board.ui.statusLabel.text
    load_file(panel, files[2])
    (only,) = panel.board.clips().values()
    assert only not in both.values()
    assert "studies" not in panel.board.ui.statusLabel.text


def test_a_video_asks_for_what_decodes_it(panel, tmp_path, monkeypatch):
    import slicer.packaging

    asked = []

    def decline(wanted, **_how):
        asked.extend(map(str, wanted))
        raise RuntimeError("declined")

    monkeypatch.setattr(slicer.packaging, "pip_ensure", decline)
    (tmp_path / "loop.avi").write_bytes(b"RIFF")
    load_file(panel, tmp_path)
    assert asked == ["av>=14"]
    assert "av>=14" in panel.board.ui.statusLabel.text
    assert panel.board.clips() == {}


# Views


def views(panel) -> list[tuple[str, str, str]]:
    table = panel.board.ui.viewsTable
    return [
        (table.item(row, 0).text(), table.cellWidget(row, 1).currentText, table.item(row, 2).text())
        for row in range(table.rowCount)
    ]


def test_clips_are_listed_with_their_views_and_who_said_them(panel, scene):
    small(scene, panel, "A4C", "first")
    small(scene, panel, None, "PLAX zoom")
    small(scene, panel, None, "third")
    assert views(panel) == [
        ("first", "A4C", "file"),
        ("PLAX zoom", "PLAX", "name"),
        ("third", "not known", "nobody"),
    ]


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("AP4 loop", "A4C"),
        ("apical_2_chamber", "A2C"),
        ("PLAX A4C", None),
        ("loop", None),
        ("PSAX", "other"),
    ],
)
def test_a_name_tells_a_view_where_it_tells_one(name: str, view: str | None):
    assert view_of_name(name) == view


def test_a_view_that_the_user_corrects_moves_the_inputs(panel, scene):
    nodes = small(scene, panel, "A4C")
    panel.board.ui.useViewsButton.click()
    assert panel.board.clips() == {"A4C": nodes.volume}
    box = panel.board.ui.viewsTable.cellWidget(0, 1)
    box.activated.emit(box.findData("PLAX"))
    qt_standins.process_events(0.05)
    assert said_view(nodes.volume) == ("PLAX", "user")
    assert panel.board.clips() == {"PLAX": nodes.volume}
    assert panel.board.segmentations() == {"PLAX": nodes.segmentation}
    assert views(panel)[0][1:] == ("PLAX", "you")


def test_find_views_says_what_it_waits_for(panel, scene):
    ui = panel.board.ui
    assert not ui.findViewsButton.enabled
    small(scene, panel, "A4C")
    assert "Every clip has a view" in ui.findViewsButton.toolTip
    small(scene, panel, None, "unknown")
    assert "Choose a model of views" in ui.findViewsButton.toolTip


# Play


def test_clips_play_together_at_the_chosen_speed(panel, scene):
    nodes = small(scene, panel)
    panel.board.inputs.rows[0].image.setCurrentNode(nodes.volume)
    ui = panel.board.ui
    choose(ui.speedSelector, 0.5)
    ui.playButton.click()
    assert nodes.browser.GetPlaybackActive()
    assert nodes.browser.GetPlaybackRateFps() == pytest.approx(12.5)
    assert ui.playButton.text == "Stop"
    ui.playButton.click()
    assert not nodes.browser.GetPlaybackActive()
    ui.frameSlider.value = 1000
    assert nodes.browser.GetSelectedItemNumber() == 19


# Wall motion


def test_ejection_fraction_and_curves_are_measured_saved_and_shown(panel, scene, tmp_path):
    load(panel, "normal")
    ui = panel.board.ui
    ui.measureMotionButton.click()
    assert RESEARCH_ONLY in ui.motionLabel.text
    assert "Ejection fraction" in ui.motionLabel.text
    assert [ui.chartSelector.itemData(i) for i in range(3)] == ["A4C", "A2C", "PLAX"]
    ui.motionFileEdit.currentPath = str(tmp_path / "motion")
    ui.saveMotionButton.click()
    with (tmp_path / "motion.csv").open(encoding="utf-8") as file:
        rows = {row["measurement"]: row for row in csv.DictReader(file)}
    truth = simulated(SAMPLES["normal"]).facts["ef_percent"]
    assert float(rows["EF_percent"]["value"]) == pytest.approx(truth, abs=8)
    assert rows["EF_percent"]["note"] == RESEARCH_ONLY
    before = scene.GetNumberOfNodes()
    ui.showChartButton.click()
    ui.measureMotionButton.click()
    assert scene.GetNumberOfNodes() == before


def test_segments_that_move_too_little_are_named():
    values = {"EF_percent": 41.0, "wall_motion_score_segment_07": 3.0}
    text = motion_html(values | {"wall_motion_score_segment_04": 1.0})
    assert "too little: akinetic mid anterior (7)." in text
    assert "Of 2 segments" in text


def test_motion_without_a_segmentation_is_not_offered(panel, scene):
    nodes = add_clip(scene, beating()[0], view="A4C")
    panel.board.inputs.rows[0].image.setCurrentNode(nodes.volume)
    assert not panel.board.ui.measureMotionButton.enabled
    logic = echo_module().CardioAIEchoLogic()
    with pytest.raises(MissingInputError, match="no segmentation of a view"):
        logic.measureMotion({"A4C": nodes.volume}, {})


def test_a_clip_is_measured_as_one_view_alone(panel, scene):
    nodes = small(scene, panel)
    for row in panel.board.inputs.rows[:2]:
        row.image.setCurrentNode(nodes.volume)
        row.mask.setCurrentNode(nodes.segmentation)
    panel.board.ui.measureMotionButton.click()
    assert "the same clip as A4C and as A2C" in panel.board.ui.statusLabel.text
    assert not panel.board.ui.motionLabel.visible


def test_training_takes_published_weights_and_no_trunk(panel):
    from CardioAILib.panel.training import takes_trunk, takes_weights

    system = panel.board.system
    assert takes_weights(system)
    assert not takes_trunk(system)


# The console


def test_clips_that_are_not_given_by_view_are_refused(scene, panel):
    nodes = small(scene, panel)
    logic = echo_module().CardioAIEchoLogic()
    with pytest.raises(ModelError):
        logic.process({"A4C": nodes.volume}, "nowhere")


def test_closing_the_scene_forgets_clips_and_values(panel, scene):
    small(scene, panel)
    panel.board.ui.useViewsButton.click()
    panel.board.ui.measureMotionButton.click()
    assert panel.board.ui.motionLabel.visible
    scene.Clear(0)
    assert panel.board.clips() == {}
    assert seen_clips(scene) == []
    assert not panel.board.ui.motionLabel.visible
