"""Prepared images of pretraining: made once, and kept in a file where there is a folder for it."""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from CardioAILib.codec import write_json
from CardioAILib.errors import CardioAIError, CohortError, InputError
from CardioAILib.learning.images import Images, Stored
from CardioAILib.learning.pretext import PretextExamples
from CardioAILib.prepare import Stack, prepare
from CardioAILib.progress import Progress, silent
from CardioAILib.system import System
from CardioAILib.verbs.pretextseries import Series

logger = logging.getLogger(__name__)

MIDDLE = 3
"""Slices around the middle of a series that are taken: neighbors show much the same."""

PIXELS = "images.float32"
FINISHED = "images.json"
"""Written once all images are, so that what an interruption cut short is not taken for whole."""


@dataclass(frozen=True)
class Reading:
    """What became of the series.

    Args:
        size: Rows and columns of every prepared image (H, W).
        counts: Images of each series, in their order; 0 where it could not be used.
        failed: How many could not be used, by the reason.
    """

    size: tuple[int, int]
    counts: tuple[int, ...]
    failed: Mapping[str, int]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape (N, H, W) of all images."""
        return (sum(self.counts), *self.size)


def prepared_examples(
    system: System,
    series: Sequence[Series],
    progress: Progress = silent,
    folder: Path | None = None,
) -> tuple[PretextExamples, dict[str, int]]:
    """Prepare the middle slices of each series as the system prepares its inputs.

    Args:
        system: The declaration.
        series: The series.
        progress: Told the share done.
        folder: Where the images are kept, and taken up where they are there already and whole;
            None keeps them in memory. The numbers are the same.

    Returns:
        Examples, and how many series could not be read or prepared, by the reason.

    Raises:
        CohortError: None could.
        InputError: They are not of one size after preparation.
    """
    if folder is None:
        parts: list[np.ndarray] = []
        reading = read_all(system, series, progress, parts.append)
        source: np.ndarray | Stored = np.concatenate(parts)
    else:
        reading = finished(folder) or written(system, series, progress, folder)
        source = Stored(folder / PIXELS, reading.shape)
    for reason, count in reading.failed.items():
        logger.warning("series that could not be used: %d (%s)", count, reason)
    labels = [(own.type, own.orientation, own.subject) for own in series]
    told = (np.repeat(np.array(part), reading.counts) for part in zip(*labels, strict=True))
    return PretextExamples(Images.all_of(source), *told), dict(reading.failed)


def finished(folder: Path) -> Reading | None:
    """Return what was prepared in a folder, or None where that is not whole."""
    if not (folder / FINISHED).exists():
        return None
    found = json.loads((folder / FINISHED).read_text(encoding="utf-8"))
    reading = Reading(tuple(found["size"]), tuple(found["counts"]), found["failed"])
    pixels = folder / PIXELS
    wanted = np.prod(reading.shape) * np.dtype(np.float32).itemsize
    if not pixels.exists() or pixels.stat().st_size != wanted:
        return None
    logger.info("took up %d images that are prepared already", sum(reading.counts))
    return reading


def written(system: System, series: Sequence[Series], progress: Progress, folder: Path) -> Reading:
    """Prepare all series into a file of a folder, each as it is read."""
    (folder / FINISHED).unlink(missing_ok=True)
    with (folder / PIXELS).open("wb") as file:

        def keep(images: np.ndarray) -> None:
            if file.tell() == 0:
                tell_of_room(images[:1].nbytes * MIDDLE * len(series), folder)
            file.write(images.tobytes())

        reading = read_all(system, series, progress, keep)
        file.flush()
        os.fsync(file.fileno())
    told = {"size": reading.size, "counts": reading.counts, "failed": reading.failed}
    write_json(told, folder / FINISHED)
    return reading


def read_all(
    system: System,
    series: Sequence[Series],
    progress: Progress,
    keep: Callable[[np.ndarray], None],
) -> Reading:
    """Prepare series by series, handing over the images (s, H, W) of each.

    Raises:
        CohortError: No series can be prepared.
        InputError: They are not of one size after preparation.
    """
    counts, failed, sizes = [], Counter[str](), set[tuple[int, int]]()
    for index, own in enumerate(series):
        progress(index / len(series), f"series {index + 1}/{len(series)}")
        try:
            found = prepared_slices(system, own)
        except CardioAIError as error:
            failed[error.got] += 1
            counts.append(0)
            continue
        sizes.add(found.shape[1:])
        require_one_size(sizes)
        keep(found)
        counts.append(len(found))
    if not sizes:
        raise CohortError(
            got=f"no series that can be prepared ({', '.join(failed) or 'none given'})",
            wanted="images with contrast whose files can be read",
            fix="check the files",
        )
    return Reading(sizes.pop(), tuple(counts), dict(failed))


def prepared_slices(system: System, series: Series) -> np.ndarray:
    """Return the middle slices of a series (s, H, W), prepared, float32."""
    pixels = series.read()
    middle = max(0, (len(pixels) - MIDDLE) // 2)
    few = pixels[middle : middle + MIDDLE]
    stack = Stack(few, np.zeros(few.shape, bool), tuple(series.spacing))
    return prepare(stack, system.prepare).image.astype(np.float32, copy=False)


def require_one_size(sizes: set[tuple[int, int]]) -> None:
    """Refuse images that no batch could hold together.

    Raises:
        InputError: They are of several sizes.
    """
    if len(sizes) > 1:
        told = " and ".join(f"{height} x {width}" for height, width in sorted(sizes))
        raise InputError(
            got=f"images of {told} pixels after preparation",
            wanted="images of one size",
            fix="choose a system whose preparation cuts to one size, as CropPad does",
        )


def tell_of_room(most: int, folder: Path) -> None:
    """Say how much the images may take up; warn where the disk has not that much left."""
    free = shutil.disk_usage(folder).free
    level = logging.INFO if most < free else logging.WARNING
    told = "prepared images take up to %.1f GB beside --out until it is written; free are %.1f GB"
    logger.log(level, told, most / 1e9, free / 1e9)
