"""Radiomics of a cohort as a table that grows row by row and appears whole."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from CardioAILib.errors import CohortError, InputError
from CardioAILib.io.atomic import whole_file
from CardioAILib.io.cohort import listing
from CardioAILib.progress import Progress, shares, silent
from CardioAILib.radiomics import Settings
from CardioAILib.radiomics.dispatch import prepare_engine
from CardioAILib.study import Cohort, Study
from CardioAILib.verbs.batch import write_failures
from CardioAILib.verbs.features.beside import failures_beside, forget_stability
from CardioAILib.verbs.features.names import names_beside, write_names
from CardioAILib.verbs.features.parts import Request, require_request, require_structures
from CardioAILib.verbs.features.rows import Measured, header_of, measure_study
from CardioAILib.verbs.gather import SHOWN_FAILURES, Failure

Measure = Callable[[Study, Progress], Measured]
"""Measures one study; for several processes it must travel between them."""


@dataclass(frozen=True)
class Written:
    """What a table of features holds.

    Args:
        path: The table.
        rows: Number of rows.
        studies: Number of studies that have a row.
        failures: Studies, or parts of them, that could not be measured.
    """

    path: Path
    rows: int
    studies: int
    failures: tuple[Failure, ...]


def write_features(
    request: Request,
    cohort: Cohort,
    out: Path,
    *,
    workers: int = 1,
    progress: Progress = silent,
) -> Written:
    """Measure every study of a cohort, and write the features as CSV; see `write_rows`.

    Args:
        request: What is measured of each study.
        cohort: The studies; they need no truth.
        out: The table; failures go to a file beside it (see `failures_beside`).
        workers: Processes that measure, each a study at a time; rows keep the cohort's order.
        progress: Told the share done.

    Returns:
        What was written.

    Raises:
        InputError: The table cannot be written there, or no study can answer the request.
        CohortError: No study can be measured.
        CardioAIError: A study cannot be used, where that is to end the call.
    """
    require_request(request)
    require_structures(request, cohort)
    prepare_processes(request, cohort, workers)
    measure = partial(measure_study, request)
    return write_rows(measure, header_of(request.preset), cohort, out, workers, progress)


def prepare_processes(request: Request, cohort: Cohort, workers: int) -> None:
    """Compile what several processes will use, once and announced: nobody reads their own logs."""
    settings = request.preset.settings
    if workers > 1 and len(cohort) > 1 and isinstance(settings, Settings):
        prepare_engine(request.options.engine, settings)


def write_rows(
    measure: Measure,
    header: Sequence[str],
    cohort: Cohort,
    out: Path,
    workers: int = 1,
    progress: Progress = silent,
    doing: str = "features of study",
) -> Written:
    """Write a table of what is measured of each study.

    A study is read, measured, written and forgotten, so memory does not grow with the cohort.
    `doing` is what progress is told of each.
    The table appears once all is done, or not at all. What lies beside an earlier table of that
    name is written anew or removed.

    Raises:
        InputError: The table cannot be written there.
        CohortError: No study can be measured; an earlier table stays, the reasons are listed.
        CardioAIError: As `measure`.
    """
    require_table_path(out)
    failures: list[Failure] = []
    rows, studies = 0, 0
    with whole_file(out, ".csv") as draft, draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for measured in _measured(measure, cohort, workers, progress, doing):
            writer.writerows(measured.rows)
            failures += measured.failures
            rows += len(measured.rows)
            studies += bool(measured.rows)
        if failures and not rows:
            write_failures(failures, failures_beside(out))
            raise nothing_measured(failures, len(cohort))
    forget_stability(out)
    write_names(header, names_beside(out))
    write_failures(failures, failures_beside(out))
    return Written(out, rows, studies, tuple(failures))


def nothing_measured(failures: Sequence[Failure], studies: int) -> CohortError:
    """Return the error that says why no study could be measured, each reason once."""
    whose: dict[str, list[str]] = {}
    for failure in failures:
        whose.setdefault(failure.reason.rstrip("."), []).append(failure.subject)
    told = [
        f"{'all' if len(own) == len(failures) > 1 else listing(list(dict.fromkeys(own)))}: {reason}"
        for reason, own in whose.items()
    ]
    more = f"; and {len(told) - SHOWN_FAILURES} more" if len(told) > SHOWN_FAILURES else ""
    return CohortError(
        got=f"nothing that could be measured (studies: {studies}): "
        f"{'; '.join(told[:SHOWN_FAILURES])}{more}",
        wanted="a study at least that can be measured",
        fix="mend what the reasons name; the list of failures beside the table holds them all",
    )


def require_table_path(out: Path) -> None:
    """Refuse a path that no table can be written to, before anything is computed.

    Raises:
        InputError: It is a folder, or lies under a file.
    """
    if out.is_dir():
        raise InputError(
            got=f"{out}, a folder",
            wanted="the name of a table",
            fix=f"name a file, as {out / 'features.csv'}",
        )
    above = next((folder for folder in out.absolute().parents if folder.exists()), None)
    if above is not None and not above.is_dir():
        raise InputError(
            got=f"{out}, which lies under the file {above.name}",
            wanted="a table in a folder",
            fix="choose another folder",
        )


def _measured(
    measure: Measure, cohort: Cohort, workers: int, progress: Progress, doing: str
) -> Iterator[Measured]:
    """Yield what was measured of each study, in the cohort's order."""
    if workers == 1 or len(cohort) < 2:
        for study, own in shares(cohort, progress, doing):
            yield measure(study, own)
        return
    from joblib import Parallel, delayed

    # As many studies at once as there are processes: what waits would fill the memory.
    pool = Parallel(n_jobs=workers, return_as="generator", pre_dispatch="n_jobs", batch_size=1)
    jobs = (delayed(measure)(study, silent) for study in cohort)
    with closing(pool(jobs)) as results:
        for done, measured in enumerate(results, start=1):
            progress(done / len(cohort), f"{doing} {done}/{len(cohort)}")
            yield measured
