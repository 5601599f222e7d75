from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import CohortError
from CardioAILib.evaluate import delong_test, roc_auc
from CardioAILib.results import ArmResult, Provenance, Result
from CardioAILib.study import Cohort, Study
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs import evaluate, held_out_results

LABELS = [0, 0, 0, 0, 1, 1, 1, 1]
SCORES = [0.1, 0.4, 0.35, 0.8, 0.3, 0.7, 0.9, 0.95]


def cohort() -> Cohort:
    return Cohort(
        tuple(
            Study(f"s{i}", "1", {}, {"scar": float(y), "sex": "MF"[i % 2]})
            for i, y in enumerate(LABELS)
        )
    )


def results(threshold: float | None = 0.5, mode: str = "sound") -> list[Result]:
    origin = Provenance("fahmy2022", mode, "d", "w", 0, {})
    return [
        Result(
            f"s{i}",
            "1",
            {
                "size": ArmResult(1 - score, (1 - score, 0.5), threshold, None, ()),
                "dl_radiomics": ArmResult(score, (score, score / 2), threshold, None, ()),
            },
            "dl_radiomics",
            origin,
        )
        for i, score in enumerate(SCORES)
    ]


def test_counts_and_areas_are_those_of_the_scores():
    found = evaluate(FAHMY_2022, results(), cohort()).arms["dl_radiomics"]
    point = found.operating
    assert (point.tp, point.fp, point.tn, point.fn) == (3, 1, 3, 1)
    assert found.auc.value == roc_auc(LABELS, SCORES) == 12 / 16


def test_arms_are_compared_with_the_primary_one():
    arms = evaluate(FAHMY_2022, results(), cohort()).arms
    opposite = 1 - np.array(SCORES)
    assert arms["dl_radiomics"].p_against_primary is None
    assert arms["size"].p_against_primary == delong_test(LABELS, np.array(SCORES), opposite)


def test_each_member_has_a_row_on_the_whole_test_cohort():
    rows = evaluate(FAHMY_2022, results(), cohort()).arms["dl_radiomics"].folds
    assert [(row.fold, row.n, row.auc) for row in rows] == [(1, 8, 0.75), (2, 8, 0.75)]
    assert rows[1].operating.tp == 0


def test_the_published_protocol_chooses_its_threshold_on_the_test_cohort():
    found = evaluate(FAHMY_2022.in_mode("paper"), results(None, "paper"), cohort())
    arm = found.arms["dl_radiomics"]
    assert "chosen on this cohort" in arm.threshold
    assert arm.operating.threshold == 0.3
    assert arm.operating.sensitivity >= 0.90


def test_subgroups_are_found_in_the_table():
    groups = evaluate(FAHMY_2022, results(), cohort()).groups
    assert [(g.group, g.n) for g in groups["sex"]] == [("F", 4), ("M", 4)]


def test_studies_that_lack_a_fact_are_in_none_of_its_groups():
    vendors = ["A", "B", "", "A", "B", "A", None, "B"]
    studies = [
        replace(study, facts={**study.facts, **({} if vendor is None else {"vendor": vendor})})
        for study, vendor in zip(cohort(), vendors, strict=True)
    ]
    groups = evaluate(FAHMY_2022, results(), Cohort(tuple(studies))).groups
    assert [(g.group, g.n, g.positives) for g in groups["vendor"]] == [("A", 3, 1), ("B", 3, 2)]


@pytest.mark.parametrize("ill", ["infarct", "", float("nan")])
def test_a_column_that_tells_the_truth_makes_no_groups(ill):
    words = {0.0: ("normal", "hypertension"), 1.0: (ill, ill)}
    studies = [
        replace(study, facts={**study.facts, "pathology": words[study.facts["scar"]][i % 2]})
        for i, study in enumerate(cohort())
    ]
    assert "pathology" not in evaluate(FAHMY_2022, results(), Cohort(tuple(studies))).groups


def test_results_without_a_truth_are_left_out():
    some = Cohort(cohort().studies[1:])
    evaluation = evaluate(FAHMY_2022, results(), some)
    assert (evaluation.positives, evaluation.negatives) == (4, 3)
    assert len(evaluation.results) == 7


def test_truth_of_one_class_is_refused():
    with pytest.raises(CohortError, match="both classes"):
        evaluate(FAHMY_2022, results(), Cohort(cohort().studies[4:]))


def test_in_cross_validation_no_study_helps_to_choose_its_own_threshold(fitted, development):
    before = {r.subject: r for r, _ in held_out_results(fitted, development)}
    folds = fitted.crossfit.folds
    for fold in range(2):
        held = folds == fold
        scores = {**fitted.crossfit.scores}
        scores["size"] = np.where(held, 1.0, scores["size"])
        changed = replace(fitted, crossfit=replace(fitted.crossfit, scores=scores))
        after = {r.subject: r for r, _ in held_out_results(changed, development)}
        for subject in set(fitted.examples.subjects[held].tolist()):
            assert before[subject].arms["size"] == after[subject].arms["size"]


def test_in_cross_validation_rows_are_the_held_out_parts(fitted, development):
    judged = [result for result, _ in held_out_results(fitted, development)]
    evaluation = evaluate(fitted.model.system, judged, development)
    assert evaluation.cross_validated
    rows = evaluation.arms["radiomics"].folds
    assert sum(row.n for row in rows) == len(development)
    assert len(judged) == len({(r.subject, r.study) for r in judged}) == len(development)
