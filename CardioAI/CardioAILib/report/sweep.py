"""What other thresholds would do, beside what the source printed of them."""

from __future__ import annotations

from collections.abc import Iterator

from CardioAILib.evaluate import OperatingPoint
from CardioAILib.report.printed import printed_sweep
from CardioAILib.report.tables import Rows, number
from CardioAILib.verbs.evaluation import Evaluation

HEADER = ["FP", "FN", "Se", "Sp", "PPV", "NPV"]


def sweep_rows(evaluation: Evaluation, arm: str) -> Rows:
    """Return a row a threshold: false calls and rates of an arm, then the printed ones.

    Args:
        evaluation: The evaluation.
        arm: Name of the arm; the source's sweep stands beside its own primary arm alone.
    """
    system = evaluation.system
    printed = printed_sweep(system.published, arm) if arm == system.primary else {}
    beside = [f"{name}, published" for name in HEADER] if printed else []
    rows = [["threshold", *HEADER, *beside]]
    for point in evaluation.arms[arm].sweep:
        threshold = round(point.threshold, 6)
        found = printed.get(threshold)
        empty = [""] * len(beside)
        rows.append([f"{threshold:g}", *_cells(point), *(_cells(found) if found else empty)])
    return rows


def sweep_lines(evaluation: Evaluation) -> Iterator[list[str]]:
    """Yield a line an arm and threshold, for machines."""
    yield ["arm", "threshold", *HEADER]
    for arm, found in evaluation.arms.items():
        for point in found.sweep:
            yield [arm, f"{point.threshold:g}", *_cells(point)]


def _cells(point: OperatingPoint) -> list[str]:
    rates = (point.sensitivity, point.specificity, point.ppv, point.npv)
    return [str(point.fp), str(point.fn), *map(number, rates)]
