"""Another reader's labels beside the truth and the model's answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from CardioAILib.errors import CohortError
from CardioAILib.evaluate import Estimate, cohen_kappa, mcnemar, wilson
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.task import SEGMENTS, Classes
from CardioAILib.verbs.classes import Discrepancy, ReaderComparison

NO_READERS = ("source", "kind", "drawn")
"""Endings of target columns that say something else."""

UNSAID = -1


def compare_readers(
    system: System, studies: Sequence[Study], labels: np.ndarray, called: np.ndarray
) -> tuple[ReaderComparison, ...]:
    """Compare every reader whose column `<target>_<reader>` the cohort table has.

    Args:
        system: The declaration.
        studies: Study of each result.
        labels: Truth of each (N,).
        called: Class that the model called (N,), -1 where it did not.

    Raises:
        CohortError: A reader's cell is no class.
    """
    found = (
        _compare(system, name, studies, labels, called) for name in readers_of(system, studies)
    )
    return tuple(comparison for comparison in found if comparison is not None)


def readers_of(system: System, studies: Sequence[Study]) -> list[str]:
    """Return the readers that the columns of the cohort table name."""
    start = f"{system.task.target}_"
    columns = dict.fromkeys(name for study in studies for name in study.facts)
    named = [name.removeprefix(start) for name in columns if name.startswith(start)]
    # What a view shows, and where, is no other reader's word.
    by_view = (*system.inputs, SEGMENTS.removeprefix("_")) if system.task.by_view else ()
    return [name for name in named if name not in (*NO_READERS, *by_view)]


def read_labels(task: Classes, reader: str, studies: Sequence[Study]) -> np.ndarray:
    """Return a reader's label of each study (N,), -1 where he gave none.

    Raises:
        CohortError: A cell is no class.
    """
    own = replace(task, target=f"{task.target}_{reader}")
    found = [own.label(study) for study in studies]
    return np.array([UNSAID if label is None else label for label in found], int)


def _compare(
    system: System, reader: str, studies: Sequence[Study], labels: np.ndarray, called: np.ndarray
) -> ReaderComparison | None:
    read = read_labels(system.task, reader, studies)
    both = np.flatnonzero((read != UNSAID) & (called != UNSAID))
    if not len(both):
        return None
    truth, his, model = labels[both], read[both], called[both]
    return ReaderComparison(
        reader=reader,
        n=len(both),
        accuracy=_share(his == truth),
        model_accuracy=_share(model == truth),
        agreement=_share(his == model),
        kappa_truth=_or_none(cohen_kappa, his, truth),
        kappa_model=_or_none(cohen_kappa, his, model),
        p=mcnemar(his == truth, model == truth),
        discrepancies=tuple(_discrepancies(system, [studies[i] for i in both], truth, his, model)),
    )


def _discrepancies(
    system: System, studies: Sequence[Study], truth: np.ndarray, his: np.ndarray, model: np.ndarray
) -> list[Discrepancy]:
    names = system.task.names
    rows = zip(studies, truth, his, model, strict=True)
    return [
        Discrepancy(*study.key, names[t], names[r], names[m])
        for study, t, r, m in rows
        if not t == r == m
    ]


def _share(hits: np.ndarray) -> Estimate:
    return Estimate(float(hits.mean()), wilson(int(hits.sum()), len(hits)))


def _or_none(kappa: Callable[..., float], one: np.ndarray, other: np.ndarray) -> float | None:
    try:
        return kappa(one, other)
    except CohortError:
        return None
