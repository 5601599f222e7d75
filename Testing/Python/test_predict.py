import csv
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import CohortError, GridMismatchError, ModelError, ResumeError
from CardioAILib.evaluate import threshold_at_sensitivity
from CardioAILib.examples import Examples
from CardioAILib.io import read_cohort, read_image
from CardioAILib.study import Cohort, Image, Mask
from CardioAILib.verbs import Options, batch, predict, predict_cohort
from CardioAILib.verbs.judge import judge
from CardioAILib.verbs.prepared import prepare_study


@pytest.fixture
def three(test_cohort):
    return Cohort(test_cohort.studies[:3], "three")


def test_a_score_is_the_mean_of_the_members_maxima(fitted, test_cohort):
    study = test_cohort.studies[0]
    result, _ = predict(fitted.model, study)
    examples = prepare_study(fitted.model.system, study).examples
    maxima = [m["dl"].predict(examples, m).max() for m in fitted.model.members]
    assert result.arms["dl"].members == pytest.approx(maxima, abs=1e-6)
    assert result.arms["dl"].score == pytest.approx(np.mean(maxima), abs=1e-6)


def test_a_threshold_from_single_members_keeps_its_sensitivity_on_their_mean(system):
    random = np.random.default_rng(0)
    signal = random.normal(1.0, 1.0, 2000)

    def scores(members):
        noise = random.normal(0.0, 1.0, (members, 2000, 8))
        return 1 / (1 + np.exp(-(noise + signal[:, None] / 2)))

    single = scores(1)[0].max(axis=1)
    threshold = threshold_at_sensitivity(np.r_[np.ones(2000), 0], np.r_[single, 0.0], 0.90)
    judged = [
        judge(system, eight_slices(), study, threshold).decision
        for study in np.moveaxis(scores(5), 1, 0)
    ]
    assert judged.count("scar") / 2000 >= 0.90


def eight_slices():
    one = np.zeros(8, int)
    return Examples(
        *(np.zeros((8, 1, 1)), np.zeros((8, 1, 1), bool), np.ones((8, 2)), one),
        *(one.astype(str), one.astype(str), np.full(8, "ES"), np.arange(8), one.astype(bool)),
    )


def test_every_slice_with_myocardium_is_scored(fitted, test_cohort):
    study = test_cohort.studies[0]
    prepared = prepare_study(fitted.model.system, study)
    result, _ = predict(fitted.model, study)
    shown = [example.slice for example in result.arms["size"].examples]
    assert shown == prepared.examples.slices.tolist()


def test_decisions_follow_the_threshold(fitted, test_cohort):
    for study in test_cohort.studies[:4]:
        for arm in predict(fitted.model, study)[0].arms.values():
            assert (arm.decision == "scar") == (arm.score >= arm.threshold)


def test_the_truth_plays_no_part(fitted, test_cohort):
    study = test_cohort.studies[0]
    blind, _ = predict(fitted.model, replace(study, facts={}))
    seen, _ = predict(fitted.model, study)
    assert blind.arms == seen.arms


def test_a_result_names_its_origin(fitted, three, table):
    study = read_cohort(table(three)).studies[0]
    origin = predict(fitted.model, study)[0].provenance
    assert set(origin.inputs) == {"cine_SAX_ES", "mask_SAX_ES"}
    assert all(len(digest) == 64 for digest in origin.inputs.values())
    assert origin.versions["torch"]
    assert (origin.seed, origin.mode, origin.system) == (0, "sound", "fahmy2022")


def test_heatmaps_lie_beside_results_on_the_original_grid(fitted, three, tmp_path):
    results, failures = predict_cohort(fitted.model, three, tmp_path, explain=True)
    assert not failures
    for result, study in zip(results, three, strict=True):
        heatmap = read_image(tmp_path / result.files["heatmap ES"])
        image = study.images[study.find(fitted.model.system.inputs["ES"].image)]
        assert heatmap.array.shape == image.array.shape
        np.testing.assert_allclose(heatmap.ijk_to_ras, image.ijk_to_ras, atol=1e-4)
        assert heatmap.array.min() >= 0
        assert heatmap.array.max() > 0
        assert result.attention is not None


