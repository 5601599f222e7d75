"""Folders of trained models: a path, or the name of a system that has a demonstration model."""

from __future__ import annotations

from pathlib import Path

from CardioAILib.codec import from_json
from CardioAILib.errors import ModelError
from CardioAILib.panel.demonstrations import DEMONSTRATIONS as FOLDERS
from CardioAILib.panel.resources import resource
from CardioAILib.system import System
from CardioAILib.systems import ALL
from CardioAILib.verbs.model import read_manifest

DEMONSTRATIONS = {name: resource(folder) for name, folder in FOLDERS.items()}
"""Models that know simulated images only, by their system's name; their answers say so."""
DEMONSTRATION = DEMONSTRATIONS["fahmy2022"]


def model_folder(model: Path | str | None) -> Path:
    """Return the folder of a model: a path, the name of a system for its demonstration model.

    Args:
        model: Path or name; None for the demonstration model of scar screening.

    Raises:
        ModelError: It is the name of a system without a demonstration model.
    """
    if model is None:
        return DEMONSTRATION
    name = str(model)
    if name not in DEMONSTRATIONS and name in {one.name for one in ALL} and not Path(name).is_dir():
        raise ModelError(
            got=f"the system {name}, which has no demonstration model",
            wanted=f"a model folder, or one of {', '.join(DEMONSTRATIONS)}",
            fix=f"train a model of {name} on images of your own and give its folder",
        )
    return DEMONSTRATIONS.get(name, Path(model))


def system_of(model: Path | str) -> System:
    """Return the declaration of a trained model.

    Raises:
        ModelError: The folder is no model.
    """
    return from_json(read_manifest(Path(model))["system"])
