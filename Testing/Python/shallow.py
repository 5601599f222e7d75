"""A network of two convolutions that learns what is bright or striped within seconds."""

from collections import OrderedDict
from dataclasses import dataclass, replace

from CardioAILib.learning import Adam, Affine
from CardioAILib.networks.staged import Staged
from CardioAILib.system import System
from torch import nn


@dataclass(frozen=True)
class ShallowCNN:
    """Declares it; stage names are those that the system explains."""

    width: float = 1.0

    def build(self) -> Staged:
        return Staged(
            OrderedDict(
                conv1=nn.Conv2d(3, 8, 5, stride=2, padding=2),
                relu1=nn.ReLU(),
                conv3=nn.Conv2d(8, 16, 5, stride=2, padding=2),
                relu3=nn.ReLU(),
                top=nn.AdaptiveMaxPool2d(1),
                flatten=nn.Flatten(),
                logit=nn.Linear(16, 1),
            )
        )


def shallow(system: System) -> System:
    """The system with its network replaced by the shallow one."""
    network = system.arms["dl"]
    recipe = replace(network.recipe, optimizer=Adam(5e-3), penalty=None, keep="last")
    arm = replace(network, architecture=ShallowCNN(), recipe=recipe, augment=Affine())
    return replace(system, arms={**system.arms, "dl": arm})
