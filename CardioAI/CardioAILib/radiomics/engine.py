"""The compiled engine: a batch of slices, one thread each."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from functools import cache

import numba
import numpy as np
from numpy.typing import DTypeLike, NDArray

from CardioAILib.radiomics.batch import Batch, Progress, extract_numbered
from CardioAILib.radiomics.binning import levels_of_images
from CardioAILib.radiomics.filters import stack_values
from CardioAILib.radiomics.inputs import precision
from CardioAILib.radiomics.layout import DIRECTIONS, lay_out
from CardioAILib.radiomics.names import FEATURES, feature_names, texture_classes
from CardioAILib.radiomics.settings import CLASSES, Settings
from CardioAILib.radiomics.shape import describe_shape
from CardioAILib.radiomics.survey import check_quickly, locate
from CardioAILib.radiomics.texture import texture_kernel
from CardioAILib.radiomics.threads import on_threads

logger = logging.getLogger(__name__)


def extract_slice(
    image: NDArray[np.floating],
    mask: NDArray[np.bool_],
    spacing: tuple[float, float],
    settings: Settings,
) -> NDArray[np.float64]:
    """Compute the features of one slice that has passed the checks.

    Args:
        image: Shape (H, W), already scaled.
        mask: Shape (H, W).
        spacing: Row and column spacing in mm.
        settings: What to compute.

    Returns:
        Shape (F,).
    """
    region = locate(mask)
    rows, columns = region.local
    out = np.empty(len(feature_names(settings)))
    done = 0
    if "shape" in settings.classes:
        done = len(FEATURES["shape"])
        out[:done] = describe_shape(rows, columns, spacing, settings.slice_mm, settings.singleton)
    if not texture_classes(settings):
        return out
    values, single = stack_values(image, region, spacing, settings)
    means = np.add.reduce(values, axis=1) / rows.size
    levels = levels_of_images(values, single, settings)
    values.sort(axis=1)
    layout = lay_out(np.stack((rows, columns), axis=1), DIRECTIONS[settings.singleton])
    starts, width = column_starts(settings)
    texture_kernel()(
        values,
        means,
        levels,
        *layout,
        spacing[0] * spacing[1] * settings.slice_mm,
        starts,
        out[done:].reshape(-1, width),
    )
    return out


def extract_in_threads(batch: Batch, report: Progress) -> NDArray[np.float64]:
    """Compute the features of every slice, on as many threads as numba may use.

    Args:
        batch: The slices.
        report: Called after every slice.

    Returns:
        Shape (N, F).
    """
    if texture_classes(batch.settings):
        warm_up(batch.settings, precision(batch.images.dtype))
    threads = max(1, min(numba.config.NUMBA_NUM_THREADS, len(batch)))
    out = np.empty((len(batch), len(feature_names(batch.settings))))

    def fill(number: int) -> None:
        out[number] = extract_numbered(batch, number, extract_slice, check_quickly)

    on_threads(len(batch), threads, fill, report)
    return out


def warm_up(settings: Settings, kind: DTypeLike) -> None:
    """Compile before threads start, so that the wait is announced and paid once.

    Args:
        settings: What is going to be computed; the rest is not compiled.
        kind: Type of the scaled images, float32 or float64.
    """
    width, count = (2.0, None) if settings.bin_count is None else (None, 4)
    small = replace(settings, scale=1.0, label=1, slice_mm=1.0, bin_width=width, bin_count=count)
    _compile(small, np.dtype(kind))


@cache
def _compile(settings: Settings, kind: np.dtype) -> None:
    logger.info("Preparing radiomics kernels; the first use on a machine compiles them (10-40 s)")
    start = time.perf_counter()
    image = np.arange(1, 31, dtype=kind).reshape(5, 6)
    mask = np.zeros((5, 6), bool)
    mask[1:4, 1:5] = True
    extract_slice(image, mask, (1.0, 1.0), settings)
    logger.info("Radiomics kernels ready after %.1f s", time.perf_counter() - start)


def column_starts(settings: Settings) -> tuple[NDArray[np.int64], int]:
    """Return the first column of each texture class, -1 where not wanted, and the row's width."""
    starts, width = [], 0
    for kind in CLASSES[1:]:
        starts.append(width if kind in settings.classes else -1)
        width += len(FEATURES[kind]) if kind in settings.classes else 0
    return np.array(starts), width
