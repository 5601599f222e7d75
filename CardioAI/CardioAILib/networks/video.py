"""Declarations of networks that see clips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from CardioAILib.networks.declared import require_width

if TYPE_CHECKING:
    from CardioAILib.networks.staged import Staged


@dataclass(frozen=True)
class R2Plus1D:
    """R(2+1)D of 18 layers (Tran et al., CVPR 2018), as Sahashi 2024 takes it.

    Its stages are `stem layer1 layer2 layer3 layer4 pool fc`.

    Args:
        classes: Outputs; one for class 1 of two, or for a measured value. With one it has the
            published 31,300,638 parameters.
        width: Multiplier of every channel count; 1.0 is the published network.
    """

    base: ClassVar[str] = "r2plus1d_18"
    """Published network whose weights it may start from, as those of Kinetics-400."""

    classes: int = 1
    width: float = 1.0

    def build(self) -> Staged:
        """Return the network with fresh weights; it sees clips (N, 1, T, H, W), 0 to 1.

        Raises:
            InputError: The width is not positive.
        """
        from CardioAILib.networks.r2plus1d import r2plus1d_18

        require_width(self.width)
        return r2plus1d_18(self.classes, self.width)
