"""Published weights that a network may start from, read as tensors and nothing else."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from CardioAILib.errors import InputError, UnreadableFileError

if TYPE_CHECKING:
    import torch
    from torch import nn

    from CardioAILib.networks.branched import Branched

RANDOM = "random"
TORCHVISION = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
"""Numbers of VGG16's convolutions in torchvision: `features.0.weight`, `features.0.bias`, ..."""
EXPECTED = "the convolutions of VGG16 under torchvision's names, features.0.weight to features.28"


def start_from(network: Branched, architecture: Any, path: Path) -> None:
    """Give every branch of a network published weights, and freeze what is not trained further.

    Args:
        network: Fresh network of the architecture.
        architecture: Its declaration, one that `has_base`.
        path: A `.safetensors` file, or a state dict of torch.

    Raises:
        InputError: The network has no place for them, or they are not VGG16's.
        UnreadableFileError: The file cannot be read as tensors.
    """
    require_bases([architecture])
    given = read_tensors(path)
    for branch in network.branches:
        _fill(branch, given, path.name)
    network.freeze_before(architecture.trained_from)


def has_base(architecture: Any) -> bool:
    """Say whether networks of an architecture begin with a published base."""
    return hasattr(architecture, "trained_from")


def require_bases(architectures: Sequence[Any]) -> None:
    """Refuse published weights for networks that have no place for them.

    Raises:
        InputError: There is no network, or one without VGG16's convolutions.
    """
    odd = [own for own in architectures if not has_base(own) or own.width != 1]
    if odd or not architectures:
        raise InputError(
            got=f"weights of VGG16 for {_spoken(odd[0]) if odd else 'arms without a network'}",
            wanted="a network with VGG16's convolutions at width 1.0",
            fix="leave --weights out, or train at --width 1.0 a system that has such networks",
        )


def described(path: Path | None) -> str:
    """Return the SHA-256 of a weights file, or "random" where there is none.

    Raises:
        UnreadableFileError: The file is absent.
    """
    if path is None:
        return RANDOM
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path) from error


def read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """Read named tensors; nothing else that a file may hold is run or loaded.

    Raises:
        UnreadableFileError: The file is absent, or holds anything but tensors.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, EOFError, RuntimeError, pickle.UnpicklingError, SafetensorError) as error:
        raise _unreadable(path) from error
    if not isinstance(found, dict) or not all(torch.is_tensor(v) for v in found.values()):
        raise _unreadable(path)
    return found


def _fill(branch: nn.Sequential, given: dict[str, torch.Tensor], name: str) -> None:
    """Copy weights into a branch's convolutions, in order."""
    import torch

    convolutions = [module for module in branch.modules() if isinstance(module, torch.nn.Conv2d)]
    for index, convolution in zip(TORCHVISION, convolutions, strict=True):
        for part in ("weight", "bias"):
            own, wanted = getattr(convolution, part), f"features.{index}.{part}"
            if wanted not in given or given[wanted].shape != own.shape:
                raise _foreign(given, wanted, tuple(own.shape), name)
            with torch.no_grad():
                own.copy_(given[wanted])


def _foreign(
    given: dict[str, torch.Tensor], wanted: str, shape: tuple[int, ...], name: str
) -> InputError:
    shown = f"{wanted} of shape {tuple(given[wanted].shape)}" if wanted in given else "no " + wanted
    return InputError(
        got=f"{name} with {shown}",
        wanted=f"{EXPECTED} ({wanted} of shape {shape})",
        fix="save torchvision's vgg16 state dict to a file and give that",
    )


def _unreadable(path: Path) -> UnreadableFileError:
    state = "cannot be read as tensors" if path.is_file() else "is not there"
    return UnreadableFileError(
        got=f"{path.name}, which {state}",
        wanted="a .safetensors file, or a state dict that torch.save wrote",
        fix="check the path, or convert the weights with safetensors.torch.save_file",
    )


def _spoken(architecture: Any) -> str:
    return f"{type(architecture).__name__} of width {architecture.width:g}"
