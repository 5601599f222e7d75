import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.learning import SGD, Affine, Frames, Network, Recipe, Run, weights
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.networks import VGG16
from helpers_learning import TinyNet, examples_of, one_thread
from safetensors.torch import save_file

SHAPES = ((64, 3), (64, 64), (128, 64), (128, 128), (256, 128), (256, 256), (256, 256))
SHAPES = (*SHAPES, (512, 256), *((512, 512),) * 5)
DUAL = VGG16(branches=2, size=32)


@pytest.fixture(autouse=True, scope="module")
def tiny() -> Iterator[None]:
    with one_thread():
        yield


@pytest.fixture(scope="module")
def published() -> dict[str, torch.Tensor]:
    """Numbers in the place of published ones, with the classifier that no one needs."""
    generator = torch.Generator().manual_seed(3)
    state = {"classifier.0.bias": torch.zeros(4)}
    for index, shape in zip(weights.TORCHVISION, SHAPES, strict=True):
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


def test_a_digest_of_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableFileError, match=r"absent\.pth"):
        weights.described(tmp_path / "absent.pth")
