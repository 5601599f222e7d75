"""The section Findings: a reader's form, prefilled by measurements, kept as a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.errors import InputError
from CardioAILib.io.adding import add_to_cohort, next_subject
from CardioAILib.learning import Item
from CardioAILib.mrml.findingstable import (
    NOT_ASSESSED,
    Row,
    change_findings,
    make_findings,
    read_findings,
)
from CardioAILib.panel import tasks
from CardioAILib.panel.bindings import NodeBinding, PathBinding
from CardioAILib.panel.dialogs import with_ending
from CardioAILib.panel.findings import (
    ENTERED,
    TAKEN,
    Answer,
    cell_of,
    facts_of,
    merged,
    read_answers,
)
from CardioAILib.panel.findingsform import FindingsForm
from CardioAILib.panel.overlays import is_there
from CardioAILib.panel.prefilling import prefilled_answers
from CardioAILib.panel.section import Section
from CardioAILib.study import Fact
from CardioAILib.verbs.cells import items_of

TABLE = "findings.table"
"""Reference of the parameter node to the table that keeps the findings."""


class FindingsSection(Section):
    """What a reader finds, for systems that have an arm which learns from that."""

    slot = "findingsSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._form = FindingsForm(self.ui.findingsFormFrame.layout(), self.change)
        self._answers: dict[str, Answer] = {}
        self._suggested: dict[str, float] = {}
        self._read: tuple[Any, int] | None = None

    def connect(self) -> None:
        """Connect selectors and buttons."""
        ui, bindings = self.ui, self.panel.bindings
        bindings.add(NodeBinding("findings.ed", ui.findingsEdSelector))
        bindings.add(NodeBinding("findings.es", ui.findingsEsSelector))
        bindings.add(PathBinding("findings.cohort", ui.findingsCohortEdit))
        for selector in (ui.findingsEdSelector, ui.findingsEsSelector):
            selector.currentNodeChanged.connect(lambda *_: self.panel.refresh())
        ui.findingsCohortEdit.currentPathChanged.connect(lambda *_: self.panel.refresh())
        ui.prefillButton.clicked.connect(lambda *_: self.attempt(self.prefill))
        ui.takeSuggestionsButton.clicked.connect(lambda *_: self.attempt(self.take))
        ui.clearFindingsButton.clicked.connect(lambda *_: self.attempt(self.clear))
        ui.addToCohortButton.clicked.connect(lambda *_: self.attempt(self.add_to_cohort))

    def refresh(self) -> None:
        """Show the form of the system, with what its table holds."""
        items = items_of(self.panel.system)
        self.ui.findingsCollapsibleButton.visible = bool(items)
        self._form.build(items)
        self._read_again()
        self._show()
        busy = self.panel.runner.busy
        self.ui.prefillButton.enabled = bool(self.ui.findingsEdSelector.currentNode()) and not busy
        complete = self.panel.inputs.complete() and bool(self.ui.findingsCohortEdit.currentPath)
        self.ui.addToCohortButton.enabled = complete and not busy

    def facts(self) -> dict[str, Fact]:
        """Return the findings as cells of a cohort table."""
        return facts_of(self._answers, items_of(self.panel.system))

    def change(self, column: str, value: float | None) -> None:
        """Note what the reader entered; None for "not assessed"."""
        self._answers.pop(column, None)
        if value is not None:
            self._answers[column] = Answer(value, ENTERED)
        self._keep()

    def suggest(self, values: Mapping[str, float]) -> None:
        """Offer values beside findings that are open; nothing is entered until it is taken."""
        self._suggested.update(values)
        self._show()

    def take(self) -> None:
        """Enter what is suggested where nothing is entered, marked as taken."""
        new = {name: Answer(value, TAKEN) for name, value in self._suggested.items()}
        self._answers = {**new, **self._answers}
        self._suggested = {}
        self._keep()

    def prefill(self) -> None:
        """Measure the chosen cine segmentations, and fill in what they tell.

        Raises:
            CardioAIError: A segmentation cannot be used.
        """
        import slicer.util

        ed, es = self.ui.findingsEdSelector.currentNode(), self.ui.findingsEsSelector.currentNode()
        self.panel.ensure_packages(torch=False)
        with slicer.util.WaitCursor():
            new, told = prefilled_answers(items_of(self.panel.system), ed, es, self.panel.body())
        before, self._answers = self._answers, merged(self._answers, new)
        self._keep()
        filled = sum(before.get(name) != one for name, one in self._answers.items())
        text = _("{count} findings were filled in and are marked; check them.")
        lines = [text.format(count=filled), *(f"• {finding.message}" for finding in told)]
        self.say("\n".join(lines), "done")

    def fill(self, facts: Mapping[str, Fact], source: str) -> None:
        """Take the findings among the cells of a cohort table; others are forgotten.

        A system that asks for none leaves them as they are.
        """
        if not items_of(self.panel.system):
            return
        cells = {column: (cell, source) for column, cell in facts.items()}
        self._answers, _refused = read_answers(cells, items_of(self.panel.system))
        self._suggested = {}
        self._keep()

    def clear(self) -> None:
        """Forget all answers and suggestions: another study is read."""
        self._answers, self._suggested = {}, {}
        self._keep()

    def add_to_cohort(self) -> None:
        """Write the study and its findings as one more row of a cohort table.

        Raises:
            CardioAIError: The study or the table cannot be used.
            OSError: A file cannot be written.
        """
        path = with_ending(self.ui.findingsCohortEdit.currentPath, ".csv")
        subject = self.ui.findingsSubjectEdit.text.strip() or next_subject(path)
        system, facts = self.panel.system, self.panel.study_facts()
        nodes = self.panel.inputs.nodes()
        study, _told = tasks.checked_study(system, nodes, subject, facts=facts)
        add_to_cohort(study, path)
        text = _("Added to {path} as {subject}; fill in its column '{target}' to train with it.")
        said = text.format(path=Path(path).name, subject=subject, target=system.task.target)
        self.say(said, "done")

    def scene_closes(self) -> None:
        """Forget the findings, whose table goes away."""
        super().scene_closes()
        self._answers, self._suggested, self._read = {}, {}, None
        self._show()

    def _show(self) -> None:
        items = {item.column: item for item in items_of(self.panel.system)}
        words = {c: str(cell_of(items[c], v)) for c, v in self._suggested.items() if c in items}
        self._form.show(self._answers, words)
        offered = any(column not in self._answers for column in words)
        self.ui.takeSuggestionsButton.visible = offered

    def _keep(self) -> None:
        """Write the answers to their table, which is made with the first of them, and show them."""
        node, table = self.panel.options.parameterNode, self._table()
        if table is None and self._answers:
            table = make_findings(self.panel.scene, self._rows(), self._neighbor())
            node.SetNodeReferenceID(TABLE, table.GetID())
        elif table is not None:
            change_findings(self.panel.scene, table, self._rows())
        self._read = None if table is None else (table, table.GetMTime())
        self._show()

    def _rows(self) -> list[Row]:
        items = items_of(self.panel.system)
        return [row_of(item, self._answers.get(item.column)) for item in items]

    def _neighbor(self) -> Any:
        images = (row.image.currentNode() for row in self.panel.inputs.rows)
        return next((image for image in images if image is not None), None)

    def _table(self) -> Any:
        if self.panel.options is None:
            return None
        table = self.panel.options.parameterNode.GetNodeReference(TABLE)
        return table if is_there(table) else None

    def _read_again(self) -> None:
        """Read the table where it is another one, or was changed, since it was read last."""
        table = self._table()
        if self.panel.options is None or table is None:
            return
        if self._read == (table, table.GetMTime()):
            return
        self._read = (table, table.GetMTime())
        try:
            cells = read_findings(table)
        except InputError as error:
            self.say(str(error), "error")
            return
        self._answers, refused = read_answers(cells, items_of(self.panel.system))
        if refused:
            self.say("\n".join(finding.message for finding in refused), "error")


def row_of(item: Item, answer: Answer | None) -> Row:
    """Return a finding as a row of its table."""
    cell = NOT_ASSESSED if answer is None else str(cell_of(item, answer.value))
    return item.column, cell, item.unit, "" if answer is None else answer.source, item.label
