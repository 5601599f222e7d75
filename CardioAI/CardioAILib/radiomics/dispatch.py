"""Slices in, feature rows out, by one of the engines."""

from __future__ import annotations

import logging
from functools import cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from CardioAILib.errors import DependencyError, InputError
from CardioAILib.radiomics.batch import Batch, Progress, extract_one_by_one
from CardioAILib.radiomics.inputs import check_arrays, precision
from CardioAILib.radiomics.names import texture_classes
from CardioAILib.radiomics.settings import Settings

logger = logging.getLogger(__name__)

Engine = Literal["auto", "native", "numpy", "pyradiomics"]
"""What computes features; see ``extract``."""


def extract(
    images: ArrayLike,
    masks: ArrayLike,
    spacing: ArrayLike,
    settings: Settings,
    engine: Engine = "auto",
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
        engine: ``native`` is compiled by numba, whose variable NUMBA_NUM_THREADS bounds the
            threads; ``numpy`` is slower, gives the same numbers and needs NumPy and SciPy alone;
            ``pyradiomics`` is that package. ``auto`` is ``native`` where numba imports, else
            ``numpy``.
        progress: Called as ``progress(done, total)`` after every slice.

    Returns:
        Shape (N, F), one column for each of ``feature_names(settings)``.

    Raises:
        InputError: If an image is not finite, a mask is empty, covers the whole slice or lies
            within a single row or column, shapes differ, or the engine is unknown.
        DependencyError: If the engine asked for is not installed.
    """
    chosen = choose_engine(engine)
    batch = Batch(*check_arrays(images, masks, spacing), settings)
    report = progress or _ignore
    # Engines are imported where they run: each needs a package that others do without.
    if chosen == "native":
        from CardioAILib.radiomics.engine import extract_in_threads

        return extract_in_threads(batch, report)
    if chosen == "pyradiomics":
        from CardioAILib.radiomics.reference import extract_slice_by_pyradiomics

        return extract_one_by_one(batch, extract_slice_by_pyradiomics, report)
    from CardioAILib.radiomics.portable.slices import extract_slice

    return extract_one_by_one(batch, extract_slice, report)


def prepare_engine(engine: Engine, settings: Settings, kind: DTypeLike = np.float64) -> None:
    """Have the engine at hand before anything is computed, compiled where it is to be.

    Args:
        engine: What is asked for.
        settings: What is going to be computed; the rest is not compiled.
        kind: Type of the images.

    Raises:
        InputError: If there is no engine of this name.
        DependencyError: If it is not installed.
    """
    if require_engine(engine) == "native" and texture_classes(settings):
        from CardioAILib.radiomics.engine import warm_up

        warm_up(settings, precision(kind))


def require_engine(engine: Engine) -> Engine:
    """Tell which engine runs, as ``choose_engine``, and refuse one that does not import.

    Raises:
        InputError: If there is no engine of this name.
        DependencyError: If it is not installed.
    """
    if engine == "pyradiomics":
        from CardioAILib.radiomics.reference import import_pyradiomics

        import_pyradiomics()
    return choose_engine(engine)


def choose_engine(engine: Engine) -> Engine:
    """Tell which engine runs.

    Args:
        engine: What was asked for.

    Returns:
        ``native``, ``numpy`` or ``pyradiomics``.

    Raises:
        InputError: If there is no engine of this name.
        DependencyError: If ``native`` is asked for and numba does not import.
    """
    if engine not in get_args(Engine):
        raise InputError(
            got=f"engine={engine!r}",
            wanted="'auto', 'native', 'numpy' or 'pyradiomics'",
            fix="leave engine out",
        )
    if engine not in ("auto", "native"):
        return engine
    obstacle = _numba_obstacle()
    if not obstacle:
        return "native"
    if engine == "native":
        raise DependencyError(
            got=f"no usable numba ({obstacle})",
            wanted="numba, which compiles the radiomics kernels",
            fix="run 'pip install numba', or leave engine out to compute with NumPy",
        )
    return "numpy"


@cache
def _numba_obstacle() -> str:
    """Say why numba does not import; empty where it does."""
    try:
        import numba  # noqa: F401
    except (ImportError, OSError) as error:  # OSError where LLVM's own library does not load.
        logger.warning(
            "numba does not import (%s): radiomics run on NumPy, many times slower", error
        )
        return str(error)
    _hush(logging.getLogger("numba"))
    return ""


def _hush(compiler: logging.Logger) -> None:
    """Keep what a compiler tells its authors out of the log, unless the user asked for it."""
    # Slicer logs from DEBUG on; numba then writes hundreds of lines for a small function.
    if compiler.level == logging.NOTSET:
        compiler.setLevel(logging.WARNING)


def _ignore(done: int, total: int) -> None:
    """Report to nobody."""
