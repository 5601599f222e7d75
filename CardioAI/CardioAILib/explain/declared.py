"""Declarations of explanations."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class GradCAM:
    """Gradient-weighted class activation map of a network's stage.

    Args:
        arm: Name of the network arm.
        stage: Stage whose output is mapped, after its activation function.
        gated: Gate the gradients as guided backpropagation does and skip the final ReLU, as
            Fahmy's released code did, instead of the standard map.
        heart_margin: Distance from the heart that still counts as looking at it, in mm.
        flag_below: Share of the map inside the heart below which a case is flagged.
    """

    arm: str
    stage: str
    gated: bool = False
    heart_margin: float = 10.0
    flag_below: float = 0.5


@dataclass(frozen=True)
class ActivationMaps:
    """Maximum activation maps: the largest output over a stage's channels at each pixel.

    Args:
        arms: Names of the network arms, which have these stages.
        stages: Stages, from the first to the last.

    Source: Halme et al., EJNMMI Res 2022; 12:27, figures 4 and 5.
    """

    arms: tuple[str, ...]
    stages: tuple[str, ...]
