"""The circumstances of a fit: what no paper declares, and every result records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from CardioAILib.errors import InputError
from CardioAILib.examples import Examples
from CardioAILib.progress import Progress, part, silent

Precision = Literal["auto", "float32", "bfloat16"]
Observe = Callable[[str, Mapping[str, float]], None]
"""Called with a network's place in the fit ("member 1, dl") and its row of an epoch."""


def unobserved(network: str, row: Mapping[str, float]) -> None:
    """Show a row to nobody."""


@dataclass(frozen=True)
class Run:
    """How and where a fit runs.

    Args:
        seed: Seed of every random choice.
        device: "auto", "cpu", "cuda" or "mps".
        precision: Arithmetic of training convolutions; "auto" takes bfloat16 where the device
            computes it natively. Predictions are always float32.
        epochs: Epochs instead of the recipe's, or None.
        validation: Share of the training subjects that chooses a network's epoch.
        held_out: Examples that choose the epoch instead, as some publications did.
        folder: Where checkpoints go, or None.
        weights: File that networks with a published base start from, or None for random ones.
        trunk: Folder of the pretrained trunk that networks start from, or None.
        fitted: Arms of the same member that are fitted already.
        arms: Declarations of all arms, for those that build on another.
        progress: Told the share done.
        observe: Shown each epoch of each network, those of an earlier, interrupted run too.
    """

    seed: int = 0
    device: str = "auto"
    precision: Precision = "auto"
    epochs: int | None = None
    validation: float = 0.2
    held_out: Examples | None = None
    folder: Path | None = None
    weights: Path | None = None
    trunk: Path | None = None
    fitted: Mapping[str, Any] = field(default_factory=dict)
    arms: Mapping[str, Any] = field(default_factory=dict)
    progress: Progress = silent
    observe: Observe = unobserved

    def within(self, start: float, stop: float, label: str) -> Run:
        """Return the run of a part: its own checkpoint folder and share of the progress."""
        folder = None if self.folder is None else self.folder / label.replace(" ", "-")
        progress = part(self.progress, start, stop, label)
        return replace(self, folder=folder, progress=progress, observe=named(self.observe, label))


def named(observe: Observe, label: str) -> Observe:
    """Return the observer of a part, which puts the part's name before the network's."""

    def show(network: str, row: Mapping[str, float]) -> None:
        observe(", ".join(name for name in (label, network) if name), row)

    return show


@dataclass(frozen=True)
class Machine:
    """Where a network trains: device, and whether its convolutions do so in bfloat16."""

    device: str
    bfloat16: bool

    @classmethod
    def of(cls, run: Run) -> Machine:
        """Return what a run asks for.

        Raises:
            InputError: The device is absent.
        """
        device = choose_device(run.device)
        return cls(device, use_bfloat16(run.precision, device))


def choose_device(wanted: str) -> str:
    """Return the device to use: the wanted one, or for "auto" the fastest present.

    Raises:
        InputError: The wanted device is absent.
    """
    import torch

    present = ["cpu"]
    if torch.backends.mps.is_available():
        present.insert(0, "mps")
    if torch.cuda.is_available():
        present.insert(0, "cuda")
    if wanted == "auto":
        return present[0]
    if wanted.split(":")[0] not in present:
        raise InputError(
            got=f"device '{wanted}', which PyTorch does not see here",
            wanted=f"one of auto, {', '.join(present)}",
            fix="choose --device cpu, or install a PyTorch build for that device",
        )
    return wanted


def use_bfloat16(precision: Precision, device: str) -> bool:
    """Say whether training convolutions run in bfloat16."""
    import torch

    if precision != "auto":
        return precision == "bfloat16"
    if device.startswith("cuda"):
        return torch.cuda.is_bf16_supported()
    natively = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return device == "cpu" and bool(natively())
