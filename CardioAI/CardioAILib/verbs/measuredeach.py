"""Every study of a cohort measured; those that cannot be are listed and passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from CardioAILib.errors import CardioAIError
from CardioAILib.progress import Progress, tracked
from CardioAILib.study import Cohort, Study
from CardioAILib.verbs.batch import write_failures
from CardioAILib.verbs.features.beside import failures_beside
from CardioAILib.verbs.features.table import nothing_measured
from CardioAILib.verbs.gather import Failure

Found = TypeVar("Found")


def measured_each(
    cohort: Cohort,
    measure: Callable[[Study], Found],
    failures: list[Failure],
    progress: Progress,
    label: str,
) -> Iterator[tuple[Study, Found]]:
    """Yield what was measured of each study that can be.

    Args:
        cohort: The studies.
        measure: What measures one.
        failures: Where the others are added, each with its reason.
        progress: Told the share done.
        label: What is measured, for people.
    """
    for study in tracked(cohort, progress, label):
        try:
            found = measure(study)
        except CardioAIError as error:
            failures.append(Failure(*study.key, str(error)))
            continue
        yield study, found


def list_failures(failures: Sequence[Failure], measured: int, out: Path) -> None:
    """Write the list of studies that could not be measured beside a table.

    Args:
        failures: Those studies.
        measured: How many could be.
        out: The table.

    Raises:
        CohortError: None could.
    """
    write_failures(list(failures), failures_beside(out))
    if failures and not measured:
        raise nothing_measured(list(failures), len(failures))
