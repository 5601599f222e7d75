"""Check, Apply, and what is shown of a result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.io.atomic import whole_file
from CardioAILib.mrml import InputNodes, hide_heatmap_layers, pinned, show_heatmap_layers
from CardioAILib.panel import tasks
from CardioAILib.panel.card import card_html
from CardioAILib.panel.dialogs import ask_where, with_ending
from CardioAILib.panel.runner import Task
from CardioAILib.panel.section import Section, require_there
from CardioAILib.results import Result
from CardioAILib.system import System
from CardioAILib.verbs.batch import read_results
from CardioAILib.verbs.model import require_folder
from CardioAILib.worker.job import OUT


class Predicting(Section):
    """The study section: from chosen nodes to a result card and a heatmap."""

    slot = "predictSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._background: Any = None
        self._heatmap: Any = None
        self._heatmap_shown = False
        self._page = ""

    def connect(self) -> None:
        """Connect the buttons."""
        self.ui.checkButton.clicked.connect(lambda *_: self.attempt(self.check))
        self.ui.applyButton.clicked.connect(lambda *_: self.attempt(self.apply))
        self.ui.showHeatmapButton.clicked.connect(lambda *_: self.attempt(self.toggle_heatmap))
        self.ui.saveReportButton.clicked.connect(lambda *_: self.attempt(self.save_report))

    def refresh(self) -> None:
        """Enable Check and Apply where they can do something, else say what is missing."""
        complete, busy = self.panel.inputs.complete(), self.panel.runner.busy
        self.ui.checkButton.enabled = complete and not busy
        self.ui.applyButton.enabled = complete and not busy and bool(self.panel.model_folder())
        self.ui.applyButton.toolTip = self._apply_tip(complete, busy)
        self.ui.showHeatmapButton.enabled = is_there(self._heatmap)
        shown = self._heatmap_shown and is_there(self._heatmap)
        self.ui.showHeatmapButton.text = _("Hide heatmap") if shown else _("Show heatmap")
        self.ui.saveReportButton.enabled = bool(self._page)

    def check(self) -> None:
        """Check the inputs and say what was found.

        Raises:
            CardioAIError: They cannot be used.
        """
        _study, findings = tasks.checked_study(self.panel.system, self.panel.inputs.nodes())
        if not findings:
            self.say(_("The inputs can be used."), "done")
            return
        lines = "\n".join(f"• {finding.message}" for finding in findings)
        self.say(_("The inputs can be used. Notes:") + "\n" + lines, "done")

    def apply(self) -> None:
        """Start to judge the study.

        Raises:
            CardioAIError: Packages are missing, or the study or the model cannot be used.
            OSError: The job cannot be written.
        """
        if self.panel.runner.busy:
            return
        require_folder(Path(self.panel.model_folder()))
        self.panel.ensure_packages(torch=True)
        system = self.panel.system
        nodes = {name: pinned(own) for name, own in self.panel.inputs.nodes().items()}
        self.forget()
        with self.new_folder() as folder:
            tasks.predict_job(
                system,
                nodes,
                self.panel.model_folder(),
                folder,
                explain=self.panel.options.explain,
                device=self.panel.options.device,
            )
        task = Task(
            title=_("Judging the study"),
            folder=folder,
            slot=self.ui.predictSlot,
            collect=lambda done: self.collect(done, system, nodes),
            temporary=True,
        )
        self.start(task)

    def collect(self, folder: Path, system: System, nodes: dict[str, InputNodes]) -> str:
        """Show a finished job: the card in any case, nodes where their inputs are still there.

        Raises:
            CardioAIError: The nodes cannot be made; the report can be saved all the same.
        """
        (result,) = read_results(folder / OUT)
        self._page = tasks.page_of(result, folder / OUT)
        self.show_card(result, system)
        require_there(nodes)
        made = tasks.collect_prediction(self.panel.scene, folder, system, nodes)
        name = next(iter(made.nodes.heatmaps), None)
        if name is not None:
            self._heatmap = made.nodes.heatmaps[name]
            self._background = nodes[name].image
            self.show_heatmap()
        return _("Done: the results are under the study in the subject hierarchy.")

    def show_card(self, result: Result, system: System) -> None:
        """Show a result."""
        self.ui.resultLabel.text = card_html(result, system)
        self.ui.resultCollapsibleButton.collapsed = False

    def show_heatmap(self) -> None:
        """Lay the heatmap over the slices."""
        if is_there(self._heatmap) and is_there(self._background):
            show_heatmap_layers(self.panel.scene, self._background, self._heatmap)
            self._heatmap_shown = True

    def toggle_heatmap(self) -> None:
        """Show the heatmap, or take it off the slices."""
        if self._heatmap_shown and is_there(self._heatmap):
            hide_heatmap_layers(self.panel.scene, self._heatmap)
            self._heatmap_shown = False
        else:
            self.show_heatmap()
        self.refresh()

    def save_report(self, path: str = "") -> None:
        """Save the report page.

        Args:
            path: The file; asked for where it is empty.

        Raises:
            OSError: It cannot be written.
        """
        chosen = path or ask_for_report()
        if not chosen:
            return
        file = with_ending(chosen, ".html")
        with whole_file(file, ".html") as draft:
            draft.write_text(self._page, encoding="utf-8")
        self.say(_("Saved {path}").format(path=file), "done")

    def forget(self) -> None:
        """Show no result: another study is judged, or the scene is closed."""
        self._background = self._heatmap = None
        self._heatmap_shown = False
        self._page = ""
        self.ui.resultLabel.text = ""
        self.ui.resultCollapsibleButton.collapsed = True

    def _apply_tip(self, complete: bool, busy: bool) -> str:
        if busy:
            return _("A job is running: wait for it, or cancel it.")
        if not complete:
            return _("Choose an image and its segmentation first.")
        return _("Judge the study in the background; results appear in the scene.")


def is_there(node: Any) -> bool:
    """Say whether a node is still in its scene."""
    return node is not None and node.GetScene() is not None


def ask_for_report() -> str:
    """Ask where to save the report; empty where the user thinks better of it."""
    return ask_where(_("Save report"), "CardioAI-report.html", _("Web page (*.html)"))
