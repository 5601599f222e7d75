"""Files in the folder Resources of the extension's modules."""

from __future__ import annotations

from pathlib import Path

MODULES = ("CardioAI", "CardioAIScintigraphy", "CardioAIEcho")
"""The modules. Installed, all have one folder; in a source tree each has its own."""
HERE = Path(__file__).resolve().parents[2]


def resource(name: str) -> Path:
    """Return where a file or folder of Resources lies, by its path inside.

    Where no module has it, the path in the module of the library comes back.
    """
    folders = [HERE, *(HERE.parent / module for module in MODULES)]
    known = (folder / "Resources" / name for folder in folders)
    return next((path for path in known if path.exists()), HERE / "Resources" / name)
