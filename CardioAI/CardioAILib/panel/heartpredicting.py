"""Check and Apply for images of the heart: the patient's size, the view, bull's-eyes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.panel import tasks
from CardioAILib.panel.body import Body
from CardioAILib.panel.heartmeasures import pictures_of
from CardioAILib.panel.pictures import Pictures
from CardioAILib.panel.predicting import Predicting, usable_text
from CardioAILib.panel.runner import Task
from CardioAILib.results import Finding, Result
from CardioAILib.study import Fact, Study
from CardioAILib.system import System
from CardioAILib.verbs.cells import items_of
from CardioAILib.verbs.measured import uses_measurements


class HeartPredicting(Predicting):
    """The study section of cardiac MR, from chosen nodes to a result."""

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        ui = self.ui
        self.body = Body(ui.bodyHeightSpinBox, ui.bodyWeightSpinBox, ui.bodySexSelector)
        self._pictures = Pictures(ui.resultPictureSelector, ui.resultPictureLabel)

    def connect(self) -> None:
        """Connect lists and buttons."""
        self.body.connect(self.panel.bindings)
        self._pictures.connect()
        super().connect()

    def refresh(self) -> None:
        """Ask for the patient's size where it is used."""
        super().refresh()
        self.ui.bodyFrame.visible = asks_body(self.panel.system)

    def checked(self, study: Study, findings: Sequence[Finding]) -> None:
        """Ask the model of view planes in the background; say all again with its answer."""
        model = self.plane_model()
        if model is None or self.panel.lacks_packages() or self.panel.runner.busy:
            return
        with self.new_folder() as folder:
            tasks.views_job(study, model, folder, self.panel.options.device)
        task = Task(
            title=_("Checking the view"),
            folder=folder,
            slot=self.ui.predictSlot,
            collect=lambda done: usable_text([*tasks.collect_views(done), *findings]),
            temporary=True,
        )
        self.start(task)

    def plane_model(self) -> str | None:
        """Return the folder of a model that checks the view planes; None for no check."""
        return self.panel.views.model()

    def sex(self) -> str | None:
        """Return the sex that was entered, where the patient is asked for."""
        return self.body.sex() if self.panel.study_facts() else None

    def facts(self) -> dict[str, Fact]:
        """Return what is known of the patient, for systems that measure or ask a reader.

        What the reader is asked is left to the reader.
        """
        asked = {item.column for item in items_of(self.panel.system)}
        known = self.body.facts() if asks_body(self.panel.system) else {}
        return {name: value for name, value in known.items() if name not in asked}

    def show_card(self, result: Result, system: System, sex: str | None = None) -> None:
        """Show a result, and the bull's-eyes of what was measured for it."""
        super().show_card(result, system, sex)
        self._pictures.show(pictures_of(result.measurements))

    def forget(self) -> None:
        """Show no result: another study is judged, or the scene is closed."""
        self._pictures.show({})
        super().forget()


def asks_body(system: System) -> bool:
    """Say whether height, weight and sex are asked of the patient."""
    return uses_measurements(system) or bool(items_of(system))
