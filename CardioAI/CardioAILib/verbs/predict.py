"""The verb `predict`: a model and a study become a result."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from CardioAILib.examples import Examples
from CardioAILib.learning.ensemble import networks_of
from CardioAILib.progress import Progress, part, silent
from CardioAILib.results import ArmResult, Finding, Result
from CardioAILib.study import Image, Study
from CardioAILib.system import System
from CardioAILib.verbs.band import rule_out_of
from CardioAILib.verbs.crossfit import Member
from CardioAILib.verbs.device import ON_CPU, device_of, is_out_of_memory, on_cpu
from CardioAILib.verbs.disagreement import disagreements
from CardioAILib.verbs.explain import explain as explain_study
from CardioAILib.verbs.fallback import warn_of_means
from CardioAILib.verbs.gather import Options, static_features, with_features
from CardioAILib.verbs.judge import (
    best_members,
    by_input,
    contributions,
    judge,
    score_examples,
    warn_of_filled,
)
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import input_digests, provenance, warn_of_source
from CardioAILib.verbs.prepared import Prepared, prepare_study

logger = logging.getLogger(__name__)

FEATURES_SHARE = 0.25
"""Part of a study's time that its radiomics features take."""


def predict(
    model: Model,
    study: Study,
    *,
    explain: bool = False,
    options: Options = Options(),
    progress: Progress = silent,
) -> tuple[Result, Mapping[str, Image]]:
    """Check, prepare, score, pool, decide, and explain if asked.

    Args:
        model: The trained model.
        study: The examination; it needs no truth.
        explain: Whether to make heatmaps and audit them.
        options: How inputs are taken.
        progress: Told the share done.

    Returns:
        The result, and the maps of `Explanation.maps`: each input's heatmap by its name, and
        activation maps, where the system declares any.

    Raises:
        InputError: Any of the input checks refuses (see `quality.check_study`).
        UnreadableFileError: A file cannot be read.
    """
    progress(0.0, "reading and preparing")
    prepared = prepare_study(
        model.system, study, model.arms, resample_masks=options.resample_masks, beside=True
    )
    scoring = part(progress, 0.1, 1.0)
    return conclude(model, prepared, explain=explain, options=options, progress=scoring)


def conclude(
    model: Model,
    prepared: Prepared,
    *,
    explain: bool,
    options: Options = Options(),
    fold: int | None = None,
    progress: Progress = silent,
) -> tuple[Result, Mapping[str, Image]]:
    """Score a prepared study with a model's members, on the CPU where the GPU is too small.

    Args:
        model: The model; in cross-validation, the one member that never saw the study.
        prepared: The study.
        explain: Whether to make heatmaps and audit them.
        options: How inputs are taken.
        fold: Held-out part that the study belongs to, or None.
        progress: Told the share done.
    """
    features = static_features(model.system, model.arms)
    computing = part(progress, 0.0, FEATURES_SHARE)
    examples = with_features(prepared.examples, features, options, computing)
    judging = part(progress, FEATURES_SHARE, 1.0)
    prepared = replace(prepared, examples=examples)
    try:
        return _conclude(model, prepared, explain, fold, judging)
    except RuntimeError as error:
        if not is_out_of_memory(error) or device_of(model) == "cpu":
            raise
    # Outside of the handler, whose traceback would keep what fills that memory.
    logger.warning("subject %s: %s", prepared.study.subject, ON_CPU.message)
    return _conclude(on_cpu(model), prepared, explain, fold, judging)


def _conclude(
    model: Model, prepared: Prepared, explain: bool, fold: int | None, progress: Progress
) -> tuple[Result, Mapping[str, Image]]:
    system = model.system
    progress(0.0, "scoring")
    scores, unavailable = score_examples(model.members, model.arms, prepared.examples)
    best = best_members(system, model.development)
    if explain:
        progress(0.5, "explaining")
    explanation = explain_study(system, prepared, _speaking(model, best)) if explain else None
    result = concluded(model, prepared, scores, unavailable)
    attention = explanation.attention if explanation else None
    maps = explanation.maps if explanation else {}
    return replace(result, attention=attention, fold=fold), maps


def concluded(
    model: Model,
    prepared: Prepared,
    scores: dict[str, np.ndarray],
    unavailable: tuple[Finding, ...] = (),
) -> Result:
    """Return the result of a prepared study whose examples are scored already.

    Args:
        model: The model.
        prepared: The study.
        scores: Score of each example by each member (M, N), or probability of each class (M, N, K),
            by arm.
        unavailable: A finding for each arm that cannot judge the study.
    """
    system, examples = model.system, prepared.examples
    best = best_members(system, model.development)
    arms = {arm: _judged(model, examples, arm, own, best[arm]) for arm, own in scores.items()}
    primary = system.primary if system.primary in scores else next(reversed(scores))
    return Result(
        *prepared.study.key,
        arms=arms,
        primary=primary,
        provenance=provenance(
            system,
            model.mode,
            seed=model.provenance.seed,
            weights=model.provenance.weights,
            device=device_of(model),
            inputs=input_digests(prepared.study),
        ),
        findings=(
            *warn_of_source(model.development),
            *model.findings,
            *prepared.findings,
            *unavailable,
            *warn_of_filled(model.members, scores, examples),
            *warn_of_means(model.members, scores, examples),
            *disagreements(system, arms[primary], prepared.measurements),
        ),
        measurements=prepared.measurements,
    )


def _judged(
    model: Model, examples: Examples, arm: str, scores: np.ndarray, best: int | None
) -> ArmResult:
    """Judge a study by one arm, and say what each feature adds."""
    system = model.system
    rule_out = rule_out_of(system, arm)
    found = judge(system, examples, scores, model.thresholds[arm], best, rule_out)
    if sees_inputs_apart(system.arms[arm]):
        found = replace(found, by_input=by_input(system, examples, scores, best))
    if found.decision is None:
        return found
    members = model.members if best is None else (model.members[best],)
    told = contributions(members, arm, examples, explained_class(system, found.decision))
    return replace(found, contributions=told)


def sees_inputs_apart(arm: Any) -> bool:
    """Say whether an arm scores each of several inputs on its own."""
    return len(networks_of(arm)) > 1


def explained_class(system: System, decision: str) -> int:
    """Return the class whose evidence is told: class 1 of two, the decided one of several."""
    return system.task.names.index(decision) if system.task.several else 1


def _speaking(model: Model, best: Mapping[str, int | None]) -> tuple[Member, ...]:
    """Return the members whose word counts for the arm that is explained."""
    declared = model.system.explain
    alone = None if declared is None else best.get(declared.arm)
    return model.members if alone is None else (model.members[alone],)
