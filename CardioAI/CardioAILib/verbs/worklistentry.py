"""One line of a worklist: what a reader sorts by and looks at, without the images."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from CardioAILib.errors import InputError
from CardioAILib.results import Finding, Result
from CardioAILib.study import Fact, Study
from CardioAILib.system import System
from CardioAILib.verbs.disagreement import DISAGREEMENT, GRADE
from CardioAILib.verbs.planar import VISUAL_GRADE, is_planar
from CardioAILib.verbs.positives import asked, positive_probability

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
    return f"P({asked(system.task) or system.task.names[1]})"


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
        score=positive_probability(system.task, probabilities),
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
