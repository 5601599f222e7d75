import json
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError, ResumeError
from CardioAILib.evaluate import threshold_at_sensitivity
from CardioAILib.learning import Run, loop
from CardioAILib.verbs import Options, fit
from CardioAILib.verbs.crossfit import needed_arms
from CardioAILib.verbs.fit import circumstances_of
from CardioAILib.verbs.pooling import pool
from conftest import small_cohort


class UnpluggedError(Exception):
    """The power went."""


def unplugged_after(share):
    def progress(done, message):
        if done > share:
            raise UnpluggedError

    return progress


def test_an_arm_brings_the_arm_it_builds_on(system):
    assert needed_arms(system, ["dl_radiomics"]) == ("dl", "dl_radiomics")
    assert needed_arms(system, None) == tuple(system.arms)


def test_an_unknown_arm_is_refused_with_the_known_ones(system, development):
    with pytest.raises(InputError, match=r"'svm'.*size, radiomics, dl, dl_radiomics"):
        fit(system, development, arms=["svm"])


def test_the_threshold_comes_from_the_pooled_out_of_fold_scores(fitted):
    pooled = pool(fitted.model.system, fitted.examples, fitted.crossfit.scores["size"])
    chosen = threshold_at_sensitivity(pooled.labels, pooled.scores, 0.90)
    assert fitted.model.thresholds["size"] == chosen
    assert np.mean(pooled.scores[pooled.labels == 1] >= chosen) >= 0.90


def test_out_of_fold_scores_come_from_the_member_that_held_the_subject_out(fitted):
    for fold, member in enumerate(fitted.crossfit.members):
        held = fitted.crossfit.folds == fold
        for arm in ("size", "dl", "dl_radiomics"):
            again = member[arm].predict(fitted.examples.take(held), member)
            np.testing.assert_allclose(fitted.crossfit.scores[arm][held], again, atol=1e-6)


def test_positive_slices_train_and_all_slices_are_predicted(fitted, development):
    examples = fitted.examples
    for study in development:
        if study.facts["scar"] != 1:
            continue
        own = examples.subjects == study.subject
        listed = {int(part) for part in str(study.facts["slices_positive"]).split(";")}
        assert set(examples.slices[own & examples.training].tolist()) <= listed
        assert own.sum() >= len(listed)


def test_an_interrupted_fit_goes_on_and_ends_like_an_unbroken_one(
    system, development, tmp_path, monkeypatch
):
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    arms = ["size", "dl"]
    run = Run(epochs=2, precision="float32")
    whole = fit(system, development, arms=arms, run=run)
    folder = tmp_path / "work"
    with pytest.raises(UnpluggedError):
        fit(
            system,
            development,
            arms=arms,
            run=replace(run, folder=folder, progress=unplugged_after(0.7)),
        )
    assert (folder / "member-1" / "size").is_dir()
    again = fit(system, development, arms=arms, run=replace(run, folder=folder))
    for arm in arms:
        np.testing.assert_allclose(
            again.crossfit.scores[arm], whole.crossfit.scores[arm], atol=1e-6
        )
    assert not list(folder.rglob("*.unfinished"))


def test_a_folder_of_another_fit_is_refused(system, development, tmp_path):
    run = Run(folder=tmp_path / "work")
    fit(system, development, arms=["size"], run=run)
    with pytest.raises(ResumeError, match="another seed"):
        fit(system, development, arms=["size"], run=replace(run, seed=1))
    with pytest.raises(ResumeError, match="another examples"):
        fit(system, small_cohort(24, seed=9), arms=["size"], run=run)
    with pytest.raises(ResumeError, match="another training precision"):
        fit(system, development, arms=["size"], run=replace(run, precision=other_precision()))


def other_precision():
    usual = circumstances_of(Run(), Options())["training precision"]
    return "float32" if usual == "bfloat16" else "bfloat16"


def test_a_folder_of_something_else_is_refused_and_left_alone(system, development, tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ResumeError, match="something else"):
        fit(system, development, arms=["size"], run=Run(folder=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_cohort_without_truth_is_refused(system, development):
    blind = replace(development, studies=tuple(replace(s, facts={}) for s in development))
    with pytest.raises(CohortError, match="column 'scar'"):
        fit(system, blind, arms=["size"])


def test_one_class_only_is_refused(system, development):
    sick = development.where(lambda study: study.facts["scar"] == 1)
    with pytest.raises(CohortError, match="one class only"):
        fit(system, sick, arms=["size"])


def test_fewer_subjects_of_a_class_than_folds_are_refused(system, development):
    few = replace(development, studies=development.studies[:6])
    many_folds = replace(system, protocol=replace(system.protocol, folds=5))
    with pytest.raises(CohortError, match="--folds"):
        fit(many_folds, few, arms=["size"])


def test_too_few_subjects_for_a_split_inside_a_fold_are_refused_before_any_work(
    system, development, tmp_path
):
    few = replace(development, studies=development.studies[:12])
    run = Run(folder=tmp_path / "work")
    with pytest.raises(
        CohortError, match="5 folds of its feature selection of the arm 'radiomics'"
    ):
        fit(system, few, arms=["radiomics"], run=run)
    assert not run.folder.exists()


def test_an_adapted_system_keeps_its_published_mode(system, development):
    fitted = fit(system, development, "paper", arms=["size"])
    assert fitted.model.thresholds == {"size": None}
    assert fitted.model.system.combine == "best"


def test_studies_that_cannot_be_used_are_all_listed(system, development):
    broken = replace(
        development,
        studies=tuple(
            replace(s, images={}) if i in (1, 3) else s for i, s in enumerate(development)
        ),
    )
    with pytest.raises(CohortError) as refused:
        fit(system, broken, arms=["size"])
    assert "2 of the studies" in str(refused.value)
    for index in (1, 3):
        assert development.studies[index].subject in str(refused.value)


def test_where_the_truth_comes_from_is_kept(fitted):
    assert fitted.model.development["target source"] == "simulated"


def test_the_run_file_is_readable(system, development, tmp_path):
    fit(system, development, arms=["size"], run=Run(folder=tmp_path / "work"))
    stored = json.loads((tmp_path / "work" / "run.json").read_text())
    assert stored["arms"] == ["size"]
    assert stored["seed"] == 0
