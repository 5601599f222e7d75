"""Heatmaps of a result over their images: one at a time, or each in a slice view of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import hide_heatmap_layers, show_heatmap_layers, show_side_by_side
from CardioAILib.mrml.ownviews import draw_everywhere
from CardioAILib.mrml.threeviews import LAYOUT, layout_now, leave_side_by_side

ALL = "*"
"""Stands for all heatmaps at once."""
MOST = 3
"""Heatmaps that stand side by side."""


class Heatmaps:
    """A choice of heatmaps, and whether the slices show the chosen one.

    Args:
        scene: The scene.
        selector: Combo box with the names of inputs; hidden where there is one heatmap.
    """

    def __init__(self, scene: Any, selector: Any) -> None:
        self._scene, self._selector = scene, selector
        self._known: Mapping[str, tuple[Any, Any]] = {}
        self._masks: Mapping[str, Any] = {}
        self._wanted = False
        self._before: int | None = None
        self._apart = False

    def offer(
        self, heatmaps: Mapping[str, tuple[Any, Any]], masks: Mapping[str, Any] | None = None
    ) -> None:
        """Offer heatmaps, each with its image's node, by the name of the input.

        Args:
            heatmaps: The nodes.
            masks: The segmentation that was read with each input, or None.
        """
        self._known, self._masks, self._wanted = heatmaps, masks or {}, False
        blocked = self._selector.blockSignals(True)
        self._selector.clear()
        if stand_apart(heatmaps):
            self._selector.addItem(_("all views at once"), ALL)
        for name in heatmaps:
            self._selector.addItem(_("of {input}").format(input=name), name)
        self._selector.blockSignals(blocked)
        self._selector.visible = len(heatmaps) > 1

    def there(self) -> bool:
        """Say whether there is a heatmap to show."""
        return bool(self._chosen())

    def shown(self) -> bool:
        """Say whether it is shown."""
        return self._wanted and self.there()

    def show(self) -> None:
        """Lay the chosen heatmap over the slices, or each over its own."""
        chosen = self._chosen()
        if len(chosen) > 1:
            self._show_all(chosen)
        for heatmap, image in chosen.values() if len(chosen) == 1 else ():
            draw_everywhere(self._scene)
            show_heatmap_layers(self._scene, image, heatmap)
        self._wanted = bool(chosen)

    def hide(self) -> None:
        """Take every heatmap off the slices, and go back to the layout that was there before."""
        for heatmap, _image in self._known.values():
            if is_there(heatmap):
                hide_heatmap_layers(self._scene, heatmap)
        if self._apart:
            leave_side_by_side(self._scene, self._before)
        self._wanted = self._apart = False

    def change(self) -> None:
        """Show the one that is chosen now, where one was shown."""
        if self._wanted:
            self.hide()
            self.show()

    def _show_all(self, chosen: Mapping[str, tuple[Any, Any]]) -> None:
        before = layout_now(self._scene)
        # Images that stood side by side already stay so when the heatmaps go.
        if before != LAYOUT:
            self._before, self._apart = before, True
        masks = {name: mask for name, mask in self._masks.items() if is_there(mask)}
        show_side_by_side(self._scene, chosen, masks)

    def _chosen(self) -> dict[str, tuple[Any, Any]]:
        """Return the chosen heatmaps that are still there, each with its image's node."""
        name = self._selector.itemData(self._selector.currentIndex)
        wanted = self._known if name == ALL else {name: self._known.get(name, (None, None))}
        return {name: own for name, own in wanted.items() if all(map(is_there, own))}


def stand_apart(heatmaps: Mapping[str, tuple[Any, Any]]) -> bool:
    """Say whether heatmaps are of several images, few enough for a slice view each."""
    images = {image.GetID() for _heatmap, image in heatmaps.values()}
    return 1 < len(heatmaps) == len(images) <= MOST


def is_there(node: Any) -> bool:
    """Say whether a node is still in its scene."""
    return node is not None and node.GetScene() is not None
