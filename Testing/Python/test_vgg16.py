import math
from collections.abc import Iterator

import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.networks import VGG16
from CardioAILib.networks.branched import Branched
from CardioAILib.networks.vgg16 import GreyToImageNet
from torch import nn

CONVOLUTIONS = tuple(
    f"block{block}_conv{index}"
    for block, count in enumerate((2, 2, 3, 3, 3), start=1)
    for index in range(1, count + 1)
)
HEAD = ("flatten", "fc1", "drop1", "fc2", "drop2", "fc3", "drop3", "logits")
SMALL = VGG16(branches=2, classes=3, size=32, width=0.1)

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture(scope="module")
def dual() -> Branched:
    torch.manual_seed(0)
    return SMALL.build().eval()


@pytest.fixture(scope="module")
def images() -> torch.Tensor:
    return torch.rand(3, 2, 32, 32, generator=torch.Generator().manual_seed(1))


def counted(module: nn.Module) -> int:
    return sum(weight.numel() for weight in module.parameters())


@pytest.mark.parametrize(("branches", "head"), [(1, 3_318_403), (2, 6_595_203)])
def test_the_paper_s_sizes(branches: int, head: int):
    network = VGG16(branches, classes=3).build()
    assert counted(network.stages) == head
    assert [counted(branch) for branch in network.branches] == [14_714_688] * branches


@pytest.mark.parametrize(("size", "left"), [(128, 4), (160, 5), (256, 8), (200, 6)])
def test_the_head_fits_what_the_poolings_leave(size: int, left: int):
    network = VGG16(2, size=size, width=1 / 32).build()
    assert network.stages.fc1.in_features == 2 * left * left * 16


def test_stages_are_named_as_keras_names_them(dual: Branched):
    for branch in dual.branches:
        names = [name for name, _ in branch.named_children()]
        assert names[0] == "grey"
        assert tuple(name for name in names if "conv" in name) == CONVOLUTIONS
        assert names[-1] == "block5_pool"
    assert tuple(name for name, _ in dual.stages.named_children()) == HEAD


def test_dropout_is_the_paper_s(dual: Branched):
    rates = [dual.stages.get_submodule(f"drop{index}").p for index in (1, 2, 3)]
    assert rates == [0.25, 0.35, 0.40]


def test_grey_becomes_imagenet_s_units():
    image = torch.tensor([[[0.0, 1.0]]])
    colored = GreyToImageNet()(image)
    assert colored.shape == (1, 3, 1, 2)
    expected = [[-0.485 / 0.229, 0.515 / 0.229], [-0.456 / 0.224, 0.544 / 0.224]]
    torch.testing.assert_close(colored[0, :2, 0], torch.tensor(expected))
    torch.testing.assert_close(colored[0, 2, 0], torch.tensor([-0.406 / 0.225, 0.594 / 0.225]))


def test_each_branch_sees_its_own_image(dual: Branched, images: torch.Tensor):
    changed = images.clone()
    changed[:, 1] = 0.0
    with torch.no_grad():
        one = dual.outputs(images, ("block5_conv3",))[1]["block5_conv3"]
        other = dual.outputs(changed, ("block5_conv3",))[1]["block5_conv3"]
    assert torch.equal(one[:, 0], other[:, 0])
    assert not torch.allclose(one[:, 1], other[:, 1])


def test_branches_have_weights_of_their_own(dual: Branched):
    one, other = (branch.block1_conv1.weight for branch in dual.branches)
    assert not torch.equal(one, other)


def test_outputs_of_a_branch_s_stage_come_for_both_and_rectified(dual, images):
    with torch.no_grad():
        logits, found = dual.outputs(images, ("block5_conv3", "fc3"))
        assert torch.equal(logits, dual(images))
    assert found["block5_conv3"].shape == (3, 2, 51, 2, 2)
    assert found["fc3"].shape == (3, 6)
    assert all(float(output.min()) >= 0 for output in found.values())


@pytest.mark.parametrize("stage", ["grey", "block3_conv2", "block5_conv3", "block5_pool", *HEAD])
def test_trunk_and_head_make_the_network(dual: Branched, images: torch.Tensor, stage: str):
    trunk, head = dual.split(stage)
    with torch.no_grad():
        torch.testing.assert_close(head(trunk(images)), dual(images))
        torch.testing.assert_close(trunk(images), dual.outputs(images, (stage,))[1][stage])


def test_random_weights_keep_the_variance_through_thirteen_layers():
    torch.manual_seed(2)
    network = VGG16(1, size=64, width=0.25).build().eval()
    with torch.no_grad():
        images = torch.rand(4, 1, 64, 64)
        first, last = network.outputs(images, ("block1_conv2", "block5_conv3"))[1].values()
    assert 0.1 < float(last.std() / first.std()) < 10


@pytest.mark.parametrize("classes", [2, 5])
def test_there_is_a_logit_a_class(classes: int):
    network = VGG16(1, classes, size=32, width=0.05).build()
    assert network(torch.zeros(2, 1, 32, 32)).shape == (2, classes)


def test_freezing_stops_at_the_first_stage_that_trains(dual: Branched):
    network = SMALL.build()
    network.freeze_before("block5")
    for branch in network.branches:
        trained = {
            name for name, stage in branch.named_children() if any_trained(stage.parameters())
        }
        assert trained == {"block5_conv1", "block5_conv2", "block5_conv3"}
    assert all(weight.requires_grad for weight in network.stages.parameters())
    assert all(weight.requires_grad for weight in dual.parameters())


def any_trained(weights: Iterator[nn.Parameter]) -> bool:
    return any(weight.requires_grad for weight in weights)


@pytest.mark.parametrize(
    ("shape", "got"), [((1, 2, 40, 40), "40 x 40"), ((1, 1, 32, 32), "1 image(s)")]
)
def test_other_images_than_declared_are_refused(dual: Branched, shape, got: str):
    for run in (dual, lambda x: dual.outputs(x, ())):
        with pytest.raises(InputError) as raised:
            run(torch.zeros(shape))
        assert got in raised.value.got
        assert raised.value.wanted == "2 image(s) of 32 x 32 pixels"
        assert "CropPad" in raised.value.fix


@pytest.mark.parametrize(
    ("declared", "got"), [(VGG16(size=31), "31 x 31"), (VGG16(width=0.0), "width 0.0")]
)
def test_sizes_that_leave_nothing_are_refused(declared: VGG16, got: str):
    with pytest.raises(InputError, match=got):
        declared.build()


def test_a_network_of_one_pixel_at_the_end_works():
    network = VGG16(1, size=32, width=1e-6).build()
    assert network(torch.zeros(1, 1, 32, 32)).shape == (1, 3)
    assert math.prod(network.stages.fc1.weight.shape) == 1
