"""Fit every arm on every fold; the held-out scores come from the same `predict` as all others."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from CardioAILib.decide import Youden
from CardioAILib.examples import Examples
from CardioAILib.learning import Deep, Ensemble, Run, Stack
from CardioAILib.learning.ensemble import fitted_networks_of
from CardioAILib.learning.network import divided
from CardioAILib.learning.splits import folds_by, folds_by_subject, hold_out_once
from CardioAILib.learning.stack import with_scores
from CardioAILib.system import CrossValidation, HoldOut, System
from CardioAILib.verbs.workfolder import unfinished

logger = logging.getLogger(__name__)

Member = Mapping[str, Any]
"""The fitted arms of one fold, by name."""


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
        member = fit_member(system, examples.take(~held), examples.take(held), arms, within)
        for arm, own in scores_in_turn(member, arms, examples.take(held)).items():
            scores[arm][held] = own
        if needs_validation(system):
            validation = validation_scores(system, member, arms, examples, held, run)
        members.append(member)
    return CrossFit(tuple(members), folds, scores, validation)


def unscored(system: System, count: int, arms: Iterable[str]) -> dict[str, np.ndarray]:
    """Return a nan for the score of each example (N,), or for each class (N, K), by arm."""
    shape = (count, len(system.task.names)) if system.task.several else (count,)
    return {arm: np.full(shape, np.nan) for arm in arms}


def scores_in_turn(
    member: Member, arms: Iterable[str], examples: Examples
) -> dict[str, np.ndarray]:
    """Return what each arm says of examples; the arms after it find that beside them."""
    scores = {}
    for arm in arms:
        scores[arm] = member[arm].predict(examples, member)
        examples = with_scores(examples, arm, scores[arm])
    return scores


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


def require_learnable(
    system: System, examples: Examples, held: np.ndarray, arms: Iterable[str], run: Run
) -> None:
    """Refuse what a member could not learn from, before any network of any member learns.

    Args:
        system: The declaration.
        examples: All development examples.
        held: Which of them the member is not to see (N,).
        arms: Names of the arms.
        run: Circumstances.

    Raises:
        CohortError: An arm of several networks lacks a view, or one that joins them whole studies.
    """
    few = without_pixels(examples)
    own = learning_run(system, few.take(held), run)
    for arm in arms:
        if isinstance(system.arms[arm], Ensemble | Stack):
            system.arms[arm].require(trainable(few, held), own)


def without_pixels(examples: Examples) -> Examples:
    """Return the examples without images and masks, to look at who they are of."""
    nothing = np.empty((len(examples), 0))
    return replace(examples, images=nothing, masks=nothing)


def trainable(examples: Examples, held: np.ndarray) -> Examples:
    """Return the examples that a member trains on."""
    return examples.take(~held & examples.training)


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


def validation_share(protocol: CrossValidation | HoldOut) -> float:
    """Return the share of a member's own subjects that chooses the epoch."""
    if isinstance(protocol, HoldOut):
        return protocol.validation / (protocol.train + protocol.validation)
    return protocol.validation


def fit_member(
    system: System, learning: Examples, held: Examples, arms: tuple[str, ...], run: Run
) -> Member:
    """Fit the arms one after another on the training examples of one fold."""
    learning, run = learning.take(learning.training), learning_run(system, held, run)
    fitted: dict[str, Any] = {}
    for index, arm in enumerate(arms):
        within = run.within(index / len(arms), (index + 1) / len(arms), arm)
        within = replace(within, fitted=dict(fitted))
        fitted[arm] = fit_or_load(system.arms[arm], learning, within)
        within.progress(1.0, "fitted")
    return fitted


def learning_run(system: System, held: Examples, run: Run) -> Run:
    """Return the circumstances in which the arms of a member learn."""
    validation = validation_share(system.protocol)
    held_out = None if validation else held.take(held.training)
    return replace(run, arms=system.arms, validation=validation, held_out=held_out)


def fit_or_load(arm: Any, learning: Examples, run: Run) -> Any:
    """Load a finished arm from the run's folder, else fit it and leave it there whole."""
    if run.folder is None:
        return arm.fit(learning, run)
    if run.folder.is_dir():
        logger.info("taken up from %s", run.folder.name)
        fitted = arm.load(run.folder, run.device)
        for part, network in fitted_networks_of(fitted).items():
            for row in network.history_:
                run.observe(part, row)
        return fitted
    work = unfinished(run.folder)
    fitted = arm.fit(learning, replace(run, folder=work))
    beside = run.folder.with_name(run.folder.name + ".writing")
    shutil.rmtree(beside, ignore_errors=True)
    fitted.save(beside)
    os.replace(beside, run.folder)
    shutil.rmtree(work, ignore_errors=True)
    return fitted
