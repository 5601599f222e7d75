"""What each command does: read, call one verb, write."""

from __future__ import annotations

import logging
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from CardioAILib import verbs
from CardioAILib.cli.demo import run_demo
from CardioAILib.cli.demomodel import train_demo_model
from CardioAILib.cli.progressbar import progress_bar
from CardioAILib.cli.sliceviews import case_drawer
from CardioAILib.cli.telling import (
    left_out_notes,
    tell_decisions,
    tell_development,
    tell_failures,
    tell_figures,
    tell_files,
    tell_findings,
    tell_model,
    tell_unlearnable,
)
from CardioAILib.errors import InputError
from CardioAILib.io import acdc_cohort, camus_cohort, emidec_cohort, read_cohort
from CardioAILib.learning import Run, networks_of
from CardioAILib.learning.weights import has_base
from CardioAILib.report import PAGE, Context, write_report, write_results_table
from CardioAILib.system import System
from CardioAILib.systems import ALL, at_matrix, named
from CardioAILib.verbs import batch
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.mapcheck import check_few_maps
from CardioAILib.verbs.parts import parts_of
from CardioAILib.verbs.studyfiles import STUDIES, write_studies
from CardioAILib.verbs.summary import summarize
from CardioAILib.verbs.viewed import viewed
from CardioAILib.verbs.workfolder import forget, unfinished

logger = logging.getLogger(__name__)

DATA_SETS = {"acdc": acdc_cohort, "camus": camus_cohort, "emidec": emidec_cohort}
"""What writes the cohort table of each public data set that is known."""


def demo(given: Namespace) -> int:
    """Run the demonstration."""
    with progress_bar() as progress:
        page = run_demo(given.out, given.seed, progress)
    logger.info("open %s", page)
    return 0


def demo_model(given: Namespace) -> int:
    """Train a demonstration model."""
    with progress_bar() as progress:
        folder = train_demo_model(given.out, given.seed, progress, given.system)
    logger.info("wrote %s", folder)
    return 0


def list_systems(given: Namespace) -> int:
    """List the systems, where a script can read them."""
    for system in ALL:
        arms, doi = ", ".join(system.arms), system.published.doi
        sys.stdout.write(f"{system.name}\t{system.title}\tarms: {arms}\tdoi:{doi}\n")
    return 0


def cohort(given: Namespace) -> int:
    """Write the cohort table of a public data set."""
    path = DATA_SETS[given.dataset](given.folder, given.out)
    logger.info("wrote %s: %d studies", path, len(read_cohort(path)))
    return 0


def check(given: Namespace) -> int:
    """Check every study; list warnings and failures."""
    system, studies = named(given.system), cohort_of(given.cohort)
    plane_model = _plane_model(given)
    looked_over = {study.key: viewed(plane_model, study) for study in studies}
    views = {key: told for key, (_, told) in looked_over.items()}
    studies = replace(studies, studies=tuple(study for study, _ in looked_over.values()))
    with progress_bar() as progress:
        findings, failures = verbs.check(system, studies, options_of(given), progress)
    named_keys = tell_findings([*findings.items(), *views.items()])
    for failure in failures:
        logger.error("subject %s, study %s: %s", failure.subject, failure.study, failure.reason)
    for note in left_out_notes(system, verbs.units(system, studies)):
        logger.info(note)
    refused = ((failure.subject, failure.study) for failure in failures)
    tell_files([*named_keys, *refused], studies, given.cohort)
    logger.info("%d studies pass, %d do not", len(findings), len(failures))
    tell_unlearnable(findings)
    return 1 if failures else 0


def train(given: Namespace) -> int:
    """Cross-fit a system and save the model."""
    fitted, work = _fit(given)
    verbs.save_model(fitted.model, given.out)
    forget(work)
    tell_development(fitted.model)
    logger.info("wrote %s", given.out)
    return 0


