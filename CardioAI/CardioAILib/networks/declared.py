"""Declarations of architectures, which build their torch module when asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from CardioAILib.errors import InputError

if TYPE_CHECKING:
    from CardioAILib.networks.staged import Staged


@dataclass(frozen=True)
class SevenBlockCNN:
    """Seven convolution blocks and three dense layers (Fahmy 2022, figure 2).

    Args:
        width: Multiplier of every channel count; 1.0 is the paper's 13,697,025 parameters.
        channels: Input channels: image, mask and image times mask.
    """

    width: float = 1.0
    channels: int = 3

    def build(self) -> Staged:
        """Return the network with fresh weights.

        Raises:
            InputError: The width is not positive.
        """
        from CardioAILib.networks.seven_block import seven_block_cnn

        if self.width <= 0:
            raise InputError(
                got=f"width {self.width}",
                wanted="a positive multiplier",
                fix="use 1.0 for the paper's size, less for a thinner network",
            )
        return seven_block_cnn(self.width, self.channels)
