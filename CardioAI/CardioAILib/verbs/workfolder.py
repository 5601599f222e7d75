"""Working folders: whose run they hold, so that it goes on and no other is mixed in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from CardioAILib.codec import to_json, write_json
from CardioAILib.errors import ResumeError

IDENTITY = "run.json"


def unfinished(wanted: Path) -> Path:
    """Return the folder beside a wanted one in which it is worked on until it is whole."""
    return wanted.with_name(wanted.name + ".unfinished")


def claim(folder: Path, own: Mapping[str, Any]) -> None:
    """Begin a run in a folder, or go on with the same run.

    Args:
        folder: The folder; made where it is missing.
        own: What must be equal for a run to be taken up.

    Raises:
        ResumeError: The folder holds another run, or something else.
    """
    path = folder / IDENTITY
    plain = to_json(own)
    if path.exists():
        _require_same(plain, json.loads(path.read_text(encoding="utf-8")), folder)
        return
    if folder.exists() and any(not name.name.startswith(".") for name in folder.iterdir()):
        raise ResumeError(
            got=f"{folder}, which holds files of something else",
            wanted="an empty or new folder, or one of an interrupted run",
            fix="choose another --out",
        )
    folder.mkdir(parents=True, exist_ok=True)
    write_json(own, path)


def forget(folder: Path) -> None:
    """Remove the working folder of a finished run."""
    shutil.rmtree(folder, ignore_errors=True)


def _require_same(own: Mapping[str, Any], found: Mapping[str, Any], folder: Path) -> None:
    differing = sorted(key for key in own.keys() | found.keys() if own.get(key) != found.get(key))
    if differing:
        raise ResumeError(
            got=f"{folder}, which holds a run with another {', '.join(differing)}",
            wanted="the same run, to go on with it",
            fix="choose another --out, repeat the call as it was, or remove that folder yourself",
        )
