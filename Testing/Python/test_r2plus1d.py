import copy

import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.explain.sanity import randomized_after
from CardioAILib.learning import Adam, Recipe, loop
from CardioAILib.learning.augment import Unchanged
from CardioAILib.learning.loop import Batches, train
from CardioAILib.learning.run import Machine
from CardioAILib.learning.stem import last_of_stem, normalizes_batches
from CardioAILib.networks import FourLayerCNN, R2Plus1D
from CardioAILib.networks.factored import InFrames, OverTime, Shortcut
from CardioAILib.networks.folded import NORMALIZATIONS, folded
from CardioAILib.networks.layout import channels_last, with_channels_last
from CardioAILib.networks.r2plus1d import channels_within
from CardioAILib.networks.staged import Staged
from CardioAILib.progress import silent
from helpers_video import LAYERS, by_definition, published_shapes, worn
from torch.nn import functional

STAGES = ["stem", "layer1", "layer2", "layer3", "layer4", "pool", "fc"]
THIN = R2Plus1D(width=0.1)

pytestmark = pytest.mark.usefixtures("single_thread")


def drawn(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def thin() -> Staged:
    torch.manual_seed(0)
    return worn(THIN.build())


@pytest.fixture(scope="module")
def clips() -> torch.Tensor:
    return drawn(3, 1, 8, 48, 48)


# What it is


@pytest.mark.parametrize(("classes", "size"), [(1, 31_300_638), (400, 31_505_325)])
def test_it_has_the_published_size(classes: int, size: int):
    with torch.device("meta"):
        network = R2Plus1D(classes).build()
    assert sum(weight.numel() for weight in network.parameters()) == size


def test_names_and_shapes_of_all_tensors_are_those_of_torchvision():
    with torch.device("meta"):
        state = R2Plus1D(400).build().stages.state_dict()
    found = {name: tuple(tensor.shape) for name, tensor in state.items()}
    assert found == published_shapes(400)
    assert list(found) == list(published_shapes(400))


def test_channels_between_factors_keep_the_size_of_whole_convolutions():
    for before, after, first, second in LAYERS.values():
        assert channels_within(before, after) == first
        assert channels_within(after, after) == second
        assert first * (9 * before + 3 * after) <= 27 * before * after


def test_stages_of_a_clip_have_their_shapes():
    with torch.device("meta"):
        network, clip = R2Plus1D().build().eval(), torch.empty(2, 1, 16, 112, 112)
    assert [name for name, _ in network.stages.named_children()] == STAGES
    logits, found = network.outputs(clip, STAGES)
    assert logits.shape == (2, 1)
    assert found["stem"].shape == found["layer1"].shape == (2, 64, 16, 56, 56)
    assert found["layer2"].shape == (2, 128, 8, 28, 28)
    assert found["layer3"].shape == (2, 256, 4, 14, 14)
    assert found["layer4"].shape == (2, 512, 2, 7, 7)
    assert found["pool"].shape == (2, 512)


def test_width_multiplies_channels_and_leaves_one_at_least():
    half = R2Plus1D(width=0.5).build().stages
    assert half.layer4[1].conv2[0][3].out_channels == 256
    assert half.layer1[0].conv1[0][0].out_channels == channels_within(32, 32) == 72
    thinnest = R2Plus1D(classes=3, width=0.001).build().eval()
    assert thinnest(torch.rand(1, 1, 4, 16, 16)).shape == (1, 3)
    with pytest.raises(InputError, match="a positive multiplier"):
        R2Plus1D(width=0.0).build()


def test_fresh_weights_keep_the_variance_of_what_convolutions_give_back():
    torch.manual_seed(3)
    weight = R2Plus1D(width=0.5).build().stages.layer3[1].conv1[0][3].weight
    after, _, size = weight.shape[:3]
    assert float(weight.detach().std()) == pytest.approx((2 / (after * size)) ** 0.5, rel=0.02)


# What it computes


@pytest.mark.parametrize("training", [False, True])
def test_it_computes_what_convolutions_in_three_dimensions_do(training: bool):
    torch.manual_seed(4)
    network = worn(THIN.build()).double().train(training)
    state = {name: t.detach().clone() for name, t in network.stages.state_dict().items()}
    learned = dict(network.stages.named_parameters())
    ours = {name: state[name].requires_grad_() for name in learned}
    clips = drawn(2, 3, 8, 32, 32).double()
    found, wanted = network(clips), by_definition(state, clips, training)
    torch.testing.assert_close(found, wanted)
    found.square().sum().backward()
    wanted.square().sum().backward()
    for name, weight in learned.items():
        torch.testing.assert_close(weight.grad, ours[name].grad, msg=name)


def test_a_gray_clip_gives_what_three_equal_channels_give(thin: Staged, clips: torch.Tensor):
    with torch.no_grad():
        torch.testing.assert_close(thin(clips), thin(clips.expand(-1, 3, -1, -1, -1)))


def test_the_order_of_colors_makes_no_difference_to_gray_clips(thin, clips: torch.Tensor):
    turned = copy.deepcopy(thin)
    first = turned.stages.stem[0].weight
    first.data = first.data.flip(1)
    colored = drawn(1, 3, 8, 48, 48)
    with torch.no_grad():
        torch.testing.assert_close(turned(clips), thin(clips))
        assert not torch.allclose(turned(colored), thin(colored), rtol=1e-4)
        torch.testing.assert_close(turned(colored.flip(1)), thin(colored))


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("laid_out", [torch.Tensor.contiguous, channels_last])
def test_both_factors_are_convolutions_in_three_dimensions(stride: int, laid_out):
    clips = laid_out(drawn(2, 5, 6, 9, 7))
    within, along = InFrames(5, 4, 3, stride), OverTime(5, 4, 3, stride)
    with torch.no_grad():
        found, wanted = (
            within(clips),
            functional.conv3d(clips, within.weight, None, (1, stride, stride), (0, 1, 1)),
        )
        torch.testing.assert_close(found, wanted)
        wanted = functional.conv3d(clips, along.weight, None, (stride, 1, 1), (1, 0, 0))
        torch.testing.assert_close(along(clips), wanted)


@pytest.mark.parametrize("channels", [3, 8])
def test_a_shortcut_of_few_channels_has_the_gradients_of_a_convolution(channels: int):
    clips, short = channels_last(drawn(2, channels, 8, 56, 56)), Shortcut(channels, 16, 2)
    weight = short.weight.detach().clone().requires_grad_()
    ours, theirs = (clips.clone().requires_grad_() for _ in range(2))
    short(ours).square().mean().backward()
    functional.conv3d(theirs, weight, None, 2).square().mean().backward()
    torch.testing.assert_close(short.weight.grad, weight.grad, rtol=1e-3, atol=1e-6)
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize("frames", [1, 5, 6])
def test_a_shortcut_skips_frames_as_it_skips_pixels(frames: int):
    clips, short = channels_last(drawn(2, 3, frames, 9, 7)), Shortcut(3, 4, 2)
    with torch.no_grad():
        wanted = functional.conv3d(clips, short.weight, None, 2)
        torch.testing.assert_close(short(clips), wanted)


@pytest.mark.parametrize("stage", STAGES[:-1])
def test_trunk_and_head_make_the_network(thin: Staged, clips: torch.Tensor, stage: str):
    trunk, head = thin.split(stage)
    with torch.no_grad():
        features = trunk(clips)
        before = features.clone()
        torch.testing.assert_close(head(features), thin(clips))
    assert torch.equal(features, before)


# How it predicts


@pytest.mark.parametrize("width", [0.1, 1.0])
def test_a_folded_network_says_the_same(width: float, clips: torch.Tensor):
    torch.manual_seed(6)
    network = worn(R2Plus1D(width=width).build())
    other = folded(network)
    assert not any(isinstance(module, NORMALIZATIONS) for module in other.modules())
    assert any(isinstance(module, NORMALIZATIONS) for module in network.modules())
    with torch.no_grad():
        found, wanted = other(channels_last(clips)), network(clips)
    torch.testing.assert_close(found, wanted, atol=3e-5 * float(wanted.abs().max()), rtol=3e-5)


def test_a_clip_lies_with_channels_last_from_the_first_convolution_on(thin, clips):
    for network in (thin, folded(thin)):
        values = clips
        with torch.no_grad():
            for layer in [*network.stages.stem, network.stages.layer1, network.stages.layer2]:
                values = layer(values)
                assert values.is_contiguous(memory_format=torch.channels_last_3d)


def test_clips_are_predicted_one_at_a_time(thin: Staged):
    sizes, clips = [], drawn(10, 1, 4, 16, 16)

    def forward(some: torch.Tensor) -> torch.Tensor:
        sizes.append(len(some))
        return thin(some)

    found = loop.in_micro_batches(forward, clips, "cpu")
    assert sizes == [1] * 10
    torch.testing.assert_close(found, thin(clips).detach())


# How it learns


def test_its_batches_stay_whole_in_training(thin: Staged):
    assert normalizes_batches(thin)
    assert last_of_stem(thin) is None


@pytest.mark.parametrize("bfloat16", [False, True])
def test_a_loop_trains_it(bfloat16: bool):
    torch.manual_seed(8)
    labels = torch.tensor([0.0, 1.0] * 4)
    moving = drawn(8, 1, 4, 24, 24) * labels.view(-1, 1, 1, 1, 1)
    data = Batches(moving + 0.2, labels)
    recipe = Recipe(Adam(1e-2), batch=8, epochs=8)
    machine = Machine("cpu", bfloat16=bfloat16)
    network, history = train(
        THIN.build(), recipe, Unchanged(), (data, data), machine, 0, None, silent
    )
    losses = [row["training loss"] for row in history]
    assert losses[-1] < 0.5 * losses[0]
    assert all(weight.dtype == torch.float32 for weight in network.parameters())


def test_weights_keep_their_channels_last_when_they_are_taken_up(thin: Staged):
    other = with_channels_last(THIN.build())
    other.load_state_dict({name: t.contiguous() for name, t in thin.state_dict().items()})
    kernel = other.stages.layer1[0].conv1[0][0].weight
    assert kernel.is_contiguous(memory_format=torch.channels_last_3d)
    image_kernel = with_channels_last(FourLayerCNN(width=0.1).build()).stages.conv2.weight
    assert image_kernel.is_contiguous(memory_format=torch.channels_last)


def test_layers_behind_any_stage_can_be_made_random(thin: Staged, clips: torch.Tensor):
    other = randomized_after(thin, "layer3", seed=1)
    with torch.no_grad():
        _, before = thin.outputs(clips, ["layer3", "layer4"])
        _, after = other.outputs(clips, ["layer3", "layer4"])
    assert torch.equal(after["layer3"], before["layer3"])
    assert not torch.allclose(after["layer4"], before["layer4"])
