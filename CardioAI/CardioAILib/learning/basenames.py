"""How published models name the tensors of the bases that networks may start from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn

TORCHVISION = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
"""Numbers of VGG16's convolutions in torchvision: `features.0.weight`, `features.0.bias`, ..."""
MODELS = {
    "vgg16": "torchvision's vgg16",
    "resnet50": "torchvision's resnet50",
    "inception3": "torchvision's inception_v3",
    "mobilenet": "timm's mobilenetv1_100",
    "r2plus1d_18": "torchvision's r2plus1d_18",
}
"""Published model of each base, whose state dict is read."""
SEES_CLIPS = "r2plus1d_18"
"""The base whose published weights saw the three colors of video."""
TOPS = ("classifier.", "fc.", "AuxLogits.")
"""Beginnings of the names of published layers that our networks have others for, or none."""
OWN = ("standard", "flatten", "drop", "logits")
"""Beginnings of the stages that no published base has."""
COUNTER = "num_batches_tracked"
"""A normalization's tensor that plays no part at a fixed momentum."""


def published_names(stages: nn.Sequential, base: str) -> dict[str, str]:
    """Return the published name of each tensor of a base's stages, by our name.

    A top that is named as the published one is among them.
    """
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


def without_prefix(
    given: Mapping[str, torch.Tensor], wanted: Collection[str]
) -> dict[str, torch.Tensor]:
    """Return tensors by their names in the model itself.

    A checkpoint names them after whatever held the model when it was saved: "module.", "model.".

    Args:
        given: Tensors by the checkpoint's names.
        wanted: Names in the model.
    """
    first = next(iter(wanted))
    prefixes = [n.removesuffix(first) for n in given if n == first or n.endswith("." + first)]
    prefix = min(prefixes, key=len, default="")
    return {name.removeprefix(prefix): tensor for name, tensor in given.items()}


def without_foreign_top(
    names: Mapping[str, str],
    given: Mapping[str, torch.Tensor],
    state: Mapping[str, torch.Tensor],
) -> dict[str, str]:
    """Return published names by ours, those of the top only if all of it is given and fits.

    Args:
        names: Published names by ours.
        given: Published tensors by their names.
        state: Our tensors by our names.
    """
    tops = {own for own, published in names.items() if published.startswith(TOPS)}
    if all(names[own] in given and given[names[own]].shape == state[own].shape for own in tops):
        return dict(names)
    return {own: published for own, published in names.items() if own not in tops}


def _numbered(name: str, numbers: Mapping[str, int]) -> str:
    stage, _, part = name.partition(".")
    return f"features.{numbers[stage]}.{part}"
