"""Images of a simulated study, drawn when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from CardioAILib.study import Image, Role


@dataclass(frozen=True)
class DrawnImages(Mapping[Role, Image]):
    """Images of a simulated study, drawn when they are asked for.

    Args:
        recipe: All that decides the study.
        roles: Roles of its images.
        draw: Draws all images of a recipe, and keeps those of the last few recipes.
    """

    recipe: Any
    roles: tuple[Role, ...]
    draw: Callable[[Any], Mapping[Role, Image]]

    def __getitem__(self, role: Role) -> Image:
        """Return a copy of one image: (1, S, H, W), float32, or labels as uint8."""
        image = self.draw(self.recipe)[role]
        return replace(image, array=image.array.copy(), ijk_to_ras=image.ijk_to_ras.copy())

    def __iter__(self) -> Iterator[Role]:
        return iter(self.roles)

    def __len__(self) -> int:
        return len(self.roles)

    def __contains__(self, role: object) -> bool:
        # Mapping's own answer would draw the study.
        return role in self.roles
