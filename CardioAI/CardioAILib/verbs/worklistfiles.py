"""A worklist on disk: as JSON for programs, as CSV for people, and the scans that were refused."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from CardioAILib.codec import write_json
from CardioAILib.errors import CohortError
from CardioAILib.io.cohort import FILE_SEPARATOR
from CardioAILib.io.table import write_lines
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.system import System
from CardioAILib.verbs.batch import FAILURES
from CardioAILib.verbs.disagreement import DISAGREEMENT
from CardioAILib.verbs.planar import VISUAL_GRADE
from CardioAILib.verbs.worklistentry import FACTS, RATIOS, Entry, Refused, score_name

WORKLIST = "worklist.json"
TABLE = "worklist.csv"


def write_entries(entries: Sequence[Entry], system: System, origin: Any, folder: Path) -> None:
    """Write the list as JSON for programs and as CSV for people, each whole or not at all.

    Args:
        entries: The entries, in order.
        system: The declaration.
        origin: Provenance that the results share, or None where there is none.
        folder: The worklist's folder.
    """
    plain = {
        "note": RESEARCH_ONLY,
        "system": system.name,
        "sorted by": score_name(system),
        "origin": origin,
        "entries": [asdict(entry) for entry in entries],
    }
    write_json(plain, folder / WORKLIST)
    write_lines([_header(system), *_lines(entries, system, origin)], folder / TABLE)


def read_entries(folder: Path) -> tuple[Entry, ...]:
    """Read a list that `write_entries` wrote.

    Raises:
        CohortError: There is none, or it is none.
    """
    try:
        plain = json.loads((folder / WORKLIST).read_text(encoding="utf-8"))
        return tuple(_entry(row) for row in plain["entries"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CohortError(
            got=f"no {WORKLIST} that can be read ({type(error).__name__})",
            wanted="the folder of a finished worklist",
            fix="give the folder that 'cardioai worklist' wrote",
        ) from error


def write_refused(refused: Sequence[Refused], folder: Path) -> None:
    """Write the list of refused scans, or remove an old one where there are none.

    Args:
        refused: The scans, in the order of their files.
        folder: The worklist's folder.
    """
    path = folder / FAILURES
    if not refused:
        path.unlink(missing_ok=True)
        return
    rows = [(one.subject, one.study, FILE_SEPARATOR.join(one.files), one.reason) for one in refused]
    write_lines([("subject", "study", "files", "reason"), *rows], path)


def read_refused(folder: Path) -> tuple[Refused, ...]:
    """Read the list of refused scans; none where there is no list."""
    path = folder / FAILURES
    if not path.exists():
        return ()
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = (tuple(row.pop("files").split(FILE_SEPARATOR)) for row in rows)
    return tuple(Refused(files=own, **row) for own, row in zip(names, rows, strict=True))


def _entry(row: dict[str, Any]) -> Entry:
    lists = {name: tuple(row[name]) for name in ("files", "findings", "pictures")}
    return Entry(**{**row, **lists})


def _header(system: System) -> list[str]:
    names = [f"P({name})" for name in system.task.names]
    own = ["rank", "subject", "study", "files", score_name(system), "decision", *names]
    return [
        *own,
        *RATIOS,
        VISUAL_GRADE,
        DISAGREEMENT,
        *FACTS,
        "number_of_findings",
        "findings",
        *_ORIGIN,
    ]


_ORIGIN = ("system", "mode", "definition", "weights", "seed", "cardioai", "note")


def _lines(entries: Sequence[Entry], system: System, origin: Any) -> Iterable[list[object]]:
    made: list[object] = []
    if origin is not None:
        software = origin.versions["cardioai"]
        made = [origin.system, origin.mode, origin.definition, origin.weights, origin.seed]
        made += [software, RESEARCH_ONLY]
    for rank, entry in enumerate(entries, start=1):
        yield [
            *(rank, entry.subject, entry.study, FILE_SEPARATOR.join(entry.files)),
            *(f"{entry.score:.6f}", entry.decision),
            *(f"{entry.probabilities[name]:.6f}" for name in system.task.names),
            *(f"{entry.ratios[name]:.4f}" if name in entry.ratios else "" for name in RATIOS),
            "" if entry.visual is None else entry.visual,
            int(entry.disagrees),
            *(entry.facts.get(name, "") for name in FACTS),
            *(len(entry.findings), "; ".join(entry.findings)),
            *made,
        ]
