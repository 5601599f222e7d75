"""Declarations of the networks of Halme 2022: two of its own, and the standard ones beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from CardioAILib.networks.declared import require_width

if TYPE_CHECKING:
    from CardioAILib.networks.staged import Staged

Backbone = Literal["vgg16", "resnet50", "inception3", "mobilenet"]


@dataclass(frozen=True)
class FourBlockCNN:
    """Four blocks of six convolutions, with or without skips around every two (Halme 2022).

    Args:
        skips: Whether the output of every second convolution is added to that of two before it.
        classes: Classes, each with a logit.
        size: Side of the images, in pixels.
        width: Multiplier of the filter counts; 1.0 without skips is the paper's 1,112,676
            parameters for four classes.
    """

    skips: bool = False
    classes: int = 4
    size: int = 128
    width: float = 1.0

    def build(self) -> Staged:
        """Return the network with fresh weights.

        Raises:
            InputError: The width is not positive, or nothing is left of images of this size.
        """
        from CardioAILib.networks.four_block import four_block_cnn

        require_width(self.width)
        return four_block_cnn(self.skips, self.classes, self.size, self.width)


@dataclass(frozen=True)
class StandardCNN:
    """A standard network with its top replaced: flatten, dropout and one dense layer (Halme 2022).

    Args:
        base: Name of the network.
        classes: Classes, each with a logit.
        size: Side of the images, in pixels; one gray channel, which the network copies to three.
        width: Multiplier of every channel count; 1.0 is the published network.
        dropout: Share of features that training leaves out before the dense layer.
    """

    base: Backbone = "vgg16"
    classes: int = 4
    size: int = 128
    width: float = 1.0
    dropout: float = 0.2

    def build(self) -> Staged:
        """Return the network with random weights, all of them to be trained.

        Raises:
            InputError: The width is not positive, or nothing is left of images of this size.
        """
        from CardioAILib.networks.standard import standard_cnn

        require_width(self.width)
        return standard_cnn(self.base, self.classes, self.size, self.width, self.dropout)
