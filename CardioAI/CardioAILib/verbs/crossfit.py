"""Fit every arm on every fold; the held-out scores come from the same `predict` as all others."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from CardioAILib.examples import Examples
from CardioAILib.learning import Deep, Run
from CardioAILib.learning.splits import folds_by_subject
from CardioAILib.system import System
from CardioAILib.verbs.workfolder import unfinished

logger = logging.getLogger(__name__)

Member = Mapping[str, Any]
"""The fitted arms of one fold, by name."""


@dataclass(frozen=True, eq=False)
class CrossFit:
    """Members fitted on all folds but one, and their scores on that one.

    Args:
        members: One a fold.
        folds: Fold that holds each example out (N,).
        scores: Out-of-fold score of each example (N,), by arm.
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
    """Fit the arms on each fold's other subjects and score the held-out ones.

    With a folder, what is finished is loaded and what is not is taken up where it stopped.

    Args:
        system: The declaration.
        examples: All development examples.
        arms: Arms to fit, in order.
        run: Circumstances.

    Raises:
        CohortError: The subjects cannot be divided.
    """
    protocol = system.protocol
    splits = list(folds_by_subject(examples.subjects, examples.labels, protocol.folds, run.seed))
    members = []
    folds = np.zeros(len(examples), int)
    scores = {arm: np.zeros(len(examples)) for arm in arms}
    for index, (learn, hold) in enumerate(splits):
        held = np.isin(examples.subjects, hold)
        folds[held] = index
        within = run.within(index / len(splits), (index + 1) / len(splits), f"member {index + 1}")
        learning = examples.of_subjects(learn)
        member = fit_member(system, learning, examples.take(held), arms, within)
        for arm in arms:
            scores[arm][held] = member[arm].predict(examples.take(held), member)
        members.append(member)
    return CrossFit(tuple(members), folds, scores)


def fit_member(
    system: System, learning: Examples, held: Examples, arms: tuple[str, ...], run: Run
) -> Member:
    """Fit the arms one after another on the training examples of one fold."""
    learning, held = learning.take(learning.training), held.take(held.training)
    validation = system.protocol.validation
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
        for row in getattr(fitted, "history_", ()):
            run.observe("", row)
        return fitted
    work = unfinished(run.folder)
    fitted = arm.fit(learning, replace(run, folder=work))
    beside = run.folder.with_name(run.folder.name + ".writing")
    shutil.rmtree(beside, ignore_errors=True)
    fitted.save(beside)
    os.replace(beside, run.folder)
    shutil.rmtree(work, ignore_errors=True)
    return fitted
