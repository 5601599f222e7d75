"""The command of late enhancement: extent and patterns of a cohort's short-axis stacks."""

from __future__ import annotations

import logging
from argparse import Namespace
from pathlib import Path

from CardioAILib.cli.progressbar import progress_bar
from CardioAILib.cli.telling import tell_failures
from CardioAILib.errors import InputError
from CardioAILib.io import read_cohort
from CardioAILib.io.atomic import whole_file
from CardioAILib.measurements import Orientation
from CardioAILib.measurements.lge import SUGGESTION, LateEnhancement
from CardioAILib.report.lgebullseye import extent_png
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Study
from CardioAILib.verbs.batch import file_stem
from CardioAILib.verbs.enhancing import HowEnhanced, write_enhancement
from CardioAILib.verbs.features.beside import failures_beside

logger = logging.getLogger(__name__)


def lge(given: Namespace) -> int:
    """Write the late enhancement of every study that can be measured."""
    if given.out.resolve() == given.cohort.resolve():
        raise InputError(
            got=f"{given.out} as the cohort and as the table of late enhancement",
            wanted="two files",
            fix="choose another --out",
        )
    place = Orientation(apex=given.apex, anterior_insertion=given.insertion)
    how = HowEnhanced(given.method, reference_of(given.reference), place)
    studies = read_cohort(given.cohort)

    def draw(study: Study, found: LateEnhancement) -> None:
        if given.bullseye and found.segments:
            _write_picture(study, found, given.out)

    with progress_bar() as progress:
        written = write_enhancement(studies, given.out, how, seen=draw, progress=progress)
    logger.info("wrote %s; studies: %d", given.out, written.studies)
    logger.info("patterns: %s. %s", SUGGESTION, RESEARCH_ONLY)
    return tell_failures(written.failures, failures_beside(given.out))


def reference_of(text: str) -> str | tuple[int, ...]:
    """Return a reference as it is asked for: segments where the text is numbers, as in "8,9"."""
    parts = [part.strip() for part in text.split(",")]
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else text


def _write_picture(study: Study, found: LateEnhancement, out: Path) -> None:
    path = out.with_name(f"{out.stem}.{file_stem(*study.key)}.png")
    title = f"Late enhancement, subject {study.subject}"
    with whole_file(path, ".png") as draft:
        draft.write_bytes(extent_png(found, title))
