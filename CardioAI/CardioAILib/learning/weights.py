"""Published weights that a network may start from, read as tensors and nothing else."""

from __future__ import annotations

import hashlib
import logging
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from CardioAILib.errors import InputError, UnreadableFileError

if TYPE_CHECKING:
    import torch
    from torch import nn

    from CardioAILib.networks.branched import Branched
    from CardioAILib.networks.staged import Staged

logger = logging.getLogger(__name__)

RANDOM = "random"
TORCHVISION = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
"""Numbers of VGG16's convolutions in torchvision: `features.0.weight`, `features.0.bias`, ..."""
MODELS = {
    "vgg16": "torchvision's vgg16",
    "resnet50": "torchvision's resnet50",
    "inception3": "torchvision's inception_v3",
    "mobilenet": "timm's mobilenetv1_100",
}
"""Published model of each base, whose state dict is read."""
TOPS = ("classifier.", "fc.", "AuxLogits.")
"""Beginnings of the names of published layers that our networks have others for, or none."""
OWN = ("standard", "flatten", "drop", "logits")
"""Beginnings of the stages that no published base has."""
COUNTER = "num_batches_tracked"
"""A normalization's tensor that plays no part at a fixed momentum."""


def start_from(network: Branched | Staged, architecture: Any, path: Path) -> None:
    """Give a network, or every branch of it, published weights, and freeze what is declared so.

    Args:
        network: Fresh network of the architecture.
        architecture: Its declaration, one that `has_base`.
        path: A `.safetensors` file, or a state dict of torch.

    Raises:
        InputError: The network has no place for them, or they are not those of its base.
        UnreadableFileError: The file cannot be read as tensors.
    """
    from CardioAILib.networks.branched import Branched

    require_bases([architecture])
    given = read_tensors(path)
    for stages in _trunks(network):
        _fill(stages, architecture.base, given, path.name)
    if isinstance(network, Branched):
        network.freeze_before(architecture.trained_from)


def require_weights(architectures: Sequence[Any], path: Path) -> None:
    """Refuse a file that networks cannot start from, before their images are prepared.

    Raises:
        InputError: A network has no place for it, there are several bases, or it holds no weights
            of that base.
        UnreadableFileError: It cannot be read as tensors.
    """
    import torch

    require_bases(architectures)
    given, one = read_tensors(path), architectures[0]
    with torch.device("meta"):
        network = one.build()
    for stages in _trunks(network):
        _require_fit(stages, one.base, given, path.name)


def has_base(architecture: Any) -> bool:
    """Say whether networks of an architecture begin with a published base."""
    return hasattr(architecture, "base")


def require_bases(architectures: Sequence[Any]) -> None:
    """Refuse published weights for networks that have no place for them.

    Raises:
        InputError: There is no network, or one without a published base at its published width,
            or there are several bases.
    """
    odd = [own for own in architectures if not has_base(own) or own.width != 1]
    if odd or not architectures:
        raise InputError(
            got=f"published weights for {_spoken(odd[0]) if odd else 'arms without a network'}",
            wanted="networks with a published base at width 1.0",
            fix="leave --weights out, or train at --width 1.0 arms that have such networks alone "
            "(--arm)",
        )
    bases = sorted({own.base for own in architectures})
    if len(bases) > 1:
        raise InputError(
            got=f"one file of weights for {' and '.join(bases)}",
            wanted="networks of one base",
            fix="train one arm at a time (--arm), each with its own --weights",
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


def published_names(stages: nn.Sequential, base: str) -> dict[str, str]:
    """Return the published name of each tensor of a base's stages, by our name."""
    own = [
        name
        for name in stages.state_dict()
        if not name.startswith(OWN) and not name.endswith(COUNTER)
    ]
    if base == "vgg16":
        stage_names = dict.fromkeys(name.partition(".")[0] for name in own)
        numbers = dict(zip(stage_names, TORCHVISION, strict=True))
        return {name: _numbered(name, numbers) for name in own}
    if base == "mobilenet":
        return {name: name.replace("blocks", "blocks.", 1) for name in own}
    return {name: name for name in own}


def _numbered(name: str, numbers: Mapping[str, int]) -> str:
    stage, _, part = name.partition(".")
    return f"features.{numbers[stage]}.{part}"


def _trunks(network: Branched | Staged) -> Sequence[nn.Sequential]:
    """Return the stages that begin with a base: a network's own, or those of every branch."""
    from CardioAILib.networks.branched import Branched

    return tuple(network.branches) if isinstance(network, Branched) else (network.stages,)


def _fill(stages: nn.Sequential, base: str, given: Mapping[str, torch.Tensor], file: str) -> None:
    """Copy a base's weights into its stages, once all are known to fit."""
    names = _require_fit(stages, base, given, file)
    tops = sorted({name.partition(".")[0] for name in given if name.startswith(TOPS)})
    if tops:
        logger.info("%s: %s left out; the network has a top of its own", file, " and ".join(tops))
    stages.load_state_dict({own: given[wanted] for own, wanted in names.items()}, strict=False)


def _require_fit(
    stages: nn.Sequential, base: str, given: Mapping[str, torch.Tensor], file: str
) -> dict[str, str]:
    """Return the published name of each tensor of a base, once all are known to fit.

    Raises:
        InputError: One is absent, has another shape, or is of a larger network.
    """
    state, names = stages.state_dict(), published_names(stages, base)
    for own, wanted in names.items():
        if wanted not in given or given[wanted].shape != state[own].shape:
            raise _foreign(given, wanted, tuple(state[own].shape), file, base)
    extra = set(given) - set(names.values())
    unknown = sorted(n for n in extra if not n.startswith(TOPS) and not n.endswith(COUNTER))
    if unknown:
        raise InputError(
            got=f"{file} with {unknown[0]}, which {base} does not have",
            wanted=f"the state dict of {MODELS[base]}",
            fix="give the weights of that model, not those of a larger one",
        )
    return names


def _foreign(
    given: Mapping[str, torch.Tensor], wanted: str, shape: tuple[int, ...], file: str, base: str
) -> InputError:
    shown = f"{wanted} of shape {tuple(given[wanted].shape)}" if wanted in given else "no " + wanted
    return InputError(
        got=f"{file} with {shown}",
        wanted=f"the state dict of {MODELS[base]} ({wanted} of shape {shape})",
        fix="save that model's state dict to a file and give that",
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
