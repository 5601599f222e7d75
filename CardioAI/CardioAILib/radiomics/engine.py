"""The batch loop: slices in, feature rows out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import cache
from typing import Literal

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import InputError
from CardioAILib.radiomics.binning import gray_levels
from CardioAILib.radiomics.filters import filtered_values
from CardioAILib.radiomics.inputs import check_inputs
from CardioAILib.radiomics.layout import DIRECTIONS, lay_out
from CardioAILib.radiomics.names import FEATURES, feature_names, texture_classes
from CardioAILib.radiomics.reference import extract_slice_by_pyradiomics
from CardioAILib.radiomics.region import find_region
from CardioAILib.radiomics.settings import CLASSES, Settings
from CardioAILib.radiomics.shape import describe_shape
from CardioAILib.radiomics.texture import texture_kernel

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Called with the number of slices done and their total."""


def extract(
    images: ArrayLike,
    masks: ArrayLike,
    spacing: ArrayLike,
    settings: Settings,
    engine: Literal["auto", "native", "pyradiomics"] = "auto",
    progress: Progress | None = None,
) -> NDArray[np.float64]:
    """Compute radiomic features of masked slices.

    Each slice is a volume one voxel thick (``force2D``, distance 1, symmetrical GLCM, no
    normalization, no resampling), as Fahmy 2022 uses pyradiomics 3.0.1. Values agree with it to
    1e-6 relative. Where it yields nan, as textures of pixels without neighbors, so does this.

    Args:
        images: Shape (N, H, W), intensities in [0, 1]; ``settings.scale`` multiplies them.
        masks: Shape (N, H, W), bool or integer; the region is where they equal
            ``settings.label``.
        spacing: Row and column spacing in mm, shape (2,) for all slices or (N, 2).
        settings: What to compute.
        engine: ``native``, or ``pyradiomics`` where that package is installed; ``auto`` is
            ``native``. The variable NUMBA_NUM_THREADS bounds the threads of ``native``.
        progress: Called as ``progress(done, total)`` after every slice.

    Returns:
        Shape (N, F), one column for each of ``feature_names(settings)``.

    Raises:
        InputError: If an image is not finite, a mask is empty, covers the whole slice or lies
            within a single row or column, shapes differ, or the engine is unknown.
        DependencyError: If ``pyradiomics`` is asked for and not installed.
    """
    if engine not in ("auto", "native", "pyradiomics"):
        raise InputError(
            got=f"engine={engine!r}",
            wanted="'auto', 'native' or 'pyradiomics'",
            fix="leave engine out",
        )
    scaled, regions, mm = check_inputs(images, masks, spacing, settings)
    report = progress or _ignore
    if engine == "pyradiomics":
        return _run_reference(scaled, regions, mm, settings, report)
    return _run_native(scaled, regions, mm, settings, report)


def extract_slice(
    image: NDArray[np.float64],
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
    region = find_region(mask)
    rows, columns = region.local
    out = np.empty(len(feature_names(settings)))
    done = 0
    if "shape" in settings.classes:
        done = len(FEATURES["shape"])
        out[:done] = describe_shape(rows, columns, spacing, settings.slice_mm, settings.singleton)
    if not texture_classes(settings):
        return out
    starts, width = column_starts(settings)
    kernel = texture_kernel()
    coordinates = np.stack((rows, columns), axis=1)
    positions, steps, lined, size = lay_out(coordinates, DIRECTIONS[settings.singleton])
    voxel_mm3 = spacing[0] * spacing[1] * settings.slice_mm
    for values in filtered_values(image, region, spacing, settings).values():
        levels = gray_levels(values, settings)
        exact = values.astype(np.float64)
        kernel(
            np.sort(exact),
            exact.mean(),
            levels,
            positions,
            steps,
            lined,
            size,
            voxel_mm3,
            starts,
            out[done : done + width],
        )
        done += width
    return out


def _run_native(
    images: NDArray[np.float64],
    regions: NDArray[np.bool_],
    spacing: NDArray[np.float64],
    settings: Settings,
    report: Progress,
) -> NDArray[np.float64]:
    out = np.empty((len(images), len(feature_names(settings))))
    if texture_classes(settings):
        warm_up()

    def fill(number: int) -> None:
        row_mm, column_mm = spacing[number].tolist()
        try:
            row = extract_slice(images[number], regions[number], (row_mm, column_mm), settings)
        except InputError as error:
            got = f"{error.got} in slice {number}"
            raise InputError(got=got, wanted=error.wanted, fix=error.fix) from error
        out[number] = row

    with ThreadPoolExecutor(numba.config.NUMBA_NUM_THREADS) as pool:
        jobs = [pool.submit(fill, number) for number in range(len(images))]
        try:
            for done, job in enumerate(as_completed(jobs), start=1):
                job.result()
                report(done, len(jobs))
        finally:
            for job in jobs:
                job.cancel()
    return out


def _run_reference(
    images: NDArray[np.float64],
    regions: NDArray[np.bool_],
    spacing: NDArray[np.float64],
    settings: Settings,
    report: Progress,
) -> NDArray[np.float64]:
    out = np.empty((len(images), len(feature_names(settings))))
    for number in range(len(images)):
        row_mm, column_mm = spacing[number].tolist()
        out[number] = extract_slice_by_pyradiomics(
            images[number], regions[number], (row_mm, column_mm), settings
        )
        report(number + 1, len(images))
    return out


@cache
def warm_up() -> None:
    """Compile before threads start, so that the wait is announced and paid once."""
    logger.info("Preparing radiomics kernels; the first use on a machine compiles them (10-30 s)")
    start = time.perf_counter()
    image = np.arange(30.0).reshape(5, 6) + 1
    mask = np.zeros((5, 6), bool)
    mask[1:4, 1:5] = True
    for settings in (
        Settings(bin_count=4),
        Settings(bin_width=2.0, singleton="x"),
    ):
        extract_slice(image, mask, (1.0, 1.0), settings)
    logger.info("Radiomics kernels ready after %.1f s", time.perf_counter() - start)


def column_starts(settings: Settings) -> tuple[NDArray[np.int64], int]:
    """Return the first column of each texture class, -1 where not wanted, and the row's width."""
    starts, width = [], 0
    for kind in CLASSES[1:]:
        starts.append(width if kind in settings.classes else -1)
        width += len(FEATURES[kind]) if kind in settings.classes else 0
    return np.array(starts), width


def _ignore(done: int, total: int) -> None:
    """Report to nobody."""
