"""Arms that learn from segmentations and from the table: what they ask for, learn and keep."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from CardioAILib.errors import CohortError
from CardioAILib.learning import Facts, Logistic, Run, Tabular
from CardioAILib.learning.measured import MEASURED, READ_AGAIN
from CardioAILib.systems import GERMAIN_2021
from CardioAILib.verbs import fit, load_model, predict, save_model
from CardioAILib.verbs.crossfit import cross_fit
from CardioAILib.verbs.prepared import prepare_study
from helpers_germain import hearts, mask, small_germain, without

SYSTEM = small_germain(GERMAIN_2021)
RUN = Run(epochs=1, device="cpu", precision="float32")
ARMS = ("measurements", "five_readings", "vgg_ed")


@pytest.fixture(scope="module")
def cohort():
    return hearts(12, seed=2)


@pytest.fixture(scope="module")
def fitted(cohort):
    return fit(SYSTEM, cohort, arms=ARMS, run=RUN)


def tables_asked(study, *arms):
    return set(prepare_study(SYSTEM, study, arms).examples.tables)


def test_segmentations_are_read_again_only_for_an_arm_that_asks(cohort):
    study = cohort.studies[0]
    assert tables_asked(study, "vgg_ed") == tables_asked(study, "measurements") == {MEASURED}
    again = tables_asked(study, "measurements", "five_readings") - {MEASURED}
    assert len(again) == 4
    assert all(name.startswith(READ_AGAIN) for name in again)


def test_what_a_fold_holds_out_has_no_say_in_its_member(fitted):
    held = fitted.crossfit.folds == 0
    images = np.where(held[:, None, None, None], np.float32(0.5), fitted.examples.images)
    examples = replace(fitted.examples, images=images)
    for name, table in examples.tables.items():
        examples = examples.with_table(name, np.where(held[:, None], 3.0 * table, table))
    spoiled = cross_fit(SYSTEM, examples, ARMS, RUN)
    np.testing.assert_array_equal(spoiled.folds, fitted.crossfit.folds)
    for arm in ARMS:
        before, after = (found.members for found in (fitted.crossfit, spoiled))
        assert equal(before[0][arm], after[0][arm])
        assert not equal(before[1][arm], after[1][arm])


def equal(one, other):
    """Whether two fitted arms learned the same, to the last bit."""
    if hasattr(one, "columns_"):
        return one.columns_ == other.columns_ and one.weights_ == other.weights_
    first, second = (found.network_.state_dict() for found in (one, other))
    return all(torch.equal(first[name], second[name]) for name in first)


def test_the_same_seed_learns_the_same_and_another_does_not(fitted):
    again, other = (
        cross_fit(SYSTEM, fitted.examples, ARMS, replace(RUN, seed=seed)) for seed in (0, 1)
    )
    for arm in ARMS:
        np.testing.assert_array_equal(again.scores[arm], fitted.crossfit.scores[arm])
        assert not np.array_equal(other.scores[arm], fitted.crossfit.scores[arm])


def test_a_saved_model_reads_segmentations_as_often_as_before(fitted, cohort, tmp_path):
    save_model(fitted.model, tmp_path / "model")
    loaded = load_model(tmp_path / "model", device="cpu")
    before, after = (predict(model, cohort.studies[0])[0] for model in (fitted.model, loaded))
    assert before.arms["five_readings"] == after.arms["five_readings"]
    assert before.arms["five_readings"].score != before.arms["measurements"].score


def test_studies_that_cannot_be_measured_are_all_named_before_training(cohort):
    bare = tuple(without(s, mask("ED"), mask("ES")) for s in cohort.studies[:2])
    lacking = replace(cohort, studies=(*bare, *cohort.studies[2:]))
    with pytest.raises(CohortError, match="2 of the studies unusable") as refused:
        fit(SYSTEM, lacking, arms=["measurements"])
    assert all(study.subject in str(refused.value) for study in bare)
    assert "--arm" in refused.value.fix


def test_words_in_a_column_of_numbers_are_refused(cohort):
    arm = Tabular((Facts(("sex",)),), Logistic(), unit="study")
    system = replace(SYSTEM, arms={"facts": arm})
    study = replace(cohort.studies[0], facts={"sex": "F"})
    with pytest.raises(CohortError, match="'F' in column 'sex' of subject") as refused:
        prepare_study(system, study, ["facts"])
    assert "F = 0" in refused.value.fix
