"""Germain 2021: the declaration, and its way from study to decision on simulated hearts."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.codec import digest, from_json, to_json
from CardioAILib.errors import (
    ArmUnavailable,
    CohortError,
    GridMismatchError,
    InputError,
    MissingInputError,
)
from CardioAILib.learning import Adam, Affine, Network, Run
from CardioAILib.study import Cohort, Mask, Study
from CardioAILib.system import HoldOut
from CardioAILib.systems import (
    FAHMY_2022,
    GERMAIN_2021,
    GERMAIN_2021_ACDC,
    GERMAIN_2021_PLANE,
    at_matrix,
)
from CardioAILib.verbs import (
    evaluate,
    fit,
    held_out_results,
    load_model,
    predict,
    save_model,
)
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.card import model_card
from CardioAILib.verbs.feasible import require_protocol
from CardioAILib.verbs.prepared import prepare_study
from helpers_germain import SIDE, cine, hearts, in_views, mask, shrunk, small_germain, without

SYSTEM = small_germain(GERMAIN_2021)
RUN = Run(epochs=1, device="cpu", precision="float32")
FAMILY = (GERMAIN_2021, GERMAIN_2021_ACDC, GERMAIN_2021_PLANE)


@pytest.fixture(scope="module")
def development():
    return hearts(18, seed=3)


@pytest.fixture(scope="module")
def fitted(development):
    """Measurements that learn, and a network that has seen one epoch."""
    return fit(SYSTEM, development, arms=("measurements", "vgg_dual"), run=RUN)


@pytest.fixture
def study():
    return hearts(6, seed=4).studies[1]


def changed(study: Study, role, change) -> Study:
    return replace(study, images={**study.images, role: change(study.images[role])})


# The declaration


@pytest.mark.parametrize("system", FAMILY, ids=lambda system: system.name)
def test_networks_have_an_output_a_class_and_see_what_is_prepared(system):
    for arm in system.arms.values():
        if isinstance(arm, Network):
            assert arm.architecture.classes == len(system.task.names)
            assert arm.architecture.size == system.prepare[1].size == 160
            assert arm.architecture.branches == len(arm.channels.frames)


@pytest.mark.parametrize("system", FAMILY, ids=lambda system: system.name)
def test_it_is_written_and_read_without_a_change(system):
    assert digest(from_json(to_json(system))) == digest(system)


def test_the_published_protocol_divides_inputs_and_lets_subjects_leak():
    paper = GERMAIN_2021.in_mode("paper")
    assert (paper.protocol.folds, paper.protocol.by, paper.unit) == (6, "study", "slice")
    assert paper.protocol.validation == 0.0
    assert tuple(paper.arms) == ("vgg_ed", "vgg_es", "vgg_dual")
    assert GERMAIN_2021.protocol.by == "subject"


def test_published_accuracies_are_those_of_table_2():
    (dual,) = {
        tests["vgg_dual"].accuracy
        for name, tests in GERMAIN_2021.published.tests.items()
        if "six" in name
    }
    assert dual == 0.982
    assert not GERMAIN_2021_ACDC.published.tests
    assert "spectrum" in GERMAIN_2021.published.caution


@pytest.mark.parametrize(
    ("matrix", "side"), [("128", 128), ("160", 160), ("256", 256), ("raw", 256)]
)
def test_other_matrices_change_images_and_networks_together(matrix, side):
    system = at_matrix(GERMAIN_2021, matrix)
    crops = [step.size for step in system.prepare if hasattr(step, "size")]
    assert crops == [side]
    assert {a.architecture.size for a in system.arms.values() if isinstance(a, Network)} == {side}
    assert system.in_mode("paper").prepare == system.prepare
    resampled = any(type(step).__name__ == "Resample" for step in system.prepare)
    assert resampled == (matrix != "raw")


def test_the_matrix_of_table_1_is_the_system_itself():
    assert digest(at_matrix(GERMAIN_2021, "160")) == digest(GERMAIN_2021)


def test_another_paper_has_no_other_matrix():
    with pytest.raises(InputError, match="fahmy2022"):
        at_matrix(FAHMY_2022, "128")


# From study to examples


def test_an_example_shows_its_slice_at_both_phases_under_one_crop_and_window(study):
    prepared = prepare_study(SYSTEM, study)
    examples = prepared.examples
    assert examples.images.shape == (3, 2, SIDE, SIDE)
    assert examples.masks.shape == examples.images.shape
    assert examples.images.min() >= 0
    assert examples.images.max() == 1.0
    assert prepared.inputs["ED"].steps == prepared.inputs["ES"].steps
    slices = examples.slices
    for index, phase in enumerate(("ED", "ES")):
        stack = prepared.inputs[phase].stack
        np.testing.assert_array_equal(examples.images[:, index], stack.image[slices])


def test_without_segmentations_images_are_judged_and_the_lack_is_told(fitted, study):
    bare = without(study, mask("ED"), mask("ES"))
    result, _ = predict(fitted.model, bare)
    assert set(result.arms) == {"vgg_dual"}
    assert result.primary == "vgg_dual"
    assert any("'measurements' gave no result" in f.message for f in result.findings)
    assert not result.measurements


def test_measurements_alone_cannot_judge_a_study_without_segmentations(fitted, study):
    model = replace(fitted.model, arms=("measurements",))
    with pytest.raises(ArmUnavailable, match="mask_SAX_ED"):
        predict(model, without(study, mask("ED"), mask("ES")))


def test_a_long_axis_view_is_measured_on_the_short_axis_masks(fitted, study):
    both = in_views(study, "SAX", "4C")
    long = without(both, cine("ED"), cine("ES"), mask("ED", "4C"), mask("ES", "4C"))
    result, _ = predict(fitted.model, long)
    own, _ = predict(fitted.model, study)
    assert result.measurements == own.measurements
    assert result.arms["measurements"].probabilities == own.arms["measurements"].probabilities


# Bad input


def test_a_missing_phase_is_refused(study):
    with pytest.raises(MissingInputError, match="cine_ED and cine_ES of one view"):
        prepare_study(SYSTEM, without(study, cine("ES")))


def test_phases_of_different_shape_are_refused(study):
    odd = changed(without(study, mask("ES")), cine("ES"), shrunk)
    with pytest.raises(GridMismatchError, match="same cine"):
        prepare_study(SYSTEM, odd)


def test_phases_in_different_places_are_told(study):
    def moved(image):
        matrix = np.array(image.ijk_to_ras, float)
        matrix[:3, 3] += 3.0
        return replace(image, ijk_to_ras=matrix)

    apart = changed(without(study, mask("ES")), cine("ES"), moved)
    checks = {f.check for f in prepare_study(SYSTEM, apart).findings}
    assert "places" in checks


def test_one_image_for_both_phases_is_told(study):
    once = changed(study, cine("ES"), lambda image: study.images[cine("ED")])
    told = [f.message for f in prepare_study(SYSTEM, once).findings]
    assert "cine_SAX_ED and cine_SAX_ES are the same image" in told


def test_swapped_phases_are_told(study):
    images = dict(study.images)
    for kind in (cine, mask):
        images[kind("ED")], images[kind("ES")] = images[kind("ES")], images[kind("ED")]
    prepared = prepare_study(SYSTEM, replace(study, images=images))
    assert prepared.measurements["LV_EF_percent"] < 0
    assert any("swapped" in f.message for f in prepared.findings if f.check == "phases")


def test_swapped_phases_leave_the_measurements_out(fitted, study):
    images = dict(study.images)
    for kind in (cine, mask):
        images[kind("ED")], images[kind("ES")] = images[kind("ES")], images[kind("ED")]
    result, _ = predict(fitted.model, replace(study, images=images))
    assert "measurements" not in result.arms
    assert any(
        "an ejection fraction of -" in f.message for f in result.findings if f.check == "arm"
    )


def test_an_absent_right_ventricle_is_replaced_by_the_median_and_named(fitted, study):
    def blind(image):
        labels = {k: v for k, v in image.labels.items() if k != "rv_cavity"}
        pixels = np.where(image.of("rv_cavity"), 0, image.array)
        return Mask(pixels, image.ijk_to_ras, labels=labels)

    lacking = changed(changed(study, mask("ED"), blind), mask("ES"), blind)
    result, _ = predict(fitted.model, lacking)
    told = " ".join(f.message for f in result.findings)
    assert "took the development median for" in told
    assert "RV_EF_percent" in told
    assert "RV_EF_percent" not in result.measurements
    assert result.arms["measurements"].decision


def test_a_single_slice_is_judged_with_what_it_cannot_tell_named(fitted, study):
    def one(image):
        return replace(image, array=image.array[:, 2:3])

    images = {role: one(image) for role, image in study.images.items()}
    result, _ = predict(fitted.model, replace(study, images=images))
    assert len(result.arms["vgg_dual"].examples) == 1
    assert result.findings


def test_a_cine_of_one_frame_is_refused(study):
    whole = replace(study, images={cine(None): study.images[cine("ED")]})
    with pytest.raises(InputError, match="one frame"):
        prepare_study(SYSTEM, whole)


def test_fewer_cases_than_folds_are_refused_with_every_class(development):
    few = replace(development, studies=development.studies[:4])
    with pytest.raises(CohortError) as refused:
        fit(SYSTEM, few, arms=["measurements"])
    for told in ("2 of class normal", "1 of class HCM", "1 of class DCM"):
        assert told in str(refused.value)


def test_a_class_without_any_case_is_refused(development):
    two = development.where(lambda study: study.facts["pathology"] != "DCM")
    with pytest.raises(CohortError, match="0 of class DCM"):
        fit(SYSTEM, two, arms=["measurements"])


def test_an_unknown_class_is_refused(development):
    odd = replace(development.studies[0], facts={"pathology": "amyloid"})
    with pytest.raises(CohortError, match="amyloid"):
        fit(SYSTEM, Cohort((odd, *development.studies[1:])), arms=["measurements"])


# Learning


def test_measurements_learn_the_planted_classes(fitted, development):
    assert fitted.model.development["accuracy"]["measurements"] >= 0.8
    unseen = hearts(12, seed=9)
    results = [predict(fitted.model, study)[0] for study in unseen]
    own = evaluate(SYSTEM, results, unseen).arms["measurements"]
    assert own.accuracy.value >= 0.75


def test_permuted_labels_give_chance():
    cohort = hearts(30, seed=5)
    names = np.random.default_rng(2).permutation([s.facts["pathology"] for s in cohort])
    pairs = zip(cohort, names, strict=True)
    shuffled = tuple(replace(s, facts={**s.facts, "pathology": str(n)}) for s, n in pairs)
    fitted = fit(SYSTEM, replace(cohort, studies=shuffled), arms=["measurements"])
    assert fitted.model.development["accuracy"]["measurements"] <= 0.6


def test_a_thin_network_learns_the_planted_classes():
    arm = SYSTEM.arms["vgg_dual"]
    # The published dropout and rate are for a network a hundred times as large.
    architecture = replace(arm.architecture, width=0.12, hidden=())
    recipe = replace(arm.recipe, optimizer=Adam(1e-3))
    augment = Affine(rotate=20.0, shift=0.05)
    thin = replace(arm, architecture=architecture, recipe=recipe, augment=augment)
    system = replace(SYSTEM, arms={"vgg_dual": thin})
    fitted = fit(system, hearts(36, seed=6), run=replace(RUN, epochs=12))
    assert fitted.model.development["accuracy"]["vgg_dual"] >= 0.6


def test_a_decision_is_the_likeliest_class_of_the_members_mean(fitted, study):
    result, _ = predict(fitted.model, study)
    for arm in result.arms.values():
        mean = np.mean(arm.by_member, axis=0)
        np.testing.assert_allclose(arm.probabilities, mean)
        assert sum(arm.probabilities) == pytest.approx(1.0)
        decided = int(np.argmax(mean))
        assert arm.decision == SYSTEM.task.names[decided]
        assert arm.score == pytest.approx(arm.probabilities[decided])
        np.testing.assert_allclose(arm.members, np.array(arm.by_member)[:, decided])
        assert arm.threshold is None


def test_contributions_are_of_the_decided_class_and_the_strongest_come_first(fitted, study):
    result, _ = predict(fitted.model, study)
    told = result.arms["measurements"].contributions
    sizes = [abs(own.evidence) for own in told]
    assert 0 < len(told) <= 10
    assert sizes == sorted(sizes, reverse=True)
    for own in told:
        assert own.value == pytest.approx(result.measurements[own.feature])
    assert not result.arms["vgg_dual"].contributions


def test_each_held_out_study_is_judged_by_the_member_that_never_saw_it(fitted, development):
    pairs = list(held_out_results(fitted, development))
    assert [r.subject for r, _ in pairs] == [s.subject for s in development]
    for result, _ in pairs[:4]:
        rows = np.flatnonzero(fitted.examples.subjects == result.subject)
        scores = fitted.crossfit.scores["measurements"][rows]
        np.testing.assert_allclose(result.arms["measurements"].probabilities, scores.mean(axis=0))
        assert result.fold == fitted.crossfit.folds[rows[0]]


def test_a_saved_model_predicts_the_same(fitted, study, tmp_path):
    save_model(fitted.model, tmp_path / "model")
    loaded = load_model(tmp_path / "model", device="cpu")
    before, after = (predict(model, study)[0] for model in (fitted.model, loaded))
    for name, arm in before.arms.items():
        np.testing.assert_allclose(arm.probabilities, after.arms[name].probabilities, atol=1e-6)
    card = (tmp_path / "model" / "README.md").read_text()
    assert "6 normal, 6 HCM, 6 DCM" in card
    assert "backbone weights random" in card
    assert "spectrum bias" in card


def test_one_part_held_out_is_all_that_is_judged(development):
    system = adapt(SYSTEM, hold_out=True)
    assert isinstance(system.protocol, HoldOut)
    fitted = fit(system, development, arms=["measurements"])
    results = [result for result, _ in held_out_results(fitted, development)]
    assert len(fitted.model.members) == 1
    assert 3 <= len(results) <= 6
    assert fitted.model.development["judged"] == len(results)
    own = evaluate(system, results, development)
    assert own.arms["measurements"].confusion.sum() == len(results)
    assert "held out once" in model_card(fitted.model)


def test_a_threshold_from_folds_is_not_had_from_one_part():
    with pytest.raises(InputError, match="--hold-out"):
        require_protocol(adapt(FAHMY_2022, hold_out=True))


def test_the_published_protocol_lets_slices_of_a_subject_lie_on_both_sides(development):
    paper = small_germain(GERMAIN_2021).as_published
    few = replace(development, studies=development.studies[:6])
    fitted = fit(paper, few, "paper", arms=["vgg_ed"], run=RUN)
    assert fitted.model.development["classes"] == {"normal": 6, "HCM": 6, "DCM": 6}
    folds, subjects = fitted.crossfit.folds, fitted.examples.subjects
    assert any(len(set(folds[subjects == name].tolist())) > 1 for name in set(subjects.tolist()))


def test_the_member_with_the_best_accuracy_speaks_where_one_is_to(fitted, study):
    alone = replace(fitted.model.system, combine="best")
    figures = {"member accuracy": {"measurements": [0.2, 0.9], "vgg_dual": [0.5, 0.4]}}
    model = replace(fitted.model, system=alone, development={**fitted.model.development, **figures})
    result, _ = predict(model, study)
    assert result.arms["measurements"].probabilities == result.arms["measurements"].by_member[1]
    assert result.arms["vgg_dual"].probabilities == result.arms["vgg_dual"].by_member[0]
