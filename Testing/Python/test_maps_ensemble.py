"""Maps of several views at once, each by its own network, and where they lie."""

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from CardioAILib.decide import MeanOfInputs, Threshold
from CardioAILib.explain import GradCAM, shares_of
from CardioAILib.learning import Adam, Affine, Ensemble, Network, OneChannel, Recipe
from CardioAILib.learning.ensemble import FittedEnsemble
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.networks.staged import Staged
from CardioAILib.prepare import CropPad
from CardioAILib.results import Provenance
from CardioAILib.study import (
    HEART,
    PERICARDIAL_EFFUSION,
    PLEURAL_EFFUSION,
    Image,
    Mask,
    Role,
    Study,
)
from CardioAILib.system import Classes, Input, Slices, System
from CardioAILib.verbs.explain import explain
from CardioAILib.verbs.mapcheck import check_maps
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.prepared import prepare_study
from helpers_learning import declared, placed
from torch import nn

SIZE = 32
VIEWS = ("2C", "SAX")
LABELS = {"myocardium": 1, "lv_cavity": 2, PERICARDIAL_EFFUSION: 3, PLEURAL_EFFUSION: 4}
HEART_AT, PERICARDIUM_AT, PLEURA_AT, FAR_AT = (16, 16), (16, 22), (16, 29), (3, 3)

pytestmark = pytest.mark.usefixtures("single_thread")


@dataclass(frozen=True)
class Spot:
    """The brightest pixel speaks for the disease."""

    width: float = 1.0

    def build(self) -> Staged:
        logits = nn.Linear(1, 2)
        with torch.no_grad():
            logits.weight.copy_(torch.tensor([[-1.0], [1.0]]))
            logits.bias.zero_()
        return Staged(
            OrderedDict(
                relu4=nn.ReLU(), pool=nn.AdaptiveMaxPool2d(1), flat=nn.Flatten(), logits=logits
            )
        )


PART = Network(Spot(), OneChannel(), Recipe(Adam(1e-3), 1, 1), Affine())
ARM = Ensemble(dict.fromkeys(VIEWS, PART))


def role(view: str) -> Role:
    return Role("MR", "LGE", view)


def mask_role(view: str) -> Role:
    return Role("MR", "mask", view, "LGE")


def system() -> System:
    inputs = {
        view: Input(role(view), mask_role(view), HEART, stack=False, mask_optional=True)
        for view in VIEWS
    }
    return declared(
        task=Classes("amyloidosis", ("no", "yes")),
        inputs=inputs,
        examples=Slices(training=None, minimum_pixels=1),
        prepare=(CropPad(SIZE),),
        arms={"dl": ARM},
        pool=MeanOfInputs(),
        decide=Threshold(0.5),
        explain=GradCAM("dl", "relu4", heart_margin=3.0),
    )


def heart() -> np.ndarray:
    """A round heart of radius 5, an effusion right beside it, another one far away."""
    rows, columns = np.mgrid[:SIZE, :SIZE]
    radius = np.hypot(rows - 16, columns - 16)
    labels = np.where(radius <= 3, 2, np.where(radius <= 5, 1, 0)).astype(np.uint8)
    labels[16, 22:24] = 3
    labels[10:22, 28:] = 4
    return labels


def study(spots: dict[str, tuple[int, int]]) -> Study:
    """One slice a view, black but for a spot."""
    images = {}
    for bright, (view, where) in enumerate(spots.items(), start=8):
        pixels = np.zeros((1, 1, SIZE, SIZE), np.float32)
        pixels[0, 0, *where] = bright
        images[role(view)] = Image(pixels, placed())
        images[mask_role(view)] = Mask(heart()[None, None], placed(), labels=LABELS)
    return Study("s1", "1", images)


def fitted() -> FittedEnsemble:
    networks = {view: FittedNetwork(PART, Spot().build().eval(), (), "cpu") for view in VIEWS}
    return FittedEnsemble(ARM, networks)


def explained(spots: dict[str, tuple[int, int]]):
    declared = system()
    return explain(declared, prepare_study(declared, study(spots)), [{"dl": fitted()}])


def test_every_view_has_a_map_of_its_own_network():
    found = explained({"2C": HEART_AT, "SAX": FAR_AT}).heatmaps
    assert tuple(found) == VIEWS
    for view, where in (("2C", HEART_AT), ("SAX", FAR_AT)):
        array = found[view].array[0, 0]
        assert np.unravel_index(array.argmax(), array.shape) == where
        assert array.max() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("where", "region"),
    [(HEART_AT, "heart"), (PERICARDIUM_AT, "pericardial band"), (FAR_AT, "elsewhere")],
)
def test_the_energy_is_shared_out_by_region(where: tuple[int, int], region: str):
    shares = explained({"2C": where, "SAX": where}).attention.shares
    assert shares[region] == pytest.approx(1.0, abs=1e-6)
    parts = [shares[name] for name in ("heart", "pericardial band", "elsewhere")]
    assert sum(parts) == pytest.approx(1.0)


def test_effusions_stand_beside_the_regions_that_they_lie_in():
    shares = explained({"2C": PERICARDIUM_AT, "SAX": PLEURA_AT}).attention.shares
    assert shares["pericardial effusion"] == pytest.approx(0.5, abs=1e-6)
    assert shares["pleural effusion"] == pytest.approx(0.5, abs=1e-6)
    assert shares["elsewhere"] == pytest.approx(0.5, abs=1e-6)


def test_each_view_is_told_apart():
    attention = explained({"2C": HEART_AT, "SAX": FAR_AT}).attention
    assert attention.by_input["2C"]["heart"] == pytest.approx(1.0)
    assert attention.by_input["SAX"]["elsewhere"] == pytest.approx(1.0)
    assert attention.inside == pytest.approx(0.5, abs=1e-3)
    assert attention.arm == "dl"


def test_a_view_without_a_mask_is_mapped_but_not_audited():
    own = study({"2C": HEART_AT, "SAX": FAR_AT})
    images = {key: image for key, image in own.images.items() if key != mask_role("SAX")}
    declared = system()
    prepared = prepare_study(declared, replace(own, images=images))
    found = explain(declared, prepared, [{"dl": fitted()}])
    assert set(found.heatmaps) == {"2C", "SAX"}
    assert found.attention.shares["heart"] == pytest.approx(1.0)
    assert set(found.attention.by_input) == {"2C"}


def test_maps_of_an_ensemble_are_checked_against_random_last_layers():
    declared = system()
    model = Model(
        declared,
        "sound",
        ("dl",),
        ({"dl": fitted()},),
        {"dl": 0.5},
        {},
        Provenance("small", "sound", "", "", 0, {}),
    )
    found = check_maps(model, study({"2C": HEART_AT, "SAX": FAR_AT}))
    assert found.arm == "dl"
    assert 0.0 <= found.change <= 2.0


def test_maps_without_energy_share_out_nothing():
    nothing = np.zeros((1, 4, 4), bool)
    assert shares_of(np.zeros((1, 4, 4)), nothing, nothing) == {}
