"""What a threshold calls enhanced beside what a reader drew as scar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import GridMismatchError
from CardioAILib.measurements.lge.extent import share_percent
from CardioAILib.study import MYOCARDIUM, NO_REFLOW, SCAR, Mask


@dataclass(frozen=True)
class Agreement:
    """How two readings of one stack agree.

    Args:
        dice: Overlap, 0 to 1; nan where neither shows any scar.
        percent: Extent that was measured, % of the myocardium.
        read_percent: Extent that the reader drew.
    """

    dice: float
    percent: float
    read_percent: float

    @property
    def difference(self) -> float:
        """Measured minus read extent, percentage points."""
        return self.percent - self.read_percent


def against_reader(enhanced: np.ndarray, mask: Mask) -> Agreement:
    """Compare enhanced pixels with those labeled scar or no-reflow.

    Args:
        enhanced: Enhanced pixels (S, H, W), as `LateEnhancement.enhanced`.
        mask: The reader's segmentation (1, S, H, W).

    Raises:
        GridMismatchError: They differ in shape.
    """
    read = (mask.of(SCAR) | mask.of(NO_REFLOW))[0]
    if enhanced.shape != read.shape:
        raise GridMismatchError(
            got=f"{enhanced.shape} beside a segmentation of {read.shape}",
            wanted="one grid",
            fix="compare what was measured with this very segmentation",
        )
    wall = mask.of(MYOCARDIUM)[0]
    both = int(enhanced.sum() + read.sum())
    dice = 2 * float((enhanced & read).sum()) / both if both else float("nan")
    return Agreement(dice, share_percent(enhanced, wall), share_percent(read, wall))
