"""The demonstration model: every arm, thin enough to travel with the extension.

It learns from simulated hearts of the strength that Slicer's sample data show, which are not
among them, and its card and its results say so.
"""

from __future__ import annotations

from pathlib import Path

from CardioAILib import verbs
from CardioAILib.errors import InputError
from CardioAILib.learning import Run
from CardioAILib.phantoms import CLEAR_EFFECT, hcm_cohort
from CardioAILib.progress import Progress, silent
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.workfolder import forget, unfinished

SUBJECTS = 96
WIDTH, FOLDS, INNER, EPOCHS, RATE = 0.1, 3, 2, 30, 1e-3


def train_demo_model(out: Path, seed: int, progress: Progress = silent) -> Path:
    """Cross-fit all arms on simulated hearts and save the model.

    Args:
        out: The model folder to appear; an interrupted training is taken up beside it.
        seed: Seed of hearts and training.
        progress: Told the share done.

    Returns:
        The model folder.

    Raises:
        InputError: The folder exists.
    """
    if out.exists():
        raise InputError(got=f"{out}, which exists", wanted="a new folder", fix="choose another")
    work = unfinished(out)
    system = adapt(FAHMY_2022, folds=FOLDS, width=WIDTH, inner=INNER, rate=RATE)
    cohort = hcm_cohort(SUBJECTS, seed=seed, effect=CLEAR_EFFECT)
    # One device and one arithmetic, so that a seed gives the same model again.
    run = Run(
        seed=seed,
        device="cpu",
        precision="float32",
        epochs=EPOCHS,
        folder=work,
        progress=progress,
    )
    verbs.save_model(verbs.fit(system, cohort, run=run).model, out)
    forget(work)
    return out
