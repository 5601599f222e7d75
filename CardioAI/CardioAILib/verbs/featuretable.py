"""Radiomics of a cohort as a table, a row a slice."""

from __future__ import annotations

from pathlib import Path

from CardioAILib.examples import Examples
from CardioAILib.io.table import write_lines
from CardioAILib.learning import Radiomics
from CardioAILib.progress import Progress, shares, silent
from CardioAILib.radiomics import PAPER, RELEASED, SOUND, Settings
from CardioAILib.study import Cohort
from CardioAILib.system import System
from CardioAILib.verbs.batch import FAILURES, write_failures
from CardioAILib.verbs.gather import Failure, Options, attempt

PRESETS: dict[str, Settings] = {
    "fahmy2022": SOUND,
    "fahmy2022_paper": PAPER,
    "fahmy2022_released": RELEASED,
}
TABLE = "radiomics"


def write_features(
    system: System,
    cohort: Cohort,
    preset: str,
    out: Path,
    options: Options = Options(),
    progress: Progress = silent,
    *,
    strict: bool = False,
) -> list[Failure]:
    """Compute the features of every slice that shows the structure, and write them as CSV.

    Args:
        system: The declaration whose preparation and slices are used.
        cohort: The studies; they need no truth.
        preset: Name of a preset in `PRESETS`.
        out: The table; failures go to a file beside it (see `failures_beside`).
        options: How inputs are taken.
        progress: Told the share done.
        strict: Whether the first study that cannot be used ends the call.

    Returns:
        The studies that failed.

    Raises:
        CardioAIError: A study cannot be used, where that is to end the call.
    """
    feature = Radiomics(TABLE, PRESETS[preset])
    rows: list[list[object]] = [["subject", "study", "input", "slice", *feature.names({})]]
    failures: list[Failure] = []
    for study, own in shares(cohort, progress, "features of study"):
        told = None if strict else failures
        prepared = attempt(system, study, options, told, (feature,), progress=own)
        if prepared is not None:
            rows += _rows(prepared.examples, prepared.examples.tables[TABLE])
    write_lines(rows, out)
    write_failures(failures, failures_beside(out))
    return failures


def failures_beside(out: Path) -> Path:
    """Return where the failures of a feature table are listed."""
    return out.with_name(f"{out.stem}.{FAILURES}")


def _rows(examples: Examples, table: object) -> list[list[object]]:
    origin = zip(examples.subjects, examples.studies, examples.inputs, examples.slices, strict=True)
    return [[*own, *map(repr, values.tolist())] for own, values in zip(origin, table, strict=True)]
