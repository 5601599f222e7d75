"""Training on a cohort table, with a live curve."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.io.atomic import whole_file
from CardioAILib.learning import Ensemble
from CardioAILib.learning.ensemble import networks_of
from CardioAILib.learning.weights import has_base
from CardioAILib.mrml import LossChart
from CardioAILib.panel import tasks
from CardioAILib.panel.bindings import ChoiceBinding, PathBinding
from CardioAILib.panel.curve import curve_svg
from CardioAILib.panel.publishing import publish, require_free, work_folder
from CardioAILib.panel.runner import Task
from CardioAILib.panel.section import Section
from CardioAILib.system import System
from CardioAILib.verbs.clips import shows_clips
from CardioAILib.worker.job import OUT

CURVE = "curve.svg"
AS_PUBLISHED = 0
"""Number of epochs, and of copies, that stands for the declaration's own."""


class Training(Section):
    """The section Train."""

    slot = "trainSlot"
    kept = ("train.out", "train.cohort", "train.arm", "train_epochs", "train_width", "device",
            "train.weights", "train.trunk")  # fmt: skip

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._rows: list[Mapping[str, float]] = []
        self._curve_of = ""
        self._chart: LossChart | None = None

    def connect(self) -> None:
        """Connect the widgets."""
        ui, bindings = self.ui, self.panel.bindings
        bindings.add(PathBinding("train.cohort", ui.trainCohortEdit))
        bindings.add(PathBinding("train.out", ui.trainOutputEdit))
        bindings.add(PathBinding("train.weights", ui.trainWeightsEdit))
        bindings.add(PathBinding("train.trunk", ui.trainTrunkEdit))
        bindings.add(ChoiceBinding("train.arm", ui.trainArmSelector))
        for edit in (ui.trainCohortEdit, ui.trainOutputEdit):
            edit.currentPathChanged.connect(lambda *_: self.panel.refresh())
        ui.trainButton.clicked.connect(lambda *_: self.attempt(self.apply))

    def system_chosen(self) -> None:
        """List the arms of the chosen system, the one that the paper proposes first."""
        system, selector = self.panel.system, self.ui.trainArmSelector
        before = selector.blockSignals(True)
        selector.clear()
        for name in sorted(system.arms, key=lambda arm: arm != system.primary):
            text = _("{arm} (proposed)").format(arm=name) if name == system.primary else name
            selector.addItem(text, name)
        selector.addItem(_("all arms"), "*")
        selector.blockSignals(before)

    def refresh(self) -> None:
        """Enable the button; say where an interrupted training would go on."""
        starts, trunk = takes_weights(self.panel.system), takes_trunk(self.panel.system)
        self.ui.trainWeightsLabel.visible = self.ui.trainWeightsEdit.visible = starts
        self.ui.trainTrunkLabel.visible = self.ui.trainTrunkEdit.visible = trunk
        cohort, out = self.ui.trainCohortEdit.currentPath, self.ui.trainOutputEdit.currentPath
        self.ui.trainButton.enabled = bool(cohort and out) and not self.panel.runner.busy
        resumes = bool(out) and work_folder(out).is_dir()
        self.ui.trainButton.text = _("Resume training") if resumes else _("Train")

    def settings(self) -> dict[str, Any]:
        """Return what differs from the declaration."""
        arm = self.ui.trainArmSelector.itemData(self.ui.trainArmSelector.currentIndex)
        epochs, width = self.panel.options.train_epochs, self.panel.options.train_width
        chosen = {
            "system": self.panel.system.name,
            "arms": None if arm == "*" else [arm],
            "epochs": None if epochs == AS_PUBLISHED else epochs,
            "width": None if width == 1.0 else width,
            "weights": self._weights(),
            "trunk": self._trunk(),
            "device": self.panel.options.device,
        }
        return {name: value for name, value in chosen.items() if value is not None}

    def _weights(self) -> str | None:
        """Return the file that networks start from, or None where they start at random."""
        file = self.ui.trainWeightsEdit.currentPath
        return str(Path(file).absolute()) if file and takes_weights(self.panel.system) else None

    def _trunk(self) -> str | None:
        """Return the pretrained trunk that networks start from, or None for none."""
        folder = self.ui.trainTrunkEdit.currentPath
        return str(Path(folder).absolute()) if folder and takes_trunk(self.panel.system) else None

    def apply(self) -> None:
        """Start to train, or go on.

        Raises:
            CardioAIError: Packages are missing, or the output folder is taken.
            OSError: The job cannot be written.
        """
        if self.panel.runner.busy:
            return
        out = Path(self.ui.trainOutputEdit.currentPath).absolute()
        require_free(out)
        self.panel.ensure_packages(torch=True)
        folder = work_folder(out)
        tasks.train_job(self.ui.trainCohortEdit.currentPath, folder, self.settings())
        self._rows, self._curve_of, self._chart = [], "", None
        self.ui.curveLabel.visible = False
        task = Task(
            title=_("Training"),
            folder=folder,
            slot=self.ui.trainSlot,
            collect=lambda done: self.collect(done, out),
            curve=self.add_row,
            of_scene=False,
        )
        self.start(task)

    def add_row(self, event: Mapping[str, Any]) -> None:
        """Draw one more epoch, here and in the scene's chart; each network has a curve of its own.

        Args:
            event: The worker's event "curve": the network's name, the epoch, its losses.
        """
        row = {key: value for key, value in event.items() if key == "epoch" or "loss" in key}
        if event.get("network", "") != self._curve_of:
            self._curve_of, self._rows = event.get("network", ""), []
        self._rows.append({key: value for key, value in row.items() if value is not None})
        self.draw()
        if self._scene_closed:
            # The chart went away with the scene that the training was started in.
            return
        if self._chart is None:
            self._chart = LossChart(self.panel.scene, _("CardioAI training"))
        self._chart.add(self._rows[-1])

    def draw(self) -> None:
        """Show the curve so far."""
        import qt
        import slicer

        path = Path(slicer.app.temporaryPath) / CURVE
        with whole_file(path, ".svg") as draft:
            draft.write_text(curve_svg(self._rows, title=self._curve_of), encoding="utf-8")
        self.ui.curveLabel.pixmap = qt.QPixmap(str(path))
        self.ui.curveLabel.visible = True

    def collect(self, folder: Path, out: Path) -> str:
        """Move the model where it was wanted, and choose it.

        Raises:
            CardioAIError: The folder has been filled meanwhile.
            OSError: It cannot be moved.
        """
        publish(folder / OUT / "model", out)
        self.finished()
        self.panel.choose_model(str(out))
        return _("Done: the model is in {folder} and chosen above.").format(folder=out)


def takes_weights(system: System) -> bool:
    """Say whether a network of the system can start from published weights."""
    networks = (own for arm in system.arms.values() for own in networks_of(arm).values())
    return any(has_base(own.architecture) for own in networks)


def takes_trunk(system: System) -> bool:
    """Say whether networks of the system can start from a trunk of `cardioai pretrain`."""
    ensembles = any(isinstance(arm, Ensemble) for arm in system.arms.values())
    return ensembles and not shows_clips(system)
