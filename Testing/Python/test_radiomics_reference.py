"""How pyradiomics is driven, seen through a stand-in that records what it is given."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.radiomics import PAPER, RELEASED, Settings, extract, feature_names
from golden.radiomics_phantoms import islands, ring

pytest.importorskip("SimpleITK", reason="SimpleITK is not installed")


class Recorder:
    """Stands in for RadiomicsFeatureExtractor; the last one made is kept."""

    last = None
    refusal = None

    def __init__(self, **options):
        self.options, self.images, self.classes = options, set(), []
        type(self).last = self

    def disableAllImageTypes(self):  # noqa: N802
        self.images.clear()

    def disableAllFeatures(self):  # noqa: N802
        self.classes.clear()

    def enableImageTypeByName(self, name):  # noqa: N802
        self.images.add(name)

    def enableFeatureClassByName(self, name):  # noqa: N802
        self.classes.append(name)

    def execute(self, image, mask):
        if self.refusal:
            raise ValueError(self.refusal)
        self.volumes = image, mask
        names = feature_names(PAPER)
        return {name: np.array(number) for number, name in enumerate(names)}


@pytest.fixture
def recorder(monkeypatch):
    package = ModuleType("radiomics")
    package.featureextractor = ModuleType("radiomics.featureextractor")
    package.featureextractor.RadiomicsFeatureExtractor = Recorder
    monkeypatch.setitem(sys.modules, "radiomics", package)
    return Recorder


def run(phantom, settings):
    image, mask, spacing = phantom
    return extract(image[None], mask[None], spacing, settings, engine="pyradiomics")[0]


def test_the_paper_is_asked_for_in_full(recorder):
    assert run(islands(), PAPER).tolist() == list(range(944))
    assert recorder.last.options["binWidth"] == 1.0
    assert recorder.last.options["force2D"]
    assert len(recorder.last.images) == 7
    image, mask = recorder.last.volumes
    assert image.GetSize() == mask.GetSize() == (27, 24, 1)
    assert image.GetSpacing() == (1.5, 0.75, 1.0)
    assert image.GetPixel(3, 2, 0) == 255 * islands()[0][2, 3]


def test_the_released_layout_puts_the_thin_axis_first(recorder):
    run(islands(), RELEASED)
    assert recorder.last.volumes[0].GetSize() == (1, 27, 24)
    assert recorder.last.volumes[0].GetSpacing() == (1.0, 1.5, 0.75)


def test_a_choice_is_passed_on(recorder):
    settings = Settings(bin_count=8, image_types=("wavelet-LL", "square"), classes=("glcm",))
    values = run(ring(), settings)
    assert recorder.last.options["binCount"] == 8
    assert recorder.last.images == {"Wavelet", "Square"}
    assert recorder.last.classes == ["glcm"]
    full = feature_names(PAPER)
    assert values.tolist() == [full.index(name) for name in feature_names(settings)]


def test_a_refusal_is_passed_on(recorder, monkeypatch):
    monkeypatch.setattr(Recorder, "refusal", "too few dimensions")
    with pytest.raises(InputError, match="too few dimensions"):
        run(ring(), PAPER)
