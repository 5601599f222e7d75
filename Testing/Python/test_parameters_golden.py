"""Parameter files give the numbers that pyradiomics 3.0.1 gives with the same files."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.verbs.features.compute import columns_of, features_of
from CardioAILib.verbs.features.conditioned import native_regions
from CardioAILib.verbs.features.parameterfiles import preset_of_parameters
from CardioAILib.verbs.features.presetchecks import check_preset

GOLDEN = Path(__file__).parent / "golden"
sys.path[:0] = [str(GOLDEN)]

from preset_phantom import PARAMETERS, SLICES, SPACING, region, stack  # noqa: E402
from radiomics_tolerance import deviation  # noqa: E402

CASES = json.loads((GOLDEN / "preset_golden.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("title", PARAMETERS)
def test_a_parameter_file_gives_pyradiomics_numbers(title):
    preset = preset_of_parameters(PARAMETERS[title], name="golden")
    check_preset(preset)
    regions = native_regions(stack(), region(), SPACING, preset)
    if preset.dimension == 2:
        regions = [one for one in regions if one.slice in SLICES]
    names = columns_of(preset)
    assert set(names) == set(CASES[title]["names"])
    order = [CASES[title]["names"].index(name) for name in names]
    theirs = np.array(CASES[title]["rows"], float)[:, order]
    ours = features_of(regions, preset, "numpy", lambda done, total: None)
    found = deviation(names, ours, theirs)
    worst = int(found.max(axis=0).argmax())
    assert found.max() <= 1, f"{names[worst]}: {ours[:, worst]} and {theirs[:, worst]}"
