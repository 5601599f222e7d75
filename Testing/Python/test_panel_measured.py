"""From segmentations in the scene to measurements, and to a decision on them, by real models.

The widgets of qMRML and CTK are stand-ins (see `qt_standins`); .ui, scene and panel are real.
"""

import csv
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import helpers_scene as made  # noqa: E402
import slicer  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.embedded import load_module  # noqa: E402
from CardioAILib.errors import InputError, ModelError  # noqa: E402
from CardioAILib.io import save_cohort  # noqa: E402
from CardioAILib.learning import Run  # noqa: E402
from CardioAILib.phantoms import SMALL, cardiomyopathy_cohort, plane_cohort  # noqa: E402
from CardioAILib.results import RESEARCH_ONLY  # noqa: E402
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY, Role  # noqa: E402
from CardioAILib.systems import GERMAIN_2021  # noqa: E402
from CardioAILib.verbs import fit, load_model, save_model  # noqa: E402
from CardioAILib.verbs.adapt import adapt  # noqa: E402
from CardioAILib.verbs.viewcheck import check_views  # noqa: E402
from CardioAILib.worker import Job, read_job, run_job, write_job  # noqa: E402

MODULE = Path(__file__).resolve().parents[2] / "CardioAI" / "CardioAI.py"
PLANES = MODULE.parent / "Resources" / "CardioAIDemonstrationModelGermainPlane"
SEED = 1
PARTS = {"Myocardium": MYOCARDIUM, "LV": LV_CAVITY, "RV": RV_CAVITY}


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    """A model of three classes that knows measurements alone."""
    cohort = cardiomyopathy_cohort(12, seed=SEED, size=SMALL)
    fitted = fit(adapt(GERMAIN_2021, folds=2), cohort, arms=("measurements",), run=Run())
    folder = tmp_path_factory.mktemp("measuring") / "model"
    save_model(fitted.model, folder)
    return folder


@pytest.fixture
def heart(scene) -> SimpleNamespace:
    """A dilated heart that the model knows: a volume and a segmentation of each phase."""
    cohort = cardiomyopathy_cohort(12, seed=SEED, size=SMALL)
    study = next(one for one in cohort if one.facts["pathology"] == "DCM")
    found = {name: study.facts[name] for name in ("height_cm", "weight_kg")}
    for phase in ("ED", "ES"):
        image = study.images[Role("MR", "cine", "SAX", phase)]
        mask = study.images[Role("MR", "mask", "SAX", phase)]
        pixels = image.array[0].astype("f4")
        found[phase.lower()] = made.volume(scene, pixels, image.ijk_to_ras, name=phase)
        arrays = {name: mask.of(structure)[0] for name, structure in PARTS.items()}
        found[f"{phase.lower()}_mask"] = made.segmentation(scene, mask.ijk_to_ras, **arrays)
    return SimpleNamespace(**found)


@pytest.fixture
def logic(scene):
    return load_module(MODULE).CardioAILogic()


def nodes_of(scene) -> int:
    return scene.GetNumberOfNodes()


# The console


def test_two_volumes_and_their_segmentations_become_a_decision_and_a_table(logic, heart, model):
    done = logic.process(
        ed=heart.ed,
        es=heart.es,
        segmentation=heart.ed_mask,
        segmentation_es=heart.es_mask,
        model=model,
        view="SAX",
        height_cm=heart.height_cm,
        weight_kg=heart.weight_kg,
        sex="male",
        device="cpu",
    )
    arm = done.result.arms["measurements"]
    assert arm.decision == "DCM"
    assert sum(arm.probabilities) == pytest.approx(1)
    assert arm.contributions
    assert done.result.measurements["LV_EF_percent"] < 45
    assert "LV_EDV_index_ml_per_m2" in done.result.measurements
    table = done.nodes.measurements
    assert table.GetAttribute("CardioAI.Sex") == "male"
    assert RESEARCH_ONLY in done.page


def test_a_study_without_segmentation_has_nothing_to_be_measured_by_this_model(
    logic, heart, model, scene
):
    before = nodes_of(scene)
    with pytest.raises(InputError, match="segmentation"):
        logic.process(ed=heart.ed, es=heart.es, model=model, view="SAX", device="cpu")
    assert nodes_of(scene) == before


