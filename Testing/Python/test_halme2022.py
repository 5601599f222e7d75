"""Halme 2022: the declaration, and its way from scan to grade on simulated scintigraphy."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.codec import digest, from_json, to_json
from CardioAILib.errors import CohortError, MissingInputError
from CardioAILib.learning import Run
from CardioAILib.study import HEART, Cohort, Mask, Role, Study
from CardioAILib.systems import HALME_2022, HALME_2022_GRADE_3, HALME_2022_POSITIVE
from CardioAILib.verbs import evaluate, fit, held_out_results, load_model, predict, save_model
from CardioAILib.verbs.prepared import prepare_study
from helpers_halme import COARSE, OWN, scans, small_halme

FAMILY = (HALME_2022, HALME_2022_POSITIVE, HALME_2022_GRADE_3)
ANTERIOR = Role("NM", "planar", "anterior")
SEGMENTED = Role("NM", "mask", "anterior")
RUN = Run(epochs=1, device="cpu", precision="float32")


def graded(grade: object) -> Study:
    return Study("p1", "1", {}, {} if grade is None else {"grade": grade})


@pytest.mark.parametrize(
    ("system", "labels"),
    [
        (HALME_2022, [0, 1, 2, 3]),
        (HALME_2022_POSITIVE, [0, 0, 1, 1]),
        (HALME_2022_GRADE_3, [0, 0, 0, 1]),
    ],
)
def test_each_task_reads_the_same_column_of_grades(system, labels):
    assert [system.task.label(graded(float(grade))) for grade in range(4)] == labels
    assert [system.task.label(graded(grade)) for grade in range(4)] == labels
    assert system.task.label(graded(None)) is None


@pytest.mark.parametrize("system", FAMILY)
@pytest.mark.parametrize("grade", [4.0, 1.5, "mild"])
def test_what_is_no_grade_is_refused(system, grade):
    with pytest.raises(CohortError, match="column 'grade'"):
        system.task.label(graded(grade))


@pytest.mark.parametrize("system", FAMILY)
def test_six_arms_have_a_logit_for_each_class(system):
    assert tuple(system.arms) == (*OWN, "vgg16", "resnet50", "inception3", "mobilenet")
    assert {arm.architecture.classes for arm in system.arms.values()} == {len(system.task.names)}


@pytest.mark.parametrize("system", FAMILY)
def test_training_is_the_published_one(system):
    for arm in system.arms.values():
        recipe = arm.recipe
        assert (recipe.batch, recipe.epochs, recipe.optimizer.rate) == (128, 50, 1e-4)
        assert recipe.class_weights == "balanced"
        assert (recipe.plateau.patience, recipe.plateau.factor, recipe.plateau.floor) == (
            2,
            0.1,
            1e-7,
        )
        assert arm.copies == 5
        assert arm.standardize == "pixel"
        assert (arm.augment.shift, arm.augment.rotate, arm.augment.zoom) == (0.1, 20.0, (0.8, 1.2))
    assert (system.protocol.folds, system.protocol.validation) == (5, 0.10)


def test_published_modes_keep_the_last_epoch():
    for system in FAMILY:
        kept = {arm.recipe.keep for arm in system.in_mode("paper").arms.values()}
        assert kept == {"last"}
        assert {arm.recipe.keep for arm in system.arms.values()} == {"best validation loss"}


@pytest.mark.parametrize("system", FAMILY)
def test_the_declaration_survives_json(system):
    again = from_json(to_json(system))
    assert again == system
    assert digest(again) == digest(system)
    other = replace(system.arms["linear"], copies=4)
    assert digest(replace(system, arms={**system.arms, "linear": other})) != digest(system)


@pytest.fixture(scope="module")
def development() -> Cohort:
    return scans(16, seed=3, size=COARSE)


@pytest.fixture(scope="module")
def fitted(development):
    """Both own networks after one epoch: quick to have, not made to know a grade."""
    return fit(small_halme(HALME_2022), development, run=RUN)


def test_the_heart_is_placed_where_nobody_segmented_it(development):
    study = development.studies[3]
    alone = replace(study, images={ANTERIOR: study.images[ANTERIOR]})
    prepared = prepare_study(HALME_2022, alone)
    placed = prepared.study.images[SEGMENTED]
    truth = study.images[SEGMENTED]
    assert isinstance(placed, Mask)
    found, drawn = (own.of(HEART)[0, 0] for own in (placed, truth))
    apart = np.argwhere(found).mean(axis=0) - np.argwhere(drawn).mean(axis=0)
    assert np.hypot(*apart) * truth.spacing[1] < 40.0
    assert not [own for own in prepared.findings if own.check == "mask"]


def test_a_heart_that_was_placed_is_no_file_that_was_read(fitted, development):
    study = development.studies[3]
    alone = replace(study, images={ANTERIOR: study.images[ANTERIOR]})
    result, _ = predict(fitted.model, alone)
    assert set(result.provenance.inputs) == {"planar_anterior"}


def test_a_posterior_view_is_measured_beside(fitted):
    study = scans(4, seed=5, views=("anterior", "posterior")).studies[3]
    result, _ = predict(fitted.model, study)
    assert result.measurements["heart_to_whole_body_geometric_percent"] > 0
    assert set(result.provenance.inputs) == {"planar_anterior", "planar_posterior", "mask_anterior"}


def test_a_place_of_the_heart_that_the_crop_misses_is_told_and_not_used():
    image = scans(1, seed=6).studies[0].images[ANTERIOR]
    counts = np.roll(image.array, 90, axis=3)
    moved = Study("p1", "1", {ANTERIOR: replace(image, array=counts)}, {})
    prepared = prepare_study(HALME_2022, moved)
    missed = SEGMENTED not in prepared.study.images
    told = [own.check for own in prepared.findings]
    assert ("crop" in told) if missed else prepared.examples.masks.any()


def test_ratios_stand_beside_the_grade(fitted, development):
    grades = {study.facts["grade"]: study for study in development}
    ratios = [
        predict(fitted.model, grades[grade])[0].measurements["heart_to_contralateral"]
        for grade in (0.0, 3.0)
    ]
    assert ratios[1] > ratios[0]


def test_a_scan_is_judged_and_explained_on_its_own_grid(fitted, development):
    study = development.studies[0]
    result, maps = predict(fitted.model, study, explain=True)
    assert set(result.arms) == set(OWN)
    assert result.arms["residual"].decision in HALME_2022.task.names
    assert sum(result.arms["residual"].probabilities) == pytest.approx(1.0, abs=1e-5)
    heatmap = maps["anterior"]
    assert heatmap.array.shape == study.images[ANTERIOR].array.shape
    assert result.attention is not None
    assert list(result.attention.shares)[:3] == ["heart", "margin", "elsewhere"]


def test_a_posterior_view_alone_is_refused(fitted, development):
    study = development.studies[0]
    posterior = {Role("NM", "planar", "posterior"): study.images[ANTERIOR]}
    with pytest.raises(MissingInputError, match="anterior"):
        predict(fitted.model, replace(study, images=posterior))


def test_a_model_gives_the_same_answer_after_saving(fitted, development, tmp_path):
    save_model(fitted.model, tmp_path / "model")
    study = development.studies[1]
    one, other = (
        predict(model, study)[0].arms["residual"].probabilities
        for model in (fitted.model, load_model(tmp_path / "model"))
    )
    np.testing.assert_allclose(one, other, atol=1e-6)


def test_each_grade_has_precision_and_recall(fitted, development):
    results = [result for result, _ in held_out_results(fitted, development)]
    evaluation = evaluate(fitted.model.system, results, development)
    arm = evaluation.arms["residual"]
    assert len(arm.recall) == len(arm.precision) == len(arm.auc) == 4
    assert arm.confusion.sum() == len(development)
