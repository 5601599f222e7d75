import json
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.codec import canonical, sha256
from CardioAILib.errors import ModelError
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs import load_model, predict, save_model


@pytest.fixture(scope="module")
def folder(fitted, tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "model"
    save_model(fitted.model, path)
    return path


@pytest.fixture
def copy(folder, tmp_path):
    import shutil

    return shutil.copytree(folder, tmp_path / "copy")


def test_a_loaded_model_predicts_as_the_one_that_was_saved(fitted, folder, test_cohort):
    loaded = load_model(folder, FAHMY_2022, "cpu")
    for study in test_cohort.studies[:3]:
        before, after = (predict(model, study)[0] for model in (fitted.model, loaded))
        for arm in fitted.model.arms:
            np.testing.assert_allclose(before.arms[arm].members, after.arms[arm].members, atol=1e-6)
            assert before.arms[arm].decision == after.arms[arm].decision


def test_the_weights_digest_is_in_every_result(folder, test_cohort):
    model = load_model(folder)
    result, _ = predict(model, test_cohort.studies[0])
    assert len(result.provenance.weights) == 64
    assert result.provenance.weights == model.provenance.weights


def test_it_holds_nothing_that_could_run(folder):
    endings = {path.suffix for path in folder.rglob("*") if path.is_file()}
    assert endings == {".json", ".safetensors", ".md"}


def test_the_card_says_what_a_stranger_must_know(folder, fitted):
    card = (folder / "README.md").read_text()
    assert "Research use only" in card
    assert fitted.model.system.published.doi in card
    assert "simulated" in card
    assert f"{fitted.model.development['auc']['dl']:.3f}" in card


def test_a_changed_weight_is_refused(copy):
    path = next(copy.rglob("*.safetensors"))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"weights\.safetensors.*not as it was written"):
        load_model(copy)


def test_a_changed_declaration_is_refused(copy):
    manifest = json.loads((copy / "model.json").read_text())
    manifest["system"]["decide"]["minimum"] = 0.5
    (copy / "model.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=r"model\.json.*not as it was written"):
        load_model(copy)


def test_a_changed_threshold_is_refused(copy):
    manifest = json.loads((copy / "model.json").read_text())
    manifest["thresholds"]["dl"] = 0.9999
    (copy / "model.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=r"model\.json"):
        load_model(copy)


def test_an_empty_manifest_is_refused(copy):
    (copy / "model.json").write_text('{"format": 1}')
    with pytest.raises(ModelError, match=r"model\.json"):
        load_model(copy)


def test_what_file_managers_leave_is_no_harm(copy):
    (copy / ".DS_Store").write_bytes(b"x")
    assert load_model(copy).arms


@pytest.mark.parametrize("name", ["hook.py", "weights.pkl", "member-1/dl/x.so", "run.sh"])
def test_anything_that_would_run_is_refused(copy, name):
    (copy / name).write_text("raise SystemExit('it ran')")
    with pytest.raises(ModelError, match=name):
        load_model(copy)


def test_a_file_that_was_added_is_refused(copy):
    (copy / "more.json").write_text("{}")
    with pytest.raises(ModelError, match=r"more\.json"):
        load_model(copy)


def test_a_missing_file_is_refused(copy):
    next(copy.rglob("classifier.json")).unlink()
    with pytest.raises(ModelError, match=r"classifier\.json"):
        load_model(copy)


def test_a_model_of_another_system_is_refused(copy):
    with pytest.raises(ModelError, match=r"a model of fahmy2022.*wanted a model of martini2020"):
        load_model(copy, replace(FAHMY_2022, name="martini2020"))


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="wanted a model folder"):
        load_model(tmp_path)


def test_another_format_is_refused(copy):
    manifest = json.loads((copy / "model.json").read_text())
    (copy / "model.json").write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        load_model(copy)


def test_a_class_outside_the_allowed_ones_is_refused(copy):
    manifest = json.loads((copy / "model.json").read_text())
    manifest["system"]["pool"] = {"class": "Popen", "args": ["touch", "x"]}
    del manifest["digest"]
    sealed = {**manifest, "digest": sha256(canonical(manifest).encode())}
    (copy / "model.json").write_text(json.dumps(sealed))
    with pytest.raises(ModelError, match="Popen"):
        load_model(copy)


def test_an_existing_folder_is_not_overwritten(fitted, tmp_path):
    (tmp_path / "precious").write_text("x")
    with pytest.raises(ModelError, match="exists"):
        save_model(fitted.model, tmp_path)
    assert (tmp_path / "precious").read_text() == "x"
