"""Batch normalization folded into the convolutions before it: the same numbers, less work."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from CardioAILib.networks.branched import Branched
from CardioAILib.networks.layout import with_channels_last
from CardioAILib.networks.skip import Skip
from CardioAILib.networks.staged import Staged

CONVOLUTIONS = (nn.Conv2d, nn.Conv3d)
NORMALIZATIONS = (nn.BatchNorm2d, nn.BatchNorm3d)


@dataclass(frozen=True)
class Place:
    """Where a convolution stands, whose output is the next module's input.

    Args:
        module: What holds it.
        name: Its name there.
    """

    module: nn.Module
    name: str

    def take_in(self, normalization: nn.Module) -> None:
        """Let the convolution do what a normalization after it does."""
        convolution = getattr(self.module, self.name)
        setattr(self.module, self.name, fuse_conv_bn_eval(convolution, normalization))


def folded(network: Staged | Branched) -> Staged | Branched:
    """Return a network for prediction alone, whose logits are those of another one.

    In evaluation a batch normalization is a linear map of each channel, which the convolution
    before it can do. Its stages keep their names, so that what ran before runs now; ReLUs and skips
    overwrite what they are given, so that of its stages the last alone may be read.

    Args:
        network: The network, in evaluation mode; it stays as it is.

    Returns:
        A copy, or the network itself where nothing is normalized or it has branches.
    """
    normalized = any(isinstance(module, NORMALIZATIONS) for module in network.modules())
    if not (normalized and isinstance(network, Staged)):
        return network
    other = copy.deepcopy(network)
    _fold(other, None)
    return with_channels_last(other.eval())


def _fold(module: nn.Module, before: Place | None) -> Place | None:
    """Fold in place, within a module and all that it holds; its parts are in order of their use.

    Args:
        module: The module.
        before: The convolution whose output it is given, if it is one's.

    Returns:
        The convolution whose output it gives, if it is a row that ends in one.
    """
    for name, part in list(module.named_children()):
        if isinstance(part, NORMALIZATIONS) and before is not None:
            before.take_in(part)
            setattr(module, name, nn.Identity())
            before = None
        elif isinstance(part, CONVOLUTIONS):
            before = Place(module, name)
        elif isinstance(part, nn.ReLU | nn.ReLU6 | Skip):
            part.inplace, before = True, None
        else:
            before = _fold(part, before if isinstance(part, nn.Sequential) else None)
    return before if isinstance(module, nn.Sequential) else None
