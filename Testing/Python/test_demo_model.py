"""The demonstration model as it is shipped: small, marked, and right about the sample data."""

from functools import partial
from pathlib import Path

import pytest
from CardioAILib.cli import demomodel
from CardioAILib.cli.parser import parser
from CardioAILib.codec import digest
from CardioAILib.errors import InputError
from CardioAILib.panel.samples import SEED
from CardioAILib.phantoms import CLEAR_EFFECT, SMALL, hcm_cohort, hcm_study
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs import load_model, predict
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.model import CARD, Model, read_manifest
from conftest import small

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "CardioAI" / "Resources" / "CardioAIDemonstrationModel"
MOST_BYTES = 2_000_000


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(SHIPPED, FAHMY_2022, device="cpu")


def test_folder_is_small_enough_to_travel():
    files = [file for file in SHIPPED.rglob("*") if file.is_file()]
    assert 0 < sum(file.stat().st_size for file in files) <= MOST_BYTES


def test_model_is_what_the_command_declares():
    adapted = adapt(
        FAHMY_2022,
        folds=demomodel.FOLDS,
        width=demomodel.WIDTH,
        inner=demomodel.INNER,
        rate=demomodel.RATE,
    )
    manifest = read_manifest(SHIPPED)
    again = "the declaration changed: train again with 'cardioai demo-model --out FOLDER'"
    assert manifest["definition"] == digest(adapted.in_mode("sound")), again
    assert manifest["mode"] == "sound"
    assert manifest["arms"] == list(FAHMY_2022.arms)
    development = manifest["development"]
    assert development["subjects"] == demomodel.SUBJECTS
    assert development["circumstances"]["epochs"] == demomodel.EPOCHS
    default = parser().parse_args(["demo-model", "--out", "m"]).seed
    assert manifest["provenance"]["seed"] == development["circumstances"]["seed"] == default


def test_model_says_that_it_is_a_demonstration():
    manifest = read_manifest(SHIPPED)
    assert manifest["development"]["target source"] == "simulated"
    card = (SHIPPED / CARD).read_text(encoding="utf-8")
    assert "Demonstration: trained on simulated images only" in card
    assert "Research use only" in card


def test_model_learned_the_scar_and_not_the_size():
    aucs = read_manifest(SHIPPED)["development"]["auc"]
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


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same training with few subjects, small networks and two steps an epoch."""
    monkeypatch.setattr(demomodel, "hcm_cohort", partial(hcm_cohort, size=SMALL))
    monkeypatch.setattr(demomodel, "adapt", lambda system, **how: small(system, steps=2))
    monkeypatch.setattr(demomodel, "SUBJECTS", 30)
    monkeypatch.setattr(demomodel, "EPOCHS", 1)


def test_command_trains_all_arms_and_leaves_the_model_alone(quick: None, tmp_path: Path):
    folder = demomodel.train_demo_model(tmp_path / "model", seed=3)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    trained = load_model(folder, FAHMY_2022, device="cpu")
    assert trained.arms == tuple(FAHMY_2022.arms)
    assert trained.provenance.seed == 3
    assert trained.development["target source"] == "simulated"
    assert trained.development["circumstances"]["training precision"] == "float32"


def test_existing_folder_is_left_alone(tmp_path: Path):
    with pytest.raises(InputError, match="which exists; wanted a new folder"):
        demomodel.train_demo_model(tmp_path, seed=0)
    assert not list(tmp_path.iterdir())


def test_no_line_ending_of_the_model_changes_in_a_checkout():
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert "CardioAI/Resources/CardioAIDemonstrationModel/** -text" in rules
