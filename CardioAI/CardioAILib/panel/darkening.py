"""Early darkening of the blood pool in a sequence of the scene. No Qt here."""

from __future__ import annotations

from typing import Any

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.measurements.lge import Darkening, early_darkening
from CardioAILib.mrml.frames import Frame, image_frame, mask_frame, sequence_of
from CardioAILib.mrml.images import read_image
from CardioAILib.mrml.inputs import Node, require_node
from CardioAILib.mrml.masks import read_mask
from CardioAILib.study import LV_CAVITY

MINUTES = {"min": 1.0, "s": 1 / 60, "ms": 1 / 60000}
"""How many minutes a unit of time has."""
FINDING = {"positive": 1.0, "negative": 0.0}
"""Answers that a result suggests; one that is not assessable suggests none."""
COLUMN = "early_darkening"
SERIES = "the series of early images"


def measure_darkening(
    series: Any, segmentation: Any, first_minute: float = 0.0, *, minutes: Any = None
) -> Darkening:
    """Measure how fast the blood pool loses its signal in a series of early images.

    Args:
        series: Sequence of images, its browser, or the volume that the browser shows.
        segmentation: Segmentation with the LV cavity, or a sequence of these.
        first_minute: Minutes from the injection of contrast to the first image.
        minutes: Time of each image after the injection, in minutes, where the sequence does not
            tell; `first_minute` is not looked at then.

    Raises:
        CardioAIError: Series, segmentation or times cannot be used.
    """
    sequence, _browser = sequence_of(require_node(series, SERIES))
    if sequence is None or sequence.GetNumberOfDataNodes() < 2:
        raise InputError(
            got=f"{SERIES} as a single image",
            wanted="a sequence with two images or more of the first ten minutes",
            fix="load the series as a sequence, or record the finding as not assessed",
        )
    count = sequence.GetNumberOfDataNodes()
    frames = [image_frame(series, index, SERIES) for index in range(count)]
    times = minutes_of(sequence, first_minute) if minutes is None else list(minutes)
    images = [read_image(frame, SERIES) for frame in frames]
    if len({image.array.shape for image in images}) > 1:
        raise InputError(
            got=f"{SERIES} with images of different sizes",
            wanted="images of one grid",
            fix="take the images of one series alone",
        )
    blood = [_blood(segmentation, frame) for frame in frames]
    stack = np.concatenate([image.array for image in images])
    return early_darkening(stack, times, np.concatenate(blood))


def minutes_of(sequence: Node, first_minute: float) -> list[float]:
    """Return the time of each image after the injection, in minutes.

    Raises:
        InputError: The sequence's index is no time.
    """
    unit = (sequence.GetIndexUnit() or "").strip().lower()
    values = [sequence.GetNthIndexValue(k) for k in range(sequence.GetNumberOfDataNodes())]
    try:
        times = [float(value) * MINUTES[unit] for value in values]
    except (KeyError, ValueError):
        raise InputError(
            got=f"{SERIES} by '{sequence.GetIndexName()}' in '{unit}'",
            wanted="a sequence whose index is a time in min, s or ms",
            fix="set index name and unit in the module Sequences; in a script give minutes=",
        ) from None
    return [time - times[0] + first_minute for time in times]


def suggested(found: Darkening) -> dict[str, float]:
    """Return the finding of a reader that a decay suggests; none where it is not assessable."""
    return {COLUMN: FINDING[found.finding]} if found.finding in FINDING else {}


def _blood(segmentation: Any, frame: Frame) -> np.ndarray:
    what = "the segmentation of the blood pool"
    place = mask_frame(segmentation, frame, what)
    mask, _told = read_mask(place, read_image(frame, SERIES), LV_CAVITY, None, what)
    return mask.of(LV_CAVITY)
