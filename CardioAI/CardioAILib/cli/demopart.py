"""One part of the demonstration: simulated hearts through every verb, for one system."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from CardioAILib import verbs
from CardioAILib.cli.sliceviews import case_drawer
from CardioAILib.errors import ResumeError
from CardioAILib.io import read_cohort, save_cohort
from CardioAILib.learning import Run, networks_of
from CardioAILib.progress import Progress, part
from CardioAILib.report import Context, write_report
from CardioAILib.study import Cohort
from CardioAILib.system import CrossValidation, HoldOut, System
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.summary import summarize
from CardioAILib.verbs.workfolder import forget, unfinished

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """What one part of the demonstration shows.

    Args:
        system: The declaration, small enough for two cores.
        simulate: Draws hearts, by their number and a seed.
        development: Number of hearts that teach.
        test: Number of other hearts that are judged.
        epochs: Epochs of the networks.
        note: What is special, for the top of the page.
    """

    system: System
    simulate: Callable[..., Cohort]
    development: int
    test: int
    epochs: int
    note: str


def run_part(shown: Part, out: Path, seed: int, progress: Progress) -> Path:
    """Simulate two cohorts, train on one, predict and report the other.

    Args:
        shown: What is shown.
        out: Folder for everything; a finished model in it is used again.
        seed: Seed of hearts and training.
        progress: Told the share done.

    Returns:
        The report's path.
    """
    simulating = part(progress, 0.0, 0.1, "simulating")
    share = shown.development / (shown.development + shown.test)
    simulating(0.0, "development")
    development = _simulated(shown, "development", shown.development, seed, out)
    simulating(share, "test")
    test = _simulated(shown, "test", shown.test, seed + 1, out)
    model = trained(shown, development, seed, out, part(progress, 0.1, 0.85, "training"))
    results, failures = verbs.predict_cohort(
        model, test, out / "results", explain=True, progress=part(progress, 0.85, 0.97)
    )
    progress(0.97, "drawing the report")
    evaluation = verbs.evaluate(model.system, results, test, model.development["inputs"])
    notes = (shown.note, _training_told(shown))
    context = Context(test, out / "results", summarize(model), failures, notes, case_drawer())
    page = write_report(evaluation, context, out)
    progress(1.0, "done")
    return page


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute with one thread, as thin networks are fastest: others would only wait."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _training_told(shown: Part) -> str:
    networks = [
        network for arm in shown.system.arms.values() for network in networks_of(arm).values()
    ]
    widths = " and ".join(sorted({f"{arm.architecture.width:g}" for arm in networks}))
    rates = " and ".join(sorted({f"{arm.recipe.optimizer.rate:g}" for arm in networks}))
    return (
        f"Networks {widths} times as wide as the paper's, {shown.epochs} epochs at a learning rate "
        f"of {rates}, {_division_told(shown.system.protocol)}, trained on {shown.development} "
        "other simulated subjects."
    )


def _division_told(protocol: CrossValidation | HoldOut) -> str:
    if isinstance(protocol, HoldOut):
        return f"{protocol.test:.0%} held out once"
    return f"{protocol.folds} folds"


def trained(shown: Part, cohort: Cohort, seed: int, out: Path, progress: Progress) -> Model:
    """Train all arms, or load the model that an earlier demonstration left."""
    folder = out / "model"
    work = unfinished(folder)
    if folder.exists():
        return earlier_model(folder, shown.system, seed)
    run = Run(seed=seed, epochs=shown.epochs, folder=work, progress=progress)
    verbs.save_model(verbs.fit(shown.system, cohort, run=run).model, folder)
    forget(work)
    return verbs.load_model(folder, shown.system)


def earlier_model(folder: Path, system: System, seed: int) -> Model:
    """Load the model of an earlier demonstration.

    Raises:
        ResumeError: It was another demonstration.
    """
    model = verbs.load_model(folder, system)
    if model.provenance.seed != seed:
        raise ResumeError(
            got=f"{folder}, a model of seed {model.provenance.seed}",
            wanted=f"a model of seed {seed}",
            fix="choose another --out, or remove that folder to train again",
        )
    logger.info("using the model in %s; remove that folder to train again", folder)
    return model


def _simulated(shown: Part, name: str, count: int, seed: int, out: Path) -> Cohort:
    """Draw a cohort, write it as files, and read it back as a user's would be."""
    table = save_cohort(shown.simulate(count, seed=seed), out / "data" / name)
    return read_cohort(table, name=f"simulated {name} cohort")
