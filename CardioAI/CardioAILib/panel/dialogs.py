"""Questions for a file name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

PRESETS = "*.json *.yaml *.yml"


def ask_for_preset() -> str:
    """Ask for a file of settings to open; empty where the user thinks better of it."""
    import qt
    import slicer.util

    title, kinds = _("Load settings"), _("Settings ({endings})").format(endings=PRESETS)
    return chosen(qt.QFileDialog.getOpenFileName(slicer.util.mainWindow(), title, "", kinds))


def ask_where(title: str, name: str, kinds: str) -> str:
    """Ask where to save something; empty where the user thinks better of it.

    Args:
        title: Title of the window.
        name: File name that is proposed.
        kinds: Kinds of files, as `Web page (*.html)`.
    """
    import qt
    import slicer.util

    return chosen(qt.QFileDialog.getSaveFileName(slicer.util.mainWindow(), title, name, kinds))


def with_ending(path: str, ending: str) -> Path:
    """Return the path of a file, with an ending where the user gave none."""
    file = Path(path)
    return file if file.suffix else file.with_suffix(ending)


def chosen(answer: Any) -> str:
    """Return the path of an answer: PythonQt returns it, other bindings a pair."""
    return answer if isinstance(answer, str) else answer[0]
