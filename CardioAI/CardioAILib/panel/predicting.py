"""Check, Apply, and what is shown of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.io.atomic import whole_file
from CardioAILib.mrml import InputNodes, pinned
from CardioAILib.panel import tasks
from CardioAILib.panel.card import card_html
from CardioAILib.panel.dialogs import ask_where, with_ending
from CardioAILib.panel.overlays import Heatmaps
from CardioAILib.panel.runner import Task
from CardioAILib.panel.section import Section, require_there
from CardioAILib.results import Finding, Result
from CardioAILib.study import Role, Study
from CardioAILib.system import System
from CardioAILib.verbs.batch import read_results
from CardioAILib.verbs.model import require_folder
from CardioAILib.worker.job import OUT


class Predicting(Section):
    """The study section: from chosen nodes to a result card and a heatmap."""

    slot = "predictSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self.heatmaps = Heatmaps(panel.scene, self.ui.heatmapSelector)
        self._page = ""

    def connect(self) -> None:
        """Connect lists and buttons."""
        self.ui.heatmapSelector.currentIndexChanged.connect(
            lambda *_: self.attempt(self.change_heatmap)
        )
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
        self.ui.showHeatmapButton.enabled = self.heatmaps.there()
        shown = self.heatmaps.shown()
        self.ui.showHeatmapButton.text = _("Hide heatmap") if shown else _("Show heatmap")
        self.ui.saveReportButton.enabled = bool(self._page)

    def check(self) -> None:
        """Check the inputs and say what was found.

        Raises:
            CardioAIError: They cannot be used.
        """
        nodes, facts = self.panel.inputs.nodes(), self.panel.study_facts()
        how = {"facts": facts, "beside": self.beside()}
        study, findings = tasks.checked_study(self.panel.system, nodes, **how)
        self.say(usable_text(findings), "done")
        self.checked(study, findings)

    def checked(self, study: Study, findings: Sequence[Finding]) -> None:
        """Do what a module does with a study that can be used."""

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
        system, facts = self.panel.system, self.panel.study_facts()
        sex = self.sex()
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
                facts=facts,
                plane_model=self.plane_model(),
                beside=self.beside(),
            )
        task = Task(
            title=_("Judging the study"),
            folder=folder,
            slot=self.ui.predictSlot,
            collect=lambda done: self.collect(done, system, nodes, sex),
            temporary=True,
        )
        self.start(task)

    def beside(self) -> dict[Role, Any]:
        """Return volumes that no network reads but that are measured, by their role."""
        return {}

    def plane_model(self) -> str | None:
        """Return the folder of a model that checks the view planes; None for no check."""
        return None

    def sex(self) -> str | None:
        """Return "female" or "male" for normal ranges, or None where it is not known."""
        return None

    def collect(
        self, folder: Path, system: System, nodes: dict[str, InputNodes], sex: str | None = None
    ) -> str:
        """Show a finished job: the card in any case, nodes where their inputs are still there.

        Raises:
            CardioAIError: The nodes cannot be made; the report can be saved all the same.
        """
        (result,) = read_results(folder / OUT)
        self._page = tasks.page_of(result, folder / OUT)
        self.show_card(result, system, sex)
        require_there(nodes)
        made = tasks.collect_prediction(self.panel.scene, folder, system, nodes, sex)
        self.offer(made, nodes)
        return _("Done: the results are under the study in the subject hierarchy.")

    def offer(self, made: tasks.Prediction, nodes: Mapping[str, InputNodes]) -> None:
        """Offer the heatmaps of a result, and show the first."""
        shown = {name: (own, nodes[name].image) for name, own in made.nodes.heatmaps.items()}
        self.heatmaps.offer(shown, {name: own.mask for name, own in nodes.items()})
        self.heatmaps.show()

    def show_card(self, result: Result, system: System, sex: str | None = None) -> None:
        """Show a result."""
        self.ui.resultLabel.text = card_html(result, system, sex=sex)
        self.ui.resultCollapsibleButton.collapsed = False

    def toggle_heatmap(self) -> None:
        """Show the chosen heatmap, or take it off the slices."""
        if self.heatmaps.shown():
            self.heatmaps.hide()
        else:
            self.heatmaps.show()
        self.refresh()

    def change_heatmap(self) -> None:
        """Show another input's heatmap where one is shown."""
        self.heatmaps.change()
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
        self.heatmaps.offer({})
        self._page = ""
        self.ui.resultLabel.text = ""
        self.ui.resultCollapsibleButton.collapsed = True

    def scene_closes(self) -> None:
        """Forget the result, whose nodes go away."""
        super().scene_closes()
        self.forget()

    def _apply_tip(self, complete: bool, busy: bool) -> str:
        if busy:
            return _("A job is running: wait for it, or cancel it.")
        if not complete:
            return self.panel.inputs.missing()
        return _("Judge the study in the background; results appear in the scene.")


def usable_text(findings: Sequence[Finding]) -> str:
    """Return that inputs can be used, and what to know of them."""
    if not findings:
        return _("The inputs can be used.")
    lines = [f"• {finding.message}" for finding in findings]
    return "\n".join([_("The inputs can be used. Notes:"), *lines])


def ask_for_report() -> str:
    """Ask where to save the report; empty where the user thinks better of it."""
    return ask_where(_("Save report"), "CardioAI-report.html", _("Web page (*.html)"))