def test_a_failure_is_listed_and_the_others_are_predicted(fitted, three, tmp_path):
    broken = replace(three.studies[1], images={})
    cohort = Cohort((three.studies[0], broken, three.studies[2]))
    results, failures = predict_cohort(fitted.model, cohort, tmp_path)
    assert [r.subject for r in results] == [three.studies[0].subject, three.studies[2].subject]
    assert [f.subject for f in failures] == [broken.subject]
    rows = list(csv.DictReader((tmp_path / "failures.csv").open(encoding="utf-8")))
    assert rows[0]["subject"] == broken.subject
    assert "cine_SAX_ES" in rows[0]["reason"]


def test_a_batch_goes_on_where_it_stopped(fitted, three, tmp_path, monkeypatch):
    first, _ = predict_cohort(fitted.model, Cohort(three.studies[:2]), tmp_path)
    asked = []
    real = batch.predict

    def counted(model, study, **how):
        asked.append(study.subject)
        return real(model, study, **how)

    monkeypatch.setattr(batch, "predict", counted)
    results, _ = predict_cohort(fitted.model, three, tmp_path)
    assert asked == [three.studies[2].subject]
    assert results[:2] == first
    assert len(list((tmp_path / "results").iterdir())) == 3


def test_results_of_another_model_are_not_mixed(fitted, three, tmp_path):
    predict_cohort(fitted.model, three, tmp_path)
    origin = replace(fitted.model.provenance, weights="f" * 64)
    with pytest.raises(ResumeError, match="another weights"):
        predict_cohort(replace(fitted.model, provenance=origin), three, tmp_path)


def test_file_names_are_safe_and_never_shared(tmp_path):
    keys = [("a", "1-1"), ("A", "1-1"), ("a_1", "1"), ("a", "1_1"), ("../x", "1"), ("Ö b", "c/d")]
    paths = [batch.result_path(tmp_path, *key) for key in keys]
    assert len({str(path).lower() for path in paths}) == len(keys)
    assert {path.parent for path in paths} == {tmp_path / "results"}


def test_long_names_become_file_names_that_file_systems_take(tmp_path):
    keys = [("心" * 200, "1"), ("心" * 200, "2"), ("心" * 201, "1")]
    paths = [batch.result_path(tmp_path, *key) for key in keys]
    assert len(set(paths)) == 3
    assert all(len(path.name) < 160 for path in paths)


def test_half_written_drafts_are_no_results(fitted, three, tmp_path):
    predict_cohort(fitted.model, three, tmp_path)
    (tmp_path / "results" / ".0123.json").write_text("{")
    assert len(batch.read_results(tmp_path)) == 3
    (tmp_path / "results" / "broken.json").write_text("{")
    with pytest.raises(ModelError, match=r"broken\.json"):
        batch.read_results(tmp_path)


def test_an_empty_folder_has_no_results(tmp_path):
    with pytest.raises(CohortError, match="no result"):
        batch.read_results(tmp_path)


def test_a_mask_on_another_grid_is_moved_only_if_asked(fitted, test_cohort):
    study = test_cohort.studies[0]
    role = study.find(fitted.model.system.inputs["ES"].mask)
    mask = study.images[role]
    assert isinstance(mask, Mask)
    bigger = np.pad(mask.array, ((0, 0), (0, 0), (3, 3), (3, 3)))
    matrix = mask.ijk_to_ras.copy()
    matrix[:3, 3] -= 3 * matrix[:3, 0] + 3 * matrix[:3, 1]
    padded = replace(mask, array=bigger, ijk_to_ras=matrix)
    images: dict[object, Image] = {own: study.images[own] for own in study.images}
    moved = replace(study, images={**images, role: padded})
    with pytest.raises(GridMismatchError, match="--resample-masks"):
        predict(fitted.model, moved)
    result, _ = predict(fitted.model, moved, options=Options(resample_masks=True))
    original, _ = predict(fitted.model, study)
    assert result.arms == original.arms
    assert "mask resampled" in {finding.check for finding in result.findings}
