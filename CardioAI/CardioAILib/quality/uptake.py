"""Whether blood and myocardium look as they do after contrast."""

from __future__ import annotations

import numpy as np

from CardioAILib.results import Finding
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, NO_REFLOW, SCAR, Image, Mask
from CardioAILib.system import Input

DARK = 0.15
"""Share of the image's range below which nothing took up contrast."""
BLACK_BLOOD = 0.1
"""Signal of blood over that of myocardium below which blood was suppressed; advanced
amyloidosis darkens blood nearly as much."""


def warn_of_uptake(image: Image, mask: Mask, needed: Input) -> list[Finding]:
    """Warn of blood and myocardium that are both dark, and of blood that was suppressed.

    Args:
        image: Late enhancement, one time point.
        mask: Its segmentation, on the same grid.
        needed: The input, whose column the message names.
    """
    shown = _scaled(image.array[0])
    cavity, myocardium = mask.of(LV_CAVITY)[0], mask.of(MYOCARDIUM)[0]
    remote = myocardium & ~(mask.of(SCAR)[0] | mask.of(NO_REFLOW)[0])
    if not cavity.any() or not remote.any():
        return []
    blood, where = float(np.median(shown[cavity])), needed.image.column
    if max(blood, float(np.percentile(shown[myocardium], 95))) < DARK:
        message = (
            f"blood and myocardium in {where} are both dark, as without contrast agent: check the "
            "time after injection and the inversion time"
        )
        return [Finding("no enhancement", message)]
    if blood < BLACK_BLOOD * float(np.median(shown[remote])):
        message = (
            f"blood in {where} is black beside the myocardium: check that this is no black-blood "
            "series; advanced amyloidosis darkens blood as well"
        )
        return [Finding("black blood", message)]
    return []


def _scaled(stack: np.ndarray) -> np.ndarray:
    """Map percentile 1 to 0 and 99 to 1, all slices alike."""
    low, high = np.percentile(stack, (1, 99))
    return (stack - low) / (high - low if high > low else 1.0)
