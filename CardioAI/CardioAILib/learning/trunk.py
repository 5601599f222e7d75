"""A pretrained trunk: the convolutions that networks start from, read as tensors and nothing else.

A trunk is a folder of `trunk.safetensors`, `trunk.json` with what it was trained on, and a card.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from CardioAILib.errors import InputError, ModelError
from CardioAILib.learning.weights import described, read_tensors

if TYPE_CHECKING:
    import torch

    from CardioAILib.networks.staged import Staged

WEIGHTS = "trunk.safetensors"
MANIFEST = "trunk.json"


@dataclass(frozen=True, eq=False)
class Trunk:
    """Convolutions that learned the dual task.

    Args:
        weights_: Tensors by the names that they have in a network's stages.
        record: What it was trained on and how well it did, in plain values.
        history_: A row an epoch.
    """

    weights_: Mapping[str, torch.Tensor]
    record: Mapping[str, Any]
    history_: tuple[Mapping[str, float], ...]


def trunk_weights(network: Staged, architecture: Any) -> dict[str, torch.Tensor]:
    """Return the tensors of all stages before the head, by name, on the CPU."""
    part = trunk_part(network, architecture)
    return {name: tensor.cpu().contiguous() for name, tensor in part.items()}


def trunk_part(network: Staged, architecture: Any) -> dict[str, torch.Tensor]:
    """Return the tensors of all stages before the head, by name, where they are."""
    names = [name for name, _ in network.stages.named_children()]
    own = names[: names.index(architecture.head_from)]
    state = network.stages.state_dict()
    return {name: tensor for name, tensor in state.items() if name.split(".")[0] in own}


def has_trunk(architecture: Any) -> bool:
    """Say whether networks of an architecture have convolutions that a trunk may fill."""
    return hasattr(architecture, "head_from")


def require_trunk(architectures: Sequence[Any], folder: Path) -> str:
    """Return the SHA-256 of a trunk's weights, once it fits all these networks.

    Raises:
        InputError: It does not fit, or there is no network.
        ModelError: The folder is no trunk, or was changed.
        UnreadableFileError: The weights cannot be read as tensors.
    """
    import torch

    if not architectures or not all(has_trunk(own) for own in architectures):
        raise InputError(
            got="a trunk for arms without such a network",
            wanted="an arm of four-layer networks, as martini2020's",
            fix="leave --start-from out, or train a system that has such networks",
        )
    digest, given = read_trunk(folder)
    for architecture in architectures:
        with torch.device("meta"):
            network = architecture.build()
        _require_shapes(network, given, architecture)
    return digest


def start_from_trunk(network: Staged, architecture: Any, folder: Path) -> None:
    """Give a fresh network a trunk's convolutions; its dense layers stay as they are.

    Raises:
        InputError: The trunk is of another network.
        ModelError: The folder is no trunk, or was changed.
        UnreadableFileError: The weights cannot be read as tensors.
    """
    _, given = read_trunk(folder)
    _require_shapes(network, given, architecture)
    network.stages.load_state_dict(given, strict=False)


def read_trunk(folder: Path) -> tuple[str, dict[str, torch.Tensor]]:
    """Return the digest and the tensors of a trunk's folder.

    Raises:
        ModelError: The folder is no trunk, or was changed since it was written.
        UnreadableFileError: The weights cannot be read as tensors.
    """
    try:
        record = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        told = record["digest"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            got=f"{folder.name} without a readable {MANIFEST} ({type(error).__name__})",
            wanted="a trunk",
            fix="give the folder that 'cardioai pretrain' wrote",
        ) from error
    digest = described(folder / WEIGHTS)
    if digest != told:
        raise ModelError(
            got=f"{WEIGHTS}, which is not as it was written",
            wanted=f"the file that {MANIFEST} describes",
            fix="get the trunk again, or pretrain again",
        )
    return digest, read_tensors(folder / WEIGHTS)


def _require_shapes(network: Staged, given: Mapping[str, torch.Tensor], architecture: Any) -> None:
    found, wanted = (
        {name: tuple(tensor.shape) for name, tensor in tensors.items()}
        for tensors in (given, trunk_part(network, architecture))
    )
    if found == wanted:
        return
    first, mine = (shapes.get("conv1.weight", (0,))[0] for shapes in (found, wanted))
    raise InputError(
        got=f"a trunk with {first} filters in its first convolution"
        if first != mine
        else "a trunk of another network",
        wanted=f"the {mine} of {type(architecture).__name__} at width {architecture.width:g}",
        fix="pretrain again with that --width, or train with the width of the trunk",
    )
