"""The demonstration models: thin enough to travel with the extension.

They learn from simulated hearts and bone scans, those of scar screening from the strength that
Slicer's sample data show, which are not among them; their cards and their results say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from CardioAILib import verbs
from CardioAILib.cli.amyloiddemo import enhanced_hearts, near_the_heart, thin_amyloidosis
from CardioAILib.cli.demopart import one_thread
from CardioAILib.cli.echodemo import echo_clips, thin_echo, thin_echo_view, views_of_echo
from CardioAILib.cli.germaindemo import hearts_in_planes, thin_pathology, thin_plane
from CardioAILib.cli.scintigraphydemo import bone_scans, thin_grading
from CardioAILib.errors import InputError
from CardioAILib.learning import Run
from CardioAILib.phantoms import CLEAR_EFFECT, cardiomyopathy_cohort, hcm_cohort
from CardioAILib.progress import Progress, silent
from CardioAILib.study import Cohort
from CardioAILib.system import System
from CardioAILib.systems import FAHMY_2022, HALME_2022, HALME_2022_POSITIVE, SAHASHI_2024
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.workfolder import forget, unfinished


@dataclass(frozen=True)
class Demonstration:
    """How one demonstration model is made.

    Args:
        system: The declaration, thin.
        simulate: Draws the hearts that teach it, by their number and a seed.
        subjects: Number of hearts.
        epochs: Epochs of its networks.
    """

    system: System
    simulate: Callable[..., Cohort]
    subjects: int
    epochs: int


DEMONSTRATIONS = {
    "fahmy2022": Demonstration(
        adapt(FAHMY_2022, folds=3, width=0.1, inner=2, rate=1e-3),
        partial(hcm_cohort, effect=CLEAR_EFFECT),
        subjects=96,
        epochs=30,
    ),
    "germain2021": Demonstration(thin_pathology(), cardiomyopathy_cohort, subjects=144, epochs=50),
    "germain2021_plane": Demonstration(thin_plane(), hearts_in_planes, subjects=48, epochs=25),
    "martini2020": Demonstration(
        near_the_heart(thin_amyloidosis(steps=20)), enhanced_hearts, subjects=180, epochs=50
    ),
    "halme2022": Demonstration(thin_grading(HALME_2022), bone_scans, subjects=240, epochs=30),
    "halme2022_positive": Demonstration(
        thin_grading(HALME_2022_POSITIVE), bone_scans, subjects=240, epochs=30
    ),
    "sahashi2024": Demonstration(thin_echo(SAHASHI_2024), echo_clips, subjects=160, epochs=16),
    "echo_view": Demonstration(thin_echo_view(), views_of_echo, subjects=1400, epochs=16),
}
"""By the name of the system."""


def train_demo_model(
    out: Path, seed: int, progress: Progress = silent, system: str = "fahmy2022"
) -> Path:
    """Cross-fit a demonstration's arms on simulated hearts and save the model.

    Args:
        out: The model folder to appear; an interrupted training is taken up beside it.
        seed: Seed of hearts and training.
        progress: Told the share done.
        system: Name of a system in `DEMONSTRATIONS`.

    Returns:
        The model folder.

    Raises:
        InputError: The folder exists, or the system has no demonstration model.
    """
    if out.exists():
        raise InputError(got=f"{out}, which exists", wanted="a new folder", fix="choose another")
    demonstration = demonstration_of(system)
    work = unfinished(out)
    cohort = demonstration.simulate(demonstration.subjects, seed=seed)
    # One device, one thread and one arithmetic, so that a seed gives the same model again.
    run = Run(
        seed=seed,
        device="cpu",
        precision="float32",
        epochs=demonstration.epochs,
        folder=work,
        progress=progress,
    )
    with one_thread():
        verbs.save_model(verbs.fit(demonstration.system, cohort, run=run).model, out)
    forget(work)
    return out


def demonstration_of(system: str) -> Demonstration:
    """Return the demonstration of a system.

    Raises:
        InputError: It has none.
    """
    if system not in DEMONSTRATIONS:
        raise InputError(
            got=f"system '{system}'",
            wanted=f"one of {', '.join(DEMONSTRATIONS)}",
            fix="choose a system that has a demonstration model",
        )
    return DEMONSTRATIONS[system]