def test_a_heart_is_measured_without_a_model(logic, heart, tmp_path):
    file = tmp_path / "heart.csv"
    found = logic.computeMeasurements(heart.ed_mask, heart.es_mask, sex="female", csv=file)
    assert 5 < found.values["LV_EF_percent"] < 45
    assert found.values["LV_EDV_ml"] > found.values["LV_ESV_ml"] > 0
    rows = {row["measurement"]: row for row in csv.DictReader(file.open(encoding="utf-8"))}
    assert float(rows["LV_EF_percent"]["value"]) == pytest.approx(found.values["LV_EF_percent"])
    assert rows["LV_EF_percent"]["beside them"] == "below"
    assert rows["LV_EDV_index_ml_per_m2"]["value"] == ""
    assert rows["LV_EF_percent"]["note"] == RESEARCH_ONLY
    assert found.table.GetNumberOfRows() == len(rows)


@pytest.fixture
def cine(scene, heart) -> SimpleNamespace:
    """The same heart as a cine of both phases, with its segmentations in one sequence."""
    sequences = {}
    for name, phases in {"cine": ("ed", "es"), "masks": ("ed_mask", "es_mask")}.items():
        sequences[name] = scene.AddNewNodeByClass("vtkMRMLSequenceNode", name)
        for time, phase in enumerate(phases):
            sequences[name].SetDataNodeAtValue(getattr(heart, phase), f"{400 * time}")
    browser = scene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode", "browser")
    for sequence in sequences.values():
        browser.AddSynchronizedSequenceNode(sequence)
    browser.SetSelectedItemNumber(0)
    slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)
    return SimpleNamespace(**sequences, browser=browser)


@pytest.mark.parametrize("given", ["cine", "browser"])
def test_a_sequence_or_its_browser_becomes_a_decision(logic, heart, cine, model, given):
    body = {"height_cm": heart.height_cm, "weight_kg": heart.weight_kg}
    done = logic.process(
        getattr(cine, given), cine.masks, model, view="SAX", explain=False, device="cpu", **body
    )
    assert done.result.arms["measurements"].decision == "DCM"
    assert done.nodes.measurements is not None


def test_a_sequence_given_for_both_phases_counts_once(logic, cine):
    once = logic.computeMeasurements(cine.masks)
    proxy = cine.browser.GetProxyNode(cine.masks)
    for both in ((cine.masks, cine.masks), (proxy, proxy), (proxy, cine.masks)):
        found = logic.computeMeasurements(*both)
        assert found.values["LV_EF_percent"] == once.values["LV_EF_percent"]
        assert found.findings[0].check == "phases"


def test_a_sequence_beside_another_segmentation_is_refused(logic, heart, cine):
    with pytest.raises(InputError, match="beside one of its own"):
        logic.computeMeasurements(cine.masks, heart.es_mask)


def test_phases_that_were_swapped_are_said(logic, heart):
    found = logic.computeMeasurements(heart.es_mask, heart.ed_mask)
    assert any("swapped" in finding.message for finding in found.findings)


def test_end_diastole_alone_is_measured_and_what_is_missing_is_said(logic, heart):
    found = logic.computeMeasurements(heart.ed_mask)
    assert found.values["LV_mass_g"] > 0
    assert any("no segmentation at ES" in finding.message for finding in found.findings)


def test_a_batch_of_a_table_tells_the_classes(logic, model, tmp_path):
    table = save_cohort(cardiomyopathy_cohort(3, seed=9, size=SMALL), tmp_path / "data")
    done = logic.runBatch(table, tmp_path / "out", model, explain=False, device="cpu")
    assert len(done.results) == 3
    names = [done.table.GetColumnName(i) for i in range(done.table.GetNumberOfColumns())]
    assert any("HCM" in name for name in names)


# The panel


@pytest.fixture
def germain(panel, ui, model):
    """The panel with the system of several classes chosen, and its model."""
    ui.systemSelector.currentIndex = ui.systemSelector.findData("germain2021")
    ui.modelFolderEdit.currentPath = str(model)
    return panel


def test_the_panel_lists_every_system_by_its_title(ui):
    offered = [ui.systemSelector.itemData(i) for i in range(ui.systemSelector.count)]
    assert offered[0] == "fahmy2022"
    assert {"germain2021", "germain2021_acdc", "germain2021_plane"} <= set(offered)
    assert "Normal, hypertrophic or dilated" in ui.systemSelector.itemText(1)


def test_another_system_asks_for_other_images_and_offers_its_own_model(panel, ui, tiny_model):
    assert ui.modelFolderEdit.currentPath == str(tiny_model)
    ui.systemSelector.currentIndex = ui.systemSelector.findData("germain2021")
    assert ui.modelFolderEdit.currentPath == ""
    assert "Choose the folder of a trained model" in ui.modelLabel.text
    assert ui.trainArmSelector.itemData(0) == "vgg_dual"
    ui.systemSelector.currentIndex = 0
    assert ui.modelFolderEdit.currentPath == str(tiny_model)


