import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.explain.gradcam import grad_cam
from CardioAILib.networks import FourLayerCNN, SevenBlockCNN
from CardioAILib.networks.folded import folded
from CardioAILib.networks.staged import Staged

STAGES = (
    *(f"{kind}{index}" for index in range(1, 5) for kind in ("conv", "bn", "relu")),
    *("pool", "drop", "fc1", "relu5", "logits"),
)

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture(scope="module")
def thin() -> Staged:
    torch.manual_seed(0)
    return FourLayerCNN(0.05).build().eval()


def test_the_paper_s_size_is_1_559_986_parameters():
    with torch.device("meta"):
        network = FourLayerCNN().build()
    assert sum(weight.numel() for weight in network.parameters()) == 1_559_986


def test_stages_are_named_in_the_order_they_run(thin: Staged):
    assert tuple(name for name, _ in thin.stages.named_children()) == STAGES


def test_each_convolution_is_3x3_and_halves_the_image(thin: Staged):
    images = torch.zeros(1, 1, 224, 224)
    names = [f"relu{index}" for index in range(1, 5)]
    logits, found = thin.outputs(images, names)
    assert [found[name].shape[-1] for name in names] == [112, 56, 28, 14]
    assert logits.shape == (1, 2)
    kernels = {thin.stages.get_submodule(f"conv{i}").kernel_size for i in range(1, 5)}
    assert kernels == {(3, 3)}


def test_the_dropout_is_a_fifth(thin: Staged):
    assert thin.stages.drop.p == 0.2


def test_width_thins_the_filters_and_leaves_the_dense_layer_of_16():
    with torch.device("meta"):
        half = FourLayerCNN(0.5).build()
    counts = [half.stages.get_submodule(f"conv{i}").out_channels for i in range(1, 5)]
    assert counts == [32, 64, 128, 256]
    assert half.stages.fc1.out_features == 16


def test_classes_and_channels_are_as_declared():
    network = FourLayerCNN(0.05, classes=3, channels=2).build().eval()
    assert network(torch.zeros(2, 2, 32, 32)).shape == (2, 3)


@pytest.mark.parametrize("width", [0.0, -1.0])
def test_a_width_that_is_not_positive_is_refused(width: float):
    with pytest.raises(InputError, match="a positive multiplier"):
        FourLayerCNN(width).build()


def test_the_fourth_convolution_has_a_map_of_14x14(thin: Staged):
    images = torch.rand(2, 1, 224, 224, generator=torch.Generator().manual_seed(0))
    assert grad_cam(thin, images, "relu4").shape == (2, 14, 14)


# Folding


@pytest.fixture(scope="module")
def worn() -> Staged:
    """A network whose normalizations have seen images, as after training."""
    torch.manual_seed(1)
    network = FourLayerCNN(0.1).build().train()
    for _ in range(4):
        network(3 * torch.randn(6, 1, 64, 64) + 1)
    for index in range(1, 5):
        stage = network.stages.get_submodule(f"bn{index}")
        torch.nn.init.uniform_(stage.weight, 0.5, 2)
        torch.nn.init.uniform_(stage.bias, -1, 1)
    return network.eval()


def test_a_folded_network_says_the_same(worn: Staged):
    images = torch.randn(5, 1, 64, 64, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        torch.testing.assert_close(folded(worn)(images), worn(images), atol=1e-5, rtol=1e-5)


def test_folding_leaves_the_network_and_the_names_of_its_stages(worn: Staged):
    before = {name: tensor.clone() for name, tensor in worn.state_dict().items()}
    other = folded(worn)
    assert tuple(name for name, _ in other.stages.named_children()) == STAGES
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in other.modules())
    assert all(torch.equal(tensor, before[name]) for name, tensor in worn.state_dict().items())
    images = torch.randn(2, 1, 64, 64)
    with torch.no_grad():
        _, found = worn.outputs(images, ("bn1",))
        other(images)
        assert (found["bn1"] < 0).any()


def test_a_network_without_normalization_is_left_as_it_is():
    network = SevenBlockCNN(0.05).build()
    assert folded(network) is network
