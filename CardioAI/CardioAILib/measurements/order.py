"""Whether slices lie in the order of the heart.

From base to apex the area of a heart grows, if at all, to its fullest slice and shrinks from there
on. A stack whose area rises and falls again and again was put together in another order, such as
that of an interleaved acquisition.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from CardioAILib.measurements.segmentation import Segmentation
from CardioAILib.results import Finding

DETOUR = 0.25
"""Rise and fall beyond those of one hill, as a share of the largest area. Over the 200 stacks of
ACDC's training set it is 0.20 at most; with slices 1, 3, 5 ... before 2, 4, 6 ... it is 0.53 at
least."""


def slice_order(ed: Segmentation, es: Segmentation | None) -> Iterator[Finding]:
    """Yield a finding where the slices of a phase seem to be out of order."""
    stacks = {"ED": ed} if es is None else {"ED": ed, "ES": es}
    told = [phase for phase, stack in stacks.items() if detour(stack) > DETOUR]
    if told:
        message = (
            f"{' and '.join(told)}: along the stack the heart grows and shrinks more than once: "
            "slices seem to be out of order, so values by segment, thickening and motion are "
            "wrong; sort them by their place"
        )
        yield Finding("slice order", message)


def detour(place: Segmentation) -> float:
    """Return how much the heart's area rises and falls beyond one hill, over its largest area."""
    parts = (place.myocardium, place.lv_cavity, place.rv_cavity)
    heart = np.logical_or.reduce([part for part in parts if part is not None])
    areas = heart.sum(axis=(1, 2)).astype(float)
    areas = areas[areas > 0]
    if not len(areas):
        return 0.0
    hill = 2 * areas.max() - areas[0] - areas[-1]
    return float((np.abs(np.diff(areas)).sum() - hill) / areas.max())
