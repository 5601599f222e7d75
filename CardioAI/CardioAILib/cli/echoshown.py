"""The demonstration's part on echo: models that ship judge simulated patients they never saw."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from CardioAILib import verbs
from CardioAILib.cli.echodemo import echo_clips
from CardioAILib.cli.sliceviews import case_drawer
from CardioAILib.io import read_cohort, save_cohort
from CardioAILib.progress import Progress, part
from CardioAILib.report import Context, page_path, result_pictures, write_report, write_single
from CardioAILib.results import Result
from CardioAILib.study import Cohort, Role, Study
from CardioAILib.verbs.echoviews import Renamed, mask_of
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.summary import summarize
from CardioAILib.verbs.viewed import viewed

logger = logging.getLogger(__name__)

RESOURCES = Path(__file__).resolve().parents[2] / "Resources"
"""Where the models lie beside the library; a library that was installed alone has none."""

ECHO_MODEL, VIEW_MODEL = "CardioAIDemonstrationModelEcho", "CardioAIDemonstrationModelEchoView"

UNSEEN = 1000
"""Added to the seed of patients, so that they are not those of 'cardioai demo-model'."""

MISSING = "PLAX"
"""The view that one of the patients lacks."""

SINGLE = 4
"""Number of patients with a page of their own, the last of the cohort."""


@dataclass(frozen=True)
class Shown:
    """What models that were trained before show.

    Args:
        simulate: Draws patients, by their number and a seed.
        patients: Number of patients.
        note: What is special, for the top of the page.
        models: Folder with the models' folders.
    """

    simulate: Callable[..., Cohort]
    patients: int
    note: str
    models: Path = RESOURCES

    @property
    def installed(self) -> bool:
        """Whether both models lie where they are expected."""
        return all((self.models / name).is_dir() for name in (ECHO_MODEL, VIEW_MODEL))

    def loaded(self) -> tuple[Model, Model]:
        """Return the model that judges, and the one that names views."""
        judging, naming = (
            verbs.load_model(self.models / name, device="cpu") for name in (ECHO_MODEL, VIEW_MODEL)
        )
        return judging, naming


def echo_patients(subjects: int, seed: int, frames: int = 32) -> Cohort:
    """Simulate patients, of whom one has clips that nobody named, and the last lacks a view.

    Args:
        subjects: Number of patients, at least 2; half are hypokinetic all over.
        seed: Seed of the cohort.
        frames: Frames of each clip.
    """
    cohort = echo_clips(subjects, seed, frames)
    *complete, unnamed, lacking = cohort.studies
    return replace(cohort, studies=(*complete, _unnamed(unnamed), _without(lacking, MISSING)))


def run_shown(shown: Shown, out: Path, seed: int, progress: Progress) -> Path | None:
    """Simulate patients, judge, explain and report them with the models that ship.

    Args:
        shown: What is shown.
        out: Folder for everything; results in it are used again.
        seed: Seed of the patients; their training had others.
        progress: Told the share done.

    Returns:
        The report's path, or None, with a line in the log, where the models are not installed.
    """
    if not shown.installed:
        logger.warning(
            "echo is not shown: the library lies here without %s and %s", ECHO_MODEL, VIEW_MODEL
        )
        return None
    model, view_model = shown.loaded()
    told = _told(model, shown.patients)
    logger.info("wall motion from echo: %s", told)
    progress(0.0, "simulating")
    table = save_cohort(shown.simulate(shown.patients, seed=UNSEEN + seed), out / "data")
    cohort = read_cohort(table, name="simulated echo of unseen patients")
    results, failures = verbs.predict_cohort(
        model,
        cohort,
        out / "results",
        explain=True,
        progress=part(progress, 0.5, 0.85),
        plane_model=view_model,
    )
    cohort = replace(cohort, studies=tuple(viewed_once(view_model, own) for own in cohort))
    progress(0.85, "drawing pages")
    pages = write_pages(model, results[-SINGLE:], cohort, out / "results")
    evaluation = verbs.evaluate(model.system, results, cohort, model.development["inputs"])
    where = f"Pages on single patients, whose clips play: {pages[0].parent.relative_to(out)}."
    notes = (told, shown.note, where)
    context = Context(cohort, out / "results", summarize(model), failures, notes, case_drawer())
    page = write_report(evaluation, context, out)
    progress(1.0, "done")
    return page


def viewed_once(view_model: Model, study: Study) -> Study:
    """Return a study whose clips all have a view, asking the model only where one has none."""
    if all(role.view is not None for role in study.images):
        return study
    return viewed(view_model, study)[0]


def write_pages(
    model: Model, results: Sequence[Result], cohort: Cohort, folder: Path
) -> list[Path]:
    """Write a page on each result, with its clips playing.

    Args:
        model: What made the results.
        results: Of studies of the cohort.
        cohort: Where the clips are.
        folder: Folder that the results' file names are relative to.
    """
    studies = {study.key: study for study in cohort}
    pages = []
    for result in results:
        study = studies[result.subject, result.study]
        pictures = result_pictures(result, study, model.system, folder)
        path = page_path(folder, *study.key)
        write_single(result, model.system, summarize(model), path, pictures, study.facts)
        pages.append(path)
    return pages


def _told(model: Model, patients: int) -> str:
    return (
        "The model is the one that ships with CardioAI, which 'cardioai demo-model' trained on "
        f"{model.development['subjects']} simulated hearts; nothing was trained here. It judges "
        f"{patients} simulated patients whom it never saw."
    )


def _unnamed(study: Study) -> Study:
    """Return a study whose clips have numbers in place of views."""
    clips = [role for role in study.images if role.kind == "echo"]
    names = {}
    for number, clip in enumerate(clips, start=1):
        bare = Role("US", "echo", None, None if number == 1 else str(number))
        names |= {bare: clip, mask_of(bare): mask_of(clip)}
    return replace(study, images=Renamed(study.images, names))


def _without(study: Study, view: str) -> Study:
    kept = {role: role for role in study.images if role.view != view}
    return replace(study, images=Renamed(study.images, kept))
