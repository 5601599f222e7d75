"""The command of measurements: volumes, function and wall of a cohort's segmentations."""

from __future__ import annotations

import logging
from argparse import Namespace

from CardioAILib.cli.progressbar import progress_bar
from CardioAILib.cli.telling import tell_failures
from CardioAILib.errors import InputError
from CardioAILib.io import read_cohort
from CardioAILib.verbs.features.beside import failures_beside
from CardioAILib.verbs.features.table import require_table_path
from CardioAILib.verbs.measuring import write_measurements

logger = logging.getLogger(__name__)


def measurements(given: Namespace) -> int:
    """Write the measurements of every study that can be measured."""
    require_table_path(given.out)
    if given.out.resolve() == given.cohort.resolve():
        raise InputError(
            got=f"{given.out} as the cohort and as the table of measurements",
            wanted="two files",
            fix="choose another --out",
        )
    studies = read_cohort(given.cohort)
    with progress_bar() as progress:
        written = write_measurements(studies, given.out, workers=given.workers, progress=progress)
    logger.info("wrote %s; studies: %d", given.out, written.studies)
    return tell_failures(written.failures, failures_beside(given.out))
