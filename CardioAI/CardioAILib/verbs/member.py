"""One member of a cross-fitted model: what its arms learn from, and what they say in turn."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from CardioAILib.examples import Examples
from CardioAILib.learning import Ensemble, Run, Stack
from CardioAILib.learning.ensemble import fitted_networks_of
from CardioAILib.learning.stack import with_scores
from CardioAILib.system import CrossValidation, HoldOut, System
from CardioAILib.verbs.workfolder import unfinished

logger = logging.getLogger(__name__)

Member = Mapping[str, Any]
"""The fitted arms of one fold, by name."""


def fit_member(
    system: System, examples: Examples, held: np.ndarray, arms: tuple[str, ...], run: Run
) -> Member:
    """Fit the arms of a member one after another.

    Args:
        system: The declaration.
        examples: All development examples.
        held: Which of them the member is not to see (N,).
        arms: Names of the arms, in order.
        run: Circumstances.
    """
    learning = trainable(examples, held)
    run = learning_run(system, examples.take(held), run)
    fitted: dict[str, Any] = {}
    for index, arm in enumerate(arms):
        within = run.within(index / len(arms), (index + 1) / len(arms), arm)
        within = replace(within, fitted=dict(fitted))
        fitted[arm] = fit_or_load(system.arms[arm], learning, within)
        within.progress(1.0, "fitted")
    return fitted


def validation_share(protocol: CrossValidation | HoldOut) -> float:
    """Return the share of a member's own subjects that chooses the epoch."""
    if isinstance(protocol, HoldOut):
        return protocol.validation / (protocol.train + protocol.validation)
    return protocol.validation


def learning_run(system: System, held: Examples, run: Run) -> Run:
    """Return the circumstances in which the arms of a member learn."""
    validation = validation_share(system.protocol)
    held_out = None if validation else held.take(held.training)
    return replace(run, arms=system.arms, validation=validation, held_out=held_out)


def trainable(examples: Examples, held: np.ndarray) -> Examples:
    """Return the examples that a member trains on."""
    return examples.take(~held & examples.training)


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


def scores_in_turn(
    member: Member, arms: Iterable[str], examples: Examples
) -> dict[str, np.ndarray]:
    """Return what each arm says of examples; the arms after it find that beside them."""
    scores = {}
    for arm in arms:
        scores[arm] = member[arm].predict(examples, member)
        examples = with_scores(examples, arm, scores[arm])
    return scores


def unscored(system: System, count: int, arms: Iterable[str]) -> dict[str, np.ndarray]:
    """Return a nan for the score of each example (N,), or for each class (N, K), by arm."""
    shape = (count, len(system.task.names)) if system.task.several else (count,)
    return {arm: np.full(shape, np.nan) for arm in arms}


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
