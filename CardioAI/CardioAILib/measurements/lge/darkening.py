"""Early darkening of the blood pool: how fast contrast agent leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError

WITHIN_MINUTES = 10.0
POSITIVE_PERCENT = 50.0
"""Decay above which, within ten minutes, the finding is positive (Martini 2020)."""
LATEST_START, EARLIEST_END = 2.0, 9.0
"""Minutes; a series that starts later or ends earlier rules nothing out."""
SAME_TI_MS = 1.0
NEGATIVE, POSITIVE, UNKNOWN = "negative", "positive", "not assessable"


@dataclass(frozen=True)
class Darkening:
    """What a series of early images tells of the blood pool.

    Args:
        decay_percent: Loss of mean signal from the first image to the last within ten minutes.
        finding: "positive", "negative" or "not assessable".
        reason: Why, in words.
        minutes: Time of each image that was used.
        means: Mean signal of the blood pool in each of them.
    """

    decay_percent: float
    finding: str
    reason: str
    minutes: tuple[float, ...]
    means: tuple[float, ...]


def early_darkening(
    series: np.ndarray,
    minutes: Sequence[float],
    blood: np.ndarray,
    inversion_times_ms: Sequence[float] | None = None,
) -> Darkening:
    """Measure the decay of the blood pool's signal in the first ten minutes after contrast.

    A decay of more than 50 % is positive however short the series; a smaller one is negative only
    where the series starts by 2 minutes and reaches 9, and not assessable elsewhere.

    Args:
        series: Magnitude images (T, S, H, W), all with one inversion time.
        minutes: Time of each after the injection (T,), rising.
        blood: Mask of the LV cavity (S, H, W), or of each image (T, S, H, W).
        inversion_times_ms: Inversion time of each image (T,), where known.

    Raises:
        InputError: There are not two images in ten minutes, times do not rise, the inversion
            time changes, or the blood's signal starts at 0 or below.
        GridMismatchError: Mask and images differ in shape.
        EmptyMaskError: The mask is empty.
    """
    images = np.asarray(series, float)
    times = np.asarray(minutes, float)
    _require_times(images, times, inversion_times_ms)
    region = _require_blood(images, np.asarray(blood, bool))
    early = times <= WITHIN_MINUTES
    means = np.array([image[own].mean() for image, own in zip(images, region, strict=True)])[early]
    if means[0] <= 0 or not np.isfinite(means).all():
        raise InputError(
            got=f"a mean signal of the blood of {means[0]:.4g} in the first image",
            wanted="magnitude images, whose signal is above 0",
            fix="take the magnitude series, not the phase-sensitive one",
        )
    decay = 100 * float(1 - means[-1] / means[0])
    finding, reason = _judged(decay, times[early])
    return Darkening(decay, finding, reason, tuple(times[early].tolist()), tuple(means.tolist()))


def _judged(decay: float, times: np.ndarray) -> tuple[str, str]:
    span = f"{times[0]:g} to {times[-1]:g} minutes"
    if decay > POSITIVE_PERCENT:
        return POSITIVE, f"the blood lost {decay:.0f} % of its signal from {span}"
    if times[0] > LATEST_START or times[-1] < EARLIEST_END:
        return UNKNOWN, f"the series covers {span} of the first {WITHIN_MINUTES:g} alone"
    return NEGATIVE, f"the blood lost {decay:.0f} % of its signal from {span}"


def _require_times(
    images: np.ndarray, times: np.ndarray, inversion_times_ms: Sequence[float] | None
) -> None:
    if images.ndim != 4 or times.shape != images.shape[:1]:
        raise InputError(
            got=f"images of shape {images.shape} with {times.size} times",
            wanted="axes (T, S, H, W) and a time in minutes for each image",
            fix="give one time an image",
        )
    rising = np.isfinite(times).all() and (np.diff(times) > 0).all() and times.min(initial=0) >= 0
    if not rising or (times <= WITHIN_MINUTES).sum() < 2:
        raise InputError(
            got=f"images at {', '.join(f'{time:g}' for time in times)} minutes",
            wanted=f"two images or more, in order, within {WITHIN_MINUTES:g} minutes of contrast",
            fix="sort the series by time, or record the finding as not assessed",
        )
    known = np.asarray(inversion_times_ms if inversion_times_ms is not None else [0.0], float)
    if not np.isfinite(known).all() or np.ptp(known) > SAME_TI_MS:
        raise InputError(
            got=f"inversion times of {', '.join(f'{time:g}' for time in known)} ms",
            wanted="one inversion time in all images: the signal follows it",
            fix="choose the images of one inversion time, or record the finding as not assessed",
        )


def _require_blood(images: np.ndarray, blood: np.ndarray) -> np.ndarray:
    """Return the mask of each image (T, S, H, W)."""
    if blood.shape not in (images.shape, images.shape[1:]):
        raise GridMismatchError(
            got=f"a mask of shape {blood.shape} with images of shape {images.shape}",
            wanted="the grid of the images",
            fix="resample the mask to the images",
        )
    each = np.broadcast_to(blood, images.shape)
    if not each.any(axis=(1, 2, 3)).all():
        raise EmptyMaskError(
            got="a mask without a pixel of blood",
            wanted="the LV cavity in every image",
            fix="segment the LV cavity",
        )
    return each
