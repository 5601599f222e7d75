import logging
from pathlib import Path

import pytest
import torch
from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.learning import basenames, weights
from CardioAILib.networks import R2Plus1D, StandardCNN
from CardioAILib.networks.staged import Staged
from helpers_video import by_definition, kinetics_state
from safetensors.torch import save_file

FULL = R2Plus1D()

pytestmark = pytest.mark.usefixtures("single_thread")


@pytest.fixture(scope="module")
def kinetics() -> dict[str, torch.Tensor]:
    """Numbers in the place of those learned from Kinetics, with its classifier."""
    return kinetics_state()


@pytest.fixture
def network() -> Staged:
    return FULL.build()


def taken(network: Staged, given: dict[str, torch.Tensor]) -> set[str]:
    """Return the names of the given tensors that a network has, and no other's."""
    state = network.stages.state_dict()
    return {name for name in state if torch.equal(state[name], given[name])}


def test_weights_of_kinetics_load_exactly_without_their_classifier(
    network: Staged, kinetics, tmp_path: Path, caplog
):
    path = tmp_path / "r2plus1d_18.safetensors"
    save_file(kinetics, path)
    top = network.stages.fc.weight.detach().clone()
    with caplog.at_level(logging.INFO):
        weights.start_from(network, FULL, path)
    state = network.stages.state_dict()
    own = [n for n in state if not n.startswith("fc.") and not n.endswith(basenames.COUNTER)]
    assert len(own) == len(kinetics) - 2 - sum(n.endswith(basenames.COUNTER) for n in kinetics)
    assert all(torch.equal(state[name], kinetics[name]) for name in own)
    assert torch.equal(network.stages.fc.weight, top)
    assert "r2plus1d_18.safetensors: fc left out" in caplog.text
    assert "makes no difference to gray clips" in caplog.text
    assert all(weight.requires_grad for weight in network.parameters())
    clips = torch.rand(1, 1, 4, 32, 32, generator=torch.Generator().manual_seed(0))
    wanted = by_definition(network.stages.state_dict(), clips.expand(-1, 3, -1, -1, -1))
    torch.testing.assert_close(network.eval()(clips), wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("prefix", ["module.", "m.", "module.model."])
def test_a_released_checkpoint_loads_with_its_one_output(
    network: Staged, kinetics, prefix: str, tmp_path: Path, caplog
):
    top = {"fc.weight": torch.rand(1, 512), "fc.bias": torch.rand(1)}
    state = {prefix + name: tensor for name, tensor in {**kinetics, **top}.items()}
    path = tmp_path / "released.pt"
    torch.save({"epoch": 12, "best": 0.8, "state_dict": state, "optimizer": {"lr": 1e-3}}, path)
    with caplog.at_level(logging.INFO):
        weights.start_from(network, FULL, path)
    assert torch.equal(network.stages.fc.weight, top["fc.weight"])
    assert torch.equal(network.stages.fc.bias, top["fc.bias"])
    assert torch.equal(network.stages.stem[0].weight, kinetics["stem.0.weight"])
    assert "left out" not in caplog.text


def test_a_top_is_taken_whole_or_not_at_all(network: Staged, kinetics, tmp_path: Path):
    path, before = tmp_path / "half.safetensors", network.stages.fc.weight.detach().clone()
    half = {name: tensor for name, tensor in kinetics.items() if not name.startswith("fc.")}
    save_file({**half, "fc.weight": torch.rand(1, 512)}, path)
    weights.start_from(network, FULL, path)
    assert torch.equal(network.stages.fc.weight, before)


def test_weights_that_do_not_fit_are_refused_and_nothing_is_taken(
    network: Staged, kinetics, tmp_path: Path
):
    path = tmp_path / "odd.pt"
    before = {name: tensor.clone() for name, tensor in network.stages.state_dict().items()}
    name = "layer2.0.conv2.0.0.weight"
    wrong = {f"module.{own}": tensor for own, tensor in kinetics.items()}
    torch.save({**wrong, f"module.{name}": torch.zeros(288, 128, 1, 3, 3)}, path)
    with pytest.raises(InputError) as raised:
        weights.start_from(network, FULL, path)
    assert raised.value.got == f"odd.pt with {name} of shape (288, 128, 1, 3, 3)"
    assert raised.value.wanted == (
        f"the state dict of torchvision's r2plus1d_18 ({name} of shape (230, 128, 1, 3, 3))"
    )
    torch.save({"conv1.weight": torch.zeros(64, 3, 7, 7), "bn1.weight": torch.ones(64)}, path)
    with pytest.raises(InputError, match=r"odd\.pt with no stem\.0\.weight"):
        weights.start_from(network, FULL, path)
    torch.save({**kinetics, "layer1.2.conv1.0.0.weight": torch.zeros(3)}, path)
    with pytest.raises(InputError, match=r"layer1\.2\.conv1\.0\.0\.weight, which r2plus1d_18 does"):
        weights.require_weights([FULL], path)
    assert taken(network, before) == set(before)


def test_files_and_networks_of_other_kinds_are_refused(tmp_path: Path):
    path = tmp_path / "checkpoint.pt"
    torch.save({"state_dict": {"stem.0.weight": 3}}, path)
    with pytest.raises(UnreadableFileError, match="cannot be read as tensors"):
        weights.require_weights([FULL], path)
    with pytest.raises(InputError, match=r"R2Plus1D of width 0\.5"):
        weights.require_weights([R2Plus1D(width=0.5)], path)
    with pytest.raises(InputError, match="one file of weights for r2plus1d_18 and resnet50"):
        weights.require_weights([FULL, StandardCNN("resnet50")], path)


def test_prefixes_are_those_before_the_first_tensor():
    one, other = torch.zeros(1), torch.ones(1)
    given = {"a.b.conv1.weight": one, "a.b.layer1.0.conv1.weight": other, "a.b.fc.bias": one}
    found = basenames.without_prefix(given, ["conv1.weight", "layer1.0.conv1.weight"])
    assert list(found) == ["conv1.weight", "layer1.0.conv1.weight", "fc.bias"]
    assert found["layer1.0.conv1.weight"] is other
    plain = {"conv1.weight": one, "layer1.0.conv1.weight": other}
    assert basenames.without_prefix(plain, list(plain)) == plain
    assert basenames.without_prefix(given, ["stem.0.weight"]) == given
