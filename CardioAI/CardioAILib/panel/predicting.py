"""Check, Apply, and what is shown of a result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.io.atomic import whole_file
from CardioAILib.mrml import InputNodes, pinned
from CardioAILib.panel import tasks
from CardioAILib.panel.body import Body
from CardioAILib.panel.card import card_html
from CardioAILib.panel.dialogs import ask_where, with_ending
from CardioAILib.panel.heartmeasures import pictures_of
from CardioAILib.panel.overlays import Heatmaps
from CardioAILib.panel.pictures import Pictures
from CardioAILib.panel.runner import Task
from CardioAILib.panel.section import Section, require_there
from CardioAILib.results import Finding, Result
from CardioAILib.study import Fact, Study
from CardioAILib.system import System
from CardioAILib.verbs.batch import read_results
from CardioAILib.verbs.cells import items_of
from CardioAILib.verbs.measured import uses_measurements
from CardioAILib.verbs.model import require_folder
from CardioAILib.worker.job import OUT


class Predicting(Section):
    """The study section: from chosen nodes to a result card and a heatmap."""

    slot = "predictSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        ui = self.ui
        self.body = Body(ui.bodyHeightSpinBox, ui.bodyWeightSpinBox, ui.bodySexSelector)
        self._pictures = Pictures(ui.resultPictureSelector, ui.resultPictureLabel)
        self.heatmaps = Heatmaps(panel.scene, ui.heatmapSelector)
        self._page = ""

    def connect(self) -> None:
        """Connect lists and buttons."""
        self.body.connect(self.panel.bindings)
        self._pictures.connect()
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
        self.ui.bodyFrame.visible = asks_body(self.panel.system)
        self.ui.showHeatmapButton.enabled = self.heatmaps.there()
        shown = self.heatmaps.shown()
        self.ui.showHeatmapButton.text = _("Hide heatmap") if shown else _("Show heatmap")
        self.ui.saveReportButton.enabled = bool(self._page)

    def check(self) -> None:
        """Check the inputs and say what was found; then the view, where a model can tell it.

        Raises:
            CardioAIError: They cannot be used.
        """
        nodes, facts = self.panel.inputs.nodes(), self.panel.study_facts()
        study, findings = tasks.checked_study(self.panel.system, nodes, facts=facts)
        self.say(usable_text(findings), "done")
        model = self.panel.views.model()
        if model is not None and not self.panel.lacks_packages():
            self._check_views(study, model, findings)

    def _check_views(self, study: Study, model: str, known: Sequence[Finding]) -> None:
        """Ask the model of view planes in the background, and say all again with its answer."""
        if self.panel.runner.busy:
            return
        with self.new_folder() as folder:
            tasks.views_job(study, model, folder, self.panel.options.device)
        task = Task(
            title=_("Checking the view"),
            folder=folder,
            slot=self.ui.predictSlot,
            collect=lambda done: usable_text([*tasks.collect_views(done), *known]),
            temporary=True,
        )
        self.start(task)

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
        sex = self.body.sex() if facts else None
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
                plane_model=self.panel.views.model(),
            )
        task = Task(
            title=_("Judging the study"),
            folder=folder,
            slot=self.ui.predictSlot,
            collect=lambda done: self.collect(done, system, nodes, sex),
            temporary=True,
        )
        self.start(task)

    def facts(self) -> dict[str, Fact]:
        """Return what is known of the patient, for systems that measure or ask a reader.

        What the reader is asked is left to the reader.
        """
        asked = {item.column for item in items_of(self.panel.system)}
        known = self.body.facts() if asks_body(self.panel.system) else {}
        return {name: value for name, value in known.items() if name not in asked}

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
        shown = {name: (own, nodes[name].image) for name, own in made.nodes.heatmaps.items()}
        self.heatmaps.offer(shown, {name: own.mask for name, own in nodes.items()})
        self.heatmaps.show()
        return _("Done: the results are under the study in the subject hierarchy.")

    def show_card(self, result: Result, system: System, sex: str | None = None) -> None:
        """Show a result, and the bull's-eyes of what was measured for it."""
        self.ui.resultLabel.text = card_html(result, system, sex=sex)
        self._pictures.show(pictures_of(result.measurements))
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
        self._pictures.show({})
        self._page = ""
        self.ui.resultLabel.text = ""
        self.ui.resultCollapsibleButton.collapsed = True

    def _apply_tip(self, complete: bool, busy: bool) -> str:
        if busy:
            return _("A job is running: wait for it, or cancel it.")
        if not complete:
            return self.panel.inputs.missing()
        return _("Judge the study in the background; results appear in the scene.")


def asks_body(system: System) -> bool:
    """Say whether height, weight and sex are asked of the patient."""
    return uses_measurements(system) or bool(items_of(system))


def usable_text(findings: Sequence[Finding]) -> str:
    """Return that inputs can be used, and what to know of them."""
    if not findings:
        return _("The inputs can be used.")
    lines = [f"• {finding.message}" for finding in findings]
    return "\n".join([_("The inputs can be used. Notes:"), *lines])


def ask_for_report() -> str:
    """Ask where to save the report; empty where the user thinks better of it."""
    return ask_where(_("Save report"), "CardioAI-report.html", _("Web page (*.html)"))
