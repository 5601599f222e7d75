"""A table of radiomic features, and how one of them goes over the cardiac cycle."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml.featurecolumns import feature_columns
from CardioAILib.mrml.featurecurves import FeatureCurve, feature_curve
from CardioAILib.panel import featurejobs
from CardioAILib.panel.bindings import PathBinding
from CardioAILib.panel.offer import Offer
from CardioAILib.panel.overlays import is_there
from CardioAILib.panel.radiomicsinputs import READ_AS, RadiomicsInputs
from CardioAILib.panel.runner import Task
from CardioAILib.panel.section import Section, require_there
from CardioAILib.panel.tasks import Nodes

TABLE = "radiomics.table"
"""Reference of the parameter node to the last table with several frames."""
FIRST = "original_firstorder_Mean"
"""Feature that a chart begins with, where the table has it."""


class Measuring(Section):
    """The part of the section Radiomics that makes tables.

    Args:
        panel: The panel.
        inputs: What is measured.
    """

    slot = "radiomicsSlot"

    def __init__(self, panel: Any, inputs: RadiomicsInputs) -> None:
        super().__init__(panel)
        self._inputs = inputs
        self._offer = Offer(self.ui.radiomicsButton)
        self._listed: Any = None
        self._curve: FeatureCurve | None = None

    def connect(self) -> None:
        """Connect box, selectors and button."""
        ui = self.ui
        self.panel.bindings.add(PathBinding("radiomics.file", ui.radiomicsFileEdit))
        ui.radiomicsButton.clicked.connect(lambda *_: self.attempt(self.apply))
        ui.featureCurveSelector.currentIndexChanged.connect(
            lambda *_: self.attempt(self.draw_curve)
        )

    def refresh(self) -> None:
        """Enable the button where everything is chosen; offer features of a table of frames."""
        missing = self._inputs.missing()
        if not missing and not self._inputs.segments():
            missing = _("Check a segment first.")
        self._offer.show(missing)
        self.ui.radiomicsFramesCheckBox.enabled = self._inputs.have_frames()
        self._list_features(self._table())

    def apply(self) -> None:
        """Start to compute the features.

        Raises:
            CardioAIError: Packages are missing, or the inputs cannot be used.
            OSError: The job cannot be written.
        """
        if self.panel.runner.busy:
            return
        self.panel.ensure_packages(torch=False)
        nodes = {next(iter(READ_AS.inputs)): self._inputs.nodes()}
        box, file = self.ui.radiomicsFramesCheckBox, self.ui.radiomicsFileEdit.currentPath or None
        frames = "all" if box.enabled and box.checked else "one"
        with self.new_folder() as folder:
            self._write(nodes, folder, frames)
        task = Task(
            title=_("Computing features"),
            folder=folder,
            slot=self.ui.radiomicsSlot,
            collect=lambda done: self.collect(done, nodes, file, frames),
            temporary=True,
        )
        self.start(task)

    def collect(self, folder: Any, nodes: Nodes, file: str | None, frames: str) -> str:
        """Show the table; of several frames, a chart too.

        Raises:
            CardioAIError: The nodes are gone, or the table cannot be shown.
            OSError: The file cannot be written.
        """
        require_there(nodes)
        table = featurejobs.collect_radiomics(self.panel.scene, folder, nodes, file)
        if frames == "all":
            node = self.panel.options.parameterNode
            node.SetNodeReferenceID(TABLE, table.GetID())
            self._list_features(table)
            self.draw_curve()
        text = _("Done: the table {name} is in the scene. Research use only.")
        return text.format(name=table.GetName())

    def draw_curve(self) -> None:
        """Chart the chosen feature over the cardiac cycle.

        Raises:
            CardioAIError: The table has a single frame.
        """
        import slicer

        selector, table = self.ui.featureCurveSelector, self._table()
        feature = selector.itemData(selector.currentIndex)
        if table is None or feature is None:
            return
        before = self._curve
        self._curve = feature_curve(self.panel.scene, table, feature, shown=before)
        if self._curve is not before:
            slicer.modules.plots.logic().ShowChartInLayout(self._curve.chart)

    def scene_closes(self) -> None:
        """Forget table and chart, which go away."""
        super().scene_closes()
        self._curve = None
        self._list_features(None)

    def _write(self, nodes: Nodes, folder: Any, frames: str) -> None:
        """Write the job; the structure alone is read as the system reads it."""
        segments = self._inputs.segments()
        only = self._inputs.wall_segment()
        if segments == (only,):
            segments, nodes = (), {name: self._inputs.nodes(only) for name in nodes}
        how = {"preset": self._inputs.preset(), "segments": segments, "frames": frames}
        featurejobs.radiomics_job(READ_AS, nodes, folder, **how)

    def _table(self) -> Any:
        """Return the last table of several frames, where it is still there."""
        if self.panel.options is None:
            return None
        table = self.panel.options.parameterNode.GetNodeReference(TABLE)
        return table if is_there(table) else None

    def _list_features(self, table: Any) -> None:
        """Offer the features of a table; None hides the list."""
        selector = self.ui.featureCurveSelector
        selector.visible = self.ui.featureCurveLabel.visible = table is not None
        if table is self._listed:
            return
        self._listed, self._curve = table, None
        blocked = selector.blockSignals(True)
        selector.clear()
        for name in () if table is None else feature_columns(table):
            selector.addItem(name, name)
        selector.currentIndex = max(selector.findData(FIRST), 0)
        selector.blockSignals(blocked)
