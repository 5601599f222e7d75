"""Answers to one bone scan that contradict each other are told with the result."""

from dataclasses import replace

import pytest
from CardioAILib.phantoms import bone_cohort
from CardioAILib.results import ArmResult
from CardioAILib.study import Role
from CardioAILib.systems import FAHMY_2022, HALME_2022, HALME_2022_GRADE_3, HALME_2022_POSITIVE
from CardioAILib.verbs.disagreement import DISAGREEMENT, disagreements
from CardioAILib.verbs.planar import HEART_SEGMENTED, RULE, VISUAL_GRADE
from CardioAILib.verbs.predict import predict
from helpers_worklist import ARM, untrained

VIEW = Role("NM", "planar", "anterior")


def answered(decision, members=(0.9,)):
    return ArmResult(members[0], members, None, decision, ())


def told(system, decision, rule, members=(0.9,)):
    known = {} if rule is None else {VISUAL_GRADE: float(rule)}
    return [found.message for found in disagreements(system, answered(decision, members), known)]


@pytest.mark.parametrize(
    ("system", "decision", "rule", "apart"),
    [
        (HALME_2022, "grade 3", 0, True),
        (HALME_2022, "grade 3", 1, True),
        (HALME_2022, "grade 3", 2, False),
        (HALME_2022, "grade 0", 1, False),
        (HALME_2022, "grade 0", None, False),
        (HALME_2022_POSITIVE, "grade 2 or 3", 1, True),
        (HALME_2022_POSITIVE, "grade 2 or 3", 2, False),
        (HALME_2022_POSITIVE, "grade 0 or 1", 3, True),
        (HALME_2022_POSITIVE, None, 3, False),
        (HALME_2022_GRADE_3, "grade 0 to 2", 2, False),
        (HALME_2022_GRADE_3, "grade 0 to 2", 3, True),
        (FAHMY_2022, "amyloidosis", 0, False),
    ],
)
def test_network_and_visual_rule_are_compared(system, decision, rule, apart):
    messages = told(system, decision, rule)
    assert len(messages) == apart
    assert all(decision in message and f"grade {rule}" in message for message in messages)


def test_members_far_apart_are_told():
    [message] = told(HALME_2022, "grade 3", 3, (0.99, 0.38))
    assert "grade 3" in message
    assert "0.38 to 0.99" in message
    assert not told(HALME_2022, "grade 3", 3, (0.9, 0.6))
    assert not told(HALME_2022, "grade 3", 3, (0.9,))
    [message] = told(HALME_2022_POSITIVE, "grade 0 or 1", 0, (0.1, 0.8))
    assert "grade 2 or 3" in message


@pytest.fixture(scope="module")
def study():
    [made] = bone_cohort(1, seed=3, metastases=0.0).studies
    return made


def test_a_result_tells_what_its_own_numbers_say(study):
    model = untrained()
    result, _ = predict(model, study)
    found = [one for one in result.findings if one.check == DISAGREEMENT]
    assert tuple(found) == disagreements(model.system, result.arms[ARM], result.measurements)
    assert result.measurements[HEART_SEGMENTED] == 1.0
    grade = int(result.measurements[VISUAL_GRADE])
    names = model.system.task.names
    far = replace(result.arms[ARM], decision=names[(grade + 2) % 4])
    assert disagreements(model.system, far, result.measurements)


def test_a_withheld_grade_is_told_with_its_reason(study):
    lungs = replace(study, facts={**study.facts, "organ": "the lungs"})
    result, _ = predict(untrained(), lungs)
    assert VISUAL_GRADE not in result.measurements
    [reason] = [one.message for one in result.findings if one.check == RULE]
    assert reason.startswith("no grade: ")
    assert "the lungs" in reason
    assert "organ" in [one.check for one in result.findings]
