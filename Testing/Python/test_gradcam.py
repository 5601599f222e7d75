from collections import OrderedDict

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from CardioAILib.explain.gradcam import grad_cam
from CardioAILib.networks import VGG16, R2Plus1D, SevenBlockCNN
from CardioAILib.networks.branched import Branched
from CardioAILib.networks.staged import Staged
from torch import nn

IMAGE = torch.tensor([[[[1.0, 2.0], [-3.0, 4.0]]]])

pytestmark = pytest.mark.usefixtures("single_thread")


def by_hand(head: list[list[float]], filters: list[float]) -> Staged:
    """1x1 filters, a ReLU, and a dense stage with the given weights."""
    conv = nn.Conv2d(1, len(filters), 1)
    logit = nn.Linear(4 * len(filters), 1)
    with torch.no_grad():
        conv.weight[:, 0, 0, 0] = torch.tensor(filters)
        conv.bias.zero_()
        logit.weight[0] = torch.tensor(head).ravel()
        logit.bias.fill_(0.25)
    stages = OrderedDict(conv1=conv, relu1=nn.ReLU(), flatten=nn.Flatten(), logit=logit)
    return Staged(stages).eval()


@pytest.fixture(scope="module")
def thin() -> Staged:
    torch.manual_seed(4)
    return SevenBlockCNN(0.05).build().eval()


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return torch.rand(2, 3, 128, 128, generator=torch.Generator().manual_seed(5))


@pytest.fixture(scope="module")
def dual() -> Branched:
    torch.manual_seed(4)
    return VGG16(2, classes=3, size=64, width=0.1).build().eval()


@pytest.fixture(scope="module")
def phases() -> torch.Tensor:
    return torch.rand(3, 2, 64, 64, generator=torch.Generator().manual_seed(6))


def test_one_filter_as_worked_by_hand():
    # Features of a filter of 3: (3, 6, 0, 12). The gradient is the dense weights (1, 2, 3, -4),
    # mean 0.5. Map: 0.5 x features.
    network = by_hand([[1.0, 2.0, 3.0, -4.0]], [3.0])
    assert grad_cam(network, IMAGE, "relu1").tolist() == [[[1.5, 3.0], [0.0, 6.0]]]


def test_a_filter_against_the_class_maps_to_zero():
    network = by_hand([[-1.0, -2.0, -3.0, 4.0]], [3.0])
    assert grad_cam(network, IMAGE, "relu1").tolist() == [[[0.0, 0.0], [0.0, 0.0]]]


def test_two_filters_as_worked_by_hand():
    # Filter 1: features (1, 2, 0, 4), weight mean (4 + 0 + 0 + 0) / 4 = 1.
    # Filter -1: features (0, 0, 3, 0), weight mean (0 - 8 + 0 + 0) / 4 = -2. The sum is
    # (1, 2, -6, 4), rectified.
    network = by_hand([[4.0, 0.0, 0.0, 0.0], [0.0, -8.0, 0.0, 0.0]], [1.0, -1.0])
    assert grad_cam(network, IMAGE, "relu1").tolist() == [[[1.0, 2.0], [0.0, 4.0]]]


def test_before_the_activation_the_gradient_passes_only_where_it_is_open():
    # Features (3, 6, -9, 12); the gradient is cut at the third: (1, 2, 0, -4), mean -0.25.
    network = by_hand([[1.0, 2.0, 3.0, -4.0]], [3.0])
    assert grad_cam(network, IMAGE, "conv1").tolist() == [[[0.0, 0.0], [2.25, 0.0]]]


def test_the_gated_form_as_worked_by_hand():
    # Gradients (1, 2, 3, -4) at features (3, 6, 0, 12): kept where both are positive, (1, 2, 0, 0),
    # mean 0.75 over all four pixels.
    network = by_hand([[1.0, 2.0, 3.0, -4.0]], [3.0])
    maps = grad_cam(network, IMAGE, "relu1", gated=True)
    assert maps.tolist() == [[[2.25, 4.5], [0.0, 9.0]]]


def test_the_gated_form_is_not_rectified():
    # At the convolution: features (3, 6, -9, 12), gradients (1, 2, 0, -4), gated (1, 2, 0, 0).
    network = by_hand([[1.0, 2.0, 3.0, -4.0]], [3.0])
    maps = grad_cam(network, IMAGE, "conv1", gated=True)
    assert maps.tolist() == [[[2.25, 4.5], [-6.75, 9.0]]]


@pytest.mark.parametrize("stage", ["conv1", "relu2", "relu3", "pool4", "conv6", "relu7"])
def test_maps_equal_those_of_captum(thin: Staged, images: torch.Tensor, stage: str):
    layer = thin.stages.get_submodule(stage)
    expected = LayerGradCam(thin, layer).attribute(images, target=0, relu_attributions=True)
    expected = expected.detach()[:, 0]
    ours = grad_cam(thin, images, stage)
    scale = float(expected.abs().max()) or 1.0
    np.testing.assert_allclose(ours / scale, expected / scale, atol=1e-6)


