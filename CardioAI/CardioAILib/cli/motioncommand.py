"""The command of motion: volumes, ejection fraction and wall motion of segmented echo views."""

from __future__ import annotations

import logging
from argparse import Namespace
from pathlib import Path

from CardioAILib.cli.ownfile import require_other_file
from CardioAILib.cli.progressbar import progress_bar
from CardioAILib.cli.telling import tell_failures
from CardioAILib.io.atomic import whole_file
from CardioAILib.measurements.echo import EchoMeasured
from CardioAILib.report.motionbullseye import motion_png
from CardioAILib.report.motioncurves import draw_motion
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Study
from CardioAILib.verbs.batch import file_stem
from CardioAILib.verbs.features.beside import failures_beside
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.motion import write_motion

logger = logging.getLogger(__name__)


def motion(given: Namespace) -> int:
    """Write the motion of every study that can be measured."""
    require_other_file(given, "motion")

    def look(study: Study, found: EchoMeasured) -> None:
        if given.pictures:
            _write_pictures(study, found, given.out)

    studies = cohort_of(given.cohort)
    with progress_bar() as progress:
        written = write_motion(studies, given.out, seen=look, progress=progress)
    logger.info("wrote %s; studies: %d", given.out, written.studies)
    logger.info(RESEARCH_ONLY)
    return tell_failures(written.failures, failures_beside(given.out))


def _write_pictures(study: Study, found: EchoMeasured, out: Path) -> None:
    start, title = f"{out.stem}.{file_stem(*study.key)}", f"subject {study.subject}"
    draw_motion(found, out.with_name(f"{start}.curves.png"), f"Wall motion, {title}")
    with whole_file(out.with_name(f"{start}.bullseye.png"), ".png") as draft:
        draft.write_bytes(motion_png(found.values, "thickening", f"Systolic thickening, {title}"))
