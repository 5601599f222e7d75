"""What is laid over the anterior view: evidence for a class, or what a layer responds to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from CardioAILib.mrml import hide_heatmap_layers
from CardioAILib.mrml.planar import overlay_planar
from CardioAILib.panel.overlays import is_there


class PlanarOverlays:
    """A choice of overlays, of which one is shown at a time.

    Args:
        scene: The scene.
        selector: Combo box with their titles.
    """

    def __init__(self, scene: Any, selector: Any) -> None:
        self._scene, self._selector = scene, selector
        self._known: Mapping[str, tuple[Any, Any]] = {}
        self._over: Any = None
        self.opacity = 0.55

    def offer(self, overlays: Mapping[str, tuple[Any, Any]]) -> None:
        """Offer overlays, each with the scan that it lies on, by title; the first is chosen."""
        self._known, self._over = overlays, None
        blocked = self._selector.blockSignals(True)
        self._selector.clear()
        for title in overlays:
            self._selector.addItem(title, title)
        self._selector.blockSignals(blocked)
        self._selector.visible = len(overlays) > 1

    def there(self) -> bool:
        """Say whether there is an overlay to show."""
        return all(map(is_there, self._chosen()))

    def shown(self) -> bool:
        """Say whether one is shown."""
        return is_there(self._over)

    def show(self) -> None:
        """Lay the chosen one over its scan, in place of another."""
        self.hide()
        overlay, scan = self._chosen()
        if self.there():
            overlay_planar(self._scene, scan, overlay, self.opacity)
            self._over = overlay

    def hide(self) -> None:
        """Take the overlay off the scan."""
        if self.shown():
            hide_heatmap_layers(self._scene, self._over)
        self._over = None

    def change(self) -> None:
        """Show the one that is chosen now, where one was shown."""
        if self.shown():
            self.show()

    def _chosen(self) -> tuple[Any, Any]:
        name = self._selector.itemData(self._selector.currentIndex)
        return self._known.get(name, (None, None))
