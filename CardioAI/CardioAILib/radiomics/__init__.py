"""The 944 radiomic features of Fahmy 2022, without pyradiomics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.radiomics.names import feature_names
from CardioAILib.radiomics.settings import PAPER, RELEASED, SOUND, Settings


def extract(
    images: ArrayLike,
    masks: ArrayLike,
    spacing: ArrayLike,
    settings: Settings,
    engine: Literal["auto", "native", "pyradiomics"] = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float64]:
    """Compute the features of each slice: see `engine.extract`.

    The engine needs numba, which a fresh Slicer lacks; settings and names must not need it.
    """
    from CardioAILib.radiomics.engine import extract as run

    return run(images, masks, spacing, settings, engine, progress)


__all__ = ["PAPER", "RELEASED", "SOUND", "Settings", "extract", "feature_names"]
