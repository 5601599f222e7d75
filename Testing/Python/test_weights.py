import hashlib
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.learning import SGD, Affine, Frames, Network, Recipe, Run, basenames, weights
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.networks import VGG16, FourBlockCNN, StandardCNN
from CardioAILib.networks.staged import Staged
from helpers_learning import TinyNet, examples_of
from safetensors.torch import save_file

SHAPES = ((64, 3), (64, 64), (128, 64), (128, 128), (256, 128), (256, 256), (256, 256))
SHAPES = (*SHAPES, (512, 256), *((512, 512),) * 5)
DUAL = VGG16(branches=2, size=32)

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture(scope="module")
def published() -> dict[str, torch.Tensor]:
    """Numbers in the place of published ones, with the classifier that no one needs."""
    generator = torch.Generator().manual_seed(3)
    state = {"classifier.0.bias": torch.zeros(4)}
    for index, shape in zip(basenames.TORCHVISION, SHAPES, strict=True):
        state[f"features.{index}.weight"] = 0.02 * torch.randn(*shape, 3, 3, generator=generator)
        state[f"features.{index}.bias"] = torch.full((shape[0],), index / 100)
    return state


@pytest.fixture(scope="module")
def file(published, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "vgg16.safetensors"
    save_file(published, path)
    return path


def test_both_branches_start_from_the_file(published, file: Path):
    network = DUAL.build()
    head = network.stages.fc1.weight.detach().clone()
    weights.start_from(network, DUAL, file)
    for branch in network.branches:
        assert torch.equal(branch.block1_conv1.weight, published["features.0.weight"])
        assert torch.equal(branch.block3_conv3.weight, published["features.14.weight"])
        assert torch.equal(branch.block5_conv3.weight, published["features.28.weight"])
        assert (branch.block5_conv3.bias == 0.28).all()
        assert not branch.block4_conv3.weight.requires_grad
        assert branch.block5_conv1.weight.requires_grad
    assert torch.equal(network.stages.fc1.weight, head)


def test_a_state_dict_of_torch_reads_the_same(published, tmp_path: Path):
    path = tmp_path / "vgg16.pth"
    torch.save(published, path)
    read = weights.read_tensors(path)
    assert all(torch.equal(read[name], value) for name, value in published.items())


def test_only_what_is_not_frozen_is_trained(file: Path):
    recipe = Recipe(SGD(1e-3), batch=4, epochs=1, keep="last")
    arm = Network(replace(DUAL, branches=1), Frames((1,)), recipe, Affine())
    images = np.random.default_rng(0).random((6, 2, 32, 32), np.float32)
    examples = examples_of([f"s{i}" for i in range(6)], [0, 1, 2] * 2, images)
    run = Run(device="cpu", weights=file, held_out=examples, precision="float32")
    fitted: FittedNetwork = arm.fit(examples, run)
    given = weights.read_tensors(file)
    for branch in fitted.network_.branches:
        assert torch.equal(branch.block4_conv3.weight, given["features.21.weight"])
        assert not torch.equal(branch.block5_conv1.weight, given["features.24.weight"])
    assert fitted.predict(examples, {}).shape == (6, 3)


def test_the_digest_is_that_of_the_file(file: Path):
    assert weights.described(file) == hashlib.sha256(file.read_bytes()).hexdigest()
    assert weights.described(None) == "random"


@pytest.mark.parametrize("architecture", [replace(DUAL, width=0.5), TinyNet()])
def test_networks_without_a_place_for_them_are_refused(architecture, file: Path):
    with pytest.raises(InputError) as raised:
        weights.start_from(architecture.build(), architecture, file)
    assert type(architecture).__name__ in raised.value.got
    assert "width 1.0" in raised.value.wanted
    assert "--weights" in raised.value.fix


def test_weights_of_other_names_or_shapes_are_refused(published, tmp_path: Path):
    other = tmp_path / "other.safetensors"
    save_file({"layer1.conv.weight": torch.zeros(2)}, other)
    with pytest.raises(InputError, match=r"other\.safetensors with no features\.0\.weight"):
        weights.start_from(DUAL.build(), DUAL, other)
    wrong = {**published, "features.2.weight": torch.zeros(64, 3, 3, 3)}
    save_file(wrong, other)
    with pytest.raises(InputError) as raised:
        weights.start_from(DUAL.build(), DUAL, other)
    assert "features.2.weight of shape (64, 3, 3, 3)" in raised.value.got
    assert "(64, 64, 3, 3)" in raised.value.wanted


class Runs:
    """Something that would run when it is unpickled."""

    def __reduce__(self):
        return (print, ("run",))


def test_a_file_of_anything_but_tensors_is_refused_and_never_run(tmp_path: Path, capsys):
    torch.save({"features.0.weight": Runs()}, tmp_path / "code.pth")
    torch.save({"features.0.weight": 3}, tmp_path / "number.pth")
    torch.save([torch.zeros(2)], tmp_path / "list.pth")
    (tmp_path / "text.pth").write_text("no weights", encoding="utf-8")
    (tmp_path / "text.safetensors").write_text("no weights", encoding="utf-8")
    (tmp_path / "empty.pth").touch()
    names = {path.name for path in tmp_path.iterdir()}
    for name in (*names, "absent.pth", "absent.safetensors"):
        with pytest.raises(UnreadableFileError) as raised:
            weights.read_tensors(tmp_path / name)
        assert raised.value.got.startswith(name)
        assert str(tmp_path) not in str(raised.value)
    assert "run" not in capsys.readouterr().out


# Bases under one dense layer

STANDARD = {name: StandardCNN(name, size=75) for name in ("vgg16", "resnet50", "inception3")}
STANDARD["mobilenet"] = StandardCNN("mobilenet", size=32)
FIRST = {
    "vgg16": ("block1_conv1.weight", "features.0.weight"),
    "resnet50": ("conv1.weight", "conv1.weight"),
    "inception3": ("Conv2d_1a_3x3.conv.weight", "Conv2d_1a_3x3.conv.weight"),
    "mobilenet": ("conv_stem.weight", "conv_stem.weight"),
}
LAST = {
    "vgg16": ("block5_conv3.bias", "features.28.bias"),
    "resnet50": ("layer4.2.bn3.running_var", "layer4.2.bn3.running_var"),
    "inception3": ("Mixed_7c.branch_pool.bn.bias", "Mixed_7c.branch_pool.bn.bias"),
    "mobilenet": ("blocks4.1.bn2.running_mean", "blocks.4.1.bn2.running_mean"),
}
TOP = {
    "vgg16": {"classifier.6.weight"},
    "resnet50": {"fc.weight", "fc.bias"},
    "inception3": {"fc.weight", "AuxLogits.conv0.conv.weight", "AuxLogits.fc.bias"},
    "mobilenet": {"classifier.weight"},
}
every_base = pytest.mark.parametrize("base", list(STANDARD))


@pytest.fixture(scope="module")
def networks() -> dict[str, Staged]:
    return {base: architecture.build() for base, architecture in STANDARD.items()}


def made_up(network: Staged, base: str) -> dict[str, torch.Tensor]:
    """A state dict under published names, each tensor filled with its number; and a top."""
    names = basenames.published_names(network.stages, base)
    state = network.stages.state_dict()
    given = {
        published: torch.full_like(state[own], index / 100)
        for index, (own, published) in enumerate(names.items(), start=1)
    }
    top = {name: torch.zeros(3) for name in TOP[base]}
    return {**given, **top, "bn1.num_batches_tracked": torch.tensor(7)}


@every_base
def test_a_base_starts_from_its_published_weights_and_keeps_its_own_top(
    networks: dict[str, Staged], base: str, tmp_path: Path, caplog
):
    network = networks[base]
    given = made_up(network, base)
    path = tmp_path / f"{base}.safetensors"
    save_file(given, path)
    head = network.stages.logits.weight.detach().clone()
    with caplog.at_level(logging.INFO):
        weights.start_from(network, STANDARD[base], path)
    state = network.stages.state_dict()
    for own, published in (FIRST[base], LAST[base]):
        assert torch.equal(state[own], given[published])
    assert torch.equal(state["logits.weight"], head)
    assert all(weight.requires_grad for weight in network.parameters())
    tops = sorted({name.split(".")[0] for name in TOP[base]})
    assert f"{path.name}: {' and '.join(tops)} left out" in caplog.text


@every_base
def test_a_base_of_other_shapes_or_too_few_tensors_is_refused_and_left_alone(
    networks: dict[str, Staged], base: str, tmp_path: Path
):
    network, path = networks[base], tmp_path / "other.safetensors"
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    given, name = made_up(network, base), LAST[base][1]
    save_file({**given, name: torch.zeros(3)}, path)
    with pytest.raises(InputError) as raised:
        weights.start_from(network, STANDARD[base], path)
    assert raised.value.got == f"other.safetensors with {name} of shape (3,)"
    assert basenames.MODELS[base] in raised.value.wanted
    del given[name]
    save_file(given, path)
    with pytest.raises(InputError, match=f"with no {name}"):
        weights.start_from(network, STANDARD[base], path)
    assert all(torch.equal(t, before[name]) for name, t in network.state_dict().items())


def test_weights_of_a_larger_network_are_refused(networks: dict[str, Staged], tmp_path: Path):
    path = tmp_path / "resnet101.safetensors"
    given = made_up(networks["resnet50"], "resnet50")
    save_file({**given, "layer3.6.conv1.weight": torch.zeros(3)}, path)
    with pytest.raises(InputError) as raised:
        weights.start_from(networks["resnet50"], STANDARD["resnet50"], path)
    assert "layer3.6.conv1.weight, which resnet50 does not have" in raised.value.got


def test_weights_of_one_base_are_refused_by_another(networks: dict[str, Staged], file: Path):
    for base in ("resnet50", "inception3", "mobilenet"):
        with pytest.raises(InputError, match=f"state dict of {basenames.MODELS[base]}"):
            weights.start_from(networks[base], STANDARD[base], file)


def test_one_file_fits_networks_of_one_base_alone():
    weights.require_bases([StandardCNN("vgg16"), VGG16()])
    with pytest.raises(InputError, match="one file of weights for resnet50 and vgg16"):
        weights.require_bases([StandardCNN("vgg16"), StandardCNN("resnet50")])
    for odd in (FourBlockCNN(), StandardCNN("mobilenet", width=0.5)):
        with pytest.raises(InputError, match="arms that have such networks alone"):
            weights.require_bases([StandardCNN("mobilenet"), odd])


def test_a_file_is_refused_before_a_training_prepares_its_images(file: Path, tmp_path: Path):
    weights.require_weights([DUAL, StandardCNN("vgg16")], file)
    with pytest.raises(InputError, match="state dict of torchvision's resnet50"):
        weights.require_weights([StandardCNN("resnet50")], file)
    torch.save([1, 2], tmp_path / "list.pth")
    with pytest.raises(UnreadableFileError, match="cannot be read as tensors"):
        weights.require_weights([DUAL], tmp_path / "list.pth")


def test_a_digest_of_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableFileError, match=r"absent\.pth"):
        weights.described(tmp_path / "absent.pth")
