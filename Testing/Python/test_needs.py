"""What arms need to know of each study, and which of them need less."""

from dataclasses import replace

import pytest
from CardioAILib.errors import CohortError
from CardioAILib.systems import SAHASHI_2024, SAHASHI_2024_T1_MS
from CardioAILib.verbs.gather import gather
from CardioAILib.verbs.needs import arms_of_less
from helpers_echo import TINY, echo_cohort, small_echo


@pytest.mark.parametrize(
    ("system", "arms", "less"),
    [
        (SAHASHI_2024, SAHASHI_2024.arms, ("combined",)),
        (SAHASHI_2024, ("motion", "views"), ("views",)),
        (SAHASHI_2024, ("motion",), ()),
        (SAHASHI_2024, ("views", "combined"), ()),
        (SAHASHI_2024_T1_MS, SAHASHI_2024_T1_MS.arms, ()),
    ],
)
def test_arms_without_measurements_are_named_where_others_measure(system, arms, less):
    assert arms_of_less(system, arms) == less


def test_clips_that_nobody_segmented_are_refused_with_the_arm_that_does_without():
    system = small_echo(SAHASHI_2024)
    measuring = {"motion": SAHASHI_2024.arms["motion"], **system.arms}
    with pytest.raises(CohortError, match=r"0 of 12 values of motion.*\(--arm combined\)"):
        gather(replace(system, arms=measuring), echo_cohort(2, **TINY), tuple(measuring))
