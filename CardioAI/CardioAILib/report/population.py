"""Who was judged, or learned from: subjects by group, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from CardioAILib.learning import Item
from CardioAILib.report.byview import view_scores
from CardioAILib.results import Result
from CardioAILib.study import Cohort, Study
from CardioAILib.system import System
from CardioAILib.verbs.cells import items_of
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.evaluation import Evaluation
from CardioAILib.verbs.parts import TEST, TRAINING, VALIDATION
from CardioAILib.verbs.quantities import QuantityEvaluation

PARTS = (TRAINING, VALIDATION, TEST)
EVERYONE = "all"
SHOWS = "shows "
"""Start of the name of the fact whether a study shows a view."""


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

    What the class itself was read from is left out: it differs by class because it is the class.

    Args:
        evaluation: The evaluation.
        studies: Study of each result, by (subject, study).
    """
    system = evaluation.system
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for result, label in zip(evaluation.results, evaluation.labels, strict=True):
        facts = facts_of(system, result, studies.get((result.subject, result.study)))
        facts.pop(system.task.target, None)
        found.setdefault((result.subject, int(label)), facts)
    known = tuple((label, facts) for (_, label), facts in found.items())
    return Population(system.task.names, known, (*items_of(system), *view_items(system)))


def everyone(evaluation: QuantityEvaluation, studies: Sequence[Study]) -> Population:
    """Return the subjects that were judged as one group; one counts once, by the first study.

    Args:
        evaluation: The evaluation.
        studies: Study of each result.
    """
    system = evaluation.system
    found: dict[str, Mapping[str, Any]] = {}
    for result, study in zip(evaluation.results, studies, strict=True):
        found.setdefault(result.subject, facts_of(system, result, study))
    return Population((EVERYONE,), tuple((0, own) for own in found.values()), view_items(system))


def facts_of(system: System, result: Result, study: Study | None) -> dict[str, Any]:
    """Return what is known of a result's subject, and which optional views it shows."""
    shown = view_scores(result)
    views = {SHOWS + view: float(view in shown) for view in optional_views(system)}
    return {**result.measurements, **({} if study is None else study.facts), **views}


def optional_views(system: System) -> list[str]:
    """Return the views that have a truth of their own and that a study may lack."""
    inputs = system.inputs.items()
    return [name for name, needed in inputs if needed.optional and system.task.by_view]


def view_items(system: System) -> tuple[Item, ...]:
    """Return the questions which views a study shows."""
    views = optional_views(system)
    return tuple(Item(SHOWS + v, f"Shows {v}", "", 0.0, 1.0, "yes/no", "") for v in views)


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
