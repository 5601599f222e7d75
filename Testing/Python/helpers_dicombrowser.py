"""What stands in for Slicer's DICOM browser, so that our plugins can be asked as it asks them."""

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import slicer
from pydicom import dcmread


class Loadable:
    """What the browser lists."""


class Plugin:
    """The base class of Slicer's DICOM plugins, with a hierarchy that only takes notes."""

    def __init__(self) -> None:
        self.tags: dict[str, str] = {}
        self.added: list[Any] = []

    def addSeriesInSubjectHierarchy(self, loadable: Loadable, node: Any) -> None:  # noqa: N802
        self.added.append(node)


class Database:
    """The part of Slicer's DICOM database that plugins ask."""

    def fileValue(self, file: str, tag: str) -> str:  # noqa: N802
        group, element = (int(part, 16) for part in tag.split(","))
        return str(dcmread(file, stop_before_pixels=True)[group, element].value)


def plugin_of(module: Any, scene: Any, monkeypatch: pytest.MonkeyPatch, **modules: Any) -> Plugin:
    """The plugin that a module of ours registers, as Slicer makes it.

    Args:
        module: One with `register` and `NAME`.
        scene: The scene.
        monkeypatch: Puts all back.
        modules: Slicer modules that the plugin works with.
    """
    library = ModuleType("DICOMLib")
    library.DICOMPlugin, library.DICOMLoadable = Plugin, Loadable
    monkeypatch.setitem(sys.modules, "DICOMLib", library)
    monkeypatch.setattr(slicer, "dicomDatabase", Database(), raising=False)
    monkeypatch.setattr(slicer, "mrmlScene", scene, raising=False)
    known = SimpleNamespace(**modules)
    monkeypatch.setattr(slicer, "modules", known, raising=False)
    module.register()
    return known.dicomPlugins[module.NAME]()
