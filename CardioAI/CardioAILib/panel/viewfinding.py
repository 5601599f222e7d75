"""Which images of a scene are the views that a system reads, by place and by name. No Qt here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from CardioAILib.errors import InputError
from CardioAILib.io.dicomroles import view_of_words
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.ownviews import pairs
from CardioAILib.mrml.phases import has_frames
from CardioAILib.mrml.views import view_of_node
from CardioAILib.panel.lgesample import reads_enhancement
from CardioAILib.study import Role
from CardioAILib.system import System

KIND_WORDS = {
    "LGE": re.compile(
        r"lge|late|delayed|enhanc|viab|\bde\b|\bmde\b|psir|\bir\b|tardi|sp[aä]t", re.I
    ),
    "cine": re.compile(r"cine|ssfp|trufi|fiesta|bffe", re.I),
}
"""What images of a kind are called."""


def reads_views(system: System) -> bool:
    """Say whether a system reads images of several named views."""
    views = [needed.image.view for needed in system.inputs.values()]
    return len(views) > 1 and None not in views and len(set(views)) == len(views)


def takes_views(system: System, images: Any) -> bool:
    """Say whether the nodes of a study come by view: always, or because they are given so."""
    return reads_views(system) or (images is not None and reads_enhancement(system))


def require_used(system: System, single: Mapping[str, Any], by_view: Mapping[str, Any]) -> None:
    """Refuse nodes that a system would not look at.

    Args:
        system: The declaration.
        single: Arguments for systems of one stack or cine, by name; None where not given.
        by_view: `lge` and `lge_segmentations`, likewise.

    Raises:
        InputError: Something is given that would not be read.
    """
    taken = takes_views(system, by_view["lge"])
    unread = [name for name, node in (single if taken else by_view).items() if node is not None]
    if not unread:
        return
    by_name = f"lge= and lge_segmentations= by view ({', '.join(map(repr, system.inputs))})"
    fix = f"leave out {' and '.join(unread)}"
    if reads_views(system):
        fix += "; give lge={'2C': volume, ...}, or nothing to have the views found in the scene"
    raise InputError(
        got=f"{', '.join(f'{name}=' for name in unread)}, which {system.name} does not read",
        wanted=by_name if taken else "volume=, or ed= and es=",
        fix=fix,
    )


def view_nodes(
    scene: Any,
    system: System,
    images: Mapping[str, Any] | None,
    masks: Mapping[str, Any] | None,
) -> dict[str, InputNodes]:
    """Return the nodes of each view that is given, or that the scene shows where none is.

    Raises:
        InputError: They are not given by view, or there is a segmentation without its image.
    """
    for name, given in (("lge", images), ("lge_segmentations", masks)):
        if given is not None and not isinstance(given, Mapping):
            raise InputError(
                got=f"a {type(given).__name__} for {name}",
                wanted=f"nodes by view: {', '.join(system.inputs)}",
                fix=f"give {name}={{'{next(iter(system.inputs))}': node}}, and so on",
            )
    if images is None:
        found = find_views(scene, system)
    else:
        found = {name: InputNodes(image) for name, image in images.items()}
    own = {name: mask for name, mask in (masks or {}).items() if mask is not None}
    if alone := [name for name in own if name not in found]:
        raise InputError(
            got=f"a segmentation of {', '.join(alone)} without its image",
            wanted="an image of each view that has a segmentation",
            fix="give it in lge=, by the same name",
        )
    return found | {name: replace(found[name], mask=mask) for name, mask in own.items()}


def find_views(scene: Any, system: System) -> dict[str, InputNodes]:
    """Return the image of each view, with its segmentation where it has one.

    An image is taken where its place tells one of the views, or else its name does, and no other
    image fits as well. Names that say another kind of image are passed over; names that say the
    kind come before those that do not.

    Args:
        scene: The scene.
        system: A system that `reads_views`.

    Returns:
        Nodes by name of the input; views that are not there, or not clear, are left out.
    """
    views = {needed.image.view for needed in system.inputs.values()}
    seen = [(volume, view_among(volume, views)) for volume in still_images(scene)]
    segmented = {volume.GetID(): segmentation for volume, segmentation in pairs(scene)}
    found = {}
    for name, needed in system.inputs.items():
        own = [volume for volume, view in seen if view == needed.image.view]
        if (image := best_of(own, needed.image)) is not None:
            found[name] = InputNodes(image, segmented.get(image.GetID()))
    return found


def view_among(volume: Any, views: Collection[str | None]) -> str | None:
    """Return which of some views an image shows, by its place, else by its name; None for none.

    Planes vary between hearts: one that lies like a view that nobody asks for is named still.
    """
    placed = view_of_node(volume)
    if placed in views:
        return placed
    named = view_of_words(volume.GetName() or "")
    return named if named in views else None


def still_images(scene: Any) -> Iterator[Any]:
    """Yield the gray-level volumes that a user sees and that are no cine, nor made by us."""
    for index in range(scene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode")):
        volume = scene.GetNthNodeByClass(index, "vtkMRMLScalarVolumeNode")
        plain = volume.GetClassName() == "vtkMRMLScalarVolumeNode"
        ours = volume.GetAttribute("CardioAI.Role") is not None
        if plain and not ours and not volume.GetHideFromEditors() and not has_frames(volume):
            yield volume


def best_of(volumes: list[Any], role: Role) -> Any | None:
    """Return the one image that fits a role best by its name; None where several do alike."""
    others = [words for kind, words in KIND_WORDS.items() if kind != role.kind]
    left = [one for one in volumes if not any(words.search(one.GetName()) for words in others)]
    own = KIND_WORDS.get(role.kind or "")
    named = [one for one in left if own is not None and own.search(one.GetName())]
    fits = named or left
    return fits[0] if len(fits) == 1 else None
