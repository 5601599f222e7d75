from collections import OrderedDict
from dataclasses import replace

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from CardioAILib.errors import InputError
from CardioAILib.explain.gradcam import grad_cam
from CardioAILib.networks import FourBlockCNN
from CardioAILib.networks.folded import folded
from CardioAILib.networks.skip import Row, Skip
from CardioAILib.networks.staged import Staged
from CardioAILib.systems import HALME_2022
from CardioAILib.verbs.adapt import adapt
from torch import nn

LINEAR, RESIDUAL = FourBlockCNN(), FourBlockCNN(skips=True)
THIN = FourBlockCNN(skips=True, size=32, width=0.25)

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture(scope="module")
def thin() -> Staged:
    """A thin residual network whose normalization has seen images."""
    torch.manual_seed(3)
    network = THIN.build().train()
    for _ in range(3):
        network(2 * torch.randn(8, 1, 32, 32) + 1)
    nn.init.uniform_(network.stages.bn0.weight, 0.5, 2)
    nn.init.uniform_(network.stages.bn0.bias, -1, 1)
    return network.eval()


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return torch.randn(3, 1, 32, 32, generator=torch.Generator().manual_seed(4))


def on_meta(architecture: FourBlockCNN) -> Staged:
    with torch.device("meta"):
        return architecture.build()


