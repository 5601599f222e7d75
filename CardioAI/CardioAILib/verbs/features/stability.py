"""The stability of a cohort's radiomics, beside its table of features."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from CardioAILib.errors import CardioAIError
from CardioAILib.progress import Progress, shares, silent, tracked
from CardioAILib.radiomics.stability import (
    PERTURBATIONS,
    Perturbation,
    Stability,
    SubjectReadings,
    only,
    read_subject,
    require_spread,
    summarize,
)
from CardioAILib.study import Cohort, Study
from CardioAILib.verbs.batch import write_failures
from CardioAILib.verbs.features.beside import failures_beside
from CardioAILib.verbs.features.parts import Request, require_request, require_structures
from CardioAILib.verbs.features.stabilitystacks import (
    Measurement,
    Unit,
    rated_features,
    settings_of_slices,
    stacks_of,
    studies_by_subject,
)
from CardioAILib.verbs.features.stabilitytable import write_table
from CardioAILib.verbs.features.table import require_table_path
from CardioAILib.verbs.gather import Failure, refusal

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """How stability is measured.

    Args:
        perturbations: What differs between readings.
        seed: Seed of every random choice.
        unit: Whose agreement is rated: that of subjects, by the mean over their slices; or of
            single slices, whose intervals are too narrow, since slices of one heart are alike.
    """

    perturbations: tuple[Perturbation, ...] = PERTURBATIONS
    seed: int = 0
    unit: Unit = "subject"


@dataclass(frozen=True)
class WrittenStability:
    """What was measured and written.

    Args:
        path: The table.
        found: Stability of the features of each input and structure.
        failures: Studies, or parts of them, that could not be read.
    """

    path: Path
    found: Mapping[Measurement, Stability]
    failures: tuple[Failure, ...]


def write_stability(
    request: Request,
    cohort: Cohort,
    out: Path,
    plan: Plan = Plan(),
    progress: Progress = silent,
) -> WrittenStability:
    """Perturb every study of a cohort, measure how its features agree, and write that as CSV.

    A subject is read, measured and forgotten; what stays is a row of features a reading.

    Args:
        request: What is measured, as for `write_features`.
        cohort: The studies; they need no truth.
        out: The table (see `beside.stability_beside`). A JSON file of the same name holds what is
            true of all rows, and failures go to a file beside it.
        plan: How.
        progress: Told the share done.

    Raises:
        InputError: The table cannot be written there, or the preset measures volumes.
        CohortError: Too few subjects, or slices, can be measured.
        CardioAIError: A study cannot be used, and the request is strict.
    """
    require_table_path(out)
    require_request(request)
    require_structures(request, cohort)
    settings, kept = settings_of_slices(request.preset), rated_features(request.preset)
    failures: list[Failure] = []
    read: dict[Measurement, list[SubjectReadings]] = {}
    subjects = studies_by_subject(cohort)
    for studies, own in shares(subjects, progress, "stability of subject"):
        for key, found in read_studies(request, studies, plan, failures, own):
            read.setdefault(key, []).append(found)
    found = {
        key: only(summarize(own, settings, plan.perturbations, plan.seed), kept)
        for key, own in rateable(read, plan, failures).items()
    }
    write_table(found, request.preset, plan.unit, plan.seed, out)
    write_failures(failures, failures_beside(out))
    return WrittenStability(out, found, tuple(failures))


def rateable(
    read: Mapping[Measurement, list[SubjectReadings]], plan: Plan, failures: list[Failure]
) -> dict[Measurement, list[SubjectReadings]]:
    """Return what was measured in two units or more; the others are named in the log.

    Raises:
        CohortError: There is nothing of the kind, or no perturbation.
    """
    most = max(map(len, read.values()), default=0)
    if most < 2 and failures:
        raise refusal(failures)
    require_spread(most, plan.perturbations)
    for key, own in read.items():
        if len(own) < 2:
            logger.warning("%s has one %s: no stability to measure", " ".join(key), plan.unit)
    return {key: own for key, own in read.items() if len(own) > 1}


def read_studies(
    request: Request,
    studies: Sequence[Study],
    plan: Plan,
    failures: list[Failure],
    progress: Progress,
) -> list[tuple[Measurement, SubjectReadings]]:
    """Measure the studies of one subject; what cannot be measured is added to `failures`.

    Raises:
        CardioAIError: A unit cannot be measured, and the request is strict.
    """
    stacks = stacks_of(request, studies, plan.unit, failures)
    units = [(key, *unit) for key, named in stacks.items() for unit in named.items()]
    found = []
    for key, name, own in tracked(units, progress, "reading"):
        try:
            engine = request.options.engine
            read = read_subject(name, own, plan.perturbations, plan.seed, engine)
            found.append((key, read))
        except CardioAIError as error:
            if request.strict:
                raise
            failures.append(Failure(*studies[0].key, f"{' '.join(key)}: {error}"))
    return found
