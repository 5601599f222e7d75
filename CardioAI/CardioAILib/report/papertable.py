"""Areas, accuracy, precision and recall of each class, the printed ones beside them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from CardioAILib.evaluate import Estimate, OperatingPoint
from CardioAILib.published import PublishedArm
from CardioAILib.report.tables import Rows
from CardioAILib.system import System
from CardioAILib.verbs.classes import ClassEvaluation
from CardioAILib.verbs.evaluation import Evaluation

ABSENT = "-"
OF_TWO = (
    {"recall": "specificity", "precision": "npv"},
    {"recall": "sensitivity", "precision": "ppv"},
)
"""What recall and precision of class 0 and class 1 are called where there are two."""


@dataclass(frozen=True)
class Figures:
    """What is told of one arm.

    Args:
        auc: Of two classes, or the mean over several.
        accuracy: Share called right.
        class_auc: AUC of each of several classes against the rest; empty for two.
        precision: Of each class (K,); None where nothing was called so.
        recall: Of each class (K,); None where nothing is so.
    """

    auc: Estimate | None
    accuracy: Estimate
    class_auc: tuple[Estimate | None, ...]
    precision: tuple[Estimate | None, ...]
    recall: tuple[Estimate | None, ...]


def prints_table(system: System) -> bool:
    """Say whether the source prints area and accuracy of its arms, and no counts."""
    arms = [arm for own in system.published.tests.values() for arm in own.values()]
    return any(arm.auc is not None and arm.accuracy is not None for arm in arms) and not any(
        arm.confusion for arm in arms
    )


def paper_rows(evaluation: Evaluation | ClassEvaluation) -> Rows:
    """Return a row a figure, a column an arm, and one beside it for what is printed of that arm."""
    system = evaluation.system
    names = system.task.names
    found = {arm: figures_of(evaluation, arm) for arm in evaluation.arms}
    _, printed = next(iter(system.published.tests.items()), ("", {}))
    rows = [["", *(cell for arm in found for cell in (f"{arm}, here", f"{arm}, published"))]]
    for title, ours, theirs in _lines(names, found, printed):
        rows.append([title, *(cell for pair in zip(ours, theirs, strict=True) for cell in pair)])
    return rows


def figures_of(evaluation: Evaluation | ClassEvaluation, arm: str) -> Figures:
    """Return the figures of an arm of two classes or of several."""
    if isinstance(evaluation, ClassEvaluation):
        own = evaluation.arms[arm]
        called, true = own.confusion.sum(axis=0), own.confusion.sum(axis=1)
        return Figures(
            own.macro_auc,
            own.accuracy,
            own.auc,
            tuple(e if n else None for e, n in zip(own.precision, called, strict=True)),
            tuple(e if n else None for e, n in zip(own.recall, true, strict=True)),
        )
    two = evaluation.arms[arm]
    rates = {
        kind: tuple(_rate(two.operating, names[kind]) for names in OF_TWO)
        for kind in ("precision", "recall")
    }
    accuracy = Estimate(two.operating.accuracy, two.operating.interval("accuracy"))
    return Figures(two.auc, accuracy, (), rates["precision"], rates["recall"])


def _rate(point: OperatingPoint, name: str) -> Estimate | None:
    value = getattr(point, name)
    return Estimate(value, point.interval(name)) if math.isfinite(value) else None


def _lines(
    names: Sequence[str], found: Mapping[str, Figures], printed: Mapping[str, PublishedArm]
) -> list[tuple[str, list[str], list[str]]]:
    """Return each row's title, our cells and the printed ones, an arm each."""
    several = len(names) > 2
    theirs = [printed.get(arm) for arm in found]
    ours = list(found.values())
    lines = [
        ("AUC, mean over classes" if several else "AUC",
         [_text(own.auc) for own in ours], [_printed(arm, "auc") for arm in theirs]),
        ("accuracy",
         [_text(own.accuracy) for own in ours], [_printed(arm, "accuracy") for arm in theirs]),
    ]  # fmt: skip
    for index, name in enumerate(names):
        if several:
            lines.append(
                (f"AUC, {name}", [_at(o.class_auc, index) for o in ours], [ABSENT] * len(ours))
            )
    for kind in ("precision", "recall"):
        for index, name in enumerate(names):
            own = [_at(getattr(figures, kind), index) for figures in ours]
            lines.append((f"{kind}, {name}", own, [_printed_at(a, kind, index) for a in theirs]))
    return lines


def _at(values: Sequence[Estimate | None], index: int) -> str:
    return _text(values[index] if index < len(values) else None)


def _text(estimate: Estimate | None) -> str:
    return ABSENT if estimate is None else str(estimate)


def _printed(arm: PublishedArm | None, field: str) -> str:
    value = None if arm is None else getattr(arm, field)
    return ABSENT if value is None else f"{value:.2f}"


def _printed_at(arm: PublishedArm | None, kind: str, index: int) -> str:
    values = () if arm is None else getattr(arm, kind)
    value = values[index] if index < len(values) else None
    return ABSENT if value is None else f"{value:.2f}"
