"""The section Wall motion: ejection fraction and curves of segmented clips, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.io.atomic import whole_file
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.clipmotion import remove_motion
from CardioAILib.mrml.clipviews import show_chart, show_clips
from CardioAILib.panel.bindings import PathBinding
from CardioAILib.panel.curve import curve_svg
from CardioAILib.panel.dialogs import with_ending
from CardioAILib.panel.echocard import area_rows, motion_html
from CardioAILib.panel.echomotion import MeasuredMotion, measure_motion, write_motion
from CardioAILib.panel.offer import Offer
from CardioAILib.panel.overlays import is_there
from CardioAILib.panel.section import Section

CURVE = "motion.svg"


class MotionSection(Section):
    """Measures the chosen clips with the chosen segmentations; no model is needed."""

    slot = "motionSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._offer = Offer(self.ui.measureMotionButton)
        self._done: MeasuredMotion | None = None

    def connect(self) -> None:
        """Connect the widgets."""
        ui = self.ui
        self.panel.bindings.add(PathBinding("motion.file", ui.motionFileEdit))
        ui.motionFileEdit.currentPathChanged.connect(lambda *_: self.panel.refresh())
        ui.measureMotionButton.clicked.connect(lambda *_: self.attempt(self.measure))
        ui.saveMotionButton.clicked.connect(lambda *_: self.attempt(self.save))
        ui.showChartButton.clicked.connect(lambda *_: self.attempt(self.show_chart))

    def refresh(self) -> None:
        """Enable the buttons where they can do something."""
        ui, segmented = self.ui, self.panel.segmentations()
        self._offer.show("" if segmented else _("Choose the segmentation of a clip first."))
        ui.saveMotionButton.enabled = bool(self._done and ui.motionFileEdit.currentPath)
        charts = () if self._done is None else self._done.nodes.charts.values()
        ui.showChartButton.enabled = ui.chartSelector.enabled = any(map(is_there, charts))

    def measure(self) -> None:
        """Measure, and show values, curves and charts; those measured before go away.

        Raises:
            CardioAIError: The segmentations cannot be measured.
        """
        clips, masks = self.panel.clips(), self.panel.segmentations()
        nodes = {name: InputNodes(clips[name], mask) for name, mask in masks.items()}
        done = measure_motion(self.panel.scene, nodes)
        if self._done is not None:
            remove_motion(self.panel.scene, self._done.nodes)
        self._done = done
        self.ui.motionLabel.text = motion_html(done.values)
        self.ui.motionLabel.visible = True
        self._draw(done)
        self._list_charts(done)
        self.say("\n".join(f"• {one.message}" for one in done.findings), "info")
        self.panel.refresh()

    def show_chart(self) -> None:
        """Show the chosen chart below the clips.

        Raises:
            MissingInputError: A clip was deleted.
        """
        chart = self.chart()
        if not is_there(chart):
            return
        how = {"masks": self.panel.segmentations(), "chart": True}
        show_clips(self.panel.scene, self.panel.clips(), **how)
        show_chart(self.panel.scene, chart)

    def chart(self) -> Any:
        """Return the chart of the chosen view, or None where nothing was measured."""
        view = self.ui.chartSelector.itemData(self.ui.chartSelector.currentIndex)
        return None if self._done is None else self._done.nodes.charts.get(view)

    def save(self) -> None:
        """Write the values to the chosen file.

        Raises:
            OSError: It cannot be written.
        """
        if self._done is None:
            return
        file = with_ending(self.ui.motionFileEdit.currentPath, ".csv")
        write_motion(self._done, file)
        self.say(_("Saved {path}").format(path=file), "done")

    def scene_closes(self) -> None:
        """Forget what was measured; its nodes go away."""
        super().scene_closes()
        self._done = None
        self.ui.chartSelector.clear()
        for label in (self.ui.motionLabel, self.ui.motionCurveLabel):
            label.visible = False

    def _list_charts(self, done: MeasuredMotion) -> None:
        selector = self.ui.chartSelector
        selector.clear()
        for view in done.nodes.charts:
            selector.addItem(view, view)

    def _draw(self, done: MeasuredMotion) -> None:
        """Draw how the area of the cavity changes in each view."""
        import qt
        import slicer

        path = Path(slicer.app.temporaryPath) / CURVE
        rows = area_rows(done.measured.curves)
        drawn = curve_svg(rows, _("time, ms"), title=_("area of the cavity, % of its largest"))
        with whole_file(path, ".svg") as draft:
            draft.write_text(drawn, encoding="utf-8")
        self.ui.motionCurveLabel.pixmap = qt.QPixmap(str(path))
        self.ui.motionCurveLabel.visible = True
