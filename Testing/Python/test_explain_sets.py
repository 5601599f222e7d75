"""Explanations of cine sets: a map for each phase, for the class that the study is given."""

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from CardioAILib.decide import Argmax, Mean
from CardioAILib.errors import InputError
from CardioAILib.explain import GradCAM
from CardioAILib.learning import Adam, Affine, Frames, Network, Recipe
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.networks.branched import Branched
from CardioAILib.prepare import CropPad
from CardioAILib.results import Provenance
from CardioAILib.study import HEART, Image, Mask, Role, Study
from CardioAILib.system import CineSets, Classes, Input, System
from CardioAILib.verbs.explain import Explanation, explain
from CardioAILib.verbs.mapcheck import check_few_maps, check_maps
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.prepared import prepare_study
from helpers_learning import declared, placed, ring
from torch import nn

SIZE = 24
ORIGIN = (11, 17)
"""Row and column of the heart's corner, off the image's middle."""
MIDDLE = (ORIGIN[0] + 8, ORIGIN[1] + 8)

pytestmark = pytest.mark.usefixtures("single_thread")


class Seen(nn.Module):
    """A filter that passes the image."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image.unsqueeze(1).relu()


class Brightest(nn.Module):
    """The brightest pixel of each branch."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return features.amax(dim=(2, 3, 4))


@dataclass(frozen=True)
class Spots:
    """Class 0 for a bright first branch, 1 for a bright second one, 2 for neither."""

    branches: int
    width: float = 1.0

    def build(self) -> Branched:
        logits = nn.Linear(self.branches, 3)
        with torch.no_grad():
            logits.weight.copy_(torch.eye(3)[:, : self.branches])
            logits.bias.copy_(torch.tensor([0.0, 0.0, 0.1]))
        head = OrderedDict(brightest=Brightest(), logits=logits)
        branches = [OrderedDict(seen=Seen()) for _ in range(self.branches)]
        return Branched(branches, head, SIZE)


def arm(*frames: int) -> Network:
    return Network(Spots(len(frames)), Frames(frames), Recipe(Adam(1e-3), 1, 1), Affine())


def phase(name: str) -> Input:
    image, mask = Role("MR", "cine", "SAX", name), Role("MR", "mask", "SAX", name)
    return Input(image, mask, structure=HEART, mask_optional=True)


SYSTEM: System = declared(
    task=Classes("pathology", ("normal", "HCM", "DCM")),
    inputs={"ED": phase("ED"), "ES": phase("ES")},
    examples=CineSets(slices=3),
    prepare=(CropPad(SIZE, centre="heart"),),
    arms={"vgg_dual": arm(0, 1), "vgg_es": arm(1)},
    primary="vgg_dual",
    pool=Mean(),
    decide=Argmax(),
    explain=GradCAM("vgg_dual", "seen", heart_margin=3.0),
)


def study(masked: bool = True, **spots: tuple[int, int]) -> Study:
    """Black phases but for a spot at a row and column on the middle slice."""
    images: dict[Role, Image] = {}
    labels = np.zeros((1, 5, 40, 44), np.uint8)
    rows, columns = (slice(start, start + 16) for start in ORIGIN)
    labels[:, :, rows, columns] = ring(slices=5, shown=range(5))
    for name in ("ED", "ES"):
        pixels = np.zeros(labels.shape, np.float32)
        # What moves between the phases, where no mask says where the heart is.
        pixels[:, :, rows, columns] = 1e-4 if name == "ED" else 0.0
        pixels[0, 0, 0, 0] = 1e-5
        if name in spots:
            pixels[0, 2, *spots[name]] = 1.0
        images[Role("MR", "cine", "SAX", name)] = Image(pixels, placed())
        if masked:
            words = {"myocardium": 1, "lv_cavity": 2}
            images[Role("MR", "mask", "SAX", name)] = Mask(labels, placed(), labels=words)
    return Study("s1", "rest", images)


def fitted(name: str = "vgg_dual") -> FittedNetwork:
    own = SYSTEM.arms[name]
    return FittedNetwork(own, own.architecture.build().eval(), (), "cpu")