def test_a_model_of_several_classes_tells_their_counts_and_its_accuracy(germain, ui):
    assert "12 subjects, 4 normal, 4 HCM, 4 DCM; 2 members" in ui.modelLabel.text
    assert "measurements: accuracy" in ui.modelLabel.toolTip


def test_apply_shows_bars_measurements_and_bulls_eyes(germain, ui, heart, launch, scene):
    (row,) = germain.board.inputs.rows
    row.image.setCurrentNode(heart.ed)
    row.es_image.setCurrentNode(heart.es)
    row.mask.setCurrentNode(heart.ed_mask)
    row.es_mask.setCurrentNode(heart.es_mask)
    row.view.currentIndex = row.view.findData("SAX")
    ui.bodyHeightSpinBox.value = heart.height_cm
    ui.bodyWeightSpinBox.value = heart.weight_kg
    ui.applyButton.click()
    assert read_job(launch.folder).setting("system") == "germain2021"
    run_job(launch.folder)
    launch.end("done")
    assert "Probability of DCM" in ui.resultLabel.text
    assert ui.resultPictureSelector.count == 2
    assert ui.resultPictureLabel.pixmap.width() > 100
    tables = scene.GetNodesByClass("vtkMRMLTableNode")
    assert tables.GetNumberOfItems() >= 2
    scene.Clear(False)
    assert ui.resultPictureSelector.count == 0


def test_the_section_measurements_shows_values_ranges_and_a_picture(panel, ui, heart, tmp_path):
    assert not ui.heartButton.enabled
    ui.heartEdSelector.setCurrentNode(heart.ed_mask)
    ui.heartEsSelector.setCurrentNode(heart.es_mask)
    ui.heartSexSelector.currentIndex = ui.heartSexSelector.findData("male")
    ui.heartButton.click()
    assert "Done: the table" in ui.statusLabel.text
    assert "LV EF" in ui.heartTableLabel.text
    assert RESEARCH_ONLY in ui.heartTableLabel.text
    assert ui.heartPictureSelector.count == 2
    panel.board._sections[3].save_picture(str(tmp_path / "wall.svg"))
    assert (tmp_path / "wall.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_segmentation_that_cannot_be_measured_is_said(ui, scene):
    liver = made.segmentation(scene, made.ijk_to_ras(), Liver=made.ring())
    ui.heartEdSelector.setCurrentNode(liver)
    ui.heartButton.click()
    assert "no segment that is the myocardium" in ui.statusLabel.text
    assert scene.GetNumberOfNodesByClass("vtkMRMLTableNode") == 0


# View planes


def test_a_model_that_tells_no_planes_is_not_asked_for_views(panel, ui, model, launch, heart):
    ui.planeModelEdit.currentPath = str(model)
    assert "not of germain2021_plane" in ui.planeModelLabel.text
    assert panel.board.views.model() is None


def test_no_model_is_asked_for_views_unbidden(panel, ui):
    assert ui.planeModelEdit.currentPath == ""
    assert panel.board.views.model() is None


def test_a_worker_refuses_to_check_views_with_such_a_model(model, tmp_path):
    save_cohort(cardiomyopathy_cohort(1, seed=9, size=SMALL), tmp_path)
    write_job(tmp_path, Job("views", model=str(model), settings={"device": "cpu"}))
    with pytest.raises(ModelError, match="a model of planes"):
        run_job(tmp_path)


@pytest.mark.skipif(not PLANES.is_dir(), reason="no demonstration model of view planes is here")
def test_check_asks_the_model_of_planes_in_the_background(germain, ui, scene, launch):
    (study,) = plane_cohort(1, seed=77)
    (row,) = germain.board.inputs.rows
    for selector, phase in ((row.image, "ED"), (row.es_image, "ES")):
        image = study.images[Role("MR", "cine", "SAX", phase)]
        pixels = image.array[0].astype("f4")
        selector.setCurrentNode(made.volume(scene, pixels, image.ijk_to_ras, name=phase))
    row.view.currentIndex = row.view.findData("4C")
    ui.planeModelEdit.currentPath = str(PLANES)
    ui.checkButton.click()
    assert read_job(launch.folder).task == "views"
    run_job(launch.folder)
    launch.end("done")
    # Whatever the model says of a short axis that is called four chambers, the panel says too.
    images = {Role("MR", "cine", "4C", phase): study.images[Role("MR", "cine", "SAX", phase)]
              for phase in ("ED", "ES")}  # fmt: skip
    told = check_views(load_model(PLANES, device="cpu"), replace(study, images=images))
    assert "The inputs can be used" in ui.statusLabel.text
    assert all(finding.message in ui.statusLabel.text for finding in told)
    assert (" like " in ui.statusLabel.text) == bool(told)
