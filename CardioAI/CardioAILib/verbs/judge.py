"""From member scores to what an arm says of a study; the one place where that happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from CardioAILib.decide import INDETERMINATE, is_positive
from CardioAILib.errors import ArmUnavailable
from CardioAILib.examples import Examples
from CardioAILib.learning.contributions import strongest
from CardioAILib.learning.stack import with_scores
from CardioAILib.results import ArmResult, Contribution, ExampleScore, Finding
from CardioAILib.system import System
from CardioAILib.verbs.crossfit import Member

ERROR = "mean absolute error"
"""Name of the development figure of a measured quantity, in its unit; the smaller the better."""


def score_examples(
    members: Sequence[Member], arms: Sequence[str], examples: Examples
) -> tuple[dict[str, np.ndarray], tuple[Finding, ...]]:
    """Let every arm score the examples of a study.

    What an arm says stands as a table beside the examples when a later one looks at them, so that
    an arm that joins another's scores does not compute them again.

    Returns:
        Score of each example by each member (M, N), or probability of each class (M, N, K), by
        arm; and a finding for each arm that cannot judge the study.

    Raises:
        ArmUnavailable: No arm can judge the study.
    """
    scores, findings, last = {}, [], None
    told = [examples] * len(members)
    for arm in arms:
        try:
            own = [m[arm].predict(known, m) for m, known in zip(members, told, strict=True)]
        except ArmUnavailable as error:
            last = error
            findings.append(Finding("arm", f"the arm '{arm}' gave no result: {error.got}"))
            continue
        told = [with_scores(known, arm, one) for known, one in zip(told, own, strict=True)]
        scores[arm] = np.stack(own)
    if last is not None and not scores:
        raise last
    return scores, tuple(findings)


def judge(
    system: System,
    examples: Examples,
    scores: np.ndarray,
    threshold: float | None,
    best: int | None = None,
    rule_out: float | None = None,
) -> ArmResult:
    """Pool each member's examples, average the members, and decide.

    Members are pooled before they are averaged because the threshold comes from pooled scores of
    single members: the maximum of an average is lower than the average of maxima, and a
    threshold chosen on the latter would lose sensitivity on the former.

    Args:
        system: The declaration.
        examples: Examples of one study.
        scores: Score of each example by each member (M, N), or probabilities (M, N, K).
        threshold: Score from which on it is positive, or None; a measured quantity has none.
        best: The one member that speaks, or None for the mean of all.
        rule_out: Score below which it is negative, if that is not the threshold.
    """
    if system.task.several:
        return _judge_classes(system, examples, scores, best)
    speaking = scores if best is None else scores[best : best + 1]
    score = float(np.mean([system.pool.pool(member, examples.inputs) for member in speaking]))
    return ArmResult(
        score=score,
        members=tuple(system.pool.pool(member, examples.inputs) for member in scores),
        threshold=threshold,
        decision=_decided(system, score, threshold, rule_out),
        examples=_by_example(examples, speaking.mean(axis=0)),
    )


def _judge_classes(
    system: System, examples: Examples, scores: np.ndarray, best: int | None
) -> ArmResult:
    by_member = np.stack([system.pool.pool(member, examples.inputs) for member in scores])
    speaking = slice(None) if best is None else slice(best, best + 1)
    probabilities = by_member[speaking].mean(axis=0)
    decided = int(np.argmax(probabilities))
    return ArmResult(
        score=float(probabilities[decided]),
        members=tuple(by_member[:, decided].tolist()),
        threshold=None,
        decision=system.task.names[decided],
        examples=_by_example(examples, scores[speaking].mean(axis=0)[:, decided]),
        probabilities=tuple(probabilities.tolist()),
        by_member=tuple(tuple(row) for row in by_member.tolist()),
    )


def _by_example(examples: Examples, spoken: np.ndarray) -> tuple[ExampleScore, ...]:
    rows = zip(examples.inputs, examples.slices, spoken, strict=True)
    return tuple(ExampleScore(str(i), int(s), float(p)) for i, s, p in rows)


def contributions(
    members: Sequence[Member], arm: str, examples: Examples, klass: int
) -> tuple[Contribution, ...]:
    """Return what each feature adds to a class in a study, mean over members, strongest first.

    Args:
        members: The members that speak.
        arm: Name of the arm; one that does not judge a study as one tells nothing.
        examples: Examples of one study.
        klass: The class.
    """
    if not judges_studies(members[0][arm]):
        return ()
    told = [
        found
        for member in members
        for found in member[arm].contributions(examples, klass, member, most=None)
    ]
    mean = {found.feature: replace(found, evidence=0.0) for found in told}
    for found in told:
        sofar = mean[found.feature]
        mean[found.feature] = replace(
            sofar, evidence=sofar.evidence + found.evidence / len(members)
        )
    return strongest(mean.values())


def warn_of_filled(
    members: Sequence[Member], arms: Iterable[str], examples: Examples
) -> tuple[Finding, ...]:
    """Warn of features that a study lacks, so that the development median stood in for them."""
    findings = []
    for arm in arms:
        own = [
            member[arm].filled(examples, member)
            for member in members
            if judges_studies(member[arm])
        ]
        names = ", ".join(dict.fromkeys(name for filled in own for name in filled))
        if names:
            message = f"the arm '{arm}' took the development median for {names}"
            findings.append(Finding("arm", message))
    return tuple(findings)


def judges_studies(fitted: Any) -> bool:
    """Say whether an arm takes a study as one row of features that it can account for."""
    return getattr(fitted.arm, "unit", "example") == "study" and hasattr(fitted, "contributions")


def best_members(system: System, development: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the member of each arm that speaks alone, or None where all do."""
    if system.combine == "mean":
        return dict.fromkeys(system.arms)
    figures: Mapping[str, Sequence[float]] = development[member_figure(system)]
    best = np.argmin if system.task.measures else np.argmax
    return {arm: int(best(own)) for arm, own in figures.items()}


def main_figure(system: System) -> str:
    """Return the name of the development figure by which arms are compared."""
    if system.task.measures:
        return ERROR
    return "accuracy" if system.task.several else "auc"


def member_figure(system: System) -> str:
    """Return the name of the development figure that ranks members."""
    return f"member {main_figure(system)}"


def by_input(
    system: System, examples: Examples, scores: np.ndarray, best: int | None
) -> dict[str, float]:
    """Return the pooled score of each input that a study shows, mean over the speaking members.

    Args:
        system: The declaration.
        examples: Examples of one study.
        scores: Score of each example by each member (M, N).
        best: The one member that speaks, or None for the mean of all.
    """
    speaking = scores if best is None else scores[best : best + 1]
    found = {}
    for name in dict.fromkeys(examples.inputs.tolist()):
        own = examples.inputs == name
        found[name] = float(
            np.mean([system.pool.pool(m[own], examples.inputs[own]) for m in speaking])
        )
    return found


def _decided(
    system: System, score: float, threshold: float | None, rule_out: float | None
) -> str | None:
    if threshold is None:
        return None
    if rule_out is not None and rule_out <= score < threshold:
        return INDETERMINATE
    return system.task.names[int(is_positive(score, threshold))]
