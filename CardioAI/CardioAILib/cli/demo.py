"""The demonstration: simulated hearts and scans through every verb, for two cores."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from CardioAILib.cli.amyloiddemo import (
    COARSE_GRID,
    enhanced_hearts,
    near_the_heart,
    thin_amyloidosis,
)
from CardioAILib.cli.demopart import Part, one_thread, run_part
from CardioAILib.cli.echoshown import MISSING, Shown, echo_patients, run_shown
from CardioAILib.cli.germaindemo import at_coarse_pixels, thin_pathology
from CardioAILib.cli.scintigraphydemo import at_coarse_pixels as at_coarse_thorax
from CardioAILib.cli.scintigraphydemo import bone_scans, thin_grading
from CardioAILib.phantoms import CLEAR_EFFECT, Grid, cardiomyopathy_cohort, hcm_cohort
from CardioAILib.progress import Progress, part, silent
from CardioAILib.systems import FAHMY_2022, HALME_2022
from CardioAILib.verbs.adapt import adapt

logger = logging.getLogger(__name__)

SCAR = Part(
    adapt(FAHMY_2022, folds=2, width=0.25, inner=2, rate=3e-4),
    partial(hcm_cohort, effect=CLEAR_EFFECT),
    development=52,
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

AMYLOIDOSIS = Part(
    near_the_heart(thin_amyloidosis()),
    partial(enhanced_hearts, size=COARSE_GRID),
    development=108,
    test=40,
    epochs=20,
    note="The networks see a narrower field than the paper's, of fewer slices. The findings are "
    "those of a simulated reader, who errs.",
)
AMYLOIDOSIS_FOLDER = "amyloidosis"

SCINTIGRAPHY = Part(
    at_coarse_thorax(thin_grading(HALME_2022)),
    bone_scans,
    development=120,
    test=40,
    epochs=25,
    note="All grades are equally frequent, which they never are in patients. The network sees the "
    "paper's field in half as many pixels along each side, and starts from random weights.",
)
SCINTIGRAPHY_FOLDER = "scintigraphy"

ECHO = Shown(
    echo_patients,
    patients=16,
    note="Half of the ventricles are hypokinetic all over, which is easier to tell than a wall is. "
    "One patient's clips came without the names of their views, which the model of views that "
    f"ships gave them; another has no {MISSING}. The networks see half the paper's pixels along "
    "each side and half its frames. The control arm has no network: it is a regression over what "
    "the segmentations of the clips measure.",
)
ECHO_FOLDER = "echo"

SHARES = {
    "scar": (0.0, 0.4),
    "cardiomyopathy": (0.4, 0.57),
    "amyloidosis": (0.57, 0.69),
    "scintigraphy": (0.69, 0.8),
    "echo": (0.8, 1.0),
}
"""Part of the time that each takes."""


def run_demo(out: Path, seed: int, progress: Progress = silent) -> Path:
    """Show scar screening, and in folders within cardiomyopathies, amyloidosis, bone scans, echo.

    Args:
        out: Folder for everything; finished models in it are used again.
        seed: Seed of hearts and training.
        progress: Told the share done.

    Returns:
        The path of the first report.
    """
    page = run_part(SCAR, out, seed, _share(progress, "scar"))
    with one_thread():
        beside = _share(progress, "cardiomyopathy")
        other = run_part(CARDIOMYOPATHY, out / CARDIOMYOPATHY_FOLDER, seed, beside)
        logger.info("normal, HCM or DCM: open %s", other)
        beside = _share(progress, "amyloidosis")
        other = run_part(AMYLOIDOSIS, out / AMYLOIDOSIS_FOLDER, seed, beside)
        logger.info("amyloidosis from late enhancement: open %s", other)
        beside = _share(progress, "scintigraphy")
        other = run_part(SCINTIGRAPHY, out / SCINTIGRAPHY_FOLDER, seed, beside)
        logger.info("Perugini grade from bone scintigraphy: open %s", other)
        beside = _share(progress, "echo")
        if (other := run_shown(ECHO, out / ECHO_FOLDER, seed, beside)) is not None:
            logger.info("wall motion from echo: open %s", other)
    return page


def _share(progress: Progress, name: str) -> Progress:
    return part(progress, *SHARES[name], name)
