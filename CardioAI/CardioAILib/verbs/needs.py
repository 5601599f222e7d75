"""What arms need to know of each study: measurements, findings."""

from __future__ import annotations

from collections.abc import Iterable

from CardioAILib.examples import Examples
from CardioAILib.learning import Enhancement, Findings, Measurements, Motion
from CardioAILib.system import System
from CardioAILib.verbs.crossfit import needed_arms
from CardioAILib.verbs.measured import features_of

PER_STUDY = (Measurements, Findings, Enhancement, Motion)
"""Features that are known of a whole study, or its arm cannot learn from it."""


def require_measured(system: System, arms: Iterable[str], examples: Examples) -> None:
    """Refuse a study that an arm cannot learn from, for want of measurements or findings.

    Raises:
        ArmUnavailable: Too little is known of it, or a finding is implausible.
    """
    for feature in features_of(system, arms):
        if isinstance(feature, PER_STUDY):
            feature.table(examples, {})


def arms_of_less(system: System, arms: Iterable[str]) -> tuple[str, ...]:
    """Return those of some arms that ask for no measurements; none where all are such.

    An arm that another one of them brings along is not named.
    """
    arms = tuple(arms)
    less = [
        arm
        for arm in arms
        if not any(isinstance(own, PER_STUDY) for own in features_of(system, (arm,)))
    ]
    if len(less) == len(arms):
        return ()
    brought = {own for arm in less for own in needed_arms(system, [arm]) if own != arm}
    return tuple(arm for arm in less if arm not in brought)
