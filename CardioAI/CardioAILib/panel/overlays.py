"""Heatmaps of a result, of which one at a time lies over its image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import hide_heatmap_layers, show_heatmap_layers


class Heatmaps:
    """A choice of heatmaps, and whether the slices show the chosen one.

    Args:
        scene: The scene.
        selector: Combo box with the names of inputs; hidden where there is one heatmap.
    """

    def __init__(self, scene: Any, selector: Any) -> None:
        self._scene, self._selector = scene, selector
        self._known: Mapping[str, tuple[Any, Any]] = {}
        self._wanted = False

    def offer(self, heatmaps: Mapping[str, tuple[Any, Any]]) -> None:
        """Offer heatmaps, each with its image's node, by the name of the input."""
        self._known, self._wanted = heatmaps, False
        blocked = self._selector.blockSignals(True)
        self._selector.clear()
        for name in heatmaps:
            self._selector.addItem(_("of {input}").format(input=name), name)
        self._selector.blockSignals(blocked)
        self._selector.visible = len(heatmaps) > 1

    def there(self) -> bool:
        """Say whether there is a heatmap to show."""
        return is_there(self._chosen()[0])

    def shown(self) -> bool:
        """Say whether it is shown."""
        return self._wanted and self.there()

    def show(self) -> None:
        """Lay the chosen heatmap over the slices."""
        heatmap, image = self._chosen()
        if is_there(heatmap) and is_there(image):
            show_heatmap_layers(self._scene, image, heatmap)
            self._wanted = True

    def hide(self) -> None:
        """Take every heatmap off the slices."""
        for heatmap, _image in self._known.values():
            if is_there(heatmap):
                hide_heatmap_layers(self._scene, heatmap)
        self._wanted = False

    def change(self) -> None:
        """Show the one that is chosen now, where one was shown."""
        if self._wanted:
            self.hide()
            self.show()

    def _chosen(self) -> tuple[Any, Any]:
        name = self._selector.itemData(self._selector.currentIndex)
        return self._known.get(name, (None, None))


def is_there(node: Any) -> bool:
    """Say whether a node is still in its scene."""
    return node is not None and node.GetScene() is not None