def validate(given: Namespace) -> int:
    """Cross-validate a system and report; the model is kept beside the report."""
    fitted, work = _fit(given)
    beside = given.out.with_name(given.out.name + ".writing")
    forget(beside)
    verbs.save_model(fitted.model, beside / "model")
    model = verbs.load_model(beside / "model", device=given.device)
    studies = verbs.units(model.system, read_cohort(given.cohort))
    options = options_of(given)
    judged = verbs.held_out_results(
        replace(fitted, model=model), studies, explain=True, options=options
    )
    results = [batch.write_result(result, heatmaps, beside) for result, heatmaps in judged]
    batch.write_model_facts(model, beside)
    evaluation = verbs.evaluate(model.system, results, studies)
    checks = check_few_maps(model, studies.studies, options=options)
    context = Context(
        studies,
        beside,
        summarize(model),
        notes=left_out_notes(model.system, studies),
        drawer=case_drawer(),
        map_checks=checks,
        parts=parts_of(fitted),
    )
    write_report(evaluation, context, beside)
    beside.replace(given.out)
    forget(work)
    tell_figures(evaluation)
    logger.info("open %s", given.out / PAGE)
    return 0


def predict(given: Namespace) -> int:
    """Judge every study of a cohort with a model."""
    model = verbs.load_model(given.model, device=given.device)
    named(model.system.name)
    studies = cohort_of(given.cohort)
    plane_model = _plane_model(given)
    with progress_bar() as progress:
        results, failures = verbs.predict_cohort(
            model,
            studies,
            given.out,
            explain=given.explain,
            options=options_of(given),
            progress=progress,
            plane_model=plane_model,
        )
    tell_model(model)
    tell_decisions(results, model.system)
    if given.explain and results and not any(batch.has_heatmap(result) for result in results):
        logger.warning("no heatmap: this model lacks the network that the system explains")
    logger.info("wrote %d results to %s", len(results), given.out)
    keys = [(own.subject, own.study) for own in (*results, *failures)]
    write_studies(studies, given.cohort, given.out / STUDIES, keys)
    write_results_table(results, given.out / "results.csv", model.system.task)
    return tell_failures(failures, given.out / batch.FAILURES)


def evaluate(given: Namespace) -> int:
    """Compare results with the truth and report."""
    system, summary = batch.read_model_facts(given.results)
    studies = verbs.units(system, read_cohort(given.cohort))
    results = batch.read_results(given.results)
    evaluation = verbs.evaluate(system, results, studies, summary["development"]["inputs"])
    failures = batch.read_failures(given.results)
    notes = left_out_notes(system, studies)
    for note in notes:
        logger.info(note)
    context = Context(studies, given.results, summary, failures, notes, case_drawer())
    page = write_report(evaluation, context, given.out)
    tell_figures(evaluation)
    logger.info("open %s", page)
    return 0


def _fit(given: Namespace) -> tuple[verbs.Fitted, Path]:
    """Cross-fit as asked, in a working folder beside the wanted one."""
    if given.out.exists():
        raise InputError(
            got=f"{given.out}, which exists", wanted="a new folder", fix="choose another --out"
        )
    declared = named(given.system)
    system = adapt(
        declared if given.matrix is None else at_matrix(declared, given.matrix),
        folds=given.folds,
        width=given.width,
        inner=given.inner_folds,
        rate=given.rate,
        copies=given.copies,
        hold_out=given.hold_out,
    )
    if given.weights is None and given.start_from is None and given.rate is None:
        warn_of_random_start(system, given.arm)
    work = unfinished(given.out)
    with progress_bar() as progress:
        run = Run(
            seed=given.seed,
            device=given.device,
            precision=given.precision,
            epochs=given.epochs,
            weights=given.weights,
            trunk=given.start_from,
            folder=work,
            progress=progress,
        )
        studies = read_cohort(given.cohort)
        fitted = verbs.fit(system, studies, given.mode, given.arm, run, options_of(given))
    return fitted, work


def warn_of_random_start(system: System, arms: Sequence[str] | None) -> None:
    """Warn of networks that could start from published weights, of which none are given."""
    bare = [
        name
        for name, arm in system.arms.items()
        if name in (arms or [name])
        and any(has_base(own.architecture) for own in networks_of(arm).values())
    ]
    if bare:
        logger.warning(
            "%s: random start; published weights may be given (--weights, one network at a time "
            "with --arm). Where the source started from such, its learning rate suits those and "
            "may teach little without them: then give a higher --rate",
            ", ".join(bare),
        )


def options_of(given: Namespace) -> verbs.Options:
    """Return how inputs are taken."""
    return verbs.Options(resample_masks=given.resample_masks, engine=given.engine)


def _plane_model(given: Namespace) -> verbs.Model | None:
    """Load the model that checks views, where one was named."""
    folder = given.plane_model
    return None if folder is None else verbs.load_model(folder, device="cpu")