@pytest.mark.parametrize("stage", ["block5_conv3", "block4_conv1", "block3_pool"])
@pytest.mark.parametrize("branch", [0, 1])
def test_maps_of_each_branch_equal_those_of_captum(dual, phases, stage: str, branch: int):
    target = torch.tensor([2, 0, 1])
    layer = dual.branches[branch].get_submodule(stage)
    expected = LayerGradCam(dual, layer).attribute(phases, target=target, relu_attributions=True)
    expected = expected.detach()[:, 0]
    ours = grad_cam(dual, phases, stage, target=target)
    assert ours.shape == (3, 2, *expected.shape[1:])
    assert float(expected.max()) > 0
    scale = float(expected.max())
    np.testing.assert_allclose(ours[:, branch] / scale, expected / scale, atol=1e-5)


@pytest.mark.parametrize("stage", ["layer4", "layer3", "stem"])
def test_maps_of_clips_equal_those_of_captum(stage: str):
    torch.manual_seed(7)
    network = R2Plus1D(width=0.05).build().eval()
    clips = torch.rand(2, 1, 8, 32, 32, generator=torch.Generator().manual_seed(8))
    layer = network.stages.get_submodule(stage)
    expected = LayerGradCam(network, layer).attribute(clips, target=0, relu_attributions=True)
    expected = expected.detach()[:, 0]
    ours = grad_cam(network, clips, stage)
    assert ours.shape == expected.shape
    assert ours.ndim == 4
    scale = float(expected.max()) or 1.0
    np.testing.assert_allclose(ours / scale, expected / scale, atol=1e-5)


def test_time_is_averaged_like_space():
    # Features of a filter of 3 over two frames: (3, 6, 0, 12), twice; the gradient's mean is over
    # all eight, (1 + 2 + 3 - 4 + 4 x 0) / 8.
    conv, logit = nn.Conv3d(1, 1, 1), nn.Linear(8, 1)
    with torch.no_grad():
        conv.weight.fill_(3.0)
        conv.bias.zero_()
        logit.weight[0] = torch.tensor([1.0, 2.0, 3.0, -4.0, 0.0, 0.0, 0.0, 0.0])
    stages = OrderedDict(conv1=conv, relu1=nn.ReLU(), flatten=nn.Flatten(), logit=logit)
    clip = torch.cat([IMAGE, IMAGE])[None].transpose(1, 2)
    found = grad_cam(Staged(stages).eval(), clip, "relu1")
    assert found.tolist() == [[[[0.75, 1.5], [0.0, 3.0]]] * 2]


def test_a_map_speaks_for_the_class_that_is_asked(dual: Branched, phases: torch.Tensor):
    maps = [
        grad_cam(dual, phases, "block5_conv3", target=torch.full((3,), klass)) for klass in range(3)
    ]
    assert not torch.allclose(maps[0], maps[1])
    assert not torch.allclose(maps[1], maps[2])
    assert torch.equal(grad_cam(dual, phases, "block5_conv3"), maps[2])


def test_the_only_logit_is_class_0_of_one(thin: Staged, images: torch.Tensor):
    asked = grad_cam(thin, images, "relu2", target=torch.zeros(2, dtype=torch.long))
    assert torch.equal(asked, grad_cam(thin, images, "relu2"))


def test_the_fixture_s_maps_say_something(thin: Staged, images: torch.Tensor):
    # Guards the comparison above against two maps of nothing.
    shown = [float(grad_cam(thin, images, stage).max()) for stage in ("conv1", "relu2", "relu3")]
    assert max(shown) > 0


def test_maps_have_the_stage_s_resolution(thin: Staged, images: torch.Tensor):
    assert grad_cam(thin, images, "relu3").shape == (2, 32, 32)
    assert grad_cam(thin, images, "pool3").shape == (2, 16, 16)


@pytest.mark.parametrize("gated", [False, True])
def test_a_map_does_not_depend_on_the_other_images(thin, images, gated: bool):
    together = grad_cam(thin, images, "relu3", gated=gated)
    for index in range(2):
        alone = grad_cam(thin, images[index : index + 1], "relu3", gated=gated)
        torch.testing.assert_close(alone[0], together[index], atol=1e-7, rtol=1e-4)


def test_nothing_is_left_behind(thin: Staged, images: torch.Tensor):
    before = {name: value.clone() for name, value in thin.state_dict().items()}
    maps = grad_cam(thin, images, "relu3")
    assert not maps.requires_grad
    assert not images.requires_grad
    assert all(weight.grad is None for weight in thin.parameters())
    assert all(weight.requires_grad for weight in thin.parameters())
    assert all(torch.equal(value, before[name]) for name, value in thin.state_dict().items())


def test_a_map_can_be_made_where_gradients_are_off(thin: Staged, images: torch.Tensor):
    expected = grad_cam(thin, images, "relu3")
    with torch.no_grad():
        assert torch.equal(grad_cam(thin, images, "relu3"), expected)
