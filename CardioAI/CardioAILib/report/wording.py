"""How a declaration makes a score and a decision, in words."""

from __future__ import annotations

from collections.abc import Sequence

from CardioAILib.decide import AtSensitivity, Max, MeanOfInputs, Threshold, Youden
from CardioAILib.explain import band_of
from CardioAILib.learning import Findings, Stack, Tabular
from CardioAILib.results import ArmResult, Attention
from CardioAILib.system import Clips, HoldOut, Stills, System
from CardioAILib.task import Quantity
from CardioAILib.verbs.planar import is_planar


def pooling_of(system: System) -> str:
    """Say how the scores of a study's examples become one."""
    alone = not any(needed.stack for needed in system.inputs.values())
    if len(system.inputs) == 1 and alone and not isinstance(system.examples, Clips | Stills):
        return "that of its one image"
    if isinstance(system.pool, Max):
        return f"the maximum over its {examples_of(system)}"
    if isinstance(system.pool, MeanOfInputs) and len(system.inputs) > 1:
        return f"the mean over its views, each the mean over its {examples_of(system)}"
    return f"the mean over its {examples_of(system)}"


def examples_of(system: System) -> str:
    """Return what a system's examples are called, in plural."""
    if isinstance(system.examples, Clips):
        return "clips"
    return "frames" if isinstance(system.examples, Stills) else "slices"


def joins_views(system: System, arm: str) -> bool:
    """Say whether an arm joins what another says of each view."""
    return isinstance(system.arms.get(arm), Stack)


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
    if isinstance(declared, Stack):
        kind = "linear" if system.task.measures else "logistic"
        return (
            f"joins its views, each the mean over its {examples_of(system)}, by a {kind} "
            "regression fitted on the subjects that chose the epochs (the mean of those present "
            "where one is missing)"
        )
    if not isinstance(declared, Tabular) or declared.unit != "study":
        return f"is {pooling_of(system)}"
    read = all(isinstance(own, Findings) for own in declared.features)
    return f"comes from one row of {'findings' if read else 'measurements'} a study"


def told_class(found: ArmResult, system: System) -> str:
    """Return whose evidence an arm tells: class 1 of two, the decided one of several, or more."""
    if isinstance(system.task, Quantity):
        return f"higher {system.task.label_text}"
    return found.decision or "" if system.task.several else system.task.names[1]


def near_heart(system: System, attention: Attention | None = None) -> str:
    """Say what the audit counts as looking at the heart: the heart and its margin.

    Args:
        system: The declaration.
        attention: The audit of one study, which has no margin where no mm are known.
    """
    margin = 0.0 if system.explain is None else system.explain.heart_margin
    band = band_of(next(iter(system.inputs.values())))
    if attention is not None and attention.shares and band not in attention.shares:
        return "on the heart"
    return f"on the heart or within {margin:g} mm of it" if margin else "on the heart"


def ways_of(system: System, arms: Sequence[str]) -> dict[str, object]:
    """Return what the pages' sentences ask of a declaration.

    Args:
        system: The declaration.
        arms: Names of the arms whose scores are told of.

    Returns:
        `scoring` in words; whether the pool is a maximum (`highest`), the threshold is `fixed` by
        the declaration or chosen `at_sensitivity` or by `youden`, development data are
        `held_out_once`, several `views` are looked at, a quantity is what the system `measures`,
        its examples are `clips`,
        they are `planar` scans without slices; what the audit counts as `near` the heart, and what
        it calls the `band` around it.
    """
    return {
        "scoring": scoring_of(system, arms),
        "highest": isinstance(system.pool, Max),
        "fixed": isinstance(system.decide, Threshold),
        "youden": isinstance(system.decide, Youden),
        "measures": system.task.measures,
        "at_sensitivity": isinstance(system.decide, AtSensitivity),
        "held_out_once": isinstance(system.protocol, HoldOut),
        "views": len(system.inputs) > 1,
        "clips": isinstance(system.examples, Clips),
        "planar": is_planar(system),
        "near": near_heart(system),
        "band": band_of(next(iter(system.inputs.values()))),
    }
