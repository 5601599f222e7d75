"""How a declaration makes a score and a decision, in words."""

from __future__ import annotations

from collections.abc import Sequence

from CardioAILib.decide import AtSensitivity, Max, MeanOfInputs, Threshold
from CardioAILib.learning import Findings, Tabular
from CardioAILib.results import ArmResult
from CardioAILib.system import HoldOut, System
from CardioAILib.verbs.planar import is_planar


def pooling_of(system: System) -> str:
    """Say how the scores of a study's examples become one."""
    if len(system.inputs) == 1 and not any(needed.stack for needed in system.inputs.values()):
        return "that of its one image"
    if isinstance(system.pool, Max):
        return "the maximum over its slices"
    if isinstance(system.pool, MeanOfInputs) and len(system.inputs) > 1:
        return "the mean over its views, each the mean over its slices"
    return "the mean over its slices"


def scoring_of(system: System, arms: Sequence[str]) -> str:
    """Say where a study's score comes from, by arm where they differ."""
    ways: dict[str, list[str]] = {}
    for arm in arms:
        ways.setdefault(_way_of(system, arm), []).append(arm)
    if len(ways) == 1:
        return next(iter(ways))
    return "; ".join(f"{way} in {', '.join(names)}" for way, names in ways.items())


def _way_of(system: System, arm: str) -> str:
    declared = system.arms.get(arm)
    if not isinstance(declared, Tabular) or declared.unit != "study":
        return f"is {pooling_of(system)}"
    read = all(isinstance(own, Findings) for own in declared.features)
    return f"comes from one row of {'findings' if read else 'measurements'} a study"


def told_class(found: ArmResult, system: System) -> str:
    """Return the class whose evidence an arm tells: class 1 of two, the decided one of several."""
    return found.decision or "" if system.task.several else system.task.names[1]


def near_heart(system: System) -> str:
    """Say what the audit counts as looking at the heart: the heart and its margin."""
    margin = 0.0 if system.explain is None else system.explain.heart_margin
    return f"on the heart or within {margin:g} mm of it" if margin else "on the heart"


def ways_of(system: System, arms: Sequence[str]) -> dict[str, object]:
    """Return what the pages' sentences ask of a declaration.

    Args:
        system: The declaration.
        arms: Names of the arms whose scores are told of.

    Returns:
        `scoring` in words; whether the pool is a maximum (`highest`), the threshold is `fixed` by
        the declaration or chosen `at_sensitivity`, development data are `held_out_once`,
        several `views` are looked at, whether they are `planar` scans without slices, and what the
        audit counts as `near` the heart.
    """
    return {
        "scoring": scoring_of(system, arms),
        "highest": isinstance(system.pool, Max),
        "fixed": isinstance(system.decide, Threshold),
        "at_sensitivity": isinstance(system.decide, AtSensitivity),
        "held_out_once": isinstance(system.protocol, HoldOut),
        "views": len(system.inputs) > 1,
        "planar": is_planar(system),
        "near": near_heart(system),
    }
