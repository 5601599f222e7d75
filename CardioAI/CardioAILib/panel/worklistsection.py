"""The section Worklist: a folder of scans becomes a table, the most suspicious first.

Its widgets in the .ui: worklistFolderEdit, worklistOutputEdit, worklistButton, worklistSlot,
worklistTable, worklistPageButton, worklistFolderButton.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.planar import ANTERIOR, POSTERIOR, add_planar, show_planar
from CardioAILib.panel.bindings import PathBinding
from CardioAILib.panel.card import card_html
from CardioAILib.panel.publishing import publish, require_free, work_folder
from CardioAILib.panel.runner import Task
from CardioAILib.panel.section import Section
from CardioAILib.panel.wording import counted
from CardioAILib.panel.worklisttable import fill
from CardioAILib.report.worklistpage import PAGE
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.batch import read_model_facts, read_result, result_path
from CardioAILib.verbs.model import require_folder
from CardioAILib.verbs.planar import PLANAR
from CardioAILib.verbs.scanuptake import told_facts
from CardioAILib.verbs.worklistentry import Entry
from CardioAILib.verbs.worklistfiles import read_entries, read_refused
from CardioAILib.verbs.worklistsources import find_study
from CardioAILib.worker import Job, write_job
from CardioAILib.worker.job import OUT


class WorklistSection(Section):
    """Judges a folder of scans in the background, and loads the one that is double-clicked."""

    slot = "worklistSlot"
    kept = ("worklist.out", "worklist.folder", "model", "device")

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._out: Path | None = None
        self._source = Path()
        self._entries: tuple[Entry, ...] = ()

    def connect(self) -> None:
        """Connect paths, buttons and the table."""
        ui, bindings = self.ui, self.panel.bindings
        bindings.add(PathBinding("worklist.folder", ui.worklistFolderEdit))
        bindings.add(PathBinding("worklist.out", ui.worklistOutputEdit))
        for edit in (ui.worklistFolderEdit, ui.worklistOutputEdit):
            edit.currentPathChanged.connect(lambda *_: self.panel.refresh())
        ui.worklistButton.clicked.connect(lambda *_: self.attempt(self.apply))
        ui.worklistPageButton.clicked.connect(lambda *_: self.attempt(self.open_page))
        ui.worklistFolderButton.clicked.connect(lambda *_: self.attempt(self.open_folder))
        ui.worklistTable.cellDoubleClicked.connect(
            lambda row, *_: self.attempt(lambda: self.load(row))
        )

    def refresh(self) -> None:
        """Enable the buttons where what they need is there."""
        ui = self.ui
        out = ui.worklistOutputEdit.currentPath
        ready = bool(out and ui.worklistFolderEdit.currentPath and self.panel.model_folder())
        ui.worklistButton.enabled = ready and not self.panel.runner.busy
        resumes = bool(out) and work_folder(out).is_dir()
        ui.worklistButton.text = _("Resume") if resumes else _("Make worklist")
        ui.worklistPageButton.enabled = ui.worklistFolderButton.enabled = self._out is not None

    def apply(self) -> None:
        """Start to judge the scans, or go on.

        Raises:
            CardioAIError: Packages are missing, or there is no model or free folder.
            OSError: The job cannot be written.
        """
        if self.panel.runner.busy:
            return
        source = Path(self.ui.worklistFolderEdit.currentPath).absolute()
        out = Path(self.ui.worklistOutputEdit.currentPath).absolute()
        require_free(out)
        model = Path(self.panel.model_folder()).absolute()
        require_folder(model)
        self.panel.ensure_packages(torch=True)
        settings = {"device": self.panel.options.device}
        write_job(work_folder(out), Job("worklist", str(source), str(model), settings))
        task = Task(
            title=_("Making the worklist"),
            folder=work_folder(out),
            slot=self.ui.worklistSlot,
            collect=lambda done: self.collect(done, source, out),
            of_scene=False,
        )
        self.start(task)

    def collect(self, folder: Path, source: Path, out: Path) -> str:
        """Move the worklist where it was wanted, and show its table.

        Raises:
            CardioAIError: The folder has been filled meanwhile, or the list cannot be read.
            OSError: It cannot be moved.
        """
        publish(folder / OUT, out)
        self.finished()
        return self.show(out, source)

    def show(self, out: Path, source: Path) -> str:
        """Show a finished worklist; return what is said of it.

        Args:
            out: Its folder.
            source: The folder or table that it was made of.

        Raises:
            CohortError: There is none.
        """
        self._entries, self._out, self._source = read_entries(out), out, source
        system, _facts = read_model_facts(out)
        fill(self.ui.worklistTable, self._entries, system, out)
        self.ui.worklistTable.visible = True
        refused = read_refused(out)
        for one in refused:
            self.panel.area.log(f"{one.subject} ({';'.join(one.files)}): {one.reason}")
        self.panel.refresh()
        return told(len(self._entries), len(refused))

    def load(self, row: int) -> None:
        """Load the scan of a row into the scene, choose it, and show its result.

        Raises:
            CardioAIError: The scan is gone or has changed so that it cannot be read.
        """
        entry, out = self._entries[row], self._out
        assert out is not None
        study = find_study(self._source, entry.subject, entry.study, entry.files)
        images = {role.view: study.images[role] for role in study.images if role.kind == PLANAR}
        views = images[ANTERIOR], images.get(POSTERIOR)
        known = told_facts(study)
        nodes = add_planar(self.panel.scene, *views, name=entry.subject, facts=known)
        show_planar(self.panel.scene, *nodes)
        for own in self.panel.inputs.rows:
            own.choose({own.name: InputNodes(nodes.anterior)})
        self.ui.posteriorSelector.setCurrentNode(nodes.posterior)
        result = read_result(result_path(out, entry.subject, entry.study))
        system, _facts = read_model_facts(out)
        self.ui.resultLabel.text = card_html(result, system)
        self.ui.resultCollapsibleButton.collapsed = False
        text = _("Loaded {scan}, rank {rank}. Press Apply for heatmaps.")
        self.say(text.format(scan=entry.subject, rank=row + 1), "done")

    def open_page(self) -> None:
        """Open the page of the worklist in the browser."""
        self._open(PAGE)

    def open_folder(self) -> None:
        """Open the worklist's folder."""
        self._open("")

    def _open(self, name: str) -> None:
        import qt

        if self._out is not None:
            qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(str(self._out / name)))


def told(listed: int, refused: int) -> str:
    """Return the end of a worklist in words."""
    scans = counted(listed, _("1 scan"), _("{count} scans"))
    text = _("Done: {scans} in the table, highest probability first; a double click loads one.")
    said = text.format(scans=scans)
    if refused:
        many = _("{count} scans were refused (see log).")
        said = f"{said} {counted(refused, _('1 scan was refused (see log).'), many)}"
    return f"{said} {RESEARCH_ONLY}"
