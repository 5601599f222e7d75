"""The command of late enhancement: extent and patterns of a cohort's short-axis stacks."""

from __future__ import annotations

import logging
from argparse import Namespace
from collections import Counter
from pathlib import Path

from CardioAILib.cli.ownfile import require_other_file
from CardioAILib.cli.progressbar import progress_bar
from CardioAILib.cli.telling import tell_failures
from CardioAILib.io import read_cohort
from CardioAILib.io.atomic import whole_file
from CardioAILib.measurements import Orientation
from CardioAILib.measurements.lge import SUGGESTION, LateEnhancement
from CardioAILib.report.lgebullseye import extent_png
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Study
from CardioAILib.verbs.batch import file_stem
from CardioAILib.verbs.enhancing import INSERTION, HowEnhanced, write_enhancement
from CardioAILib.verbs.features.beside import failures_beside

logger = logging.getLogger(__name__)


def lge(given: Namespace) -> int:
    """Write the late enhancement of every study that can be measured."""
    require_other_file(given, "late enhancement")
    place = Orientation(apex=given.apex, anterior_insertion=given.insertion)
    how = HowEnhanced(given.method, reference_of(given.reference), place)
    studies = read_cohort(given.cohort)

    without: Counter[str] = Counter()

    def look(study: Study, found: LateEnhancement) -> None:
        if not found.segments:
            without[why_no_segments(found)] += 1
        elif given.bullseye:
            _write_picture(study, found, given.out)

    with progress_bar() as progress:
        written = write_enhancement(studies, given.out, how, seen=look, progress=progress)
    logger.info("wrote %s; studies: %d", given.out, written.studies)
    for reason, count in without.items():
        undrawn = ", so no picture" if given.bullseye else ""
        logger.warning("%d of %d studies%s: %s", count, written.studies, undrawn, reason)
    logger.info("patterns: %s. %s", SUGGESTION, RESEARCH_ONLY)
    return tell_failures(written.failures, failures_beside(given.out))


def why_no_segments(found: LateEnhancement) -> str:
    """Return why a study has no values by segment, and what to do."""
    for finding in found.of_segments:
        if finding.check == "segments":
            return (
                f"{finding.message}; segment the RV cavity, or give --insertion DEGREES, or each "
                f"study's own angle in the cohort table's column '{INSERTION}'"
            )
    return "no values by segment: the method cannot tell what is enhanced; take another --method"


def reference_of(text: str) -> str | tuple[int, ...]:
    """Return a reference as it is asked for: segments where the text is numbers, as in "8,9"."""
    parts = [part.strip() for part in text.split(",")]
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else text


def _write_picture(study: Study, found: LateEnhancement, out: Path) -> None:
    path = out.with_name(f"{out.stem}.{file_stem(*study.key)}.png")
    title = f"Late enhancement, subject {study.subject}"
    with whole_file(path, ".png") as draft:
        draft.write_bytes(extent_png(found, title))
