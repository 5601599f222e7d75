"""What a source printed of an arm, as rates: as it gives them, or out of its counts."""

from __future__ import annotations

from collections.abc import Iterator

from CardioAILib.evaluate import OperatingPoint
from CardioAILib.published import Published, PublishedArm
from CardioAILib.system import System

PRINTED_THRESHOLD = 0.5
"""Threshold of printed counts; their rates do not depend on it."""


def counts_of(arm: PublishedArm) -> OperatingPoint | None:
    """Return the printed counts of two classes, or None where there are none."""
    if len(arm.confusion) != 2:
        return None
    (tn, fp), (fn, tp) = arm.confusion
    return OperatingPoint(PRINTED_THRESHOLD, tp, fp, tn, fn)


def tests_with_counts(system: System, arm: str) -> Iterator[tuple[str, PublishedArm]]:
    """Yield each test set of which the source prints this arm's counts, with what it prints."""
    for test, arms in system.published.tests.items():
        if arm in arms and counts_of(arms[arm]) is not None:
            yield test, arms[arm]


def printed_sweep(published: Published, primary: str) -> dict[float, OperatingPoint]:
    """Return the printed counts of the proposed arm by threshold.

    The source prints false calls alone; how many were of each class comes from its confusion.

    Args:
        published: What the source printed.
        primary: Name of the arm that it proposes.
    """
    counts = (counts_of(arms[primary]) for arms in published.tests.values() if primary in arms)
    whole = next((own for own in counts if own is not None), None)
    if whole is None:
        return {}
    positives, negatives = whole.tp + whole.fn, whole.tn + whole.fp
    return {
        threshold: OperatingPoint(threshold, positives - fn, fp, negatives - fp, fn)
        for threshold, fp, fn in published.sweep
    }
