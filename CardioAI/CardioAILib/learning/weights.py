"""Published weights that a network may start from, read as tensors and nothing else."""

from __future__ import annotations

import hashlib
import logging
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.learning.basenames import (
    COUNTER,
    MODELS,
    SEES_CLIPS,
    TOPS,
    published_names,
    without_foreign_top,
    without_prefix,
)

if TYPE_CHECKING:
    import torch
    from torch import nn

    from CardioAILib.networks.branched import Branched
    from CardioAILib.networks.staged import Staged

logger = logging.getLogger(__name__)

RANDOM = "random"
WITHIN = ("state_dict", "model_state_dict")
"""Entries of a checkpoint that may hold the state dict."""


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
    trunks = _trunks(network)
    given = _given(path, trunks[0], architecture.base)
    for stages in trunks:
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
    one = architectures[0]
    with torch.device("meta"):
        trunks = _trunks(one.build())
    given = _given(path, trunks[0], one.base)
    for stages in trunks:
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

    Of a checkpoint, which holds more, they are those of its state dict.

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
    if isinstance(found, dict):
        found = next((found[name] for name in WITHIN if name in found), found)
    if not isinstance(found, dict) or not all(torch.is_tensor(v) for v in found.values()):
        raise _unreadable(path)
    return found


def _trunks(network: Branched | Staged) -> Sequence[nn.Sequential]:
    """Return the stages that begin with a base: a network's own, or those of every branch."""
    from CardioAILib.networks.branched import Branched

    return tuple(network.branches) if isinstance(network, Branched) else (network.stages,)


def _given(path: Path, stages: nn.Sequential, base: str) -> dict[str, torch.Tensor]:
    """Return the tensors of a file by their names in the published model."""
    return without_prefix(read_tensors(path), published_names(stages, base).values())


def _fill(stages: nn.Sequential, base: str, given: Mapping[str, torch.Tensor], file: str) -> None:
    """Copy a base's weights into its stages, once all are known to fit."""
    names = _require_fit(stages, base, given, file)
    extra = set(given) - set(names.values())
    tops = sorted({name.partition(".")[0] for name in extra if name.startswith(TOPS)})
    if tops:
        logger.info("%s: %s left out; the network has a top of its own", file, " and ".join(tops))
    if base == SEES_CLIPS:
        logger.info("%s: red first or blue first makes no difference to gray clips", file)
    stages.load_state_dict({own: given[wanted] for own, wanted in names.items()}, strict=False)


def _require_fit(
    stages: nn.Sequential, base: str, given: Mapping[str, torch.Tensor], file: str
) -> dict[str, str]:
    """Return the published name of each tensor that is taken, once all are known to fit.

    Raises:
        InputError: One is absent, has another shape, or is of a larger network.
    """
    state = stages.state_dict()
    names = without_foreign_top(published_names(stages, base), given, state)
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
