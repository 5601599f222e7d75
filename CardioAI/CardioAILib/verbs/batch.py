"""Results on disk: one file a study, whole or absent, so that an interrupted batch goes on."""

from __future__ import annotations

import csv
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from CardioAILib.codec import from_json, sha256, write_json
from CardioAILib.errors import CardioAIError, CohortError, ModelError, ResumeError
from CardioAILib.io.table import write_lines
from CardioAILib.progress import Progress, shares, silent
from CardioAILib.results import Result
from CardioAILib.study import Cohort, Image, Study
from CardioAILib.system import System
from CardioAILib.verbs.activations import is_activation
from CardioAILib.verbs.gather import Failure, Options
from CardioAILib.verbs.heatmapfiles import write_heatmap
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import input_digests
from CardioAILib.verbs.predict import predict
from CardioAILib.verbs.prepared import load
from CardioAILib.verbs.summary import summarize
from CardioAILib.verbs.units import named, units
from CardioAILib.verbs.viewed import names_clips, viewed
from CardioAILib.verbs.workfolder import claim

logger = logging.getLogger(__name__)

RESULTS = "results"
HEATMAPS = "heatmaps"
HEATMAP = "heatmap "
"""How the name of a result's file begins that is the heatmap of an input."""
FAILURES = "failures.csv"
MODEL_FACTS = "model-facts.json"
LONGEST_STEM = 100
"""Characters of a file name that come from the study's; file systems allow 255 in all."""


def predict_cohort(
    model: Model,
    cohort: Cohort,
    folder: Path,
    *,
    explain: bool = False,
    options: Options = Options(),
    strict: bool = False,
    progress: Progress = silent,
    plane_model: Model | None = None,
) -> tuple[list[Result], list[Failure]]:
    """Predict every study into a folder; what is there already is kept, failures are listed.

    Args:
        model: The trained model.
        cohort: The studies; they need no truth.
        folder: Where `results/`, `heatmaps/` and `failures.csv` go.
        explain: Whether to make heatmaps and audit them.
        options: How inputs are taken.
        strict: Whether the first study that cannot be used ends the call.
        progress: Told the share done.
        plane_model: A model of cine planes or echo views that looks over each study, or None.

    Returns:
        Results in the cohort's order, and the studies that failed.

    Raises:
        ResumeError: The folder holds results of another model or of other options.
        CardioAIError: A study cannot be used, where that is to end the call.
    """
    claim(folder, _identity(model, explain, options, plane_model))
    write_model_facts(model, folder)
    results, failures = [], []
    for study, own in shares(units(model.system, cohort), progress, "predicting study"):
        try:
            made = kept_or_made(
                model,
                study,
                folder,
                explain=explain,
                options=options,
                progress=own,
                plane_model=plane_model,
            )
            results.append(made)
        except CardioAIError as error:
            if strict or isinstance(error, ResumeError):
                raise
            logger.warning("%s failed: %s", named(study), error)
            failures.append(Failure(*study.key, str(error)))
    write_failures(failures, folder / FAILURES)
    return results, failures


def kept_or_made(
    model: Model,
    study: Study,
    folder: Path,
    *,
    explain: bool,
    options: Options,
    progress: Progress = silent,
    plane_model: Model | None = None,
) -> Result:
    """Return the study's result in the folder, making it where it is missing.

    Raises:
        ResumeError: There is a result, but of other images.
        InputError: The study cannot be used.
    """
    path = result_path(folder, *study.key)
    missing = not path.exists()
    # A result that is kept was looked over when it was made; its clips must be named again.
    asked = plane_model if missing or names_clips(plane_model) else None
    study, views = viewed(asked, study)
    if missing:
        made, maps = predict(model, study, explain=explain, options=options, progress=progress)
        return write_result(replace(made, findings=(*made.findings, *views)), maps, folder)
    kept = read_result(path)
    loaded, _ = load(model.system, study, resample_masks=options.resample_masks)
    if kept.provenance.inputs != input_digests(loaded):
        raise ResumeError(
            got=f"a result of subject {study.subject}, study {study.study}, from other images",
            wanted="the images that it was made from",
            fix="choose another --out, or remove that result to have it made again",
        )
    return kept


