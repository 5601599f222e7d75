"""Many studies at once: those of a cohort table, or those of the scene."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.panel import tasks
from CardioAILib.panel.bindings import ChoiceBinding, PathBinding
from CardioAILib.panel.publishing import publish, require_free, work_folder
from CardioAILib.panel.runner import Task
from CardioAILib.panel.scenestudies import scene_studies
from CardioAILib.panel.section import Section
from CardioAILib.panel.wording import counted
from CardioAILib.verbs.batch import read_failures, read_results
from CardioAILib.verbs.gather import Failure
from CardioAILib.verbs.model import require_folder
from CardioAILib.worker.job import OUT

TABLE, SCENE = "table", "scene"


class Batching(Section):
    """The section Batch."""

    slot = "batchSlot"
    kept = ("batch.out", "batch.source", "batch.cohort", "model", "explain", "device")

    def connect(self) -> None:
        """Fill the list of sources and connect the widgets."""
        ui, bindings = self.ui, self.panel.bindings
        ui.batchSourceSelector.addItem(_("those of a cohort table"), TABLE)
        ui.batchSourceSelector.addItem(_("those of this scene"), SCENE)
        bindings.add(ChoiceBinding("batch.source", ui.batchSourceSelector))
        bindings.add(PathBinding("batch.cohort", ui.batchCohortEdit))
        bindings.add(PathBinding("batch.out", ui.batchOutputEdit))
        ui.batchSourceSelector.currentIndexChanged.connect(lambda *_: self.panel.refresh())
        for edit in (ui.batchCohortEdit, ui.batchOutputEdit):
            edit.currentPathChanged.connect(lambda *_: self.panel.refresh())
        ui.batchButton.clicked.connect(lambda *_: self.attempt(self.apply))

    def source(self) -> str:
        """Return where the studies come from."""
        selector = self.ui.batchSourceSelector
        return selector.itemData(selector.currentIndex) or TABLE

    def refresh(self) -> None:
        """Show what the source needs, and enable the button where it is there."""
        table = self.source() == TABLE
        self.ui.batchCohortEdit.visible = table
        self.ui.batchCohortTableLabel.visible = table
        out = self.ui.batchOutputEdit.currentPath
        ready = bool(out and self.panel.model_folder())
        ready = ready and (not table or bool(self.ui.batchCohortEdit.currentPath))
        self.ui.batchButton.enabled = ready and not self.panel.runner.busy
        resumes = bool(out) and work_folder(out).is_dir()
        self.ui.batchButton.text = _("Resume") if resumes else _("Judge all studies")

    def apply(self) -> None:
        """Start to judge the studies, or go on.

        Raises:
            CardioAIError: Packages are missing, or there is no study, model or free folder.
            OSError: The job cannot be written.
        """
        if self.panel.runner.busy:
            return
        out = Path(self.ui.batchOutputEdit.currentPath).absolute()
        require_free(out)
        require_folder(Path(self.panel.model_folder()))
        self.panel.ensure_packages(torch=True)
        cohort, unread = self._cohort()
        folder, options = work_folder(out), self.panel.options
        model = self.panel.model_folder()
        tasks.batch_job(cohort, model, folder, explain=options.explain, device=options.device)
        task = Task(
            title=_("Judging all studies"),
            folder=folder,
            slot=self.ui.batchSlot,
            collect=lambda done: self.collect(done, out, unread),
            of_scene=self.source() == SCENE,
        )
        self.start(task)

    def collect(self, folder: Path, out: Path, unread: list[Failure]) -> str:
        """Move the results where they were wanted, and show their table in their scene.

        Raises:
            CardioAIError: The folder has been filled meanwhile, or the results cannot be read.
            OSError: They cannot be moved.
        """
        publish(folder / OUT, out)
        self.finished()
        if self._scene_closed:
            return self._told(len(read_results(out)), [*read_failures(out), *unread], str(out))
        done = tasks.collect_batch(self.panel.scene, out)
        place = _("the table {name}").format(name=done.table.GetName())
        return self._told(len(done.results), [*done.failures, *unread], place)

    def _told(self, results: int, failures: list[Failure], place: str) -> str:
        for failure in failures:
            self.panel.area.log(f"{failure.subject}: {failure.reason}")
        made = counted(results, _("1 result"), _("{count} results"))
        failed = _("no study failed")
        if failures:
            many = _("{count} studies failed (see log)")
            failed = counted(len(failures), _("1 study failed (see log)"), many)
        text = _("Done: {results} in {place}; {failed}.")
        return text.format(results=made, place=place, failed=failed)

    def _cohort(self) -> tuple[Any, list[Failure]]:
        """Return a table's path or the scene's studies, and those that cannot be read."""
        if self.source() == TABLE:
            return self.ui.batchCohortEdit.currentPath, []
        return scene_studies(self.panel.scene, self.panel.system)
