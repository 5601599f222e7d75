"""What commands tell in the terminal: what the model is, who is left out, views taken together."""

from dataclasses import replace

import pytest
from CardioAILib.cli.telling import (
    left_out_notes,
    of_subjects,
    tell_decisions,
    tell_findings,
    tell_model,
    tell_unlearnable,
)
from CardioAILib.errors import CohortError
from CardioAILib.results import RESEARCH_ONLY, ArmResult, Finding, Provenance, Result
from CardioAILib.study import Cohort, Role, Study
from CardioAILib.systems import FAHMY_2022, GERMAIN_2021, GERMAIN_2021_PLANE
from CardioAILib.verbs.gather import labeled_studies
from CardioAILib.verbs.leftout import left_out
from CardioAILib.verbs.units import named

NAMES = GERMAIN_2021.task.names
CINE_SETS = replace(GERMAIN_2021, unit="cine set")


def cohort_with(*words):
    facts = [{} if word is None else {"pathology": word} for word in words]
    return Cohort(tuple(Study(f"s{i}", "1", {}, own) for i, own in enumerate(facts)))


def judged(subject, study, *probabilities):
    called = max(range(len(NAMES)), key=lambda index: probabilities[index])
    score = probabilities[called]
    arm = ArmResult(score, (score,), None, NAMES[called], (), probabilities, (probabilities,))
    return Result(
        subject, study, {"vgg_dual": arm}, "vgg_dual", Provenance("g", "sound", "", "", 0, {})
    )


VIEWS = [judged("a", "1 SAX", 0.1, 0.8, 0.1), judged("a", "1 4C", 0.6, 0.1, 0.3)]


def test_warnings_that_studies_share_are_told_once_after_those_of_one(caplog):
    caplog.set_level("INFO")
    shared = [Finding("spacing unknown", "1.458 mm is assumed")]
    every = {(f"s{i}", "1"): [*shared, Finding("arm", f"{i} of subject s{i}")] for i in range(3)}
    every["s3", "1"] = [Finding("gaps", "13 mm in LGE_2C"), Finding("views", "2C")]
    every["s2", "1"] += [Finding("views", "4C")]
    every["s3", "1"] += shared
    tell_findings([*every.items()])
    assert caplog.messages == [
        "subject s2, study 1: views: 4C",
        "subject s3, study 1: gaps: 13 mm in LGE_2C",
        "subject s3, study 1: views: 2C",
        "4 studies (all): spacing unknown: 1.458 mm is assumed",
        "3 studies (all but s3), as in s0: arm: 0 of the subject",
    ]
    caplog.clear()
    tell_findings([((name, "1"), shared[: name < "c"]) for name in "abcdef"])
    assert caplog.messages == ["2 studies (a, b): spacing unknown: 1.458 mm is assumed"]
    caplog.clear()
    tell_findings([(("a", str(n)), [Finding("arm", f"{n} mm")][: n < 3]) for n in range(1, 6)])
    assert caplog.messages == ["2 studies (a study 1, a study 2), as in a study 1: arm: 1 mm"]
    tell_unlearnable({("a", "1"): shared, ("b", "1"): [Finding("arm", "of nothing")]})
    assert "an arm cannot learn from 1 of those that pass" in caplog.messages[-1]


def test_words_outside_the_task_are_counted_apart_from_empty_cells():
    told = left_out(CINE_SETS, cohort_with("NOR", "MINF", "RV", "MINF", None, "DCM"))
    assert told.startswith("4 of 6 cine sets left out: MINF 2, RV 1 (pathology")
    assert told.endswith("; 1 with an empty cell in column 'pathology'")


def test_nothing_is_told_where_none_is_left_out_or_no_truth_is_known():
    assert left_out_notes(GERMAIN_2021, cohort_with("NOR", "HCM")) == ()
    assert left_out_notes(GERMAIN_2021, cohort_with(None, None)) == ()
    assert "1 of 2" in left_out_notes(GERMAIN_2021, cohort_with("HCM", None))[0]


def test_training_tells_the_words_and_refuses_a_cohort_of_them_alone(caplog):
    caplog.set_level("INFO")
    assert len(labeled_studies(GERMAIN_2021, cohort_with("NOR", "RV"))) == 1
    assert "left out: RV 1" in caplog.text
    with pytest.raises(CohortError, match="RV 2"):
        labeled_studies(GERMAIN_2021, cohort_with("RV", "RV"))
    with pytest.raises(CohortError, match="no value in column 'pathology' for any of 2"):
        labeled_studies(GERMAIN_2021, cohort_with(None, None))


def test_a_demonstration_is_warned_of_once_and_loudly(tiny, caplog):
    tell_model(tiny.model)
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert "trained on simulated images only" in record.message


def test_views_of_a_subject_are_also_told_by_their_mean(caplog):
    caplog.set_level("INFO")
    tell_decisions(VIEWS, CINE_SETS)
    together = "subject a, mean of 2 cine sets, which disagree: HCM by vgg_dual (0.45)"
    assert [record.message for record in caplog.records][-2:] == [together, RESEARCH_ONLY]


def test_views_that_agree_are_not_said_to_disagree():
    agreeing = [VIEWS[0], judged("a", "1 4C", 0.2, 0.5, 0.3)]
    (line,) = of_subjects(agreeing, CINE_SETS)
    assert line == "subject a, mean of 2 cine sets: HCM by vgg_dual (0.65)"


def test_one_view_planes_and_whole_studies_have_no_mean():
    planes = replace(GERMAIN_2021_PLANE, unit="cine set")
    assert not list(of_subjects([VIEWS[0], judged("b", "1", 0.8, 0.1, 0.1)], CINE_SETS))
    assert not list(of_subjects(VIEWS, planes))
    assert not list(of_subjects(VIEWS, FAHMY_2022))


def test_a_unit_is_named_with_its_view():
    long = Study("s", "1", {Role("MR", "cine", "4C", "ED"): None})
    assert named(long) == "subject s, study 1 (4C)"
    assert named(replace(long, study="1 4C")) == "subject s, study 1 4C"
    assert named(Study("s", "1", {Role("MR", "cine"): None})) == "subject s, study 1"
