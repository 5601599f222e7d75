"""Fit every arm on every fold; the held-out scores come from the same `predict` as all others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from CardioAILib.decide import Youden
from CardioAILib.examples import Examples
from CardioAILib.learning import Deep, Run, Stack
from CardioAILib.learning.network import divided
from CardioAILib.learning.splits import folds_by, folds_by_subject, hold_out_once
from CardioAILib.system import CrossValidation, HoldOut, System
from CardioAILib.verbs.member import (
    Member,
    fit_member,
    learning_run,
    require_learnable,
    scores_in_turn,
    trainable,
    unscored,
    without_pixels,
)

NEVER = -1
"""Fold of an example that no member holds out."""


@dataclass(frozen=True, eq=False)
class CrossFit:
    """Members fitted on all folds but one, and their scores on that one.

    Args:
        members: One a fold, or a single one that a part was held out of.
        folds: Fold that holds each example out (N,); `NEVER` where none does.
        scores: Out-of-fold score of each example (N,), or probability of each class (N, K), by
            arm; nan where there is none.
        validation: Where one part is held out once and thresholds are not to come from it, the
            score of each example of the subjects that chose the epoch, by arm, in the same way.
    """

    members: tuple[Member, ...]
    folds: np.ndarray
    scores: Mapping[str, np.ndarray]
    validation: Mapping[str, np.ndarray] = field(default_factory=dict)


def needed_arms(system: System, wanted: Iterable[str] | None) -> tuple[str, ...]:
    """Return the wanted arms and those they build on, in the order of fitting.

    Raises:
        InputError: There is no such arm.
    """
    needed = set(system.arms if wanted is None else wanted)
    for name in tuple(needed):
        arm = system.arm(name)
        needed |= {own.arm for own in getattr(arm, "features", ()) if isinstance(own, Deep)}
        needed |= {arm.arm} if isinstance(arm, Stack) else set()
    return tuple(name for name in system.arms if name in needed)


def cross_fit(system: System, examples: Examples, arms: tuple[str, ...], run: Run) -> CrossFit:
    """Fit the arms on what each fold does not hold out, and score the rest.

    With a folder, what is finished is loaded and what is not is taken up where it stopped.

    Args:
        system: The declaration.
        examples: All development examples.
        arms: Arms to fit, in order.
        run: Circumstances.

    Raises:
        CohortError: The subjects cannot be divided.
    """
    parts = held_parts(system.protocol, examples, run.seed)
    for held in parts:
        require_learnable(system, examples, held, arms, run)
    members = []
    folds = np.full(len(examples), NEVER)
    scores, validation = unscored(system, len(examples), arms), {}
    for index, held in enumerate(parts):
        folds[held] = index
        within = run.within(index / len(parts), (index + 1) / len(parts), f"member {index + 1}")
        member = fit_member(system, examples, held, arms, within)
        for arm, own in scores_in_turn(member, arms, examples.take(held)).items():
            scores[arm][held] = own
        if needs_validation(system):
            validation = validation_scores(system, member, arms, examples, held, run)
        members.append(member)
    return CrossFit(tuple(members), folds, scores, validation)


def needs_validation(system: System) -> bool:
    """Say whether thresholds come from the subjects that chose the epoch."""
    once = isinstance(system.protocol, HoldOut)
    return once and isinstance(system.decide, Youden) and not system.task.measures


def validation_scores(
    system: System,
    member: Member,
    arms: Iterable[str],
    examples: Examples,
    held: np.ndarray,
    run: Run,
) -> dict[str, np.ndarray]:
    """Return the scores (N,) of the subjects that chose the member's epoch, nan elsewhere.

    Args:
        system: The declaration.
        member: The fitted arms.
        arms: Their names.
        examples: All development examples.
        held: Which of them the member did not see (N,).
        run: Circumstances.
    """
    own = learning_run(system, examples.take(held), run)
    _, choose = divided(trainable(without_pixels(examples), held), own)
    chosen = np.isin(examples.subjects, choose.subjects)
    scores = unscored(system, len(examples), arms)
    for arm, told in scores_in_turn(member, arms, examples.take(chosen)).items():
        scores[arm][chosen] = told
    return scores


def held_parts(
    protocol: CrossValidation | HoldOut, examples: Examples, seed: int
) -> list[np.ndarray]:
    """Return for each member which examples (N,) it is not to see.

    Raises:
        CohortError: The subjects cannot be divided.
    """
    subjects, labels = examples.subjects, examples.labels
    if isinstance(protocol, HoldOut):
        _, aside = hold_out_once(subjects, labels, protocol, seed)
        return [np.isin(subjects, aside)]
    if protocol.by == "study":
        units = unit_names(examples)
        held = (hold for _, hold in folds_by(units, labels, protocol.folds, seed))
        return [np.isin(units, hold) for hold in held]
    held = (hold for _, hold in folds_by_subject(subjects, labels, protocol.folds, seed))
    return [np.isin(subjects, hold) for hold in held]


def unit_names(examples: Examples) -> np.ndarray:
    """Return one name for each example's subject and study (N,), different for different ones."""
    pairs = zip(examples.subjects, examples.studies, strict=True)
    return np.array([json.dumps([str(subject), str(study)]) for subject, study in pairs])
