"""What a model folder is, in one line, read from its manifest without loading any weights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from slicer.i18n import tr as _

from CardioAILib.errors import CardioAIError
from CardioAILib.system import System
from CardioAILib.verbs.model import read_manifest
from CardioAILib.verbs.origin import warn_of_source


@dataclass(frozen=True)
class ModelNote:
    """What is said beside a model folder.

    Args:
        text: One or two sentences.
        usable: Whether the folder is a model of the system.
        demonstration: Whether simulated images taught it.
    """

    text: str
    usable: bool
    demonstration: bool = False


def describe_model(folder: str, system: System) -> ModelNote:
    """Say what a model folder is.

    Args:
        folder: The folder; empty for none.
        system: The system that is chosen.
    """
    if not folder:
        return ModelNote(_("Choose the folder of a trained model."), usable=False)
    if not Path(folder).is_dir():
        return ModelNote(_("There is no such folder: moved, renamed or removed?"), usable=False)
    try:
        manifest = read_manifest(Path(folder))
        name = manifest["system"]["name"]
    except (CardioAIError, KeyError, TypeError):
        return ModelNote(_("This folder holds no model that can be read."), usable=False)
    if name != system.name:
        text = _("This is a model of {name}, not of {wanted}.")
        return ModelNote(text.format(name=name, wanted=system.name), usable=False)
    warnings = warn_of_source(manifest["development"])
    return ModelNote(
        "\n".join([about(manifest), *(_demonstration(w.message) for w in warnings)]),
        usable=True,
        demonstration=bool(warnings),
    )


def about(manifest: dict) -> str:
    """Return what a model learned from and what it holds."""
    learned = manifest["development"]
    text = _("{members} members, arms {arms}; trained on {subjects} subjects, {positives} positive")
    return text.format(
        members=manifest["members"],
        arms=", ".join(manifest["arms"]),
        subjects=learned.get("subjects", "?"),
        positives=learned.get("positives", "?"),
    )


def _demonstration(message: str) -> str:
    return _("Demonstration: {message}").format(message=message)
