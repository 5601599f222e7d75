"""Small studies, presets and requests that the tests of feature tables share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from CardioAILib.radiomics import Settings
from CardioAILib.study import Cohort, Image, Mask, Study
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs.features.parts import Request
from CardioAILib.verbs.features.presets import Preset
from CardioAILib.verbs.gather import Options
from helpers_learning import CINE, CINE_MASK, placed, ring, textured

LABELS = {"myocardium": 1, "lv_cavity": 2}
QUICK = Settings(bin_width=100.0, image_types=("original",), classes=("shape", "firstorder"))
NATIVE = Preset("quick", QUICK)
BY_NUMPY = Options(engine="numpy")
"""Nothing is compiled for so few pixels."""


def study_of(
    image: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    subject: str = "s1",
    labels: Mapping[str, int] | None = None,
    spacing: tuple[float, float, float] = (1.5, 1.25, 8.0),
    **facts: Any,
) -> Study:
    """A ring in a textured stack; arrays are (T, S, H, W), spacing is (column, row, slice)."""
    mask = ring() if mask is None else mask
    image = textured(mask.shape) if image is None else image
    images = {
        CINE: Image(image, placed(spacing)),
        CINE_MASK: Mask(mask, placed(spacing), labels=labels or LABELS),
    }
    return Study(subject, "1", images, facts)


def cohort_of(*studies: Study) -> Cohort:
    return Cohort(tuple(studies or (study_of(),)))


def request_of(preset: Preset = NATIVE, **how: Any) -> Request:
    return replace(Request(FAHMY_2022, preset, BY_NUMPY), **how)
