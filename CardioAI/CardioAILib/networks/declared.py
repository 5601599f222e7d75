"""Declarations of architectures, which build their torch module when asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from CardioAILib.added import added
from CardioAILib.errors import InputError

if TYPE_CHECKING:
    from CardioAILib.networks.branched import Branched
    from CardioAILib.networks.staged import Staged

SMALLEST = 32
"""Side of the smallest image that five poolings leave a pixel of."""


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

        require_width(self.width)
        return seven_block_cnn(self.width, self.channels)


@dataclass(frozen=True)
class VGG16:
    """The convolutions of VGG16, one or two branches of them, and four dense layers (Germain 2021).

    Args:
        branches: Images that an example has, each with convolutions of its own.
        classes: Classes, each with a logit.
        size: Side of the images, in pixels.
        width: Multiplier of every channel count; 1.0 is the paper's.
        trained_from: First stage that is trained where the weights before it were given, as
            "block5"; random ones are all trained, since random filters are no features.
        hidden: Channels, before `width`, of each hidden dense layer and the dropout after it.
            Very thin networks need more of the one and less of the other to learn at all.
    """

    base: ClassVar[str] = "vgg16"
    """Published network whose weights the branches may start from."""

    branches: int = 1
    classes: int = 3
    size: int = 160
    width: float = 1.0
    trained_from: str = "block5"
    hidden: tuple[tuple[int, float], ...] = added(((256, 0.25), (128, 0.35), (64, 0.40)))

    def build(self) -> Branched:
        """Return the network with random weights, all of them to be trained.

        Raises:
            InputError: The width is not positive, or nothing is left of images of this size.
        """
        from CardioAILib.networks.vgg16 import vgg16

        require_width(self.width)
        if self.size < SMALLEST:
            raise InputError(
                got=f"images of {self.size} x {self.size} pixels",
                wanted=f"{SMALLEST} or more along each side: five poolings halve it five times",
                fix="use 128, 160 (the paper's) or 256",
            )
        return vgg16(self.branches, self.classes, self.size, self.width, self.hidden)


@dataclass(frozen=True)
class FourLayerCNN:
    """Four strided convolutions, global average pooling and two dense layers (Martini 2020).

    Args:
        width: Multiplier of the filter counts; 1.0 is the paper's 1,559,986 parameters. The
            dense layer of 16 stays, for a thinner one hardly learns.
        classes: Classes, each with a logit.
        channels: Input channels.
    """

    head_from: ClassVar[str] = "pool"
    """First stage that no pretraining fills: the convolutions before it are the trunk."""

    width: float = 1.0
    classes: int = 2
    channels: int = 1

    def build(self) -> Staged:
        """Return the network with fresh weights.

        Raises:
            InputError: The width is not positive.
        """
        from CardioAILib.networks.four_layer import four_layer_cnn

        require_width(self.width)
        return four_layer_cnn(self.width, self.classes, self.channels)


def require_width(width: float) -> None:
    """Refuse a width that leaves no channel.

    Raises:
        InputError: It is not positive.
    """
    if width <= 0:
        raise InputError(
            got=f"width {width}",
            wanted="a positive multiplier",
            fix="use 1.0 for the paper's size, less for a thinner network",
        )
