"""The panel of scintigraphy: from a simulated scan to grade, ratios and overlays.

The widgets of qMRML and CTK are stand-ins (see `qt_standins`); .ui, scene, model and worker's
task are the real ones.
"""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import qt_standins  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.errors import InputError, ModelError  # noqa: E402
from CardioAILib.learning import Run  # noqa: E402
from CardioAILib.mrml.counts import SCALE  # noqa: E402
from CardioAILib.mrml.planarellipses import ellipses_on  # noqa: E402
from CardioAILib.mrml.planarfacts import facts_of  # noqa: E402
from CardioAILib.mrml.planarregions import regions_on  # noqa: E402
from CardioAILib.mrml.uptaketable import uptake_of  # noqa: E402
from CardioAILib.panel import scancard  # noqa: E402
from CardioAILib.panel.modelfolders import DEMONSTRATIONS  # noqa: E402
from CardioAILib.panel.scancard import positive_part, uptake_part  # noqa: E402
from CardioAILib.panel.scanpredicting import layer_title  # noqa: E402
from CardioAILib.panel.scintigraphysamples import SAMPLES, load_sample, told  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.systems import HALME_2022  # noqa: E402
from CardioAILib.verbs import fit, save_model  # noqa: E402
from CardioAILib.worker import run_job  # noqa: E402
from helpers_halme import COARSE, scans, small_halme  # noqa: E402
from qt_standins.openedscan import open_scan_panel, scan_module  # noqa: E402


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """The demonstration model; where it was not shipped, a thin network that saw a few scans."""
    shipped = DEMONSTRATIONS.get(HALME_2022.name)
    if shipped is not None and shipped.is_dir():
        return shipped
    fitted = fit(
        small_halme(HALME_2022, arms=("residual",)),
        scans(16, size=COARSE),
        run=Run(epochs=1, device="cpu", precision="float32"),
    )
    folder = tmp_path_factory.mktemp("scans") / "model"
    save_model(fitted.model, folder)
    return folder


@pytest.fixture
def panel(scene, launch):
    opened = open_scan_panel(launch=launch)
    yield opened
    opened.cleanup()


def load(panel, name: str = "grade 3"):
    ui = panel.board.ui
    ui.sampleSelector.currentIndex = ui.sampleSelector.findData(name)
    ui.sampleButton.click()
    return panel.board.anterior(), panel.board.posterior()


def wait() -> None:
    qt_standins.process_events(0.3)


# The study


def test_the_panel_offers_the_three_tasks_and_no_system_of_mr(panel):
    selector = panel.board.ui.systemSelector
    names = [selector.itemData(index) for index in range(selector.count)]
    assert names == ["halme2022", "halme2022_positive", "halme2022_grade3"]


def test_a_sample_is_loaded_chosen_and_known(panel):
    anterior, posterior = load(panel, "grade 2")
    assert anterior.GetImageData().GetDimensions() == (256, 1024, 1)
    assert posterior is not anterior
    assert panel.board.inputs.complete()
    facts = panel.board.study_facts()
    assert facts == facts_of(anterior)
    assert facts["acquisition"] == "whole body"
    assert "grade" not in facts


def test_samples_hide_the_truth(panel):
    assert told({"grade": 2.0, "grade_reader1": 1.0, "heart_to_bone": 1.1, "age": 70.0}) == {
        "age": 70.0
    }


def test_an_unknown_sample_is_refused(scene):
    with pytest.raises(InputError, match="grade 9"):
        load_sample(scene, "grade 9")
    assert set(SAMPLES) == {"grade 0", "grade 1", "grade 2", "grade 3", "metastases"}


def test_check_needs_no_segmentation_and_says_nothing_of_one(panel):
    load(panel)
    panel.board.ui.checkButton.click()
    assert "can be used" in panel.board.ui.statusLabel.text
    assert "mask" not in panel.board.ui.statusLabel.text


def test_apply_is_offered_with_a_scan_and_a_model(panel, model):
    ui = panel.board.ui
    assert not ui.applyButton.enabled
    load(panel)
    assert not ui.applyButton.enabled
    ui.modelFolderEdit.currentPath = str(model)
    assert ui.applyButton.enabled


# Result and overlays


@pytest.fixture
def judged(panel, model, launch):
    """The panel after Apply; the worker's task ran in this process."""
    load(panel)
    panel.board.ui.modelFolderEdit.currentPath = str(model)
    panel.board.ui.applyButton.click()
    run_job(launch.folder)
    launch.end("done")
    wait()
    return panel


