"""Who was judged, or learned from: subjects by group, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from CardioAILib.learning import Item
from CardioAILib.study import Cohort, Study
from CardioAILib.system import System
from CardioAILib.verbs.cells import items_of
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.evaluation import Evaluation
from CardioAILib.verbs.parts import TEST, TRAINING, VALIDATION

PARTS = (TRAINING, VALIDATION, TEST)


@dataclass(frozen=True)
class Population:
    """Subjects in groups.

    Args:
        names: Names of the groups.
        known: Group of each subject by its index, and what is known of the subject.
        items: Findings of a reader that are shown.
    """

    names: tuple[str, ...]
    known: tuple[tuple[int, Mapping[str, Any]], ...]
    items: tuple[Item, ...] = ()

    def of(self, column: str) -> list[list[Any]]:
        """Return the cells of a column, group by group, those that are empty left out."""
        cells = [(group, facts.get(column)) for group, facts in self.known]
        return [
            [cell for own, cell in cells if own == group and not _is_empty(cell)]
            for group in range(len(self.names))
        ]


def by_class(evaluation: Evaluation | ClassEvaluation, studies: Mapping[Any, Study]) -> Population:
    """Return the subjects that were judged by true class; one counts once a class, by its first.

    Args:
        evaluation: The evaluation.
        studies: Study of each result, by (subject, study).
    """
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for result, label in zip(evaluation.results, evaluation.labels, strict=True):
        study = studies.get((result.subject, result.study))
        facts = {} if study is None else study.facts
        found.setdefault((result.subject, int(label)), {**result.measurements, **facts})
    known = tuple((label, facts) for (_, label), facts in found.items())
    return Population(evaluation.system.task.names, known, items_of(evaluation.system))


def by_part(system: System, cohort: Cohort, parts: Mapping[str, str]) -> Population:
    """Return the subjects of development data by what they served for, by their first study.

    Args:
        system: The declaration.
        cohort: Their studies.
        parts: One of `PARTS` by subject.
    """
    facts: dict[str, Mapping[str, Any]] = {}
    for study in cohort:
        facts.setdefault(study.subject, study.facts)
    known = ((PARTS.index(parts[s]), own) for s, own in facts.items() if s in parts)
    return Population(PARTS, tuple(known), items_of(system))


def _is_empty(cell: Any) -> bool:
    return cell is None or cell == "" or cell != cell
