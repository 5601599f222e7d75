"""When the GPU's memory is too small: the same networks on the CPU, and a word about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from CardioAILib.errors import InputError
from CardioAILib.learning.ensemble import fitted_networks_of
from CardioAILib.results import Finding

if TYPE_CHECKING:
    from CardioAILib.verbs.model import Model

ON_CPU = Finding("device", "the GPU ran out of memory: the networks ran on the CPU instead")


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether an error means that a device's memory is used up.

    PyTorch has a class for CUDA alone; of the other devices only the text tells.
    """
    named = type(error).__name__ == "OutOfMemoryError"
    return isinstance(error, RuntimeError) and (named or "out of memory" in str(error).lower())


def device_of(model: Model) -> str:
    """Return the device that a model's networks run on; the CPU where it has none."""
    fitted = model.members[0].values()
    return next((arm.device for arm in fitted if fitted_networks_of(arm)), "cpu")


def on_cpu(model: Model) -> Model:
    """Return the model with its networks on the CPU, and a finding that says so."""
    members = tuple(
        {name: arm.on_cpu() if fitted_networks_of(arm) else arm for name, arm in member.items()}
        for member in model.members
    )
    return replace(model, members=members, findings=(*model.findings, ON_CPU))


def too_small_to_train(device: str) -> InputError:
    """Return the error of a training that the device's memory does not hold."""
    return InputError(
        got=f"too little free memory on '{device}' to train",
        wanted="memory for the network and a batch of images",
        fix="train on the CPU (device cpu), train a thinner network (width 0.5 or less), or close "
        "what else uses that device",
    )