def explained(examined: Study, system: System = SYSTEM) -> Explanation:
    name = system.explain.arm
    found = explain(system, prepare_study(system, examined), [{name: fitted(name)}] * 2)
    assert found is not None
    return found


def peak(heatmap: Image) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(np.argmax(heatmap.array), heatmap.array.shape))


@pytest.mark.parametrize("spot", [MIDDLE, (MIDDLE[0] + 4, MIDDLE[1] - 9)])
def test_the_map_of_each_phase_lies_on_its_own_grid(spot: tuple[int, int]):
    found = explained(study(ED=spot))
    assert set(found.heatmaps) == {"ED", "ES"}
    assert found.heatmaps["ED"].array.shape == (1, 5, 40, 44)
    assert peak(found.heatmaps["ED"]) == (0, 2, *spot)
    assert float(found.heatmaps["ED"].array.max()) == pytest.approx(1.0)


@pytest.mark.parametrize(("bright", "dark"), [("ED", "ES"), ("ES", "ED")])
def test_maps_speak_for_the_class_that_the_study_is_given(bright: str, dark: str):
    # Of the other phase nothing raises that class's logit.
    found = explained(study(**{bright: MIDDLE}))
    assert float(found.heatmaps[bright].array.max()) == pytest.approx(1.0)
    assert not found.heatmaps[dark].array.any()


def test_a_network_of_one_phase_maps_that_phase_alone():
    system = replace(SYSTEM, explain=replace(SYSTEM.explain, arm="vgg_es"))
    found = explained(study(ES=MIDDLE), system)
    assert set(found.heatmaps) == {"ES"}
    assert peak(found.heatmaps["ES"]) == (0, 2, *MIDDLE)
    assert found.attention.arm == "vgg_es"


@pytest.mark.parametrize(
    ("away", "zone", "flagged"), [(0, "heart", False), (7, "border", False), (11, "outside", True)]
)
def test_the_audit_sorts_maps_by_where_they_lie(away: int, zone: str, flagged: bool):
    # The heart's radius is 5.5 pixels of 1 mm, the margin 3 mm.
    attention = explained(study(ED=(MIDDLE[0], MIDDLE[1] - away))).attention
    assert (attention.zone, attention.flagged) == (zone, flagged)
    assert (attention.arm, attention.slices) == ("vgg_dual", (1, 2, 3))


def test_without_a_mask_there_are_maps_and_no_audit():
    found = explained(study(masked=False, ED=MIDDLE))
    assert peak(found.heatmaps["ED"]) == (0, 2, *MIDDLE)
    assert found.attention is None


def model_of(system: System, arms: tuple[str, ...]) -> Model:
    origin = Provenance(system.name, "sound", "", "", 0, {})
    members = tuple({name: fitted(name) for name in arms} for _ in range(2))
    return Model(system, "sound", arms, members, dict.fromkeys(arms), {}, origin)


def test_maps_are_checked_against_those_of_random_last_layers():
    checked = check_maps(model_of(SYSTEM, ("vgg_dual",)), study(ED=MIDDLE))
    assert checked.arm == "vgg_dual"
    assert len(checked.members) == 2
    assert checked.change == pytest.approx(np.mean(checked.members))
    assert 0.0 < checked.change <= 2.0
    again = check_maps(model_of(SYSTEM, ("vgg_dual",)), study(ED=MIDDLE))
    assert again == checked


def test_a_few_studies_stand_for_a_cohort_and_unusable_ones_are_passed_over():
    model = model_of(SYSTEM, ("vgg_dual",))
    good, bad = study(ED=MIDDLE), Study("nothing", "1", {})
    one = check_maps(model, good)
    assert check_few_maps(model, [good] * 2) == (one, one)
    assert check_few_maps(model, [good, bad, good, bad, bad, bad, good]) == (one, one)
    assert check_few_maps(model_of(SYSTEM, ("vgg_es",)), [good]) == ()


def test_a_model_without_the_explained_arm_cannot_be_checked():
    with pytest.raises(InputError, match="small without a network that is explained"):
        check_maps(model_of(SYSTEM, ("vgg_es",)), study(ED=MIDDLE))
