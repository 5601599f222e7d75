"""What a model folder is, in one line, read from its manifest without loading any weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.errors import CardioAIError
from CardioAILib.panel.wording import counted
from CardioAILib.system import System
from CardioAILib.verbs.model import read_manifest
from CardioAILib.verbs.origin import warn_of_source

NOTE_COLORS = {"plain": "", "demonstration": "color: #b07d12", "unusable": "color: #d0392f"}


@dataclass(frozen=True)
class ModelNote:
    """What is said beside a model folder.

    Args:
        text: One or two short lines.
        detail: More, for those who point at it.
        usable: Whether the folder is a model of the system.
        demonstration: Whether simulated images taught it.
    """

    text: str
    usable: bool = False
    detail: str = ""
    demonstration: bool = False

    @property
    def kind(self) -> str:
        """How the note is colored, a key of `NOTE_COLORS`."""
        if not self.usable:
            return "unusable"
        return "demonstration" if self.demonstration else "plain"


def describe_model(folder: str, system: System) -> ModelNote:
    """Say what a model folder is.

    Args:
        folder: The folder; empty for none.
        system: The system that is chosen.
    """
    if not folder:
        return ModelNote(_("Choose the folder of a trained model."))
    if not Path(folder).is_dir():
        return ModelNote(_("No such folder: was it moved or renamed?"))
    try:
        manifest = read_manifest(Path(folder))
        name = manifest["system"]["name"]
    except (CardioAIError, KeyError, TypeError):
        return ModelNote(_("No model in this folder."))
    if name != system.name:
        text = _("This is a model of {name}, not of {wanted}.")
        return ModelNote(text.format(name=name, wanted=system.name))
    learned = manifest["development"]
    warned = [found.message for found in warn_of_source(learned)]
    arms, measured = _("Arms: {arms}"), accuracies(learned)
    lines = [_("Demonstration: trained on simulated images")] if warned else []
    return ModelNote(
        "\n".join([*lines, extent(manifest)]),
        usable=True,
        detail="\n".join([arms.format(arms=", ".join(manifest["arms"])), *measured, *warned]),
        demonstration=bool(warned),
    )


def extent(manifest: Mapping[str, Any]) -> str:
    """Return how much a model learned from and how many members it has."""
    learned = manifest["development"]
    text = _("{subjects}, {classes}; {members}")
    positives = _("{count} positive").format(count=learned.get("positives", "?"))
    return text.format(
        subjects=counted(learned.get("subjects", "?"), _("1 subject"), _("{count} subjects")),
        classes=class_counts(learned) or positives,
        members=counted(manifest["members"], _("1 member"), _("{count} members")),
    )


def class_counts(learned: Mapping[str, Any]) -> str:
    """Return how many studies of each of several classes there were; empty for two classes."""
    return ", ".join(f"{count} {name}" for name, count in learned.get("classes", {}).items())


def accuracies(learned: Mapping[str, Any]) -> list[str]:
    """Return the accuracy of each arm on studies that it had not seen, with its interval."""
    text = _("{arm}: accuracy {value} ({low} to {high}), out of fold")
    bounds = learned.get("accuracy interval", {})
    return [
        text.format(arm=arm, value=f"{value:.2f}", low=f"{low:.2f}", high=f"{high:.2f}")
        for arm, value in learned.get("accuracy", {}).items()
        for low, high in [bounds[arm]]
    ]
