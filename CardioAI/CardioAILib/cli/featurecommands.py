"""The commands of radiomics: features of a cohort with their stability, and presets."""

from __future__ import annotations

import logging
from argparse import Namespace
from functools import partial
from pathlib import Path

from CardioAILib.cli.commands import options_of
from CardioAILib.cli.ownfile import require_other_file
from CardioAILib.cli.progressbar import progress_bar
from CardioAILib.cli.telling import tell_failures
from CardioAILib.errors import InputError
from CardioAILib.io import read_cohort
from CardioAILib.measurements import AUTO, Orientation
from CardioAILib.report.stabilityplot import draw_stability
from CardioAILib.study import Cohort
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs.features.beside import failures_beside, figure_beside, stability_beside
from CardioAILib.verbs.features.byregion import write_region_features
from CardioAILib.verbs.features.parts import Request
from CardioAILib.verbs.features.presetfiles import find_preset, save_preset
from CardioAILib.verbs.features.stability import write_stability
from CardioAILib.verbs.features.stabilitystacks import rated_features
from CardioAILib.verbs.features.table import require_table_path, write_features

logger = logging.getLogger(__name__)


def radiomics(given: Namespace) -> int:
    """Write the features of every study that can be used."""
    require_table_path(given.out)
    require_other_file(given, "features")
    request = Request(
        FAHMY_2022,
        find_preset(given.preset),
        options_of(given),
        tuple(given.structure or ()),
        tuple(given.input or ()),
        given.frames,
    )
    if given.stability:
        _require_slices(request, given.regions)
    place = _orientation(given)
    studies = read_cohort(given.cohort)
    write = write_features
    if given.regions is not None:
        write = partial(write_region_features, by=given.regions, orientation=place)
    with progress_bar() as progress:
        written = write(request, studies, given.out, workers=given.workers, progress=progress)
    logger.info("wrote %s; studies: %d, rows: %d", given.out, written.studies, written.rows)
    status = tell_failures(written.failures, failures_beside(given.out))
    return max(status, _stability(request, studies, given.out)) if given.stability else status


def _orientation(given: Namespace) -> Orientation:
    """Return what is known of the hearts' place; without regions nothing would ask for it."""
    place = Orientation(apex=given.apex, anterior_insertion=given.insertion)
    if given.regions is None and place != AUTO:
        raise InputError(
            got="--apex or --insertion without --regions",
            wanted="regions, whose place they tell",
            fix="add --regions, or leave them out",
        )
    return place


def _require_slices(request: Request, regions: str | None) -> None:
    """Refuse a stability that is not offered before anything is computed."""
    rated_features(request.preset)
    if regions is not None:
        raise InputError(
            got="--stability with --regions",
            wanted="the stability of whole structures",
            fix="leave one of them out, and make two calls",
        )


def _stability(request: Request, studies: Cohort, features: Path) -> int:
    """Write the stability of the features beside them, with a figure each."""
    out = stability_beside(features)
    with progress_bar() as progress:
        written = write_stability(request, studies, out, progress=progress)
    logger.info("wrote %s", out)
    for (name, structure), found in written.found.items():
        figure = figure_beside(out, name, structure)
        draw_stability(found, figure, f"{name}, {structure}")
        logger.info("wrote %s", figure)
    return tell_failures(written.failures, failures_beside(out))


def preset(given: Namespace) -> int:
    """Write a preset, built in or from a parameter file of pyradiomics, as a preset file."""
    found = find_preset(given.preset)
    save_preset(found, given.out)
    logger.info("wrote %s: preset %s, %s", given.out, found.name, found.digest)
    return 0
