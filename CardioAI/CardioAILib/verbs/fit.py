"""The verb `fit`: a cohort becomes a cross-fitted model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from CardioAILib.codec import digest
from CardioAILib.errors import InputError
from CardioAILib.examples import ARRAYS, OWN_LABEL, Examples
from CardioAILib.learning import Run, networks_of
from CardioAILib.learning.findings import CELL
from CardioAILib.learning.measured import FACT, MEASURED
from CardioAILib.learning.motion import MOTION
from CardioAILib.learning.run import choose_device, use_bfloat16
from CardioAILib.learning.trunk import require_trunk
from CardioAILib.learning.weights import described, has_base, require_weights
from CardioAILib.study import Cohort
from CardioAILib.system import Mode, System
from CardioAILib.verbs.crossfit import CrossFit, cross_fit, needed_arms
from CardioAILib.verbs.development import development_figures, held_out_scores, threshold_scores
from CardioAILib.verbs.device import is_out_of_memory, too_small_to_train
from CardioAILib.verbs.feasible import require_feasible
from CardioAILib.verbs.gather import Options, gather, labeled_studies
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import provenance, target_source
from CardioAILib.verbs.pooling import choose_threshold
from CardioAILib.verbs.trunkfit import require_preparation
from CardioAILib.verbs.units import units
from CardioAILib.verbs.workfolder import claim

OF_COHORT = (CELL, FACT, MEASURED, MOTION, OWN_LABEL)
"""What names of tables start with that images alone do not tell: cells, the truth of views,
measurements indexed by height and weight, and those of segmented clips."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """Everything that a fit leaves behind.

    Args:
        model: The model.
        examples: The development examples.
        crossfit: Members, folds and out-of-fold scores.
    """

    model: Model
    examples: Examples
    crossfit: CrossFit


def fit(
    system: System,
    cohort: Cohort,
    mode: Mode = "sound",
    arms: Iterable[str] | None = None,
    run: Run = Run(),
    options: Options = Options(),
) -> Fitted:
    """Cross-fit a system on a cohort.

    Args:
        system: The declaration.
        cohort: Development studies; those without target are left out.
        mode: "sound" or "paper".
        arms: Names of the arms wanted, or None for all; arms they build on come along.
        run: Circumstances; with a folder, an interrupted fit is taken up there.
        options: How inputs are taken.

    Raises:
        CohortError: A study cannot be used, or the subjects cannot be divided.
        InputError: There is no such arm or device, the device's memory is too small, or weights
            are given that the arms have no place for.
        ResumeError: The folder holds another fit.
    """
    declared = system.in_mode(mode)
    wanted = needed_arms(declared, arms)
    labeled = labeled_studies(declared, units(declared, cohort))
    require_feasible(declared, labeled, wanted, run)
    circumstances = {**circumstances_of(run, options), **start_of(declared, wanted, run)}
    gathered = gather(declared, labeled, wanted, options, run.within(0.0, 0.2, "").progress)
    examples = gathered.examples
    if run.folder is not None:
        claim(run.folder, identity(declared, mode, wanted, examples, circumstances))
    learning = replace(run, progress=run.within(0.2, 1.0, "").progress)
    try:
        crossfit = cross_fit(declared, examples, wanted, learning)
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        raise too_small_to_train(circumstances["device"]) from error
    model = assemble(declared, mode, wanted, examples, crossfit, circumstances)
    known = {"target source": target_source(declared, labeled), "inputs": gathered.inputs}
    return Fitted(replace(model, development={**model.development, **known}), examples, crossfit)


def assemble(
    system: System,
    mode: Mode,
    arms: tuple[str, ...],
    examples: Examples,
    crossfit: CrossFit,
    circumstances: Mapping[str, Any],
) -> Model:
    """Put members, thresholds and development figures together."""
    pooled = {arm: held_out_scores(system, examples, crossfit, arm) for arm in arms}
    figures = development_figures(system, examples, crossfit, pooled)
    development: dict[str, Any] = {**figures, "circumstances": circumstances}
    thresholds = {
        arm: choose_threshold(system, threshold_scores(system, examples, crossfit, arm))
        for arm in arms
    }
    seed, device = circumstances["seed"], circumstances["device"]
    origin = provenance(system, mode, seed=seed, device=device)
    return Model(system, mode, arms, crossfit.members, thresholds, development, origin)


def identity(
    system: System,
    mode: Mode,
    arms: tuple[str, ...],
    examples: Examples,
    circumstances: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what must be equal for a fit to be taken up."""
    return {
        "definition": digest(system),
        "mode": mode,
        "arms": arms,
        "examples": digest_of(examples),
        **circumstances,
    }


def circumstances_of(run: Run, options: Options) -> dict[str, Any]:
    """Return what the declaration does not say and the result depends on."""
    device = choose_device(run.device)
    return {
        "seed": run.seed,
        "epochs": run.epochs or "as declared",
        "device": device,
        "training precision": "bfloat16" if use_bfloat16(run.precision, device) else "float32",
        "radiomics engine": options.engine,
        "masks resampled": options.resample_masks,
    }


def start_of(system: System, arms: Iterable[str], run: Run) -> dict[str, str]:
    """Return what networks start from that do not start at random, where an arm has such.

    Raises:
        InputError: Weights or a trunk are given that no arm, or not every network, could start
            from; or both; or the trunk saw images of another preparation.
        ModelError: The trunk is none, or was changed.
        UnreadableFileError: They are not there, or the weights cannot be read.
    """
    networks = [network for arm in arms for network in networks_of(system.arms[arm]).values()]
    declared = [network.architecture for network in networks]
    if run.weights is not None and run.trunk is not None:
        raise InputError(
            got="published weights and a trunk of your own (--weights, --start-from)",
            wanted="one start for a network",
            fix="leave one of them out",
        )
    if run.trunk is not None:
        trunk = require_trunk(declared, run.trunk)
        require_preparation(system, run.trunk)
        return {"trunk": trunk}
    if run.weights is not None:
        require_weights(declared, run.weights)
    if not any(has_base(network) for network in declared):
        return {}
    return {"backbone weights": described(run.weights)}


def digest_of(examples: Examples) -> str:
    """Return a SHA-256 over the examples and what the cohort table says of them.

    Tables of features that follow from these are left out.
    """
    running = hashlib.sha256()
    for name in ARRAYS:
        array = getattr(examples, name)
        text = array.dtype.kind not in "fiub"
        running.update(
            "\n".join(array.tolist()).encode() if text else np.ascontiguousarray(array).ravel()
        )
    for name in sorted(name for name in examples.tables if name.startswith(OF_COHORT)):
        running.update(f"{name}{examples.tables[name].tolist()}".encode())
    return running.hexdigest()