def test_a_result_has_card_overlays_regions_and_nothing_to_name_the_patient(judged):
    ui, board = judged.board.ui, judged.board
    card = ui.resultLabel.text
    for words in (RESEARCH_ONLY, "Probability of grade 2 or grade 3", "Visual rule (Perugini)"):
        assert words in card
    assert "heart to contralateral" in card
    assert "Halme" in card
    titles = [ui.heatmapSelector.itemText(index) for index in range(ui.heatmapSelector.count)]
    layers = [f"residual: responses of layer {layer}" for layer in (1, 2, 3, 4)]
    assert titles == ["evidence for the grade", *layers]
    assert regions_on(board.scene, board.anterior()).keys() >= {"heart", "contralateral"}
    assert uptake_of(board.scene, board.anterior()) is not None
    assert ui.showHeatmapButton.text == "Hide overlay"
    _one_overlay_is_shown_at_a_time(judged)
    board.scene.Clear(0)
    assert ui.resultLabel.text == ""
    assert not ui.showHeatmapButton.enabled


def _one_overlay_is_shown_at_a_time(panel) -> None:
    from CardioAILib.mrml.layers import legend_of, of_class

    ui, scene = panel.board.ui, panel.board.scene

    def legends() -> list[str]:
        volumes = of_class(scene, "vtkMRMLScalarVolumeNode")
        own = [(one, legend_of(one)) for one in volumes]
        return [one.GetName() for one, legend in own if legend and legend.GetVisibility()]

    assert legends() == ["halme2022 anterior heatmap"]
    ui.heatmapSelector.currentIndex = 3
    assert legends() == ["activations residual block3_relu1"]
    ui.showHeatmapButton.click()
    assert legends() == []


def test_layers_have_plain_titles():
    assert layer_title("linear block2_relu1") == "linear: responses of layer 2"
    assert layer_title("linear stem") == "linear: responses of layer stem"


# Display


def test_the_display_changes_both_views_and_no_count(panel):
    anterior, posterior = load(panel)
    ui, before = panel.board.ui, anterior.GetImageData().GetMTime()
    top = anterior.GetDisplayNode().GetWindowLevelMax()
    ui.scaleSelector.currentIndex = ui.scaleSelector.findData("linear")
    assert [node.GetAttribute(SCALE) for node in (anterior, posterior)] == ["linear", "linear"]
    assert anterior.GetDisplayNode().GetWindowLevelMax() < top
    ui.intensitySlider.value = 10
    halved = anterior.GetDisplayNode().GetWindowLevelMax()
    ui.intensitySlider.value = 0
    assert halved == pytest.approx(anterior.GetDisplayNode().GetWindowLevelMax() / 2, rel=0.05)
    ui.invertedCheckBox.checked = False
    assert "plain" in anterior.GetDisplayNode().GetColorNode().GetName()
    assert anterior.GetImageData().GetMTime() == before


def test_display_waits_for_a_scan(panel):
    ui = panel.board.ui
    assert not ui.showScanButton.enabled
    load(panel)
    assert ui.showScanButton.enabled
    ui.showScanButton.click()


# Regions


def test_regions_are_placed_and_their_values_shown_beside_research_only(panel):
    anterior, _ = load(panel)
    ui = panel.board.ui
    ui.placeRegionsButton.click()
    assert regions_on(panel.board.scene, anterior).keys() >= {"heart", "contralateral", "sternum"}
    assert RESEARCH_ONLY in ui.regionsLabel.text
    assert "heart to contralateral" in ui.regionsLabel.text
    assert ui.placeRegionsButton.text == "Reset regions"


def test_values_follow_a_region_that_is_moved_and_reset_puts_it_back(panel):
    anterior, _ = load(panel)
    ui, scene = panel.board.ui, panel.board.scene
    ui.placeRegionsButton.click()
    wait()
    placed = ratio(scene, anterior)
    heart = regions_on(scene, anterior)["heart"]
    center = [0.0] * 3
    heart.GetCenterWorld(center)
    heart.SetCenterWorld(center[0], center[1], center[2] - 250)
    wait()
    assert ratio(scene, anterior) != pytest.approx(placed, rel=0.02)
    ui.placeRegionsButton.click()
    wait()
    assert ratio(scene, anterior) == pytest.approx(placed)


def ratio(scene, anterior) -> float:
    table = uptake_of(scene, anterior).GetTable()
    names = table.GetColumnByName("measurement")
    rows = [names.GetValue(row) for row in range(table.GetNumberOfRows())]
    row = next(i for i, name in enumerate(rows) if "contralateral" in name)
    return table.GetColumnByName("value").GetValue(row)