def has_heatmap(result: Result) -> bool:
    """Say whether a result has a heatmap of an input, maps of stages apart."""
    return any(name.startswith(HEATMAP) for name in result.files)


def write_result(result: Result, maps: Mapping[str, Image], folder: Path) -> Result:
    """Write maps, then the result that names them; return it with those names."""
    files = {}
    for name, shown in maps.items():
        stem = f"{file_stem(result.subject, result.study)}_{name.replace(' ', '_')}"
        file = write_heatmap(shown, folder / HEATMAPS, stem)
        files[name if is_activation(name) else HEATMAP + name] = f"{HEATMAPS}/{file}"
    named = replace(result, files=files)
    write_json(named, result_path(folder, result.subject, result.study))
    return named


def read_results(folder: Path) -> list[Result]:
    """Read all results of a folder, sorted by file name.

    Raises:
        CohortError: There is none.
    """
    paths = sorted(p for p in (folder / RESULTS).glob("*.json") if not p.name.startswith("."))
    if not paths:
        raise CohortError(
            got=f"no result in {folder}",
            wanted=f"a folder with {RESULTS}/*.json",
            fix="give the folder that 'cardioai predict' or 'cardioai cross-validate' wrote",
        )
    return [read_result(path) for path in paths]


def read_result(path: Path) -> Result:
    """Read one result.

    Raises:
        ModelError: The file holds something else.
    """
    try:
        result = from_json(json.loads(path.read_text(encoding="utf-8")))
    except ValueError:
        result = None
    if not isinstance(result, Result):
        raise ModelError(
            got=f"{path.name}, which holds no result",
            wanted="a result as it was written",
            fix="remove that file and repeat the call that makes it",
        )
    return result


def write_model_facts(model: Model, folder: Path) -> None:
    """Write what a report must know of the model beside its results."""
    facts = {"system": model.system, "summary": summarize(model)}
    write_json(facts, folder / MODEL_FACTS)


def read_model_facts(folder: Path) -> tuple[System, Mapping[str, Any]]:
    """Read the system that made the results, and what its model learned.

    Raises:
        CohortError: The folder has no such file.
    """
    path = folder / MODEL_FACTS
    if not path.exists():
        raise CohortError(
            got=f"no {MODEL_FACTS} in {folder}",
            wanted="a folder of finished results",
            fix="give the folder that 'cardioai predict' or 'cardioai cross-validate' wrote",
        )
    facts = from_json(json.loads(path.read_text(encoding="utf-8")))
    return facts["system"], facts["summary"]


def read_failures(folder: Path, name: str = FAILURES) -> list[Failure]:
    """Read the list of failures; none where there is no list."""
    path = folder / name
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [Failure(**row) for row in csv.DictReader(file)]


def result_path(folder: Path, subject: str, study: str) -> Path:
    """Return where a study's result lies."""
    return folder / RESULTS / f"{file_stem(subject, study)}.json"


def write_failures(failures: Sequence[Failure], path: Path) -> None:
    """Write the list of failures, or remove an old one where there are none."""
    if not failures:
        path.unlink(missing_ok=True)
        return
    rows = [(f.subject, f.study, f.reason) for f in failures]
    write_lines([("subject", "study", "reason"), *rows], path)


def file_stem(subject: str, study: str) -> str:
    """Return a file name that is safe on every system and different for different studies.

    The digest tells apart what some systems do not, P1 and p1, and what was cut.
    """
    safe = "_".join(quote(part, safe="") for part in (subject, study))[:LONGEST_STEM]
    return f"{safe}-{sha256(json.dumps([subject, study]).encode())[:8]}"


def _identity(
    model: Model, explain: bool, options: Options, plane_model: Model | None
) -> dict[str, object]:
    checked = plane_model and {"choice of --plane-model": plane_model.provenance.weights}
    return {
        **(checked or {}),
        "weights": model.provenance.weights,
        "definition": model.provenance.definition,
        "thresholds": model.thresholds,
        "choice of --explain": explain,
        "choice of --resample-masks": options.resample_masks,
        "radiomics engine": options.engine,
    }
