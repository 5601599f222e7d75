"""One line of a worklist: what a reader sorts by and looks at, without the images."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from CardioAILib.codec import write_json
from CardioAILib.errors import CohortError, InputError
from CardioAILib.io.cohort import FILE_SEPARATOR
from CardioAILib.io.table import write_lines
from CardioAILib.results import RESEARCH_ONLY, Finding, Result
from CardioAILib.study import Fact, Study
from CardioAILib.system import System
from CardioAILib.verbs.batch import FAILURES
from CardioAILib.verbs.disagreement import DISAGREEMENT, GRADE
from CardioAILib.verbs.planar import VISUAL_GRADE, is_planar

WORKLIST = "worklist.json"
TABLE = "worklist.csv"
POSITIVE = 2
"""Lowest Perugini grade that speaks for cardiac amyloidosis."""

RATIOS = ("heart_to_contralateral", "heart_to_ribs", "heart_to_sternum")
"""Measurements of a result that a worklist shows."""
FACTS = ("delay_min", "counts_anterior", "acquisition", "radiopharmaceutical", "isotope")
"""Facts of a study that a worklist shows, where the header or the table tells them."""


@dataclass(frozen=True)
class Entry:
    """A scan with its result.

    Args:
        subject: Pseudonym.
        study: Study within the subject.
        files: The scan's files relative to the folder that was given, or to the cohort table;
            their owner named them, perhaps after the patient.
        score: What the list is sorted by, 0 to 1 (see `score_name`).
        decision: Decided class.
        probabilities: Probability of each class, by its name.
        ratios: The measurements of `RATIOS`; what could not be measured is left out.
        visual: Perugini grade that the visual rule suggests, or None.
        findings: Doubts, as "check: message".
        facts: The facts of `FACTS` that are known.
        pictures: Files of the whole scan and of the heart, relative to the worklist's folder.
    """

    subject: str
    study: str
    files: tuple[str, ...]
    score: float
    decision: str
    probabilities: Mapping[str, float]
    ratios: Mapping[str, float] = field(default_factory=dict)
    visual: int | None = None
    findings: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    pictures: tuple[str, ...] = ()

    @property
    def disagrees(self) -> bool:
        """Whether the network and the visual rule, or the model's networks, contradict."""
        return any(finding.startswith(f"{DISAGREEMENT}:") for finding in self.findings)


@dataclass(frozen=True)
class Refused:
    """A scan that gave no result, and why.

    Args:
        subject: Pseudonym.
        study: Study within the subject.
        files: Its files, relative to what was given.
        reason: What is wrong, and how to mend it.
    """

    subject: str
    study: str
    files: tuple[str, ...]
    reason: str


def require_grades(system: System) -> None:
    """Refuse a system that does not grade planar scans.

    Raises:
        InputError: See above.
    """
    if not is_planar(system) or system.task.target != GRADE:
        raise InputError(
            got=f"a model of {system.name}",
            wanted="a model that grades planar scintigraphy, as one of halme2022",
            fix="choose such a model, or judge the cohort with 'cardioai predict'",
        )


def score_name(system: System) -> str:
    """Return what a worklist is sorted by."""
    return f"P(grade >= {POSITIVE})" if system.task.several else f"P({system.task.names[1]})"


def entry_of(
    system: System,
    result: Result,
    study: Study,
    files: Sequence[str],
    pictures: Sequence[str] = (),
    shared: Container[Finding] = (),
) -> Entry:
    """Return the line of a result.

    Args:
        system: The declaration.
        result: The result.
        study: The study; only its facts are looked at.
        files: The scan's files, relative.
        pictures: Files of the whole scan and of the heart, relative.
        shared: What is told once of all scans, as of a model that knows simulated ones only.
    """
    found = result.arms[result.primary]
    probabilities = found.probabilities or (1.0 - found.score, found.score)
    # What could not be measured is nan, and null once it was written.
    known = {k: v for k, v in result.measurements.items() if v is not None and math.isfinite(v)}
    return Entry(
        *study.key,
        files=tuple(files),
        score=float(np.sum(probabilities[POSITIVE if system.task.several else 1 :])),
        decision=found.decision or "none without a threshold",
        probabilities=dict(zip(system.task.names, probabilities, strict=True)),
        ratios={name: known[name] for name in RATIOS if name in known},
        visual=int(known[VISUAL_GRADE]) if VISUAL_GRADE in known else None,
        findings=tuple(f"{f.check}: {f.message}" for f in result.findings if f not in shared),
        facts={name: study.facts[name] for name in FACTS if name in study.facts},
        pictures=tuple(pictures),
    )


def ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries with the highest score first, equal ones by their key."""
    return tuple(sorted(entries, key=lambda entry: (-entry.score, entry.subject, entry.study)))


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
