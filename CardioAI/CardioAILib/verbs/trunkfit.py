"""Whether a trunk fits a system: it must have seen images prepared as the system prepares them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from CardioAILib.codec import CLASS, to_json
from CardioAILib.errors import InputError
from CardioAILib.learning.trunk import MANIFEST
from CardioAILib.system import System


def require_preparation(system: System, trunk: Path) -> None:
    """Refuse a trunk that learned from images prepared otherwise.

    Args:
        system: The declaration whose networks are to start from it.
        trunk: Folder of a trunk that can be read.

    Raises:
        InputError: Steps, their order or their settings differ.
    """
    found = json.loads((trunk / MANIFEST).read_text(encoding="utf-8")).get("prepare") or ()
    wanted = to_json(system.prepare)
    if found == wanted:
        return
    raise InputError(
        got=f"a trunk that learned from images prepared by {steps_told(found)}",
        wanted=f"images prepared as {system.name} prepares them, by {steps_told(wanted)}",
        fix=f"pretrain again with 'cardioai pretrain {system.name}', or start from random weights",
    )


def steps_told(steps: Iterable[Mapping[str, Any]]) -> str:
    """Return steps of a preparation for people, as "CropPad(size 32)"."""
    return ", ".join(_told(step) for step in steps) or "no step that it tells"


def _told(step: Mapping[str, Any]) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in step.items() if name != CLASS)
    return f"{step[CLASS]}({settings})"
