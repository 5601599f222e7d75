"""The command of worklists: a folder of bone scans becomes a sorted list with thumbnails."""

from __future__ import annotations

import argparse
import logging
from argparse import Namespace
from pathlib import Path

from CardioAILib import verbs
from CardioAILib.cli.numbers import at_least
from CardioAILib.cli.progressbar import progress_bar
from CardioAILib.cli.telling import tell_model
from CardioAILib.report.worklistpage import write_worklist
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.batch import FAILURES
from CardioAILib.verbs.worklist import Worklist

logger = logging.getLogger(__name__)

TOLD = 5
"""Scans at the top of the list that are told."""


def add_worklist(commands: argparse._SubParsersAction) -> None:
    """Add the command."""
    own = commands.add_parser(
        "worklist", help="sort a folder of bone scans by the probability of cardiac uptake"
    )
    own.add_argument(
        "scans", type=Path, help="folder of DICOM files, cohort table (CSV), or one scan"
    )
    own.add_argument("--model", type=Path, required=True, help="folder of a model of halme2022")
    own.add_argument(
        "--out",
        type=Path,
        required=True,
        help="folder for the list and thumbnails: a new or empty one, or that of an earlier list "
        "by the same model, which is brought up to date",
    )
    own.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    own.add_argument(
        "--readers", type=at_least(1), help="threads that read and prepare scans; else up to 4"
    )
    own.set_defaults(command=worklist)


def worklist(given: Namespace) -> int:
    """Judge every scan, and write the list as a page and as a table."""
    model = verbs.load_model(given.model, device=given.device)
    with progress_bar() as progress:
        how = {"progress": progress, "readers": given.readers}
        listed, page = write_worklist(model, given.scans, given.out, **how)
    tell_model(model)
    tell(listed)
    logger.info("open %s", page)
    if listed.refused:
        logger.error("scans refused: %d; see %s", len(listed.refused), given.out / FAILURES)
    return 1 if listed.refused else 0


def tell(listed: Worklist) -> None:
    """Tell the top of the list."""
    logger.info("%d scans by %s, highest first", len(listed.entries), listed.sorted_by)
    for rank, entry in enumerate(listed.entries[:TOLD], start=1):
        told = f"{entry.decision}; answers disagree" if entry.disagrees else entry.decision
        logger.info("%d. %s: %.2f (%s)", rank, entry.subject, entry.score, told)
    if listed.kept:
        logger.info("of an earlier list in that folder, not judged anew: %d", listed.kept)
    if listed.passed:
        logger.info("files passed over: %d (no nuclear medicine)", listed.passed)
    logger.info(RESEARCH_ONLY)
