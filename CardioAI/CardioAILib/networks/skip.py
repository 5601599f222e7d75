"""Stages in a row, some of which add what an earlier one gave."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

import torch
from torch import nn

from CardioAILib.errors import InputError


class Skip(nn.Module):
    """Adds the output of an earlier stage, through a 1x1 convolution where the maps differ.

    Args:
        source: Name of that stage.
        before: Its maps.
        after: Maps of what it is added to.

    Attributes:
        inplace: Whether what it is added to is overwritten, as `torch.nn.ReLU` names it.
    """

    def __init__(self, source: str, before: int, after: int) -> None:
        super().__init__()
        self.source = source
        self.inplace = False
        self.projection = nn.Identity() if before == after else nn.Conv2d(before, after, 1)

    def forward(self, features: torch.Tensor, earlier: torch.Tensor) -> torch.Tensor:
        """Return the sum (N, after, h, w) of features and an earlier output (N, before, h, w)."""
        added = self.projection(earlier)
        return features.add_(added) if self.inplace else features + added


class Row(nn.Sequential):
    """Named stages, run one after another, with the skips around them.

    Args:
        stages: Modules by name, in order.
        origin: Name of the stage whose output is this row's input; empty for images.
    """

    def __init__(self, stages: OrderedDict[str, nn.Module], origin: str = "") -> None:
        super().__init__(stages)
        self.origin = origin

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return the last stage's output."""
        return self.through(values, ())[0]

    def through(
        self, values: torch.Tensor, names: Collection[str]
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Return the last stage's output, and that of each named one."""
        last = self._last_uses()
        kept = {self.origin: values} if self.origin in last else {}
        found = {}
        for name, stage in self.named_children():
            if isinstance(stage, Skip):
                values = stage(values, kept[stage.source])
                if last[stage.source] == name:
                    del kept[stage.source]
            else:
                values = stage(values)
            if name in last:
                kept[name] = values
            if name in names:
                found[name] = values
        return values, found

    def cut(self, name: str) -> tuple[Row, Row]:
        """Return the stages up to a named one, and those after it.

        Raises:
            InputError: A skip leads from before the named stage to after it.
        """
        own = list(self.named_children())
        place = [stage for stage, _ in own].index(name) + 1
        before, after = OrderedDict(own[:place]), OrderedDict(own[place:])
        for later, stage in after.items():
            if isinstance(stage, Skip) and stage.source in before and stage.source != name:
                raise InputError(
                    got=f"a cut after stage '{name}'",
                    wanted=f"one that the skip from '{stage.source}' to '{later}' does not cross",
                    fix=f"cut after '{stage.source}' or after '{later}'",
                )
        return Row(before, self.origin), Row(after, name)

    def _last_uses(self) -> dict[str, str]:
        """Return the last skip from each stage, so that its output is let go there."""
        skips = ((name, s) for name, s in self.named_children() if isinstance(s, Skip))
        return {skip.source: name for name, skip in skips}
