"""Regions on the scan that a reader moves, and the ratios that follow them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.errors import CardioAIError
from CardioAILib.mrml.planarregions import regions_on
from CardioAILib.panel.bindings import PathBinding
from CardioAILib.panel.dialogs import with_ending
from CardioAILib.panel.offer import Offer
from CardioAILib.panel.overlays import is_there
from CardioAILib.panel.scancard import uptake_html
from CardioAILib.panel.section import Section
from CardioAILib.panel.uptake import MeasuredUptake, measure_scan, remove_uptake, write_uptake

WAIT_MS = 150
"""Pause after a region was moved last, before the ratios are computed again."""


class RegionsSection(Section):
    """The section Regions; no model is needed, and nothing leaves this process."""

    slot = "regionsSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._offer = Offer(self.ui.placeRegionsButton)
        self._scan: Any = None
        self._measured: MeasuredUptake | None = None
        self._watched: list[tuple[Any, int]] = []
        self._timer: Any = None

    def connect(self) -> None:
        """Connect buttons, and the timer that waits until a region stays where it is."""
        import qt

        ui = self.ui
        self.panel.bindings.add(PathBinding("regions.file", ui.regionsFileEdit))
        ui.regionsFileEdit.currentPathChanged.connect(lambda *_: self.panel.refresh())
        ui.placeRegionsButton.clicked.connect(lambda *_: self.attempt(self.place))
        ui.removeRegionsButton.clicked.connect(lambda *_: self.attempt(self.remove))
        ui.saveRegionsButton.clicked.connect(lambda *_: self.attempt(self.save))
        self._timer = qt.QTimer()
        self._timer.timeout.connect(lambda *_: self.attempt(self.measure))

    def refresh(self) -> None:
        """Enable the buttons where they can do something; follow the chosen scan's regions."""
        scan = self.panel.anterior()
        self._offer.show("" if scan else _("Choose an anterior view first."))
        self.ui.placeRegionsButton.text = (
            _("Reset regions") if self._there() else _("Place regions")
        )
        self.ui.removeRegionsButton.enabled = self._there()
        self.ui.saveRegionsButton.enabled = bool(
            self._measured is not None and self.ui.regionsFileEdit.currentPath
        )
        if scan is not self._scan:
            self._take_over(scan)

    def place(self) -> None:
        """Place the regions automatically, or back where they were placed, and measure.

        Raises:
            CardioAIError: The scan cannot be measured.
        """
        self.watch({})
        self._show(
            measure_scan(
                self.panel.scene,
                self.panel.anterior(),
                self.panel.posterior(),
                segmentation=self.panel.heart_segmentation(),
            )
        )

    def place_where_none(self) -> None:
        """Place regions on a scan that has none yet; one that cannot be measured says why."""
        if self._there():
            return
        try:
            self.place()
        except CardioAIError as error:
            self.say(str(error), "error")

    def measure(self) -> None:
        """Measure with the regions as they lie now.

        Raises:
            CardioAIError: The scan cannot be measured.
        """
        self._timer.stop()
        scan = self.panel.anterior()
        nodes = {} if scan is None else regions_on(self.panel.scene, scan)
        if nodes:
            both = scan, self.panel.posterior()
            self._show(measure_scan(self.panel.scene, *both, nodes))

    def remove(self) -> None:
        """Remove regions and table from the scene."""
        self.watch({})
        remove_uptake(self.panel.scene, self.panel.anterior())
        self._forget()
        self.panel.refresh()

    def save(self) -> None:
        """Write the values to the chosen file.

        Raises:
            OSError: It cannot be written.
        """
        if self._measured is None:
            return
        file = with_ending(self.ui.regionsFileEdit.currentPath, ".csv")
        write_uptake(self._measured, file)
        self.say(_("Saved {path}").format(path=file), "done")

    def watch(self, nodes: Mapping[str, Any]) -> None:
        """Follow where markups are moved to; those followed before are let go."""
        for node, tag in self._watched:
            node.RemoveObserver(tag)
        self._watched = [
            (node, node.AddObserver(event, lambda *_: self._moved()))
            for node in nodes.values()
            for event in (node.PointModifiedEvent, "ModifiedEvent")
        ]

    def scene_closes(self) -> None:
        """Forget the regions, which go away."""
        super().scene_closes()
        self.watch({})
        self._scan = None
        self._forget()

    def close(self) -> None:
        """Follow nothing any more."""
        super().close()
        self.watch({})
        if self._timer is not None:
            self._timer.stop()

    def _moved(self) -> None:
        self._timer.start(WAIT_MS)

    def _there(self) -> bool:
        scan = self.panel.anterior()
        return is_there(scan) and bool(regions_on(self.panel.scene, scan))

    def _take_over(self, scan: Any) -> None:
        """Show what lies on another scan: regions of a saved scene are measured again."""
        self._scan = scan
        self._forget()
        self.watch({} if scan is None else regions_on(self.panel.scene, scan))
        if self._watched:
            self._moved()

    def _show(self, measured: MeasuredUptake) -> None:
        self._measured = measured
        self.ui.regionsLabel.text = uptake_html(measured.values, measured.suggestion)
        self.ui.regionsLabel.visible = True
        self.watch(measured.regions)
        self.say("\n".join(f"• {one.message}" for one in measured.findings), "info")
        self.panel.refresh()

    def _forget(self) -> None:
        self._measured = None
        self._timer.stop()
        self.ui.regionsLabel.visible = False
        self.ui.regionsLabel.text = ""
