"""A network of branches that each see one image, joined by one head."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence

import torch
from torch import nn

from CardioAILib.errors import InputError


class Apart(nn.Module):
    """Modules side by side: the b-th takes the b-th part of its input.

    Args:
        parts: One module a branch.
    """

    def __init__(self, parts: Iterable[nn.Module]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(parts)

    def forward(self, together: torch.Tensor) -> torch.Tensor:
        """Return what the branches make (N, B, ...) of their parts (N, B, ...)."""
        parts = zip(self.parts, together.unbind(1), strict=True)
        return torch.stack([part(own) for part, own in parts], dim=1)


class Branched(nn.Module):
    """Branches of the same named stages, weights of their own, and one head on all of them.

    The stages of the branches come before those of the head. What a branch's stage gives is
    handed out for all branches together, (N, B, C, h, w).

    Args:
        branches: Stages by name of each branch, which take an image (N, H, W).
        head: Stages by name, which take the branches' last outputs (N, B, C, h, w) and end in
            logits (N, K).
        size: Side of the images, in pixels.
    """

    def __init__(
        self,
        branches: Sequence[OrderedDict[str, nn.Module]],
        head: OrderedDict[str, nn.Module],
        size: int,
    ) -> None:
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(stages) for stages in branches)
        self.stages = nn.Sequential(head)
        self.size = size

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (N, K) of images (N, B, H, W)."""
        self._require(images)
        return self.stages(Apart(self.branches)(images))

    def outputs(
        self, images: torch.Tensor, names: Iterable[str]
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Return logits (N, K) and the output of each named stage, in one pass."""
        self._require(images)
        wanted = set(names)
        last, within = zip(
            *(
                _run(branch, own, wanted)
                for branch, own in zip(self.branches, images.unbind(1), strict=True)
            ),
            strict=True,
        )
        logits, found = _run(self.stages, torch.stack(last, dim=1), wanted)
        together = {n: torch.stack([own[n] for own in within], dim=1) for n in within[0]}
        return logits, {**together, **found}

    def split(self, name: str) -> tuple[nn.Module, nn.Module]:
        """Cut after a stage: trunk (images to its output) and head (its output to logits)."""
        names = self._names(self.branches[0])
        if name not in names:
            cut = self._names(self.stages).index(name) + 1
            return nn.Sequential(Apart(self.branches), *self.stages[:cut]), self.stages[cut:]
        cut = names.index(name) + 1
        rest = Apart(branch[cut:] for branch in self.branches)
        return Apart(branch[:cut] for branch in self.branches), nn.Sequential(rest, *self.stages)

    def freeze_before(self, name: str) -> None:
        """Leave the branches' stages before the first whose name begins so as they are."""
        for branch in self.branches:
            for own, stage in branch.named_children():
                if own.startswith(name):
                    break
                stage.requires_grad_(False)

    def _require(self, images: torch.Tensor) -> None:
        wanted = (len(self.branches), self.size, self.size)
        if tuple(images.shape[1:]) != wanted:
            raise InputError(
                got=f"examples of {_spoken(tuple(images.shape[1:]))}",
                wanted=_spoken(wanted),
                fix="crop to the size that the network declares (prepare.CropPad), or declare a "
                "network of that size",
            )

    @staticmethod
    def _names(stages: nn.Module) -> list[str]:
        return [name for name, _ in stages.named_children()]


def _run(
    stages: nn.Module, values: torch.Tensor, wanted: set[str]
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    found = {}
    for name, stage in stages.named_children():
        values = stage(values)
        if name in wanted:
            found[name] = values
    return values, found


def _spoken(shape: tuple[int, ...]) -> str:
    return f"{shape[0]} image(s) of {' x '.join(map(str, shape[1:]))} pixels"
