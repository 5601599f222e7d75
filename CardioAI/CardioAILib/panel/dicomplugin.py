"""What Slicer's DICOM browser asks about planar scans: which there are, and to load one."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CardioAILib.errors import CardioAIError

logger = logging.getLogger(__name__)

NAME = "CardioAIScintigraphyPlugin"
"""Key among Slicer's DICOM plugins."""
LOAD_TYPE = "Planar scintigraphy (CardioAI)"
MODALITY_TAG, NUCLEAR = "0008,0060", "NM"

SURE, DOUBTFUL = 0.95, 0.8
"""Confidence without and with warnings; Slicer's own reader of volumes offers 0.5 or less."""


@dataclass(frozen=True)
class Offer:
    """A planar examination that can be loaded.

    Args:
        files: Its files, that of the anterior view first.
        name: What the browser calls it; never the patient's name.
        warning: What to know before it is loaded, or empty.
    """

    files: tuple[Path, ...]
    name: str
    warning: str = ""

    @property
    def confidence(self) -> float:
        """How sure this is the way to load the files, 0 to 1."""
        return DOUBTFUL if self.warning else SURE


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
    """Add the plugin to Slicer's; does nothing where Slicer was built without DICOM."""
    import slicer

    try:
        plugin = plugin_class()
    except ImportError:
        logger.info("this Slicer has no DICOM; planar scans load in the module's panel alone")
        return
    if not hasattr(slicer.modules, "dicomPlugins"):
        slicer.modules.dicomPlugins = {}
    slicer.modules.dicomPlugins[NAME] = plugin


def plugin_class() -> type:
    """Return the class that Slicer's DICOM browser makes its plugin of.

    Raises:
        ImportError: This is no Slicer application with DICOM.
    """
    from DICOMLib import DICOMLoadable, DICOMPlugin

    class PlanarPlugin(DICOMPlugin):
        """Planar scans of nuclear medicine, anterior and posterior as a volume each."""

        def __init__(self) -> None:
            super().__init__()
            self.loadType = LOAD_TYPE
            self.tags["modality"] = MODALITY_TAG

        def examineForImport(self, fileLists: list[list[str]]) -> list[Any]:  # noqa: N802, N803
            """Return what can be loaded of the files of several series."""
            nuclear = [files for files in fileLists if files and _is_nuclear(files[0])]
            lists = [[Path(file) for file in files] for files in nuclear]
            return [_loadable(DICOMLoadable(), offer) for offer in offers_of(lists)]

        def examine(self, fileLists: list[list[str]]) -> list[Any]:  # noqa: N803
            """Return the same, by the name that older callers use."""
            return self.examineForImport(fileLists)

        def load(self, loadable: Any) -> bool:
            """Load an examination into the scene, under its study in the subject hierarchy."""
            return _load(self, loadable)

    return PlanarPlugin


def _load(plugin: Any, loadable: Any) -> bool:
    import slicer

    from CardioAILib.mrml.making import place_beside

    scene = slicer.mrmlScene
    try:
        nodes = load_offer(scene, [Path(file) for file in loadable.files])
    except CardioAIError as error:
        logger.error("the planar scan was not loaded: %s", error)
        return False
    plugin.addSeriesInSubjectHierarchy(loadable, nodes.anterior)
    place_beside(scene, [*nodes][1:], nodes.anterior)
    return True


def _loadable(made: Any, offer: Offer) -> Any:
    made.files = [str(file) for file in offer.files]
    made.name = made.tooltip = offer.name
    made.warning = offer.warning
    made.selected, made.confidence = True, offer.confidence
    return made


def _is_nuclear(file: str) -> bool:
    import slicer

    return slicer.dicomDatabase.fileValue(file, MODALITY_TAG) == NUCLEAR


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
