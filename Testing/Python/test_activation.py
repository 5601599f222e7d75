"""Maximum activation maps: by hand, and at their true place on the whole scan."""

from collections import OrderedDict
from dataclasses import replace

import numpy as np
import pytest
import torch
from CardioAILib.explain import ActivationMaps
from CardioAILib.explain.activation import maximum_activations
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.networks import FourBlockCNN
from CardioAILib.networks.staged import Staged
from CardioAILib.results import ArmResult, Provenance, Result
from CardioAILib.study import Image, Role, Study
from CardioAILib.systems import HALME_2022
from CardioAILib.verbs import batch
from CardioAILib.verbs.activations import activation_maps
from CardioAILib.verbs.explain import explain
from CardioAILib.verbs.prepared import prepare_study
from helpers_halme import scans
from torch import nn

ANTERIOR = Role("NM", "planar", "anterior")
SYSTEM = replace(
    HALME_2022,
    explain=replace(HALME_2022.explain, arm="linear", stage="conv"),
    activations=ActivationMaps(("linear", "residual"), ("conv", "pool")),
)
IMAGE = torch.tensor([[[[1.0, 2.0], [-3.0, 4.0]]]])


def network(*filters: float) -> Staged:
    """1x1 filters of these weights, halved by pooling, and logits of the last pixels."""
    conv = nn.Conv2d(1, len(filters), 1)
    logits = nn.Linear(len(filters), 4)
    with torch.no_grad():
        conv.weight[:, 0, 0, 0] = torch.tensor(filters)
        conv.bias.zero_()
        logits.weight.fill_(0.1)
        logits.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 0.0]))
    stages = OrderedDict(
        conv=conv,
        pool=nn.MaxPool2d(2),
        mean=nn.AdaptiveAvgPool2d(1),
        flat=nn.Flatten(),
        logits=logits,
    )
    return Staged(stages).eval()


def fitted(*filters: float) -> FittedNetwork:
    return FittedNetwork(HALME_2022.arms["linear"], network(*filters), (), "cpu")


@pytest.fixture(scope="module")
def spotted() -> tuple[Study, tuple[int, int]]:
    """A simulated scan with one very bright pixel in the chest."""
    study = scans(1).studies[0]
    image = study.images[ANTERIOR]
    counts = image.array.copy()
    counts[0, 0, 300, 140] = 20 * counts.max()
    images = {**dict(study.images), ANTERIOR: Image(counts, image.ijk_to_ras)}
    return replace(study, images=images), (300, 140)


@pytest.fixture(scope="module")
def prepared(spotted):
    return prepare_study(SYSTEM, spotted[0])


def test_the_largest_output_of_any_channel_counts_at_each_pixel():
    one, halved = maximum_activations(network(1.0, -1.0), IMAGE, ("conv", "pool"))
    assert one.tolist() == [[[1.0, 2.0], [3.0, 4.0]]]
    assert halved.tolist() == [[[4.0]]]


def test_the_paper_s_networks_have_the_declared_stages():
    declared = HALME_2022.activations
    for arm in declared.arms:
        built = FourBlockCNN(skips=arm == "residual", size=32, width=0.25).build().eval()
        maps = maximum_activations(built, torch.zeros(1, 1, 32, 32), declared.stages)
        assert [tuple(one.shape) for one in maps] == [(1, n, n) for n in (32, 16, 8, 4)]


def test_a_bright_place_lights_up_where_it_is_on_the_whole_scan(prepared, spotted):
    study, (row, column) = spotted
    maps = activation_maps(SYSTEM, prepared, [{"linear": fitted(1.0)}])["linear"]
    whole = study.images[ANTERIOR]
    for stage, reach in (("conv", 0), ("pool", 2)):
        found = maps[stage]
        assert found.array.shape == whole.array.shape
        np.testing.assert_array_equal(found.ijk_to_ras, whole.ijk_to_ras)
        brightest = np.unravel_index(found.array[0, 0].argmax(), found.array.shape[2:])
        assert abs(brightest[0] - row) <= reach
        assert abs(brightest[1] - column) <= reach
        assert found.array.max() == pytest.approx(1.0, abs=0.3)


def test_nothing_answers_outside_what_the_network_sees(prepared):
    found = activation_maps(SYSTEM, prepared, [{"linear": fitted(1.0)}])["linear"]["conv"]
    top, left = (int(at) for at in prepared.inputs["anterior"].steps[0].offset)
    outside = found.array[0, 0].copy()
    outside[top : top + 128, left : left + 128] = 0
    assert not outside.any()
    assert found.array.any()


def test_no_member_outshouts_the_others(prepared):
    loud, quiet = fitted(100.0), fitted(-0.001)
    with torch.no_grad():
        quiet.network_.stages[0].bias.fill_(0.02)
    crop = prepared.inputs["anterior"].stack.image[0]
    dark = np.unravel_index(crop.argmin(), crop.shape)
    top, left = (int(at) for at in prepared.inputs["anterior"].steps[0].offset)
    found = activation_maps(SYSTEM, prepared, [{"linear": loud}, {"linear": quiet}])
    # Raw outputs of the quiet member are thousands of times smaller.
    assert found["linear"]["conv"].array[0, 0, top + dark[0], left + dark[1]] > 0.3


def test_arms_that_were_not_trained_have_no_map(prepared):
    assert set(activation_maps(SYSTEM, prepared, [{"linear": fitted(1.0)}])) == {"linear"}
    assert activation_maps(replace(SYSTEM, activations=None), prepared, []) == {}


def test_activations_are_told_also_where_the_explained_arm_is_missing(prepared):
    members = [{"residual": fitted(1.0)}]
    found = explain(SYSTEM, prepared, members)
    assert found.attention is None
    assert found.heatmaps == {}
    assert set(found.maps) == {"activations residual conv", "activations residual pool"}
    assert explain(replace(SYSTEM, activations=None), prepared, members) is None


def test_maps_are_written_beside_heatmaps_under_their_names(prepared, tmp_path):
    found = explain(SYSTEM, prepared, [{"linear": fitted(1.0)}])
    assert set(found.maps) == {
        "anterior",
        "activations linear conv",
        "activations linear pool",
    }
    arm = ArmResult(0.9, (0.9,), None, "grade 0", (), (0.9, 0.1, 0.0, 0.0))
    result = Result("p1", "1", {"linear": arm}, "linear", Provenance("s", "sound", "d", "w", 0, {}))
    written = batch.write_result(result, found.maps, tmp_path)
    assert set(written.files) == {
        "heatmap anterior",
        "activations linear conv",
        "activations linear pool",
    }
    for file in written.files.values():
        assert " " not in file
        assert (tmp_path / file).exists()
