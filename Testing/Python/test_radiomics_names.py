"""Names and settings of the radiomics room, which need no computation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from CardioAILib.errors import InputError
from CardioAILib.radiomics import PAPER, RELEASED, SOUND, Settings, feature_names

GOLDEN = json.loads((Path(__file__).parent / "golden" / "radiomics_golden.json").read_text())


@pytest.mark.parametrize("settings", [PAPER, SOUND, RELEASED])
def test_the_944_names_are_those_of_pyradiomics_in_its_order(settings):
    assert feature_names(settings) == tuple(GOLDEN["names"])
    assert len(feature_names(settings)) == 944


def test_shape_alone_gives_the_14_names_of_the_control_arm():
    names = feature_names(replace(SOUND, classes=("shape",)))
    assert len(names) == 14
    assert all(name.startswith("original_shape_") for name in names)


def test_one_image_without_shape_gives_93_names():
    settings = Settings(bin_count=8, image_types=("wavelet-HL",), classes=("glcm", "firstorder"))
    assert len(feature_names(settings)) == 18 + 24
    assert feature_names(settings)[0] == "wavelet-HL_firstorder_10Percentile"


def test_choices_are_put_in_the_order_of_pyradiomics():
    settings = Settings(bin_count=8, image_types=("gradient", "original"))
    assert settings.image_types == ("original", "gradient")


@pytest.mark.parametrize("settings", [PAPER, SOUND, RELEASED])
def test_settings_survive_json(settings):
    assert Settings(**json.loads(json.dumps(asdict(settings)))) == settings


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"bin_count": 32, "bin_width": 1.0},
        {"bin_count": 0},
        {"bin_count": 2.5},
        {"bin_count": 5000},
        {"bin_count": "32"},
        {"bin_width": -1.0},
        {"bin_width": float("nan")},
        {"bin_count": 8, "scale": float("inf")},
        {"bin_count": 8, "singleton": "y"},
        {"bin_count": 8, "classes": ()},
        {"bin_count": 8, "classes": ("glcm", "lbp")},
        {"bin_count": 8, "image_types": ("LoG",)},
    ],
)
def test_settings_that_cannot_be_computed_are_refused(values):
    with pytest.raises(InputError, match="wanted"):
        Settings(**values)


def test_the_room_imports_without_the_optional_libraries():
    blocked = (
        "import sys; sys.modules.update(SimpleITK=None, pywt=None, radiomics=None, torch=None)"
    )
    use = "from CardioAILib.radiomics import SOUND, extract, feature_names; feature_names(SOUND)"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "CardioAI")}
    subprocess.run([sys.executable, "-c", f"{blocked}; {use}"], check=True, env=environment)
