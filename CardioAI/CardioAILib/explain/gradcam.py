"""Grad-CAM in its split form: the trunk runs without gradients, autograd only on the head."""

from __future__ import annotations

import torch

from CardioAILib.networks.branched import Branched
from CardioAILib.networks.staged import Staged

CHANNELS, CHANNELS_OF_BRANCHES = 1, 2
"""Axis of the features' channels; behind it come those of space, of clips time first."""


def grad_cam(
    network: Staged | Branched,
    images: torch.Tensor,
    stage: str,
    *,
    gated: bool = False,
    target: torch.Tensor | None = None,
) -> torch.Tensor:
    """Map where a stage's features raise the logit of a class.

    Source: Selvaraju et al. 2017: channel weights are the means of the gradient over space, and of
    clips over time as well; the map is the ReLU of the weighted sum. Each branch of a branched
    network has a map of its own.

    Args:
        network: The network, in evaluation mode.
        images: Images (N, C, H, W), clips (N, C, T, H, W), or (N, B, H, W) of a branched network.
        stage: Stage whose output (N, K, h, w), (N, K, t, h, w), or (N, B, K, h, w), is mapped.
        gated: Keep only positive gradients at positive features before averaging (guided
            gating) and do not rectify the sum.
        target: Class number of each image (N,), long; None for the last logit, which speaks for
            class 1 of two or for a larger measured value.

    Returns:
        Maps (N, h, w), (N, t, h, w) of clips, or (N, B, h, w), of the stage's resolution, not
        normalized.
    """
    trunk, head = network.split(stage)
    with torch.no_grad():
        features = trunk(images)
    features.requires_grad_(True)
    with torch.enable_grad():
        logits = head(features)
        chosen = logits[:, -1] if target is None else logits.gather(1, target.view(-1, 1))
        (gradients,) = torch.autograd.grad(chosen.sum(), features)
    features = features.detach()
    if gated:
        gradients = gradients * (gradients > 0) * (features > 0)
    channels = CHANNELS_OF_BRANCHES if isinstance(network, Branched) else CHANNELS
    places = tuple(range(channels + 1, features.ndim))
    maps = (gradients.mean(dim=places, keepdim=True) * features).sum(dim=channels)
    return maps if gated else maps.relu()
