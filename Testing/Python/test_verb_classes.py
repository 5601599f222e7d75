"""What an evaluation of several classes says, on results made by hand."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from CardioAILib.errors import CohortError
from CardioAILib.evaluate import mcnemar, wilson
from CardioAILib.results import ArmResult, Attention, Provenance, Result
from CardioAILib.study import Cohort, Study
from CardioAILib.systems import GERMAIN_2021
from CardioAILib.verbs import evaluate
from CardioAILib.verbs.classes import AttentionRow, ClassGroup

NAMES = GERMAIN_2021.task.names
TRUTH = [0, 0, 0, 1, 1, 1, 2, 2]
DUAL = [0, 0, 1, 1, 1, 1, 2, 0]
SINGLE = [0, 2, 1, 1, 0, 1, 2, 0]
AGES = [30, 49, 50, 64, 65, 80, 20, None]
ZONES = ["heart", "heart", "outside", "border", "heart", "heart", "heart", "outside"]
READER = ["normal", "normal", "normal", "HCM", "HCM", "DCM", "DCM", None]


def arm(called, sure=0.8):
    probabilities = np.full(3, (1 - sure) / 2)
    probabilities[called] = sure
    row = tuple(probabilities.tolist())
    other = tuple(np.roll(probabilities, 1).tolist())
    return ArmResult(sure, (sure, 0.1), None, NAMES[called], (), row, (row, other))


def cohort():
    facts = [
        {"pathology": NAMES[y], "sex": "MF"[i % 2], "age": AGES[i], "pathology_reader2": READER[i]}
        for i, y in enumerate(TRUTH)
    ]
    known = [{k: v for k, v in own.items() if v is not None} for own in facts]
    return Cohort(tuple(Study(f"s{i}", "1", {}, own) for i, own in enumerate(known)))


def results(fold=None, subjects=None):
    origin = Provenance("germain2021", "sound", "d", "w", 0, {})
    return [
        Result(
            subjects[i] if subjects else f"s{i}",
            "1" if subjects is None else str(i),
            {"vgg_ed": arm(SINGLE[i]), "vgg_dual": arm(DUAL[i])},
            "vgg_dual",
            origin,
            attention=Attention(0.5, 0.2, False, "vgg_dual", (1,), ZONES[i]),
            fold=None if fold is None else fold[i],
        )
        for i in range(len(TRUTH))
    ]


@cache
def found():
    return evaluate(GERMAIN_2021, results(), cohort())


def test_accuracy_is_counted_with_both_intervals():
    own = found().arms["vgg_dual"]
    assert own.accuracy.value == 6 / 8
    assert own.accuracy.interval == wilson(6, 8)
    assert own.accuracy_bootstrap.value == 6 / 8
    assert "8 subjects" in own.accuracy_bootstrap.interval.method


def test_rows_are_true_classes_and_columns_called_ones():
    own = found().arms["vgg_dual"]
    np.testing.assert_array_equal(own.confusion, [[2, 1, 0], [0, 3, 0], [1, 0, 1]])
    assert [e.value for e in own.recall] == [2 / 3, 1.0, 1 / 2]
    assert [e.value for e in own.precision] == [2 / 3, 3 / 4, 1.0]
    assert found().counts == (3, 3, 2)


def test_arms_are_compared_on_the_same_results():
    arms = found().arms
    truth = np.array(TRUTH)
    assert arms["vgg_dual"].p_against_primary is None
    told = mcnemar(np.array(SINGLE) == truth, np.array(DUAL) == truth)
    assert arms["vgg_ed"].p_against_primary == told


def test_members_have_a_row_each_and_folds_in_cross_validation():
    members = found().arms["vgg_dual"].folds
    assert [(row.fold, row.n, row.accuracy) for row in members] == [(1, 8, 0.75), (2, 8, 0.0)]
    folds = evaluate(GERMAIN_2021, results(fold=[0, 0, 0, 0, 1, 1, 1, 1]), cohort())
    assert folds.cross_validated
    assert [(r.fold, r.n, r.accuracy) for r in folds.arms["vgg_dual"].folds] == [
        (1, 4, 0.75),
        (2, 4, 0.75),
    ]


def test_groups_are_bands_of_age_in_order_and_sexes():
    groups = found().groups
    assert [(g.group, g.n) for g in groups["age"]] == [
        ("<50", 3),
        ("50-64", 2),
        (">=65", 2),
        ("missing", 1),
    ]
    assert [g.accuracy.value for g in groups["age"]] == [1.0, 0.5, 1.0, 0.0]
    assert isinstance(groups["sex"][0], ClassGroup)
    assert set(groups) == {"age", "sex"}


def test_maps_are_counted_by_zone_and_answer():
    assert found().attention == (
        AttentionRow("heart", 5, 0),
        AttentionRow("border", 1, 0),
        AttentionRow("outside", 0, 2),
    )


def test_without_maps_nothing_is_said_of_attention():
    blind = [replace(result, attention=None) for result in results()]
    assert evaluate(GERMAIN_2021, blind, cohort()).attention == ()


def test_a_reader_is_compared_with_truth_and_model_on_what_he_labeled():
    (reader,) = found().readers
    assert (reader.reader, reader.n) == ("reader2", 7)
    assert reader.accuracy.value == 6 / 7
    assert reader.model_accuracy.value == 6 / 7
    assert reader.agreement.value == 5 / 7
    assert reader.kappa_truth == pytest.approx(0.78125)
    assert [(d.subject, d.truth, d.reader, d.model) for d in reader.discrepancies] == [
        ("s2", "normal", "normal", "HCM"),
        ("s5", "HCM", "DCM", "HCM"),
    ]


def test_a_reader_who_names_no_class_is_refused():
    odd = replace(cohort().studies[0], facts={"pathology": "normal", "pathology_anna": "maybe"})
    with pytest.raises(CohortError, match="maybe"):
        evaluate(GERMAIN_2021, results(), replace(cohort(), studies=(odd, *cohort().studies[1:])))


def test_several_results_of_a_subject_are_also_judged_together():
    subjects = ["a", "a", "a", "b", "b", "b", "c", "c"]
    studies = tuple(
        replace(study, subject=subject, study=str(i))
        for i, (study, subject) in enumerate(zip(cohort(), subjects, strict=True))
    )
    own = evaluate(GERMAIN_2021, results(subjects=subjects), Cohort(studies))
    assert own.subjects == 3
    assert own.arms["vgg_dual"].by_subject.value == pytest.approx(2 / 3)
    assert found().arms["vgg_dual"].by_subject is None


def test_an_arm_is_judged_where_it_spoke():
    silent = [
        replace(r, arms={"vgg_ed": r.arms["vgg_ed"]}) if i < 2 else r
        for i, r in enumerate(results())
    ]
    own = evaluate(GERMAIN_2021, silent, cohort())
    assert own.arms["vgg_dual"].confusion.sum() == 6
    assert own.arms["vgg_ed"].confusion.sum() == 8
    assert own.arms["vgg_ed"].p_against_primary is not None


def test_a_missing_class_leaves_the_area_out():
    two = [result for result, label in zip(results(), TRUTH, strict=True) if label < 2]
    own = evaluate(GERMAIN_2021, two, cohort()).arms["vgg_dual"]
    assert own.macro_auc is None
    assert own.accuracy.value == 5 / 6


def test_one_class_only_is_refused_with_the_counts():
    with pytest.raises(CohortError, match="3 normal, 0 HCM, 0 DCM"):
        evaluate(GERMAIN_2021, results()[:3], cohort())


def test_other_words_of_the_table_mean_a_class_or_none():
    said = {"s0": "NOR", "s1": "RV"}
    studies = [
        replace(s, facts={"pathology": said.get(s.subject, s.facts["pathology"])}) for s in cohort()
    ]
    assert evaluate(GERMAIN_2021, results(), Cohort(tuple(studies))).counts == (2, 3, 2)


def test_an_arm_of_two_classes_is_evaluated_where_it_spoke():
    two = replace(GERMAIN_2021, task=replace(GERMAIN_2021.task, names=("normal", "HCM")))
    scores, silent = [0.1, 0.4, 0.3, 0.6, 0.2, 0.9], {0, 3}
    told = []
    for index, score in enumerate(scores):
        own = ArmResult(score, (score,), 0.5, ("normal", "HCM")[score >= 0.5], ())
        names = ("vgg_dual",) if index in silent else ("measurements", "vgg_dual")
        origin = Provenance("germain2021", "sound", "d", "w", 0, {})
        told.append(Result(f"s{index}", "1", dict.fromkeys(names, own), "vgg_dual", origin))
    facts = [{"pathology": two.task.names[index > 2]} for index in range(6)]
    studies = tuple(Study(f"s{i}", "1", {}, own) for i, own in enumerate(facts))
    arms = evaluate(two, told, Cohort(studies)).arms
    assert arms["vgg_dual"].auc.value == pytest.approx(7 / 9)
    assert arms["measurements"].auc.value == pytest.approx(2 / 4)


def agreed(columns, positive=("HCM",)):
    """Agreements of readers whose labels, one a study, stand in these columns."""
    task = replace(GERMAIN_2021.task, positive=positive)
    system = replace(GERMAIN_2021, task=task)
    studies = [
        replace(
            study,
            facts={k: v for k, v in study.facts.items() if not k.startswith("pathology_")}
            | {
                f"pathology_{name}": NAMES[labels[i]]
                for name, labels in columns.items()
                if labels[i] is not None
            },
        )
        for i, study in enumerate(cohort())
    ]
    return evaluate(system, results(), Cohort(tuple(studies))).agreements


def test_readers_are_compared_with_themselves_each_other_and_the_model():
    own = agreed({"a": TRUTH, "a_again": DUAL, "b": [0, 0, 0, 1, 1, 1, 2, None]})
    assert [(one.one, one.other, one.kind) for one in own] == [
        ("a", "a_again", "same reader"),
        ("a", "b", "two readers"),
        ("a", "model", "reader and model"),
        ("b", "model", "reader and model"),
    ]
    assert [one.n for one in own] == [8, 7, 8, 7]
    assert own[0].agreement.value == 6 / 8
    # Agreement 6/8; by chance (3*3 + 3*4 + 2*1) / 64; kappa (48 - 23) / (64 - 23).
    assert own[0].kappa.value == pytest.approx(25 / 41)
    assert own[0].kappa.interval.low < 25 / 41 < own[0].kappa.interval.high
    # The model calls DUAL.
    assert own[2].kappa.value == own[0].kappa.value
    assert own[1].kappa.value == 1.0


def test_kappa_of_the_positive_classes_asks_yes_or_no():
    (own, *_) = agreed({"a": TRUTH, "a_again": DUAL})
    # HCM or not: 7 of 8 alike, 3 and 4 times yes; by chance (3*4 + 5*4) / 64.
    assert own.kappa_positive.value == pytest.approx((7 / 8 - 1 / 2) / (1 / 2))
    assert agreed({"a": TRUTH, "a_again": DUAL}, positive=())[0].kappa_positive is None


def test_one_answer_throughout_has_no_kappa():
    same = [0] * 8
    (own, *_) = agreed({"a": same, "a_again": same})
    assert own.kappa is None
    assert own.agreement.value == 1.0


def test_each_class_has_an_area_and_positive_ones_have_rates():
    task = replace(GERMAIN_2021.task, positive=("HCM", "DCM"))
    own = evaluate(replace(GERMAIN_2021, task=task), results(), cohort())
    arm = own.arms["vgg_dual"]
    assert len(arm.auc) == 3
    # HCM against the rest: 0.8 for its three and one other, 0.1 for the four others.
    assert arm.auc[1].value == pytest.approx((3 * 4 + 3 * 1 / 2) / 15)
    assert arm.positive.positives == 5
    assert arm.positive.sensitivity.value == 4 / 5
    assert arm.positive.specificity.value == 2 / 3
    groups = {group.group: group for group in own.groups["sex"]}
    assert groups["F"].positive.positives + groups["M"].positive.positives == 5
    assert found().arms["vgg_dual"].positive is None


def test_metastases_make_a_subgroup():
    studies = [
        replace(study, facts={**study.facts, "bone_metastases": float(i > 4)})
        for i, study in enumerate(cohort())
    ]
    own = evaluate(GERMAIN_2021, results(), Cohort(tuple(studies))).groups["bone_metastases"]
    assert [(group.group, group.n) for group in own] == [("0", 5), ("1", 3)]
    assert own[1].accuracy.value == 2 / 3
    assert own[1].macro_auc is None
