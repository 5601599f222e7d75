"""What each task does: read, call one verb, write; as `cli.commands` does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from CardioAILib import verbs
from CardioAILib.codec import write_json
from CardioAILib.errors import ResumeError
from CardioAILib.io import read_cohort
from CardioAILib.io.save import TABLE_NAME
from CardioAILib.learning import Run
from CardioAILib.progress import Progress, part, tracked
from CardioAILib.report import page_path, result_pictures, write_results_table, write_single
from CardioAILib.report.worklistpage import write_worklist
from CardioAILib.results import Result
from CardioAILib.study import Cohort, Study
from CardioAILib.systems import named
from CardioAILib.verbs import batch
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.features.parts import Request
from CardioAILib.verbs.features.presetfiles import find_preset
from CardioAILib.verbs.features.table import write_features
from CardioAILib.verbs.gather import Failure, refusal
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.summary import summarize
from CardioAILib.verbs.units import units
from CardioAILib.verbs.viewcheck import check_views
from CardioAILib.verbs.workfolder import forget
from CardioAILib.worker.events import CURVE, EVENT
from CardioAILib.worker.job import FEATURES_TABLE, FINDINGS, RESULTS_TABLE, Job, layer_folder
from CardioAILib.worker.remaining import STARTING_SHARE
from CardioAILib.worker.run import TRAINING

logger = logging.getLogger(__name__)

Event = Callable[[Mapping[str, Any]], None]

MODEL = "model"


def predict(job: Job, folder: Path, out: Path, progress: Progress, event: Event) -> None:
    """Judge the cohort's studies: results, heatmaps, tables and a page each."""
    progress(0.0, "loading the model")
    model = load(job, folder)
    cohort = cohort_of(folder / job.cohort)
    judging = part(progress, STARTING_SHARE, 0.95)
    results, failures = judge(job, model, cohort, out, judging)
    if not results:
        raise refusal(failures)
    write_results_table(results, out / RESULTS_TABLE, model.system.task)
    if job.setting("pages"):
        write_pages(model, results, cohort, out, part(progress, 0.95, 1.0))


def write_pages(
    model: Model, results: list[Result], cohort: Cohort, out: Path, progress: Progress
) -> None:
    """Write a page on each result."""
    studies, summary = by_key(model, cohort), summarize(model)
    for result in tracked(results, progress, "page"):
        key = result.subject, result.study
        study = studies[key]
        pictures = result_pictures(result, study, model.system, out)
        path = page_path(out, *key)
        write_single(result, model.system, summary, path, pictures, study.facts)


def by_key(model: Model, cohort: Cohort) -> dict[tuple[str, str], Study]:
    """Return what each result speaks of: a study, or one view or slice of it."""
    return {study.key: study for study in units(model.system, cohort)}


def views(job: Job, folder: Path, out: Path, progress: Progress, event: Event) -> None:
    """Ask a model of view planes about every study, and write what it warns of."""
    progress(0.0, "loading the model of view planes")
    model = verbs.load_model(folder / str(job.model), device=job.setting("device"))
    cohort = read_cohort(folder / job.cohort)
    found = [
        finding
        for study in tracked(cohort, part(progress, STARTING_SHARE, 1.0), "study")
        for finding in check_views(model, study)
    ]
    write_json(found, out / FINDINGS)


def worklist(job: Job, folder: Path, out: Path, progress: Progress, event: Event) -> None:
    """Sort the scans of a folder, going on with what an interrupted run left there."""
    progress(0.0, "loading the model")
    model = verbs.load_model(folder / str(job.model), device=job.setting("device"))
    judging = part(progress, STARTING_SHARE, 1.0)
    how = {"options": options_of(job), "progress": judging}
    try:
        write_worklist(model, folder / job.cohort, out, **how)
    except ResumeError as error:
        # What lies there is our own scratch, of a model that has changed since.
        logger.info("starting over: %s", error)
        forget(out)
        write_worklist(model, folder / job.cohort, out, **how)


def load(job: Job, folder: Path) -> Model:
    """Load the job's model.

    Raises:
        ModelError: The folder is gone, or is no model of the wanted system.
    """
    path = folder / str(job.model)
    wanted = job.setting("system")
    system = None if wanted is None else named(wanted)
    return verbs.load_model(path, system, device=job.setting("device"))


def judge(
    job: Job, model: Model, cohort: Cohort, out: Path, progress: Progress
) -> tuple[list[Result], list[Failure]]:
    """Predict into a folder, going on with what an interrupted run of the same job left there."""
    planes = job.setting("plane_model")
    plane_model = planes and verbs.load_model(planes, device=job.setting("device"))

    def once() -> tuple[list[Result], list[Failure]]:
        return verbs.predict_cohort(
            model,
            cohort,
            out,
            explain=job.setting("explain"),
            options=options_of(job),
            strict=len(cohort) == 1,
            plane_model=plane_model,
            progress=progress,
        )

    try:
        return once()
    except ResumeError as error:
        # What lies there is our own scratch, of a model or of images that have changed since.
        logger.info("starting over: %s", error)
        forget(out)
        return once()


def radiomics(job: Job, folder: Path, out: Path, progress: Progress, event: Event) -> None:
    """Write the features of the cohort's studies."""
    cohort = whole_cohort(job, folder)
    request = Request(
        named(job.setting("system")),
        find_preset(job.setting("preset")),
        options_of(job),
        tuple(job.setting("structures") or ()),
        tuple(job.setting("inputs") or ()),
        job.setting("frames"),
        strict=len(cohort) == 1,
    )
    table, workers = out / FEATURES_TABLE, job.setting("workers")
    write_features(request, cohort, table, workers=workers, progress=progress)


def whole_cohort(job: Job, folder: Path) -> Cohort:
    """Return the job's studies; segments that overlap come in tables of their own."""
    tables = [folder / job.cohort]
    tables += [layer_folder(folder, n + 1) / TABLE_NAME for n in range(job.setting("layers"))]
    cohorts = [read_cohort(table) for table in tables]
    return Cohort(tuple(study for cohort in cohorts for study in cohort), cohorts[0].name)


def train(job: Job, folder: Path, out: Path, progress: Progress, event: Event) -> None:
    """Cross-fit a system on the cohort and save the model."""
    forget(out)
    system = adapt(
        named(job.setting("system")),
        folds=job.setting("folds"),
        width=job.setting("width"),
        inner=job.setting("inner_folds"),
        copies=job.setting("copies"),
    )
    run = Run(
        seed=job.setting("seed"),
        device=job.setting("device"),
        precision=job.setting("precision"),
        epochs=job.setting("epochs"),
        weights=path_of(job.setting("weights")),
        trunk=path_of(job.setting("trunk")),
        folder=folder / TRAINING,
        progress=progress,
        observe=lambda network, row: event({EVENT: CURVE, "network": network, **row}),
    )
    cohort = read_cohort(folder / job.cohort)
    arms = job.setting("arms")
    fitted = verbs.fit(system, cohort, job.setting("mode"), arms, run, options_of(job))
    verbs.save_model(fitted.model, out / MODEL)
    batch.write_model_facts(fitted.model, out)


def path_of(setting: str | None) -> Path | None:
    """Return a setting as a path."""
    return None if setting is None else Path(setting)


def options_of(job: Job) -> verbs.Options:
    """Return how inputs are taken."""
    return verbs.Options(job.setting("resample_masks"), job.setting("engine"))


TASKS: Mapping[str, Callable[[Job, Path, Path, Progress, Event], None]] = {
    "predict": predict,
    "radiomics": radiomics,
    "train": train,
    "views": views,
    "worklist": worklist,
}
