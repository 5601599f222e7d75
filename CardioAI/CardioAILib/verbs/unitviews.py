"""Which view of a study a system looks at, where its declaration leaves that open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from CardioAILib.errors import MissingInputError
from CardioAILib.study import Image, Role, Study
from CardioAILib.system import Input, System

SHORT_AXIS = "SAX"

View = str | None


def unchanged(image: Image) -> Image:
    """Return the image as it is."""
    return image


@dataclass(frozen=True, eq=False)
class SomeImages(Mapping[Role, Image]):
    """Some images of a study, still read only when they are asked for.

    Args:
        images: All images of the study.
        roles: The roles left.
        change: What is done to each image after it was read.
    """

    images: Mapping[Role, Image]
    roles: tuple[Role, ...]
    change: Callable[[Image], Image] = unchanged

    def __getitem__(self, role: Role) -> Image:
        """Read the image of a role that is left."""
        if role not in self.roles:
            raise KeyError(role)
        return self.change(self.images[role])

    def __iter__(self) -> Iterator[Role]:
        return iter(self.roles)

    def __len__(self) -> int:
        return len(self.roles)

    def __contains__(self, role: object) -> bool:
        # Mapping's own answer would read the file.
        return role in self.roles


def any_view(system: System) -> bool:
    """Say whether the system takes images of any view."""
    return any(needed.image.view is None for needed in system.inputs.values())


def views_of(system: System, study: Study) -> tuple[View, ...]:
    """Return the views in which a study has every image of the system, in the study's order."""
    wanted = [needed.image for needed in system.inputs.values()]
    present = dict.fromkeys(role.view for role in study.images if _is_kind(wanted, role))
    return tuple(view for view in present if all(_has(study, role, view) for role in wanted))


def only_view(study: Study, view: View) -> Study:
    """Return the study with the images of one view, and the short-axis masks after them."""
    own = [role for role in study.images if role.view == view]
    masks = [role for role in study.images if is_short_axis_mask(role) and role not in own]
    return replace(study, images=SomeImages(study.images, (*own, *masks)))


def is_short_axis_mask(role: Role) -> bool:
    """Say whether a segmentation is one that volumes are measured on: of a cine's phase."""
    return role.kind == "mask" and role.view == SHORT_AXIS and role.phase != "LGE"


def at_view(system: System, study: Study) -> tuple[System, Study, tuple[View, ...]]:
    """Let a declaration name the view that a study shows.

    Returns:
        The declaration with the view in each role, the study without other views, and all views
        that would have done; the first is the one taken.

    Raises:
        MissingInputError: No view has every image of the system.
    """
    if not any_view(system):
        return system, study, ()
    views = views_of(system, study)
    if not views:
        raise _no_view(system, study)
    inputs = {name: _named(needed, views[0]) for name, needed in system.inputs.items()}
    return replace(system, inputs=inputs), only_view(study, views[0]), views


def _named(needed: Input, view: View) -> Input:
    mask = needed.mask and replace(needed.mask, view=view)
    return replace(needed, image=replace(needed.image, view=view), mask=mask)


def _is_kind(wanted: list[Role], role: Role) -> bool:
    return any(replace(own, phase=None).matches(role) for own in wanted)


def _has(study: Study, role: Role, view: View) -> bool:
    return any(role.matches(own) and own.view == view for own in study.images)


def _no_view(system: System, study: Study) -> MissingInputError:
    wanted = [needed.image for needed in system.inputs.values()]
    present = [role.column for role in study.images if _is_kind(wanted, role)]
    columns = " and ".join(role.column for role in wanted)
    return MissingInputError(
        got=f"{', '.join(present) or 'no image'} for subject {study.subject}",
        wanted=f"{columns} of one view",
        fix=f"fill {columns.replace('cine_', 'cine_SAX_')}, or the same of another view, in the "
        "cohort table",
    )
