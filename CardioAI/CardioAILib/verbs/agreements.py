"""How well readers agree: each with himself, with the others, and with the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.evaluate import Estimate, kappa_interval, wilson
from CardioAILib.evaluate.agreement import Weights
from CardioAILib.study import Study
from CardioAILib.system import Classes, System
from CardioAILib.verbs.classes import ReaderAgreement
from CardioAILib.verbs.positives import is_graded, positive_labels
from CardioAILib.verbs.readers import UNSAID, read_labels, readers_of

AGAIN = "_again"
"""How the name of a reader's second reading ends, as in `reader1_again`."""
MODEL = "model"
DRAWS = 1000
"""Draws of the interval of kappa."""
SAME, TWO, WITH_MODEL = "same reader", "two readers", "reader and model"


def reader_agreements(
    system: System, studies: Sequence[Study], called: np.ndarray
) -> tuple[ReaderAgreement, ...]:
    """Compare all pairs of first readings, each with its second one, and with the model.

    Args:
        system: The declaration.
        studies: Study of each result.
        called: Class that the model called (N,), -1 where it did not.

    Returns:
        Readers with themselves, then with each other, then with the model; pairs that share no
        study are left out.

    Raises:
        CohortError: A reader's cell is no class.
    """
    readings = {
        name: read_labels(system.task, name, studies) for name in readers_of(system, studies)
    }
    readings[MODEL] = called
    subjects = np.array([study.subject for study in studies])
    found = []
    for one, other, kind in _pairs([name for name in readings if name != MODEL]):
        both = np.flatnonzero((readings[one] != UNSAID) & (readings[other] != UNSAID))
        if len(both):
            read = readings[one][both], readings[other][both]
            found.append(agreement_of(system.task, (one, other, kind), read, subjects[both]))
    return tuple(found)


def _pairs(names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    first = [name for name in names if not name.endswith(AGAIN)]
    for name in first:
        if name + AGAIN in names:
            yield name, name + AGAIN, SAME
    for index, name in enumerate(first):
        yield from ((name, other, TWO) for other in first[index + 1 :])
    yield from ((name, MODEL, WITH_MODEL) for name in first)


def agreement_of(
    task: Classes,
    who: tuple[str, str, str],
    read: tuple[np.ndarray, np.ndarray],
    subjects: np.ndarray,
) -> ReaderAgreement:
    """Compare two readings of the same studies.

    Args:
        task: The task.
        who: Who read, who read again or beside him, and what kind of pair they are.
        read: Class that each named (N,).
        subjects: Subject of each study (N,).
    """
    same = read[0] == read[1]
    return ReaderAgreement(
        *who,
        n=len(same),
        agreement=Estimate(float(same.mean()), wilson(int(same.sum()), len(same))),
        kappa=_kappa(*read, subjects),
        kappa_positive=_kappa(*(is_among(task, own) for own in read), subjects)
        if task.positive
        else None,
        kappa_weighted=_kappa(*read, subjects, "quadratic") if is_graded(task) else None,
    )


def is_among(task: Classes, labels: np.ndarray) -> np.ndarray:
    """Say which labels (N,) are of the task's positive classes, as 0 and 1."""
    return np.isin(labels, positive_labels(task)).astype(int)


def _kappa(
    one: np.ndarray, other: np.ndarray, subjects: np.ndarray, weights: Weights | None = None
) -> Estimate | None:
    try:
        return kappa_interval(one, other, subjects, n=DRAWS, weights=weights)
    except CohortError:
        return None
