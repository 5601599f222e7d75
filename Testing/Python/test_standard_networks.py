from dataclasses import replace

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from CardioAILib.errors import InputError
from CardioAILib.explain.gradcam import grad_cam
from CardioAILib.networks import StandardCNN
from CardioAILib.networks.folded import folded
from CardioAILib.networks.skip import Row
from CardioAILib.networks.staged import Staged
from CardioAILib.networks.standard import BASES, GrayToThree
from torch import nn

PUBLISHED = {
    "vgg16": 14_714_688,
    "resnet50": 23_508_032,
    "inception3": 21_785_568,
    "mobilenet": 3_206_976,
}
"""Weights without the top, as published (InceptionV3 also without its auxiliary classifier)."""
SHAPES = {
    "vgg16": {
        "block1_conv2": (64, 128),
        "block2_conv2": (128, 64),
        "block3_conv3": (256, 32),
        "block4_conv3": (512, 16),
        "block5_conv3": (512, 8),
        "block5_pool": (512, 4),
    },
    "resnet50": {
        "conv1": (64, 64),
        "maxpool": (64, 32),
        "layer1": (256, 32),
        "layer2": (512, 16),
        "layer3": (1024, 8),
        "layer4": (2048, 4),
    },
    "inception3": {
        "Conv2d_1a_3x3": (32, 63),
        "Conv2d_2a_3x3": (32, 61),
        "Conv2d_2b_3x3": (64, 61),
        "maxpool1": (64, 30),
        "Conv2d_3b_1x1": (80, 30),
        "Conv2d_4a_3x3": (192, 28),
        "maxpool2": (192, 13),
        "Mixed_5b": (256, 13),
        "Mixed_5c": (288, 13),
        "Mixed_5d": (288, 13),
        "Mixed_6a": (768, 6),
        "Mixed_6e": (768, 6),
        "Mixed_7a": (1280, 2),
        "Mixed_7b": (2048, 2),
        "Mixed_7c": (2048, 2),
    },
    "mobilenet": {
        "conv_stem": (32, 64),
        "blocks0": (64, 64),
        "blocks1": (128, 32),
        "blocks2": (256, 16),
        "blocks3": (512, 8),
        "blocks4": (1024, 4),
    },
}
SMALLEST = {"vgg16": 32, "resnet50": 32, "inception3": 75, "mobilenet": 32}
CUT = {
    "vgg16": "block4_conv3",
    "resnet50": "layer2",
    "inception3": "Mixed_6a",
    "mobilenet": "blocks2",
}
every_base = pytest.mark.parametrize("base", list(BASES))

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture(scope="module")
def thin() -> dict[str, Staged]:
    """Thin networks of each base, whose normalizations are not those of a fresh one."""
    # Seeded: some random networks see no evidence at all, and their maps say nothing.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return {base: worn(StandardCNN(base, size=96, width=0.1).build()) for base in BASES}


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return torch.randn(2, 1, 96, 96, generator=torch.Generator().manual_seed(1))


def worn(network: Staged) -> Staged:
    generator = torch.Generator().manual_seed(2)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight.data, module.running_var):
                tensor.uniform_(0.5, 2, generator=generator)
            for tensor in (module.bias.data, module.running_mean):
                tensor.uniform_(-0.2, 0.2, generator=generator)
    return network.eval()


def counted(module: nn.Module) -> int:
    return sum(weight.numel() for weight in module.parameters())


@every_base
def test_the_base_has_its_published_size(base: str):
    with torch.device("meta"):
        assert counted(Row(BASES[base](1.0))) == PUBLISHED[base]


@every_base
def test_stages_of_an_image_of_128_have_their_shapes(base: str):
    with torch.device("meta"):
        network = StandardCNN(base).build().eval()
        images = torch.empty(2, 1, 128, 128)
    names = [name for name, _ in network.stages.named_children()]
    assert names[0] == "gray"
    assert names[-3:] == ["flatten", "drop", "logits"]
    logits, found = network.outputs(images, names)
    assert logits.shape == (2, 4)
    assert found["gray"].shape == (2, 3, 128, 128)
    for name, (channels, side) in SHAPES[base].items():
        assert found[name].shape == (2, channels, side, side), name
    channels, side = list(SHAPES[base].values())[-1]
    assert network.stages.logits.in_features == channels * side * side


@every_base
def test_all_weights_are_trained(base: str):
    network = StandardCNN(base, classes=2, size=96, width=0.05).build().train()
    assert all(weight.requires_grad for weight in network.parameters())
    network(torch.randn(4, 1, 96, 96)).square().sum().backward()
    assert all(weight.grad is not None for weight in network.parameters())


def test_dropout_and_classes_are_as_declared():
    network = StandardCNN("mobilenet", classes=2, size=32, width=0.05, dropout=0.4).build()
    assert network.stages.drop.p == 0.4
    assert network.stages.logits.out_features == 2
    assert StandardCNN().dropout == 0.2


def test_gray_is_copied_as_it_is():
    image = torch.tensor([[[[-1.0, 2.5]]]])
    assert torch.equal(GrayToThree()(image), torch.cat([image] * 3, dim=1))


@every_base
def test_trunk_and_head_make_the_network(thin, images: torch.Tensor, base: str):
    network = thin[base]
    trunk, head = network.split(CUT[base])
    with torch.no_grad():
        torch.testing.assert_close(head(trunk(images)), network(images))
        _, found = network.outputs(images, (CUT[base],))
        torch.testing.assert_close(trunk(images), found[CUT[base]])


@every_base
def test_no_stage_changes_what_an_earlier_one_gave(thin, images: torch.Tensor, base: str):
    network = thin[base]
    names = [name for name, _ in network.stages.named_children()]
    with torch.no_grad():
        _, found = network.outputs(images, names)
        for name in names:
            assert torch.equal(found[name], network.outputs(images, (name,))[1][name])
            values = found[name].clone()
            network.split(name)[1](found[name])
            assert torch.equal(found[name], values), name


@every_base
def test_maps_equal_those_of_captum(thin, images: torch.Tensor, base: str):
    network, target = thin[base], torch.tensor([2, 0])
    layer = network.stages.get_submodule(CUT[base])
    expected = LayerGradCam(network, layer).attribute(images, target=target, relu_attributions=True)
    expected = expected.detach()[:, 0]
    ours = grad_cam(network, images, CUT[base], target=target)
    scale = float(expected.max())
    assert scale > 0
    np.testing.assert_allclose(ours / scale, expected / scale, atol=1e-5)


@every_base
def test_a_folded_network_says_the_same(thin, images: torch.Tensor, base: str):
    other = folded(thin[base])
    assert not any(isinstance(module, nn.BatchNorm2d) for module in other.modules())
    with torch.no_grad():
        expected = thin[base](images)
        scale = float(expected.abs().max())
        torch.testing.assert_close(other(images), expected, atol=1e-4 * scale, rtol=1e-4)


@every_base
def test_images_too_small_for_the_base_are_refused(base: str):
    smallest = SMALLEST[base]
    small = StandardCNN(base, size=smallest, width=0.05)
    assert small.build().eval()(torch.zeros(1, 1, smallest, smallest)).shape == (1, 4)
    with pytest.raises(InputError) as raised:
        replace(small, size=smallest - 1).build()
    assert f"{smallest} or more along each side for {base}" in raised.value.wanted


def test_a_width_that_is_not_positive_is_refused():
    with pytest.raises(InputError, match="a positive multiplier"):
        StandardCNN("resnet50", width=0.0).build()
