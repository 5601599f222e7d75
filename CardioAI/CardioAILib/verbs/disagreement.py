"""Where the grade of a scan is in doubt: network against visual rule, and members among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from CardioAILib.results import ArmResult, Finding
from CardioAILib.system import Classes, System
from CardioAILib.verbs.planar import VISUAL_GRADE, is_planar

DISAGREEMENT = "disagreement"
GRADE = "grade"
APART = 2
"""Grades by which network and visual rule differ where they are said to disagree."""
SPREAD = 0.5
"""Difference of the members' probabilities for the same answer from which on they disagree."""


def disagreements(
    system: System, found: ArmResult, measurements: Mapping[str, float]
) -> tuple[Finding, ...]:
    """Say where the answers to one planar scan contradict each other.

    Args:
        system: The declaration; nothing is said of others than grades of planar scans.
        found: Result of the main arm.
        measurements: What was measured, with the grade of the visual rule where it gave one.
    """
    if system.task.target != GRADE or not is_planar(system):
        return ()
    return (*_with_rule(system.task, found, measurements), *_among_members(system.task, found))


def _with_rule(
    task: Classes, found: ArmResult, measurements: Mapping[str, float]
) -> Iterator[Finding]:
    rule = measurements.get(VISUAL_GRADE)
    if rule is None or found.decision is None:
        return
    own = f"{rule:g}"
    if task.several:
        apart = abs(task.names.index(found.decision) - rule) >= APART
    else:
        apart = (task.also or {}).get(own, found.decision) != found.decision
    if apart:
        message = f"the network says {found.decision}, the visual rule grade {own}"
        yield Finding(DISAGREEMENT, f"{message}: look at the scan")


def _among_members(task: Classes, found: ArmResult) -> Iterator[Finding]:
    if len(found.members) < 2 or np.ptp(found.members) < SPREAD:
        return
    asked = found.decision if task.several else task.names[1]
    low, high = min(found.members), max(found.members)
    message = f"the model's networks give {asked} probabilities from {low:.2f} to {high:.2f}"
    yield Finding(DISAGREEMENT, f"{message}: they disagree")
