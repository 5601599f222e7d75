"""What the readers of Slicer's DICOM browser share: an offer, a plugin, its registration."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CardioAILib.errors import CardioAIError

logger = logging.getLogger(__name__)

MODALITY_TAG = "0008,0060"

SURE, DOUBTFUL = 0.95, 0.8
"""Confidence without and with warnings; Slicer's own reader of volumes offers 0.5 or less."""


@dataclass(frozen=True)
class Offer:
    """Files that can be loaded together.

    Args:
        files: The files, the first one first.
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


@dataclass(frozen=True)
class Reader:
    """A way to load DICOM files.

    Args:
        key: Key among Slicer's DICOM plugins.
        load_type: What the browser calls it.
        modality: Modality of files that are looked at.
        offers: Returns what can be loaded of the files of several series.
        load: Puts the files of an offer into a scene; returns the nodes, that of the series first.
        what: What is loaded, for messages.
    """

    key: str
    load_type: str
    modality: str
    offers: Callable[[Iterable[Sequence[Path]]], list[Offer]]
    load: Callable[[Any, Iterable[Path]], Iterable[Any]]
    what: str


def register(reader: Reader) -> None:
    """Add a reader to Slicer's plugins; does nothing where Slicer was built without DICOM."""
    import slicer

    try:
        plugin = plugin_class(reader)
    except ImportError:
        logger.info("this Slicer has no DICOM; %s loads in the module's panel alone", reader.what)
        return
    if not hasattr(slicer.modules, "dicomPlugins"):
        slicer.modules.dicomPlugins = {}
    slicer.modules.dicomPlugins[reader.key] = plugin


def plugin_class(reader: Reader) -> type:
    """Return the class that Slicer's DICOM browser makes its plugin of.

    Raises:
        ImportError: This is no Slicer application with DICOM.
    """
    from DICOMLib import DICOMLoadable, DICOMPlugin

    class Plugin(DICOMPlugin):
        """Loads what one reader reads."""

        def __init__(self) -> None:
            super().__init__()
            self.loadType = reader.load_type
            self.tags["modality"] = MODALITY_TAG

        def examineForImport(self, fileLists: list[list[str]]) -> list[Any]:  # noqa: N802, N803
            """Return what can be loaded of the files of several series."""
            own = [files for files in fileLists if files and _modality(files[0]) == reader.modality]
            lists = [[Path(file) for file in files] for files in own]
            return [_loadable(DICOMLoadable(), offer) for offer in reader.offers(lists)]

        def examine(self, fileLists: list[list[str]]) -> list[Any]:  # noqa: N803
            """Return the same, by the name that older callers use."""
            return self.examineForImport(fileLists)

        def load(self, loadable: Any) -> bool:
            """Load files into the scene, under their study in the subject hierarchy."""
            return _load(self, loadable, reader)

    return Plugin


def _load(plugin: Any, loadable: Any, reader: Reader) -> bool:
    import slicer

    from CardioAILib.mrml.making import place_beside

    scene = slicer.mrmlScene
    try:
        first, *others = reader.load(scene, [Path(file) for file in loadable.files])
    except CardioAIError as error:
        logger.error("the %s was not loaded: %s", reader.what, error)
        return False
    plugin.addSeriesInSubjectHierarchy(loadable, first)
    place_beside(scene, others, first)
    return True


def _loadable(made: Any, offer: Offer) -> Any:
    made.files = [str(file) for file in offer.files]
    made.name = made.tooltip = offer.name
    made.warning = offer.warning
    made.selected, made.confidence = True, offer.confidence
    return made


def _modality(file: str) -> str:
    import slicer

    return str(slicer.dicomDatabase.fileValue(file, MODALITY_TAG))
