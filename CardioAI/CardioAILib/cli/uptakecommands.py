"""The command of uptake: ratios of the heart on a cohort's planar scans."""

from __future__ import annotations

import logging
from argparse import Namespace

from CardioAILib.cli.progressbar import progress_bar
from CardioAILib.cli.telling import tell_failures
from CardioAILib.errors import InputError
from CardioAILib.measurements.planar.perugini import CONFIRM
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.features.beside import failures_beside
from CardioAILib.verbs.features.table import require_table_path
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.uptaking import write_uptake

logger = logging.getLogger(__name__)


def uptake(given: Namespace) -> int:
    """Write the uptake of every study that can be measured."""
    require_table_path(given.out)
    if given.out.resolve() == given.cohort.resolve():
        raise InputError(
            got=f"{given.out} as the cohort and as the table of uptake",
            wanted="two files",
            fix="choose another --out",
        )
    studies = cohort_of(given.cohort)
    with progress_bar() as progress:
        written = write_uptake(studies, given.out, workers=given.workers, progress=progress)
    logger.info("wrote %s; studies: %d", given.out, written.studies)
    logger.info("grades: %s. %s", CONFIRM, RESEARCH_ONLY)
    return tell_failures(written.failures, failures_beside(given.out))
