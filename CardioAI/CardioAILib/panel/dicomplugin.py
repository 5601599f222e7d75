"""What Slicer's DICOM browser asks about planar scans: which there are, and to load one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from CardioAILib.panel import dicomloading
from CardioAILib.panel.dicomloading import Offer, Reader

NAME = "CardioAIScintigraphyPlugin"
"""Key among Slicer's DICOM plugins."""
LOAD_TYPE = "Planar scintigraphy (CardioAI)"
NUCLEAR = "NM"


def offers_of(file_lists: Iterable[Sequence[Path]]) -> list[Offer]:
    """Return the planar examinations among the files of several series.

    Views that lie in a series each are brought together; series of SPECT and of other kinds are
    left to other readers.

    Args:
        file_lists: Files of each series.
    """
    whole, lone = [], []
    for files in file_lists:
        both = [views for views in _examinations(files) if len(views) > 1]
        whole += both
        lone += [] if both else files
    return [_offer(views) for views in (*whole, *_examinations(lone))]


def load_offer(scene: Any, files: Iterable[Path]) -> Any:
    """Put a planar examination into a scene, and show it.

    Args:
        scene: The scene.
        files: Files of an offer.

    Returns:
        The `CardioAILib.mrml.planar.PlanarNodes`, at the top of the subject hierarchy.

    Raises:
        CardioAIError: The pixels cannot be read.
    """
    from CardioAILib.io import read_planar
    from CardioAILib.io.cohort import ONLY_STUDY
    from CardioAILib.mrml.making import hierarchy_of
    from CardioAILib.mrml.planar import add_planar, show_planar
    from CardioAILib.verbs.intake import study_of

    anterior, *others = read_planar(files)
    images = [anterior.image, *(one.image for one in others[:1])]
    top = hierarchy_of(scene).GetSceneItemID()
    name = _name(anterior)
    facts = study_of((anterior, *others[:1]), name, ONLY_STUDY).facts
    nodes = add_planar(scene, *images, name=name, facts=facts, parent=top)
    show_planar(scene, nodes.anterior, nodes.posterior)
    return nodes


def register() -> None:
    """Add the reader to Slicer's plugins; does nothing where Slicer was built without DICOM."""
    own = Reader(NAME, LOAD_TYPE, NUCLEAR, offers_of, load_offer, "planar scan")
    dicomloading.register(own)


def _examinations(files: Sequence[Path]) -> list[list[Any]]:
    """Return the views of each examination that has an anterior one."""
    from CardioAILib.io.nm import find_planar

    views: dict[str, list[Any]] = {}
    for one in find_planar(files):
        if one.error is None:
            views.setdefault(one.study, []).append(one)
    return [own for own in views.values() if own[0].role.view == "anterior"]


def _offer(views: Sequence[Any]) -> Offer:
    warnings = [found.message for one in views for found in one.findings]
    return Offer(_files(views), _name(*views), "; ".join(dict.fromkeys(warnings)))


def _files(views: Sequence[Any]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(one.stored.path for one in views))


def _name(*views: Any) -> str:
    sides = " and ".join(one.role.view for one in views) if len(views) > 1 else ""
    return ", ".join(part for part in (f"Planar scan, {views[0].kind}", sides) if part)
