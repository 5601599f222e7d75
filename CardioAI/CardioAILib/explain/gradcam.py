"""Grad-CAM in its split form: the trunk runs without gradients, autograd only on the head."""

from __future__ import annotations

import torch

from CardioAILib.networks.staged import Staged


def grad_cam(
    network: Staged, images: torch.Tensor, stage: str, *, gated: bool = False
) -> torch.Tensor:
    """Map where a stage's features raise the network's (first) logit.

    Source: Selvaraju et al. 2017: channel weights are the spatial means of the gradient, the map
    is the ReLU of the weighted sum.

    Args:
        network: The network, in evaluation mode.
        images: Images (N, C, H, W).
        stage: Stage whose output (N, K, h, w) is mapped.
        gated: Keep only positive gradients at positive features before averaging (guided
            gating) and do not rectify the sum.

    Returns:
        Maps (N, h, w) of the stage's resolution, not normalized.
    """
    trunk, head = network.split(stage)
    with torch.no_grad():
        features = trunk(images)
    features.requires_grad_(True)
    with torch.enable_grad():
        (gradients,) = torch.autograd.grad(head(features)[:, 0].sum(), features)
    features = features.detach()
    if gated:
        gradients = gradients * (gradients > 0) * (features > 0)
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * features).sum(dim=1)
    return maps if gated else maps.relu()
