"""The demonstration: simulated hearts through every verb, small enough for two cores."""

from __future__ import annotations

import logging
from pathlib import Path

from CardioAILib import verbs
from CardioAILib.cli.sliceviews import case_drawer
from CardioAILib.errors import ResumeError
from CardioAILib.io import read_cohort, save_cohort
from CardioAILib.learning import Run
from CardioAILib.phantoms import CLEAR_EFFECT, hcm_cohort
from CardioAILib.progress import Progress, part, silent
from CardioAILib.report import Context, write_report
from CardioAILib.study import Cohort
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.summary import summarize
from CardioAILib.verbs.workfolder import forget, unfinished

logger = logging.getLogger(__name__)

DEVELOPMENT, TEST = 48, 32
WIDTH, FOLDS, INNER, EPOCHS, RATE = 0.25, 3, 2, 12, 3e-4


def run_demo(out: Path, seed: int, progress: Progress = silent) -> Path:
    """Simulate two cohorts, train on one, predict and report the other.

    Args:
        out: Folder for everything; a finished model in it is used again.
        seed: Seed of hearts and training.
        progress: Told the share done.

    Returns:
        The report's path.
    """
    simulating = part(progress, 0.0, 0.1, "simulating")
    development = simulated("development", DEVELOPMENT, seed, out, simulating)
    test = simulated("test", TEST, seed + 1, out, simulating)
    model = trained(development, seed, out, part(progress, 0.1, 0.85, "training"))
    results, failures = verbs.predict_cohort(
        model, test, out / "results", explain=True, progress=part(progress, 0.85, 0.97)
    )
    progress(0.97, "drawing the report")
    evaluation = verbs.evaluate(model.system, results, test, model.development["inputs"])
    note = (
        f"The scar is planted {CLEAR_EFFECT:g} times as strong as the phantoms' usual. "
        f"Networks {WIDTH:g} times as wide as the paper's, "
        f"{EPOCHS} epochs at a learning rate of {RATE:g}, {FOLDS} folds, trained on "
        f"{len(development)} other simulated subjects."
    )
    context = Context(test, out / "results", summarize(model), failures, (note,), case_drawer())
    page = write_report(evaluation, context, out)
    progress(1.0, "done")
    return page


def simulated(name: str, count: int, seed: int, out: Path, progress: Progress) -> Cohort:
    """Draw a cohort, write it as files, and read it back as a user's would be."""
    progress(0.0 if name == "development" else DEVELOPMENT / (DEVELOPMENT + TEST), name)
    table = save_cohort(hcm_cohort(count, seed=seed, effect=CLEAR_EFFECT), out / "data" / name)
    return read_cohort(table, name=f"simulated {name} cohort")


def trained(cohort: Cohort, seed: int, out: Path, progress: Progress) -> Model:
    """Train all arms thin, or load the model that an earlier demonstration left."""
    folder = out / "model"
    work = unfinished(folder)
    if folder.exists():
        return earlier_model(folder, seed)
    system = adapt(FAHMY_2022, folds=FOLDS, width=WIDTH, inner=INNER, rate=RATE)
    run = Run(seed=seed, epochs=EPOCHS, folder=work, progress=progress)
    verbs.save_model(verbs.fit(system, cohort, run=run).model, folder)
    forget(work)
    return verbs.load_model(folder, FAHMY_2022)


def earlier_model(folder: Path, seed: int) -> Model:
    """Load the model of an earlier demonstration.

    Raises:
        ResumeError: It was another demonstration.
    """
    model = verbs.load_model(folder, FAHMY_2022)
    if model.provenance.seed != seed:
        raise ResumeError(
            got=f"{folder}, a model of seed {model.provenance.seed}",
            wanted=f"a model of seed {seed}",
            fix="choose another --out, or remove that folder to train again",
        )
    logger.info("using the model in %s; remove that folder to train again", folder)
    return model
