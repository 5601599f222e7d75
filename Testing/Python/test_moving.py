"""Motion measured on segmented clips, beside what networks say."""

from dataclasses import replace

import pytest
from CardioAILib.study import LV_CAVITY, Role, Study
from CardioAILib.systems.sahashi2024 import SAHASHI_2024
from CardioAILib.verbs.moving import moved
from CardioAILib.verbs.prepared import prepare_study
from helpers_echo import TINY, clip, ring, small_echo

MASK = Role("US", "mask", "A4C")
NO_CONTROL = small_echo(SAHASHI_2024)
ARMS = tuple(NO_CONTROL.arms)


@pytest.fixture(scope="module")
def study() -> Study:
    image, mask = ring(**TINY)
    return Study("s1", "1", {clip("A4C"): image, MASK: mask})


def test_segmented_clips_are_measured_where_no_arm_learns_from_motion(study):
    found = prepare_study(NO_CONTROL, study, ARMS, beside=True)
    areas = study.images[MASK].of(LV_CAVITY)[:, 0].sum(axis=(1, 2))
    lost = 100 * (1 - areas.min() / areas.max())
    assert found.measurements["A4C_FAC_percent"] == pytest.approx(lost, abs=0.1)
    assert found.measurements["EF_percent"] > found.measurements["A4C_FAC_percent"]
    assert any("mitral ring" in one.message for one in found.findings)


def test_training_does_not_pay_for_what_no_arm_asks(study):
    assert not prepare_study(NO_CONTROL, study, ARMS).measurements


def test_clips_without_segmentation_give_no_motion_and_no_finding(study):
    bare = replace(study, images={clip("A4C"): study.images[clip("A4C")]})
    found = moved(NO_CONTROL, bare, ARMS, beside=True)
    assert not found.names
    assert not found.findings


def test_an_arm_that_learns_from_motion_is_still_asked_without_a_segmentation(study):
    bare = replace(study, images={clip("A4C"): study.images[clip("A4C")]})
    found = moved(SAHASHI_2024, bare, ("motion",))
    assert found.names
    assert not found.known
