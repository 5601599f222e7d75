"""From member scores to what an arm says of a study; the one place where that happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from CardioAILib.decide import is_positive
from CardioAILib.examples import Examples
from CardioAILib.results import ArmResult, ExampleScore
from CardioAILib.system import System
from CardioAILib.verbs.crossfit import Member


def score_examples(
    members: Sequence[Member], arms: Sequence[str], examples: Examples
) -> dict[str, np.ndarray]:
    """Return the score of each example by each member (K, N), by arm."""
    return {
        arm: np.stack([member[arm].predict(examples, member) for member in members]) for arm in arms
    }


def judge(
    system: System,
    examples: Examples,
    scores: np.ndarray,
    threshold: float | None,
    best: int | None = None,
) -> ArmResult:
    """Pool each member's examples, average the members, and decide.

    Members are pooled before they are averaged because the threshold comes from pooled scores of
    single members: the maximum of an average is lower than the average of maxima, and a
    threshold chosen on the latter would lose sensitivity on the former.

    Args:
        system: The declaration.
        examples: Examples of one study.
        scores: Score of each example by each member (K, N).
        threshold: Score from which on it is positive, or None.
        best: The one member that speaks, or None for the mean of all.
    """
    speaking = scores if best is None else scores[best : best + 1]
    spoken = speaking.mean(axis=0)
    score = float(np.mean([system.pool.pool(member) for member in speaking]))
    rows = zip(examples.inputs, examples.slices, spoken, strict=True)
    return ArmResult(
        score=score,
        members=tuple(system.pool.pool(member) for member in scores),
        threshold=threshold,
        decision=None if threshold is None else _name(system, is_positive(score, threshold)),
        examples=tuple(ExampleScore(str(i), int(s), float(p)) for i, s, p in rows),
    )


def best_members(
    system: System, development: Mapping[str, Mapping[str, Sequence[float]]]
) -> dict[str, int | None]:
    """Return the member of each arm that speaks alone, or None where all do."""
    if system.combine == "mean":
        return dict.fromkeys(system.arms)
    return {arm: int(np.argmax(aucs)) for arm, aucs in development["member auc"].items()}


def _name(system: System, positive: bool) -> str:
    return system.task.names[int(positive)]
