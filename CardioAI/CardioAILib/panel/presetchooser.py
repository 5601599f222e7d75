"""The list of settings: those built in by name, and those of files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.io.parameters import is_parameter_file
from CardioAILib.panel.bindings import Bindings, Node
from CardioAILib.panel.dialogs import ask_for_preset, ask_where, with_ending
from CardioAILib.verbs.features.presetfiles import find_preset, save_preset
from CardioAILib.verbs.features.presets import PRESET_NAMES


class PresetChooser:
    """A list of presets; it is its own binding (see `bindings.Binding`).

    Args:
        key: Name of the parameter that keeps the choice.
        widget: A QComboBox.
    """

    def __init__(self, key: str, widget: Any) -> None:
        self._key, self._widget = key, widget
        self.changed = widget.currentIndexChanged

    def connect(self, bindings: Bindings) -> None:
        """List the built-in presets."""
        for name in PRESET_NAMES:
            self._widget.addItem(name, name)
        bindings.add(self)

    def chosen(self) -> str:
        """Return the name of the chosen preset, or the path of its file."""
        return self._widget.itemData(self._widget.currentIndex) or PRESET_NAMES[0]

    def load(self, path: str = "") -> str:
        """Add the preset of a file, and choose it.

        Args:
            path: The file; asked for where it is empty.

        Returns:
            What was done, in words; empty where nothing was.

        Raises:
            CardioAIError: It is no preset, or asks for what is not offered.
            OSError: It cannot be read.
        """
        path = path or ask_for_preset()
        if not path:
            return ""
        preset = find_preset(Path(path).absolute())
        self._choose(str(Path(path).absolute()))
        text = _("The settings {name} of {file} are chosen.")
        return text.format(name=preset.name, file=Path(path).name)

    def store(self, path: str = "") -> str:
        """Save the chosen preset as JSON.

        Args:
            path: The file; asked for where it is empty.

        Returns:
            What was done, in words; empty where nothing was.

        Raises:
            CardioAIError: The chosen preset cannot be read any more.
            OSError: The file cannot be written.
        """
        preset = find_preset(self.chosen())
        path = path or ask_where(_("Save settings"), f"{preset.name}.json", _("Settings (*.json)"))
        if not path:
            return ""
        file = with_ending(path, ".json")
        save_preset(preset, file)
        return _("Saved {path}").format(path=file)

    def save(self, node: Node) -> None:
        """Write the choice to the parameter node."""
        node.SetParameter(self._key, self.chosen())

    def show(self, node: Node) -> None:
        """Choose what the parameter node says; a file is listed even where it is gone by now."""
        self._choose(node.GetParameter(self._key) or PRESET_NAMES[0])

    def _choose(self, value: str) -> None:
        index = self._widget.findData(value)
        if index < 0 and is_parameter_file(value):
            self._widget.addItem(Path(value).name, value)
            index = self._widget.count - 1
        self._widget.currentIndex = max(index, 0)
