"""Maximum activation maps: where a stage of a network answers at all."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from CardioAILib.networks.staged import Staged

CHANNELS = 1


def maximum_activations(
    network: Staged, images: torch.Tensor, stages: Sequence[str]
) -> tuple[torch.Tensor, ...]:
    """Return the largest output over a stage's channels at each pixel.

    Source: Halme et al., EJNMMI Res 2022; 12:27, figures 4 and 5.

    Args:
        network: The network, in evaluation mode.
        images: Images (N, C, H, W).
        stages: Names of the stages.

    Returns:
        Maps (N, h, w) of each stage, in the order asked for and of its own resolution, not
        normalized.
    """
    with torch.no_grad():
        _, outputs = network.outputs(images, stages)
    return tuple(outputs[stage].amax(dim=CHANNELS) for stage in stages)
