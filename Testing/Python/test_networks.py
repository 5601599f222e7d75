import numpy as np
import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.networks import SevenBlockCNN
from CardioAILib.networks.staged import Staged, glorot_
from torch import nn

STAGES = (
    *(f"{kind}{index}" for index in range(1, 8) for kind in ("conv", "relu", "pool")),
    *("flatten", "fc1", "drop1", "fc2", "drop2", "logit"),
)

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture(scope="module")
def thin() -> Staged:
    torch.manual_seed(0)
    return SevenBlockCNN(0.05).build().eval()


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return torch.rand(2, 3, 128, 128, generator=torch.Generator().manual_seed(1))


def names_of(network: Staged) -> tuple[str, ...]:
    return tuple(name for name, _ in network.stages.named_children())


def test_the_paper_s_size_is_13_697_025_parameters():
    with torch.device("meta"):
        network = SevenBlockCNN().build()
    assert sum(weight.numel() for weight in network.parameters()) == 13_697_025


def test_stages_are_named_in_the_order_they_run(thin: Staged):
    assert names_of(thin) == STAGES


def test_the_third_convolution_maps_a_quarter_of_the_image(thin: Staged, images: torch.Tensor):
    logits, found = thin.outputs(images, ("relu3", "conv3", "pool7"))
    assert found["relu3"].shape == found["conv3"].shape == (2, 6, 32, 32)
    assert found["pool7"].shape == (2, 26, 1, 1)
    assert logits.shape == (2, 1)


def test_convolutions_are_5x5_and_keep_the_size(thin: Staged):
    for index in range(1, 8):
        stage = thin.stages.get_submodule(f"conv{index}")
        assert (stage.kernel_size, stage.padding, stage.stride) == ((5, 5), (2, 2), (1, 1))


def test_the_dense_stages_are_linear_in_evaluation(thin: Staged):
    # Without an activation between them, the head of a sum is the sum of the heads.
    _, head = thin.split("flatten")
    one, two, zero = torch.randn(1, 26), torch.randn(1, 26), torch.zeros(1, 26)
    together = head(one + two) - head(zero)
    apart = head(one) + head(two) - 2 * head(zero)
    torch.testing.assert_close(together, apart)


def test_dropout_is_the_only_stage_between_the_dense_ones(thin: Staged):
    kinds = [type(stage) for stage in thin.stages][-5:]
    assert kinds == [nn.Linear, nn.Dropout, nn.Linear, nn.Dropout, nn.Linear]
    assert [thin.stages.get_submodule(name).p for name in ("drop1", "drop2")] == [0.5, 0.5]


@pytest.mark.parametrize("stage", STAGES)
def test_trunk_and_head_make_the_network(thin: Staged, images: torch.Tensor, stage: str):
    trunk, head = thin.split(stage)
    with torch.no_grad():
        assert torch.equal(head(trunk(images)), thin(images))


def test_outputs_give_the_trunk_s_end_and_the_logits(thin: Staged, images: torch.Tensor):
    with torch.no_grad():
        logits, found = thin.outputs(images, ("relu3", "fc2", "logit"))
        assert torch.equal(logits, thin(images))
        assert set(found) == {"relu3", "fc2", "logit"}
        for name, output in found.items():
            assert torch.equal(output, thin.split(name)[0](images))


def test_width_multiplies_every_channel_count():
    with torch.device("meta"):
        half = SevenBlockCNN(0.5).build()
    convolutions = [half.stages.get_submodule(f"conv{i}").out_channels for i in range(1, 8)]
    assert convolutions == [32, 64, 64, 128, 128, 256, 256]
    assert half.stages.fc1.out_features == 512
    assert half.stages.fc2.out_features == 128


def test_the_thinnest_network_has_one_channel_a_stage():
    network = SevenBlockCNN(1e-6, channels=1).build()
    assert network(torch.zeros(1, 1, 128, 128)).shape == (1, 1)
    assert network.stages.conv7.out_channels == 1


@pytest.mark.parametrize("width", [0.0, -1.0])
def test_a_width_that_is_not_positive_is_refused(width: float):
    with pytest.raises(InputError) as raised:
        SevenBlockCNN(width).build()
    assert raised.value.got == f"width {width}"
    assert raised.value.wanted == "a positive multiplier"
    assert "1.0" in raised.value.fix


def test_fresh_weights_are_glorot_uniform_with_zero_biases():
    network = SevenBlockCNN(0.25).build()
    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert len(layers) == 10
    for layer in layers:
        layer.requires_grad_(False)
        area = layer.weight[0, 0].numel()
        before, after = layer.weight.shape[1] * area, layer.weight.shape[0] * area
        bound = np.sqrt(6 / (before + after))
        assert layer.weight.abs().max() <= bound
        assert not layer.bias.any()
        if layer.weight.numel() > 1000:
            assert layer.weight.abs().max() > 0.98 * bound
            assert float(layer.weight.std()) == pytest.approx(bound / np.sqrt(3), rel=0.1)


def test_initializing_follows_the_seed():
    torch.manual_seed(3)
    one = SevenBlockCNN(0.05).build()
    torch.manual_seed(3)
    two = SevenBlockCNN(0.05).build()
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    glorot_(two)
    assert not torch.equal(one.stages.conv1.weight, two.stages.conv1.weight)
