"""Values of the radiomics room against those that pyradiomics 3.0.1 gave."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.radiomics import PAPER, RELEASED, SOUND, Settings, extract, feature_names
from golden.radiomics_phantoms import PHANTOMS, TYPED, stripes
from golden.radiomics_tolerance import deviation

GOLDEN = json.loads((Path(__file__).parent / "golden" / "radiomics_golden.json").read_text())


def load_phantom(name):
    if name in PHANTOMS | TYPED:
        return (PHANTOMS | TYPED)[name]()
    real = GOLDEN["real"][name]
    image = np.array(real["image"], dtype=np.float64)
    low, high = image.min(), image.max()
    return (image - low) / (high - low), np.array(real["mask"], bool), tuple(real["spacing"])


@pytest.mark.parametrize(
    "case", GOLDEN["cases"], ids=lambda case: f"{case['image']}-{case['settings']}"
)
def test_every_feature_agrees_with_pyradiomics(case):
    image, mask, spacing = load_phantom(case["image"])
    settings = Settings(**GOLDEN["settings"][case["settings"]])
    names = feature_names(settings)
    ours = extract(image[None], mask[None], spacing, settings)[0]
    off = deviation(names, ours, np.array(case["values"]))
    assert not {names[k]: off[k] for k in np.nonzero(off > 1)[0]}


def test_presets_are_the_settings_of_the_golden_file():
    for title, preset in (("paper", PAPER), ("sound", SOUND), ("released", RELEASED)):
        assert Settings(**GOLDEN["settings"][title]) == preset


def test_textures_look_both_ways_unless_the_released_layout_is_asked_for():
    image, mask, spacing = stripes()
    names = ("original_glcm_Contrast", "original_glrlm_LongRunEmphasis")
    values = {}
    for title, pixels, region in (("rows", image, mask), ("columns", image.T, mask.T)):
        for singleton in ("z", "x"):
            settings = Settings(
                bin_count=4,
                singleton=singleton,
                image_types=("original",),
                classes=("glcm", "glrlm"),
            )
            row = extract(pixels[None], region[None], spacing, settings)[0]
            table = dict(zip(feature_names(settings), row, strict=True))
            values[title, singleton] = np.array([table[name] for name in names])
    # In plane the four directions are averaged, so turning the stripes changes nothing.
    np.testing.assert_allclose(values["rows", "z"], values["columns", "z"], rtol=1e-12)
    # Along rows the horizontal stripes are constant, the vertical ones are not.
    assert values["rows", "x"][0] == 0
    assert values["columns", "x"][0] > 1
    assert values["rows", "x"][1] > 10 * values["columns", "x"][1]