def test_regions_can_be_removed(panel):
    anterior, _ = load(panel)
    ui, scene = panel.board.ui, panel.board.scene
    ui.placeRegionsButton.click()
    assert ellipses_on(scene, anterior).keys() == regions_on(scene, anterior).keys()
    ui.removeRegionsButton.click()
    wait()
    assert regions_on(scene, anterior) == ellipses_on(scene, anterior) == {}
    assert uptake_of(scene, anterior) is None
    assert not ui.regionsLabel.visible
    assert ui.placeRegionsButton.text == "Place regions"


def test_values_are_saved_with_units_and_the_note(panel, tmp_path):
    load(panel)
    ui = panel.board.ui
    ui.placeRegionsButton.click()
    ui.regionsFileEdit.currentPath = str(tmp_path / "uptake")
    ui.saveRegionsButton.click()
    with (tmp_path / "uptake.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["note"] for row in rows} == {RESEARCH_ONLY}
    assert any(float(row["value"]) > 1 for row in rows if row["value"])


def test_a_scan_without_counts_says_why_it_is_not_measured(panel):
    anterior, _ = load(panel)
    anterior.GetImageData().GetPointData().GetScalars().Fill(0)
    panel.board.ui.placeRegionsButton.click()
    assert "count" in panel.board.ui.statusLabel.text
    assert regions_on(panel.board.scene, anterior) == {}


def test_closing_the_scene_forgets_the_regions(panel):
    load(panel)
    panel.board.ui.placeRegionsButton.click()
    panel.board.scene.Clear(0)
    wait()
    assert not panel.board.ui.regionsLabel.visible
    assert not panel.board.ui.placeRegionsButton.enabled


# The console


def test_the_console_measures_grades_and_loads(scene, model, tmp_path):
    from CardioAILib.io.nmwrite import write_planar_dicom
    from CardioAILib.panel.scintigraphysamples import simulated

    logic = scan_module().CardioAIScintigraphyLogic()
    write_planar_dicom(simulated(SAMPLES["grade 3"]), tmp_path)
    nodes = logic.loadScan(tmp_path)
    assert nodes.posterior.GetImageData().GetDimensions() == (256, 1024, 1)
    measured = logic.computeUptake(nodes.anterior, nodes.posterior, csv=tmp_path / "values.csv")
    assert measured.values["heart_to_contralateral"] > 1.2
    again = logic.computeUptake(nodes.anterior, nodes.posterior, measured.regions)
    assert again.table is measured.table
    assert again.values == pytest.approx(measured.values, nan_ok=True)
    done = logic.process(nodes.anterior, model, nodes.posterior, explain=False)
    assert done.result.arms["residual"].decision in HALME_2022.task.names
    assert done.result.measurements["heart_to_whole_body_geometric_percent"] > 0
    assert uptake_part(done.result)
    assert positive_part(done.result, replace(HALME_2022, primary="residual"))


def test_a_batch_takes_all_anterior_scans_of_the_scene_with_what_is_known_of_them(scene):
    from CardioAILib.panel.scenestudies import scene_studies

    first, _second = load_sample(scene, "grade 0"), load_sample(scene, "grade 3")
    studies, failures = scene_studies(scene, HALME_2022)
    assert (len(studies), failures) == (2, [])
    assert studies[0].facts.items() >= facts_of(first.anterior).items()


def test_training_in_the_panel_takes_published_weights(panel):
    from CardioAILib.panel.training import takes_weights

    assert takes_weights(panel.board.system)


def test_training_in_the_panel_makes_fewer_copies_where_wanted(panel):
    (training,) = [own for own in panel.board._sections if own.slot == "trainSlot"]
    assert "copies" not in training.settings()
    panel.board.ui.trainCopiesSpinBox.value = 2
    assert training.settings()["copies"] == 2


def test_the_spread_of_a_value_has_as_many_decimals_as_the_value():
    values = {"heart_to_sternum": 1.0, "heart_to_sternum_sd": 0.0095}
    assert scancard.told(values, "heart_to_sternum") == "1.00 ± 0.01"


def test_a_model_that_is_not_there_is_refused_in_the_console(scene, tmp_path):
    nodes = load_sample(scene, "grade 0")
    with pytest.raises(ModelError):
        scan_module().CardioAIScintigraphyLogic().process(nodes.anterior, tmp_path / "none")
