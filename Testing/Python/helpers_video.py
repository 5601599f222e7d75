"""The published network of clips: names and shapes of its tensors, and what it computes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from CardioAILib.networks.folded import NORMALIZATIONS
from torch import nn
from torch.nn import functional

LAYERS = {1: (64, 64, 144, 144), 2: (64, 128, 230, 288), 3: (128, 256, 460, 576)}
LAYERS = {**LAYERS, 4: (256, 512, 921, 1152)}
"""Channels before and after each layer, and between the factors of its first and second block."""
KINETICS_CLASSES = 400


def published_shapes(classes: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor of torchvision's r2plus1d_18, by its name."""
    return dict(_shapes(classes))


def _shapes(classes: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "stem.0.weight", (45, 3, 1, 7, 7)
    yield from _normalization("stem.1", 45)
    yield "stem.3.weight", (64, 45, 3, 1, 1)
    yield from _normalization("stem.4", 64)
    for layer, (before, after, first, second) in LAYERS.items():
        yield from _block(f"layer{layer}.0", before, first, after)
        if before != after:
            yield f"layer{layer}.0.downsample.0.weight", (after, before, 1, 1, 1)
            yield from _normalization(f"layer{layer}.0.downsample.1", after)
        yield from _block(f"layer{layer}.1", after, second, after)
    yield "fc.weight", (classes, 512)
    yield "fc.bias", (classes,)


def _block(name: str, before: int, within: int, after: int) -> Iterator[tuple[str, tuple]]:
    for conv, given in (("conv1", before), ("conv2", after)):
        yield f"{name}.{conv}.0.0.weight", (within, given, 1, 3, 3)
        yield from _normalization(f"{name}.{conv}.0.1", within)
        yield f"{name}.{conv}.0.3.weight", (after, within, 3, 1, 1)
        yield from _normalization(f"{name}.{conv}.1", after)


def _normalization(name: str, channels: int) -> Iterator[tuple[str, tuple]]:
    for part in ("weight", "bias", "running_mean", "running_var"):
        yield f"{name}.{part}", (channels,)
    yield f"{name}.num_batches_tracked", ()


def kinetics_state(seed: int = 0, classes: int = KINETICS_CLASSES) -> dict[str, torch.Tensor]:
    """Return random numbers under published names, in ranges that a forward pass survives."""
    generator = torch.Generator().manual_seed(seed)
    return {
        name: _filled(name, shape, generator) for name, shape in published_shapes(classes).items()
    }


def _filled(name: str, shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    if name.endswith("num_batches_tracked"):
        return torch.tensor(7)
    if len(shape) > 1:
        deviation = (2 / torch.tensor(shape[1:]).prod()).sqrt()
        return torch.randn(shape, generator=generator) * deviation
    low, high = (-0.2, 0.2) if name.endswith(("bias", "mean")) else (0.5, 1.5)
    return torch.empty(shape).uniform_(low, high, generator=generator)


def by_definition(
    state: Mapping[str, torch.Tensor], clips: torch.Tensor, training: bool = False
) -> torch.Tensor:
    """Return what the published network makes of colored clips (N, 3, T, H, W), from its tensors.

    Every convolution is one in three dimensions.
    """

    def normalized(values: torch.Tensor, name: str) -> torch.Tensor:
        parts = ("running_mean", "running_var", "weight", "bias")
        mean, variance, weight, bias = (state[f"{name}.{part}"] for part in parts)
        mean, variance = (None, None) if training else (mean, variance)
        return functional.batch_norm(values, mean, variance, weight, bias, training)

    def factored(values: torch.Tensor, name: str, stride: int) -> torch.Tensor:
        within, along = state[f"{name}.0.weight"], state[f"{name}.3.weight"]
        half = within.shape[-1] // 2
        values = functional.conv3d(values, within, None, (1, stride, stride), (0, half, half))
        values = functional.relu(normalized(values, f"{name}.1"))
        step = 1 if name == "stem" else stride
        return functional.conv3d(values, along, None, (step, 1, 1), (1, 0, 0))

    def block(values: torch.Tensor, name: str, stride: int) -> torch.Tensor:
        out = normalized(factored(values, f"{name}.conv1.0", stride), f"{name}.conv1.1")
        out = factored(functional.relu(out), f"{name}.conv2.0", 1)
        out = normalized(out, f"{name}.conv2.1")
        short = state.get(f"{name}.downsample.0.weight")
        if short is not None:
            values = functional.conv3d(values, short, None, stride)
            values = normalized(values, f"{name}.downsample.1")
        return functional.relu(out + values)

    values = functional.relu(normalized(factored(clips, "stem", 2), "stem.4"))
    for layer in LAYERS:
        values = block(values, f"layer{layer}.0", 1 if layer == 1 else 2)
        values = block(values, f"layer{layer}.1", 1)
    pooled = functional.adaptive_avg_pool3d(values, 1).flatten(1)
    return functional.linear(pooled, state["fc.weight"], state["fc.bias"])


def worn(network: nn.Module, seed: int = 2) -> nn.Module:
    """Give normalizations statistics unlike those of a fresh network; set it to predict."""
    generator = torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, NORMALIZATIONS):
            for tensor in (module.weight.data, module.running_var):
                tensor.uniform_(0.5, 2, generator=generator)
            for tensor in (module.bias.data, module.running_mean):
                tensor.uniform_(-0.2, 0.2, generator=generator)
    return network.eval()
