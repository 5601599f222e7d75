"""The commands of measurements: of a cohort's segmentations, and of its planar scans."""

from __future__ import annotations

import logging
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from CardioAILib.cli.ownfile import require_other_file
from CardioAILib.cli.progressbar import progress_bar
from CardioAILib.cli.telling import tell_failures
from CardioAILib.io import read_cohort
from CardioAILib.measurements.planar.perugini import CONFIRM
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort
from CardioAILib.verbs.features.beside import failures_beside
from CardioAILib.verbs.features.table import Written, require_table_path
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.measuring import write_measurements
from CardioAILib.verbs.studyfiles import studies_beside, write_studies
from CardioAILib.verbs.uptaking import write_uptake

logger = logging.getLogger(__name__)


def measurements(given: Namespace) -> int:
    """Write volumes, function and wall of every study that can be measured."""
    written = _write(given, "measurements", read_cohort, write_measurements)
    return tell_failures(written.failures, failures_beside(given.out))


def uptake(given: Namespace) -> int:
    """Write the uptake of every study that can be measured."""
    written = _write(given, "uptake", cohort_of, write_uptake)
    logger.info("grades: %s. %s", CONFIRM, RESEARCH_ONLY)
    return tell_failures(written.failures, failures_beside(given.out))


def _write(
    given: Namespace, content: str, read: Callable[[Path], Cohort], write: Callable[..., Written]
) -> Written:
    """Write a table of what is measured of each study, and say so."""
    require_table_path(given.out)
    require_other_file(given, content)
    studies = read(given.cohort)
    with progress_bar() as progress:
        written = write(studies, given.out, workers=given.workers, progress=progress)
    write_studies(studies, given.cohort, studies_beside(given.out))
    logger.info("wrote %s; studies: %d", given.out, written.studies)
    return written
