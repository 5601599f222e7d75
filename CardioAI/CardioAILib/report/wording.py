"""How a declaration makes a score and a decision, in words."""

from __future__ import annotations

from CardioAILib.decide import AtSensitivity, Max, MeanOfInputs, Threshold
from CardioAILib.system import HoldOut, System


def pooling_of(system: System) -> str:
    """Say how the scores of a study's examples become one."""
    if isinstance(system.pool, Max):
        return "the maximum over its slices"
    if isinstance(system.pool, MeanOfInputs) and len(system.inputs) > 1:
        return "the mean over its views, each the mean over its slices"
    return "the mean over its slices"


def ways_of(system: System) -> dict[str, object]:
    """Return what the pages' sentences ask of a declaration.

    Returns:
        `pooling` in words; whether the pool is a maximum (`highest`), the threshold is `fixed` by
        the declaration or chosen `at_sensitivity`, development data are `held_out_once`, and
        several `views` are looked at.
    """
    return {
        "pooling": pooling_of(system),
        "highest": isinstance(system.pool, Max),
        "fixed": isinstance(system.decide, Threshold),
        "at_sensitivity": isinstance(system.decide, AtSensitivity),
        "held_out_once": isinstance(system.protocol, HoldOut),
        "views": len(system.inputs) > 1,
    }