def counted(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def names_of(network: Staged) -> list[str]:
    return [name for name, _ in network.stages.named_children()]


def stages_of(skips: bool) -> list[str]:
    names = ["conv0", "bn0", "relu0"]
    for block in range(1, 5):
        for index in range(1, 7):
            names.append(f"block{block}_conv{index}")
            if skips and index in (2, 4, 6):
                names.append(f"block{block}_add{index}")
            names.append(f"block{block}_relu{index}")
        names.append(f"block{block}_pool")
    return [*names, "flatten", "drop", "logits"]


# Size and shape


def test_the_paper_s_size_is_1_112_676_parameters():
    assert counted(on_meta(LINEAR)) == 1_112_676


def test_three_projections_add_10_976_parameters():
    residual = on_meta(RESIDUAL)
    assert counted(residual) - counted(on_meta(LINEAR)) == 10_976
    projected = [s.source for s in residual.modules() if isinstance(s, Skip) and counted(s)]
    assert projected == ["block1_pool", "block2_pool", "block3_pool"]


@pytest.mark.parametrize("skips", [False, True])
def test_stages_are_named_in_the_order_they_run(skips: bool):
    assert names_of(on_meta(replace(LINEAR, skips=skips))) == stages_of(skips)


@pytest.mark.parametrize("architecture", [LINEAR, RESIDUAL])
def test_every_stage_of_an_image_of_128_has_its_shape(architecture: FourBlockCNN):
    network = on_meta(architecture).eval()
    images = torch.empty(2, 1, 128, 128, device="meta")
    logits, found = network.outputs(images, names_of(network))
    assert logits.shape == (2, 4)
    assert found["relu0"].shape == (2, 16, 128, 128)
    for block, maps in enumerate((16, 32, 64, 128), start=1):
        side = 128 // 2 ** (block - 1)
        within = {name for name in found if name.startswith(f"block{block}_")}
        pool = f"block{block}_pool"
        assert {found[name].shape for name in within - {pool}} == {(2, maps, side, side)}
        assert found[pool].shape == (2, maps, side // 2, side // 2)
    assert found["flatten"].shape == found["drop"].shape == (2, 8192)


def test_the_only_normalization_is_the_stem_s_with_keras_settings():
    network = on_meta(RESIDUAL)
    normalizations = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    assert normalizations == [network.stages.bn0]
    assert (network.stages.bn0.momentum, network.stages.bn0.eps) == (0.01, 1e-3)
    assert network.stages.drop.p == 0.2


def test_fresh_weights_with_skips_are_glorot_s_with_biases_of_0():
    torch.manual_seed(0)
    stages = replace(LINEAR, size=32, skips=True).build().stages
    weight = stages.block4_conv2.weight.detach()
    limit = (6 / (9 * 128 + 9 * 128)) ** 0.5
    assert 0.98 * limit < float(weight.abs().max()) <= limit
    assert not stages.block4_conv2.bias.any()


def test_without_skips_fresh_weights_keep_the_variance_up_to_the_last_block():
    torch.manual_seed(0)
    network = replace(LINEAR, size=32).build().eval()
    with torch.no_grad():
        _, found = network.outputs(torch.randn(8, 1, 32, 32), ["relu0", "block4_relu6"])
    assert float(found["block4_relu6"].std()) > 0.05 * float(found["relu0"].std())


@pytest.mark.parametrize("size", [16, 47, 128])
def test_the_dense_layer_fits_what_four_poolings_leave(size: int):
    network = replace(THIN, size=size, classes=2, width=0.05).build().eval()
    assert network(torch.zeros(1, 1, size, size)).shape == (1, 2)


def test_images_of_which_nothing_is_left_are_refused():
    with pytest.raises(InputError, match=r"15 x 15 pixels.*16 or more"):
        replace(THIN, size=15).build()


@pytest.mark.parametrize("width", [0.0, -1.0])
def test_a_width_that_is_not_positive_is_refused(width: float):
    with pytest.raises(InputError, match="a positive multiplier"):
        replace(THIN, width=width).build()


def test_a_thinner_system_has_thinner_networks_in_every_arm():
    for system in (adapt(HALME_2022, width=0.1), adapt(HALME_2022, width=0.1).as_published):
        widths = {name: arm.architecture.width for name, arm in system.arms.items()}
        assert widths == dict.fromkeys(HALME_2022.arms, 0.1)
    linear = on_meta(adapt(HALME_2022, width=0.5).arms["linear"].architecture)
    counts = [linear.stages.get_submodule(f"block{b}_conv1").out_channels for b in range(1, 5)]
    assert counts == [8, 16, 32, 64]


# Skips


def test_a_skip_adds_the_layer_two_before_ahead_of_the_relu(thin: Staged, images: torch.Tensor):
    with torch.no_grad():
        found = thin.outputs(images, names_of(thin))[1]
    for index in (4, 6):
        earlier = found[f"block2_relu{index - 2}"]
        added = found[f"block2_conv{index}"] + earlier
        assert torch.equal(found[f"block2_add{index}"], added)
        assert torch.equal(found[f"block2_relu{index}"], added.relu())
    assert torch.equal(found["block1_add2"], found["block1_conv2"] + found["relu0"])


def test_a_block_of_other_maps_adds_its_input_through_a_projection(thin: Staged, images):
    with torch.no_grad():
        found = thin.outputs(images, names_of(thin))[1]
        projected = thin.stages.block3_add2.projection(found["block2_pool"])
    assert torch.equal(found["block3_add2"], found["block3_conv2"] + projected)


def test_without_skips_every_layer_takes_the_one_before(images: torch.Tensor):
    network = replace(THIN, skips=False).build().eval()
    with torch.no_grad():
        values = images
        for _, stage in network.stages.named_children():
            values = stage(values)
        torch.testing.assert_close(network(images), values)


@pytest.mark.parametrize(
    "stage", ["bn0", "relu0", "block1_relu2", "block2_relu6", "block2_pool", "block4_relu6", "drop"]
)
def test_trunk_and_head_make_the_network(thin: Staged, images: torch.Tensor, stage: str):
    trunk, head = thin.split(stage)
    with torch.no_grad():
        assert torch.equal(trunk(images), thin.outputs(images, (stage,))[1][stage])
        assert torch.equal(head(trunk(images)), thin(images))


@pytest.mark.parametrize(
    ("stage", "source"),
    [("block4_relu5", "block4_relu4"), ("block3_conv1", "block2_pool"), ("block1_conv2", "relu0")],
)
def test_a_cut_that_a_skip_crosses_is_refused_and_says_where_to_cut(thin, stage, source):
    with pytest.raises(InputError) as raised:
        thin.split(stage)
    assert f"'{stage}'" in raised.value.got
    assert f"from '{source}'" in raised.value.wanted
    _, one, _, other, _ = raised.value.fix.split("'")
    assert one == source
    thin.split(one)
    thin.split(other)


def test_a_row_may_be_cut_twice(thin: Staged, images: torch.Tensor):
    trunk, head = thin.split("block4_relu4")
    first, second = trunk.cut("block2_relu2")
    with torch.no_grad():
        assert torch.equal(head(second(first(images))), thin(images))


def test_skips_may_overlap():
    row = Row(OrderedDict(a=nn.Identity(), b=nn.ReLU(), c=Skip("a", 1, 1), d=Skip("b", 1, 1)))
    last, found = row.through(torch.tensor([-1.0, 2.0]), {"b", "c"})
    assert {name: value.tolist() for name, value in found.items()} == {"b": [0, 2], "c": [-1, 4]}
    assert last.tolist() == [-1, 6]


def test_gradients_reach_the_stem_through_the_skips(images: torch.Tensor):
    torch.manual_seed(5)
    network = THIN.build().train()
    network(images).square().sum().backward()
    assert all(weight.grad is not None for weight in network.parameters())
    assert float(network.stages.conv0.weight.grad.abs().max()) > 0


# Maps


@pytest.mark.parametrize("stage", ["block1_relu4", "block2_pool", "block3_relu2", "block4_relu6"])
def test_maps_through_the_skips_equal_those_of_captum(thin: Staged, images, stage: str):
    target = torch.tensor([3, 0, 1])
    layer = thin.stages.get_submodule(stage)
    expected = LayerGradCam(thin, layer).attribute(images, target=target, relu_attributions=True)
    expected = expected.detach()[:, 0]
    ours = grad_cam(thin, images, stage, target=target)
    scale = float(expected.max())
    assert scale > 0
    np.testing.assert_allclose(ours / scale, expected / scale, atol=1e-5)


def test_the_declared_map_of_an_image_of_128_is_16x16():
    network = FourBlockCNN(skips=True, width=0.1).build().eval()
    images = torch.randn(1, 1, 128, 128)
    stage = HALME_2022.explain.stage
    assert grad_cam(network, images, stage, target=torch.tensor([3])).shape == (1, 16, 16)


def test_the_declared_activations_are_stages_of_both_networks():
    for skips in (False, True):
        names = names_of(on_meta(replace(LINEAR, skips=skips)))
        assert set(HALME_2022.activations.stages) <= set(names)


# Folding


@pytest.mark.parametrize("skips", [False, True])
def test_a_folded_network_says_the_same(skips: bool, images: torch.Tensor):
    torch.manual_seed(6)
    network = replace(THIN, skips=skips).build().train()
    for _ in range(3):
        network(3 * torch.randn(8, 1, 32, 32) - 1)
    network.eval()
    other = folded(network)
    assert names_of(other) == names_of(network)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in other.modules())
    with torch.no_grad():
        torch.testing.assert_close(other(images), network(images), atol=1e-5, rtol=1e-5)
