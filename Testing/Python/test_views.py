"""A study of several views: what it lacks, what each view says, and what is left undecided."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.decide import INDETERMINATE, Threshold
from CardioAILib.errors import MissingInputError
from CardioAILib.examples import concatenate
from CardioAILib.learning import Run
from CardioAILib.study import Role
from CardioAILib.system import Slices
from CardioAILib.systems import MARTINI_2020
from CardioAILib.verbs import evaluate, fit, predict
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.judge import judge
from CardioAILib.verbs.prepared import prepare_study
from helpers_rings import SIDE, SLICES, ring_cohort, ring_study, small_views


@pytest.fixture(scope="module")
def fitted():
    run = Run(epochs=8, device="cpu", precision="float32")
    return fit(small_views(MARTINI_2020), ring_cohort(40), run=run)


def without(study, *views):
    """The study without these views."""
    left = {role: image for role, image in study.images.items() if role.view not in views}
    return replace(study, images=left)


def test_every_view_weighs_alike_however_many_slices_it_has(fitted):
    study = ring_study(1, 9, tuple(SLICES))
    found = predict(fitted.model, study)[0].arms["dl"]
    assert list(found.by_input) == ["2C", "4C", "SAX"]
    assert found.score == pytest.approx(np.mean(list(found.by_input.values())))
    slices = [own.score for own in found.examples if own.input == "SAX"]
    assert len(slices) == SLICES["SAX"]
    assert found.by_input["SAX"] == pytest.approx(np.mean(slices))


def test_a_missing_view_is_said_and_the_others_judge(fitted):
    result, _ = predict(fitted.model, without(ring_study(1, 9, tuple(SLICES)), "4C"))
    assert list(result.arms["dl"].by_input) == ["2C", "SAX"]
    told = {finding.check: finding.message for finding in result.findings}
    assert "LGE_4C" in told["incomplete"]
    assert "2C, SAX" in told["incomplete"]


def test_a_study_of_one_view_is_refused(fitted):
    lonely = without(ring_study(1, 9, tuple(SLICES)), "4C", "SAX")
    with pytest.raises(MissingInputError) as refused:
        predict(fitted.model, lonely)
    assert refused.value.got == "LGE_2C for subject ring001"
    assert "at least 2" in refused.value.wanted
    assert "LGE_4C, LGE_SAX" in refused.value.fix


def test_studies_that_lack_a_view_train_and_are_evaluated(fitted):
    cohort = ring_cohort(16, seed=3)
    some = [without(s, "2C") if i % 4 == 0 else s for i, s in enumerate(cohort)]
    results = [predict(fitted.model, study)[0] for study in some]
    evaluation = evaluate(fitted.model.system, results, replace(cohort, studies=tuple(some)))
    assert evaluation.arms["dl"].auc.value >= 0.95
    assert evaluation.arms["gbm"].auc.value >= 0.7


def test_no_segmentation_is_needed_and_its_absence_is_said(fitted):
    study = ring_study(0, 4, tuple(SLICES))
    bare = {role: image for role, image in study.images.items() if role.kind == "LGE"}
    result, maps = predict(fitted.model, replace(study, images=bare), explain=True)
    assert result.attention is None
    assert set(maps) == {"2C", "4C", "SAX"}
    assert sum(finding.check == "mask" for finding in result.findings) == 3


def test_slices_without_the_heart_are_no_examples_where_a_segmentation_tells():
    study = ring_study(0, 4, tuple(SLICES))
    role = Role("MR", "mask", "SAX", "LGE")
    mask = study.images[role]
    array = mask.array.copy()
    array[:, 3:] = 0
    study = replace(study, images={**study.images, role: replace(mask, array=array)})
    examples = prepare_study(small_views(MARTINI_2020), study).examples
    assert examples.slices[examples.inputs == "SAX"].tolist() == [0, 1, 2]
    assert examples.images.shape[1:] == (SIDE, SIDE)


def test_only_the_middle_slices_are_examples_if_so_declared():
    system = replace(small_views(MARTINI_2020), examples=Slices(training=None, middle=3))
    examples = prepare_study(system, ring_study(0, 4, tuple(SLICES))).examples
    assert examples.slices[examples.inputs == "SAX"].tolist() == [1, 2, 3]
    assert (examples.inputs == "4C").sum() == 1


def judged(system, score):
    """What a constant score is called."""
    study = ring_study(0, 4, tuple(SLICES))
    examples = concatenate([prepare_study(small_views(system), study).examples])
    constant = np.full((1, len(examples)), score)
    return judge(system, examples, constant, 0.5, rule_out=system.decide.rule_out).decision


@pytest.mark.parametrize(
    ("score", "called"),
    [(0.39, "no amyloidosis"), (0.4, INDETERMINATE), (0.49, INDETERMINATE), (0.5, "amyloidosis")],
)
def test_scores_between_rule_out_point_and_threshold_are_left_undecided(score, called):
    assert judged(MARTINI_2020, score) == called


def test_the_published_protocol_decides_every_score():
    paper = MARTINI_2020.in_mode("paper")
    assert paper.decide == Threshold(0.5)
    assert judged(paper, 0.45) == "no amyloidosis"


def test_the_band_is_the_primary_arms_alone(fitted):
    results = [predict(fitted.model, study)[0] for study in ring_cohort(16, seed=3)]
    arms = evaluate(fitted.model.system, results, ring_cohort(16, seed=3)).arms
    band = arms["dl"].band
    assert (band.rule_out, band.threshold) == (0.4, 0.5)
    assert band.ruled_out.n + band.indeterminate.n + band.called.n == 16
    assert arms["gbm"].band is None
    assert all(result.arms["gbm"].decision != INDETERMINATE for result in results)


def test_permuted_labels_give_chance():
    cohort = ring_cohort(40, seed=6)
    labels = np.random.default_rng(2).permutation([s.facts["amyloidosis"] for s in cohort])
    shuffled = tuple(
        replace(study, facts={**study.facts, "amyloidosis": float(label)})
        for study, label in zip(cohort, labels, strict=True)
    )
    run = Run(epochs=2, device="cpu", precision="float32")
    system = adapt(small_views(MARTINI_2020), folds=2)
    fitted = fit(system, replace(cohort, studies=shuffled), run=run)
    assert all(0.2 <= auc <= 0.8 for auc in fitted.model.development["auc"].values())
