"""Which pixels of the myocardium count as enhanced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from CardioAILib.errors import InputError
from CardioAILib.measurements.lge.names import DEVIATIONS, METHODS, Method
from CardioAILib.measurements.lge.reference import Reference, nearest
from CardioAILib.measurements.tidy import Heart
from CardioAILib.results import Finding

SPECK = 0.0025
"""A connected region smaller than this share of the myocardium is noise and left out."""
SEED_DEVIATIONS = 3
"""The maximum is looked for in regions so far above the reference."""
MAXIMUM = 99
"""Percentile of a region that counts as its maximum: a pixel of fat or a spike does not."""
TOUCHING = np.ones((3, 3, 3), bool)


@dataclass(frozen=True, eq=False)
class Enhanced:
    """What a method calls enhanced.

    Args:
        mask: Pixels (S, H, W), boolean, without specks; None where the method cannot tell.
        threshold: Signal from which on a pixel is enhanced (S,), nan without one.
    """

    mask: np.ndarray | None
    threshold: np.ndarray


def enhanced_by(
    signal: np.ndarray, wall: np.ndarray, reference: Reference
) -> tuple[Mapping[Method, Enhanced], tuple[Finding, ...]]:
    """Return what each method calls enhanced, and why one cannot tell.

    The maximum of `fwhm` (half of it, counted from signal 0) and `midpoint` (halfway to it from
    the reference's mean) is that of the brightest connected region: of those above 3 SD, the one
    that holds most signal above the reference. Where there is none, nothing is enhanced.

    Args:
        signal: Image (S, H, W).
        wall: Myocardium (S, H, W).
        reference: The remote myocardium.
    """
    found: dict[Method, Enhanced] = {
        name: _from(reference.mean + count * reference.sd, signal, wall)
        for name, count in DEVIATIONS.items()
    }
    peak = _peak(signal, wall, reference)
    if peak is None:
        nothing = Enhanced(np.zeros_like(wall), np.full(len(signal), np.nan))
        return {**found, "fwhm": nothing, "midpoint": nothing}, ()
    highest, contrast = peak
    found["midpoint"] = _from(reference.mean + contrast / 2, signal, wall)
    if highest / 2 > reference.mean.max():
        found["fwhm"] = _from(np.full(len(signal), highest / 2), signal, wall)
        return found, ()
    found["fwhm"] = Enhanced(None, np.full(len(signal), highest / 2))
    message = (
        f"half of the maximum ({highest / 2:.4g}) does not lie above the reference "
        f"({reference.mean.max():.4g}): either signal 0 is not black, as in "
        "phase-sensitive images (take 'midpoint'), or all of the myocardium is enhanced"
    )
    return found, (Finding("fwhm", message),)


def above_blood(signal: np.ndarray, heart: Heart) -> np.ndarray:
    """Return the myocardium (S, H, W) that is brighter than the blood of its slice.

    It stands in for what is above a reference where no myocardium is remote. Brighter is more
    than a standard deviation of the blood's signal above its mean. A slice without blood takes
    that of the nearest slice that has some.
    """
    pools = [signal[index][heart.cavity[index]] for index in heart.rings]
    levels = np.array([blood.mean() + blood.std() for blood in pools])
    threshold = levels[nearest(len(signal), heart.rings)]
    brighter = heart.wall & (signal > threshold[:, None, None])
    return without_specks(brighter, SPECK * heart.wall.sum())


def require_method(method: str) -> None:
    """Refuse a method that is none.

    Raises:
        InputError: There is no such method.
    """
    if method not in METHODS:
        raise InputError(
            got=f"the method {method!r}", wanted=f"one of {', '.join(METHODS)}", fix="use one"
        )


def without_specks(mask: np.ndarray, least: float) -> np.ndarray:
    """Return the connected regions of a mask (S, H, W) of at least so many pixels."""
    regions, _ = ndimage.label(mask, TOUCHING)
    sizes = np.bincount(regions.ravel())
    sizes[0] = 0
    return (sizes >= max(least, 1))[regions]


def largest(mask: np.ndarray) -> int:
    """Return the pixels of the largest connected region."""
    regions, count = ndimage.label(mask, TOUCHING)
    return int(np.bincount(regions.ravel())[1:].max()) if count else 0


def _from(threshold: np.ndarray, signal: np.ndarray, wall: np.ndarray) -> Enhanced:
    above = wall & (signal >= threshold[:, None, None])
    return Enhanced(without_specks(above, SPECK * wall.sum()), threshold)


def _peak(signal: np.ndarray, wall: np.ndarray, reference: Reference) -> tuple[float, float] | None:
    """Return the maximum of the brightest region, and how far above the reference it is."""
    seeds = _from(reference.mean + SEED_DEVIATIONS * reference.sd, signal, wall).mask
    regions, count = ndimage.label(seeds, TOUCHING)
    if not count:
        return None
    above = reference.above(signal)
    brightest = regions == 1 + ndimage.sum(above, regions, range(1, count + 1)).argmax()
    highest, contrast = (np.percentile(values[brightest], MAXIMUM) for values in (signal, above))
    return float(highest), float(contrast)
