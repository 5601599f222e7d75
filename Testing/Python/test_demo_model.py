"""The demonstration models as they are shipped: small, marked, and right about simulated hearts."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.cli import demomodel
from CardioAILib.cli.amyloiddemo import enhanced_hearts
from CardioAILib.cli.echodemo import echo_clips, views_of_echo
from CardioAILib.cli.parser import parser
from CardioAILib.cli.scintigraphydemo import ARM, bone_scans
from CardioAILib.codec import digest
from CardioAILib.errors import InputError
from CardioAILib.evaluate import roc_auc
from CardioAILib.panel.lgesample import SEED as LGE_SEED
from CardioAILib.panel.modelfolders import DEMONSTRATION, DEMONSTRATIONS
from CardioAILib.panel.samples import SEED
from CardioAILib.panel.scintigraphysamples import SAMPLES, simulated
from CardioAILib.phantoms import (
    CLEAR_EFFECT,
    SMALL,
    cardiomyopathy_cohort,
    hcm_cohort,
    hcm_study,
    lge_cohort,
    plane_cohort,
)
from CardioAILib.study import Role
from CardioAILib.systems import FAHMY_2022, named
from CardioAILib.verbs import load_model, predict
from CardioAILib.verbs.echoviews import seen_views
from CardioAILib.verbs.model import CARD, Model, read_manifest
from CardioAILib.verbs.units import units
from conftest import small

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {"fahmy2022": DEMONSTRATION, **DEMONSTRATIONS}
MOST_BYTES = {
    "fahmy2022": 2_000_000,
    "germain2021": 1_600_000,
    "germain2021_plane": 1_600_000,
    "martini2020": 1_600_000,
    "halme2022": 750_000,
    "halme2022_positive": 750_000,
    "sahashi2024": 1_100_000,
    "echo_view": 900_000,
}
ZONES = ("heart", "pericardial band", "elsewhere")
EACH = pytest.mark.parametrize("name", list(demomodel.DEMONSTRATIONS))


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(SHIPPED["fahmy2022"], FAHMY_2022, device="cpu")


def test_every_demonstration_is_shipped():
    assert set(SHIPPED) == set(demomodel.DEMONSTRATIONS)


@EACH
def test_folder_is_small_enough_to_travel(name: str):
    files = [file for file in SHIPPED[name].rglob("*") if file.is_file()]
    assert 0 < sum(file.stat().st_size for file in files) <= MOST_BYTES[name]


@EACH
def test_model_is_what_the_command_declares(name: str):
    declared = demomodel.DEMONSTRATIONS[name]
    manifest = read_manifest(SHIPPED[name])
    again = "the declaration changed: train again with 'cardioai demo-model --out FOLDER'"
    assert manifest["definition"] == digest(declared.system.in_mode("sound")), again
    assert manifest["mode"] == "sound"
    assert manifest["arms"] == list(declared.system.arms)
    development = manifest["development"]
    assert development["circumstances"]["epochs"] == declared.epochs
    default = parser().parse_args(["demo-model", "--out", "m"]).seed
    assert manifest["provenance"]["seed"] == development["circumstances"]["seed"] == default


@EACH
def test_model_says_that_it_is_a_demonstration(name: str):
    manifest = read_manifest(SHIPPED[name])
    assert manifest["development"]["target source"] == "simulated"
    card = (SHIPPED[name] / CARD).read_text(encoding="utf-8")
    assert "Demonstration: trained on simulated images only" in card
    assert "Research use only" in card


def test_model_learned_the_scar_and_not_the_size():
    aucs = read_manifest(SHIPPED["fahmy2022"])["development"]["auc"]
    assert min(aucs["radiomics"], aucs["dl"], aucs["dl_radiomics"]) > 0.9
    assert aucs["size"] < 0.6


@pytest.mark.parametrize("label", [1, 0])
def test_model_tells_the_samples_apart_and_looks_at_the_heart(model: Model, label: int):
    study = hcm_study("sample", label, SEED, effect=CLEAR_EFFECT)
    result, heatmaps = predict(model, study, explain=True)
    decisions = {arm: found.decision for arm, found in result.arms.items()}
    assert {decisions[arm] for arm in ("radiomics", "dl", "dl_radiomics")} == {
        FAHMY_2022.task.names[label]
    }
    assert "demonstration" in [found.check for found in result.findings]
    assert not result.attention.flagged
    assert result.attention.inside > 2 * result.attention.area
    assert heatmaps["ES"].array.max() > 0


def test_classes_of_unseen_hearts_are_told_apart_by_both_arms():
    model = load_model(SHIPPED["germain2021"], device="cpu")
    cohort = cardiomyopathy_cohort(9, seed=77)
    results = [predict(model, study)[0] for study in cohort]
    for arm in ("measurements", "vgg_dual"):
        right = [
            result.arms[arm].decision == study.facts["pathology"]
            for result, study in zip(results, cohort, strict=True)
        ]
        assert np.mean(right) >= 0.6, arm


def test_planes_of_unseen_hearts_are_told_apart_by_each_arm():
    model = load_model(SHIPPED["germain2021_plane"], device="cpu")
    cohort = units(model.system, plane_cohort(3, seed=77))
    results = [predict(model, study)[0] for study in cohort]
    for arm in model.arms:
        right = [
            result.arms[arm].decision == study.facts["plane"]
            for result, study in zip(results, cohort, strict=True)
        ]
        assert np.mean(right) >= 0.75, arm


def test_networks_and_findings_tell_amyloidosis_of_unseen_hearts():
    model = load_model(SHIPPED["martini2020"], device="cpu")
    cohort = enhanced_hearts(18, seed=77)
    results = [predict(model, study)[0] for study in cohort]
    labels = [study.facts["amyloidosis"] for study in cohort]
    for arm in ("dl", "gbm"):
        scores = [result.arms[arm].score for result in results]
        assert roc_auc(labels, scores) >= 0.85, arm
    assert all(set(result.arms["dl"].by_input) == {"2C", "4C", "SAX"} for result in results)


def test_the_sample_of_late_enhancement_has_amyloidosis_and_its_three_heatmaps_are_drawn():
    model = load_model(SHIPPED["martini2020"], device="cpu")
    study = lge_cohort(1, seed=LGE_SEED, diagnoses=("amyloidosis",), clear=True).studies[0]
    result, heatmaps = predict(model, study, explain=True)
    assert {found.decision for found in result.arms.values()} == {"amyloidosis"}
    assert "demonstration" in [found.check for found in result.findings]
    assert set(heatmaps) == {"2C", "4C", "SAX"}
    assert sum(result.attention.shares[zone] for zone in ZONES) == pytest.approx(1)


def test_samples_of_scar_screening_are_short_axes():
    model = load_model(SHIPPED["germain2021_plane"], device="cpu")
    study = hcm_study("sample", 1, SEED, effect=CLEAR_EFFECT)
    assert Role("MR", "cine", "SAX", "ES") in study.images
    result, _ = predict(model, study)
    assert {found.decision for found in result.arms.values()} == {"SAX"}


@pytest.mark.parametrize("name", ["halme2022", "halme2022_positive"])
def test_uptake_of_unseen_scans_is_told_apart(name: str):
    model = load_model(SHIPPED[name], device="cpu")
    cohort = bone_scans(16, seed=77)
    results = [predict(model, study)[0].arms[ARM] for study in cohort]
    positive = [study.facts["grade"] >= 2 for study in cohort]
    classes = len(model.system.task.names)
    scores = [found.score if classes == 2 else sum(found.probabilities[2:]) for found in results]
    assert roc_auc(positive, scores) >= 0.85


@pytest.mark.parametrize(("name", "grade"), [("grade 0", 0), ("grade 3", 3)])
def test_samples_of_scintigraphy_are_graded_right(name: str, grade: int):
    model = load_model(SHIPPED["halme2022"], device="cpu")
    result, heatmaps = predict(model, simulated(SAMPLES[name]), explain=True)
    assert result.arms[ARM].decision == model.system.task.names[grade]
    assert "demonstration" in [found.check for found in result.findings]
    assert heatmaps["anterior"].array.max() > 0


def test_wall_motion_of_unseen_hearts_is_told_by_views_together_and_by_the_control():
    model = load_model(SHIPPED["sahashi2024"], device="cpu")
    cohort = echo_clips(6, seed=77)
    results = [predict(model, study)[0] for study in cohort]
    labels = [study.facts["wma"] for study in cohort]
    for arm in model.arms:
        assert roc_auc(labels, [result.arms[arm].score for result in results]) >= 0.85, arm
    assert all(set(result.arms["views"].by_input) == {"A4C", "A2C", "PLAX"} for result in results)


def test_views_of_unseen_clips_of_many_scanners_are_told_apart():
    model = load_model(SHIPPED["echo_view"], device="cpu")
    cohort = views_of_echo(24, seed=77)
    right = [
        predict(model, study)[0].arms["frames"].decision == study.facts["view"] for study in cohort
    ]
    assert np.mean(right) >= 0.7


def test_clips_that_teach_wall_motion_have_the_views_they_are_drawn_in():
    model = load_model(SHIPPED["echo_view"], device="cpu")
    for study in echo_clips(3, seed=78):
        seen, _ = seen_views(model, study)
        assert [(own.view, own.sure) for own in seen] == [(own.role.view, True) for own in seen]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same trainings with few subjects, small networks and two steps an epoch."""
    few = {
        "fahmy2022": replace(
            demomodel.DEMONSTRATIONS["fahmy2022"],
            system=small(FAHMY_2022, steps=2),
            simulate=partial(hcm_cohort, size=SMALL),
            subjects=30,
            epochs=1,
        ),
        "germain2021": replace(
            demomodel.DEMONSTRATIONS["germain2021"],
            simulate=partial(cardiomyopathy_cohort, size=SMALL),
            subjects=18,
            epochs=1,
        ),
    }
    monkeypatch.setattr(demomodel, "DEMONSTRATIONS", few)


