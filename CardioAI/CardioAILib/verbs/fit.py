"""The verb `fit`: a cohort becomes a cross-fitted model."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from CardioAILib.codec import digest, sha256, to_json, write_json
from CardioAILib.errors import ResumeError
from CardioAILib.evaluate import roc_auc
from CardioAILib.examples import Examples
from CardioAILib.learning import Run
from CardioAILib.learning.run import choose_device
from CardioAILib.study import Cohort
from CardioAILib.system import Mode, System
from CardioAILib.verbs.crossfit import CrossFit, cross_fit, needed_arms
from CardioAILib.verbs.gather import Options, gather
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import provenance
from CardioAILib.verbs.pooling import choose_threshold, pool

IDENTITY = "run.json"


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
        InputError: There is no such arm or device.
        ResumeError: The folder holds another fit.
    """
    declared = system.in_mode(mode)
    wanted = needed_arms(declared, arms)
    examples = gather(declared, cohort, wanted, options, run.within(0.0, 0.2, "").progress)
    if run.folder is not None:
        claim(run.folder, identity(declared, mode, wanted, examples, run))
    learning = replace(run, progress=run.within(0.2, 1.0, "").progress)
    crossfit = cross_fit(declared, examples, wanted, learning)
    model = assemble(declared, mode, wanted, examples, crossfit, run)
    return Fitted(with_source(model, cohort), examples, crossfit)


def assemble(
    system: System,
    mode: Mode,
    arms: tuple[str, ...],
    examples: Examples,
    crossfit: CrossFit,
    run: Run,
) -> Model:
    """Put members, thresholds and development figures together."""
    pooled = {arm: pool(system, examples, crossfit.scores[arm]) for arm in arms}
    labels = next(iter(pooled.values())).labels
    development: dict[str, Any] = {
        "subjects": len(np.unique(examples.subjects)),
        "studies": len(labels),
        "positives": int(labels.sum()),
        "training examples": int(examples.training.sum()),
        "epochs": run.epochs or "as declared",
        "auc": {arm: roc_auc(p.labels, p.scores) for arm, p in pooled.items()},
        "member auc": {arm: member_aucs(system, examples, crossfit, arm) for arm in arms},
    }
    thresholds = {arm: choose_threshold(system, p) for arm, p in pooled.items()}
    origin = provenance(system, mode, seed=run.seed, device=choose_device(run.device))
    return Model(system, mode, arms, crossfit.members, thresholds, development, origin)


def member_aucs(system: System, examples: Examples, crossfit: CrossFit, arm: str) -> list[float]:
    """Return the AUC of each member of an arm on the studies it never saw."""
    aucs = []
    for fold in range(len(crossfit.members)):
        held = crossfit.folds == fold
        pooled = pool(system, examples.take(held), crossfit.scores[arm][held])
        aucs.append(roc_auc(pooled.labels, pooled.scores))
    return aucs


def with_source(model: Model, cohort: Cohort) -> Model:
    """Return the model with a word on where its target comes from."""
    column = f"{model.system.task.target}_source"
    sources = sorted({str(study.facts[column]) for study in cohort if column in study.facts})
    source = "; ".join(sources) or "not stated"
    return replace(model, development={**model.development, "target source": source})


def identity(
    system: System, mode: Mode, arms: tuple[str, ...], examples: Examples, run: Run
) -> dict[str, Any]:
    """Return what must be equal for a fit to be taken up."""
    return {
        "definition": digest(system),
        "mode": mode,
        "arms": arms,
        "examples": digest_of(examples),
        "seed": run.seed,
        "epochs": run.epochs,
        "precision": run.precision,
    }


def digest_of(examples: Examples) -> str:
    """Return a SHA-256 over pixels, masks, labels and subjects."""
    running = hashlib.sha256()
    for array in (examples.images, examples.masks, examples.labels, examples.training):
        running.update(np.ascontiguousarray(array).tobytes())
    return sha256((running.hexdigest() + ",".join(map(str, examples.subjects))).encode())


def claim(folder: Path, own: dict[str, Any]) -> None:
    """Begin a run in a folder, or go on with the same run.

    Raises:
        ResumeError: The folder holds another run.
    """
    path = folder / IDENTITY
    plain = to_json(own)
    if not path.exists():
        if folder.exists() and any(folder.iterdir()):
            raise ResumeError(
                got=f"{folder}, which holds files of something else",
                wanted="an empty or new folder, or one of an interrupted run",
                fix="choose another --out",
            )
        folder.mkdir(parents=True, exist_ok=True)
        write_json(own, path)
        return
    found = json.loads(path.read_text(encoding="utf-8"))
    differing = sorted(
        key for key in plain.keys() | found.keys() if plain.get(key) != found.get(key)
    )
    if differing:
        raise ResumeError(
            got=f"{folder}, which holds a run with another {', '.join(differing)}",
            wanted="the same run, to go on with it",
            fix="choose another --out, repeat the call as it was, or remove that folder yourself",
        )


def forget(folder: Path) -> None:
    """Remove the working folder of a finished fit."""
    shutil.rmtree(folder, ignore_errors=True)
