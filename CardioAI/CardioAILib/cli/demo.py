"""The demonstration: simulated hearts through every verb, small enough for two cores."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from CardioAILib.cli.demopart import Part, one_thread, run_part
from CardioAILib.cli.germaindemo import at_coarse_pixels, thin_pathology
from CardioAILib.phantoms import CLEAR_EFFECT, Grid, cardiomyopathy_cohort, hcm_cohort
from CardioAILib.progress import Progress, part, silent
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs.adapt import adapt

logger = logging.getLogger(__name__)

SCAR = Part(
    adapt(FAHMY_2022, folds=3, width=0.25, inner=2, rate=3e-4),
    partial(hcm_cohort, effect=CLEAR_EFFECT),
    development=48,
    test=32,
    epochs=12,
    note=f"The scar is planted {CLEAR_EFFECT:g} times as strong as the phantoms' usual.",
)

CARDIOMYOPATHY = Part(
    at_coarse_pixels(thin_pathology(folds=2, width=0.06)),
    partial(cardiomyopathy_cohort, size=Grid(slices=8, pixels=128, pixel_mm=2.0)),
    development=84,
    test=30,
    epochs=50,
    note="Classes differ in geometry alone, and their ranges overlap. The network sees half as "
    "many pixels along each side as the paper's, and starts from random weights.",
)
CARDIOMYOPATHY_FOLDER = "cardiomyopathy"

SCAR_SHARE = 0.7
"""Part of the time that scar screening takes."""


def run_demo(out: Path, seed: int, progress: Progress = silent) -> Path:
    """Show scar screening, and cardiomyopathies told apart in a folder within.

    Args:
        out: Folder for everything; finished models in it are used again.
        seed: Seed of hearts and training.
        progress: Told the share done.

    Returns:
        The path of the first report.
    """
    page = run_part(SCAR, out, seed, part(progress, 0.0, SCAR_SHARE, "scar"))
    beside = part(progress, SCAR_SHARE, 1.0, "cardiomyopathy")
    with one_thread():
        other = run_part(CARDIOMYOPATHY, out / CARDIOMYOPATHY_FOLDER, seed, beside)
    logger.info("normal, HCM or DCM: open %s", other)
    return page