@pytest.mark.parametrize("name", ["fahmy2022", "germain2021"])
def test_command_trains_all_arms_and_leaves_the_model_alone(quick: None, tmp_path: Path, name: str):
    folder = demomodel.train_demo_model(tmp_path / "model", seed=3, system=name)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    trained = load_model(folder, named(name), device="cpu")
    assert trained.arms == tuple(demomodel.DEMONSTRATIONS[name].system.arms)
    assert trained.provenance.seed == 3
    assert trained.development["target source"] == "simulated"
    assert trained.development["circumstances"]["training precision"] == "float32"


def test_existing_folder_is_left_alone(tmp_path: Path):
    with pytest.raises(InputError, match="which exists; wanted a new folder"):
        demomodel.train_demo_model(tmp_path, seed=0)
    assert not list(tmp_path.iterdir())


def test_system_without_a_demonstration_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"'germain2021_acdc'; wanted one of fahmy2022, germain"):
        demomodel.train_demo_model(tmp_path / "m", seed=0, system="germain2021_acdc")


def test_no_line_ending_of_a_model_changes_in_a_checkout():
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert f"CardioAI/Resources/{DEMONSTRATION.name}*/** -text" in rules
    assert all(folder.name.startswith(DEMONSTRATION.name) for folder in SHIPPED.values())
