"""Fit every arm on every fold; the held-out scores come from the same `predict` as all others."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from CardioAILib.examples import Examples
from CardioAILib.learning import Deep, Run
from CardioAILib.learning.ensemble import fitted_networks_of
from CardioAILib.learning.splits import folds_by, folds_by_subject, hold_out_once
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
    """

    members: tuple[Member, ...]
    folds: np.ndarray
    scores: Mapping[str, np.ndarray]


def needed_arms(system: System, wanted: Iterable[str] | None) -> tuple[str, ...]:
    """Return the wanted arms and those they build on, in the order of fitting.

    Raises:
        InputError: There is no such arm.
    """
    needed = set(system.arms if wanted is None else wanted)
    for name in tuple(needed):
        features = getattr(system.arm(name), "features", ())
        needed |= {feature.arm for feature in features if isinstance(feature, Deep)}
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
    members = []
    folds = np.full(len(examples), NEVER)
    shape = (len(examples), len(system.task.names)) if system.task.several else (len(examples),)
    scores = {arm: np.full(shape, np.nan) for arm in arms}
    for index, held in enumerate(parts):
        folds[held] = index
        within = run.within(index / len(parts), (index + 1) / len(parts), f"member {index + 1}")
        member = fit_member(system, examples.take(~held), examples.take(held), arms, within)
        for arm in arms:
            scores[arm][held] = member[arm].predict(examples.take(held), member)
        members.append(member)
    return CrossFit(tuple(members), folds, scores)


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
    learning, held = learning.take(learning.training), held.take(held.training)
    validation = validation_share(system.protocol)
    run = replace(
        run,
        arms=system.arms,
        validation=validation,
        held_out=None if validation else held,
    )
    fitted: dict[str, Any] = {}
    for index, arm in enumerate(arms):
        within = run.within(index / len(arms), (index + 1) / len(arms), arm)
        within = replace(within, fitted=dict(fitted))
        fitted[arm] = fit_or_load(system.arms[arm], learning, within)
        within.progress(1.0, "fitted")
    return fitted


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
