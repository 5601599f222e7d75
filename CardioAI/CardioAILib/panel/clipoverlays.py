"""Heatmaps that play over their echo clips: all views at once, or one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import hide_heatmap_layers
from CardioAILib.mrml.clipviews import show_clips
from CardioAILib.panel.overlays import ALL, is_there


class ClipOverlays:
    """A choice of heatmaps, and whether the slice views show it.

    Args:
        scene: The scene.
        selector: Combo box with the names of clips.
    """

    def __init__(self, scene: Any, selector: Any) -> None:
        self._scene, self._selector = scene, selector
        self._known: Mapping[str, tuple[Any, Any]] = {}
        self._masks: Mapping[str, Any] = {}
        self._wanted = False
        self.opacity = 0.55

    def offer(
        self, heatmaps: Mapping[str, tuple[Any, Any]], masks: Mapping[str, Any] | None = None
    ) -> None:
        """Offer heatmaps, each with its clip's volume, by the name of the clip."""
        self._known, self._masks, self._wanted = heatmaps, masks or {}, False
        blocked = self._selector.blockSignals(True)
        self._selector.clear()
        if len(heatmaps) > 1:
            self._selector.addItem(_("all views at once"), ALL)
        for name in heatmaps:
            self._selector.addItem(name, name)
        self._selector.blockSignals(blocked)
        self._selector.visible = len(heatmaps) > 1

    def there(self) -> bool:
        """Say whether there is a heatmap to show."""
        return bool(self._chosen())

    def shown(self) -> bool:
        """Say whether it is shown."""
        return self._wanted and self.there()

    def show(self) -> None:
        """Lay the chosen heatmaps over their clips, side by side."""
        self._hide_layers()
        chosen = self._chosen()
        if chosen:
            heatmaps = {name: heatmap for name, (heatmap, _clip) in chosen.items()}
            clips = {name: clip for name, (_heatmap, clip) in chosen.items()}
            masks = {name: mask for name, mask in self._masks.items() if is_there(mask)}
            show_clips(self._scene, clips, heatmaps, masks, opacity=self.opacity)
        self._wanted = bool(chosen)

    def hide(self) -> None:
        """Take every heatmap off; the clips stay where they are."""
        self._hide_layers()
        self._wanted = False

    def change(self) -> None:
        """Show what is chosen now, where something was shown."""
        if self._wanted:
            self.show()

    def _hide_layers(self) -> None:
        for heatmap, _clip in self._known.values():
            if is_there(heatmap):
                hide_heatmap_layers(self._scene, heatmap)

    def _chosen(self) -> dict[str, tuple[Any, Any]]:
        name = self._selector.itemData(self._selector.currentIndex)
        wanted = self._known if name == ALL else {name: self._known.get(name, (None, None))}
        return {name: own for name, own in wanted.items() if all(map(is_there, own))}
