"""The form of a reader's findings: a row each, with unit, range and "not assessed"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.learning import Item
from CardioAILib.panel.findings import ENTERED, PREFILLED, TAKEN, WORDS, Answer, Answers

SMALL = 25.0
"""Numbers that never are larger have two decimals."""
SOURCE_COLORS = {ENTERED: "", PREFILLED: "color: #2f6fb0", TAKEN: "color: #2e8b57"}
NONE = -1.0
"""What a list of answers holds for "not assessed"."""


class FindingRow:
    """One finding: a number or a choice, and a note of where the answer comes from.

    Args:
        item: The finding.
        changed: Called with the column and the number, or None, when the reader changes it.
    """

    def __init__(self, item: Item, changed: Callable[[str, float | None], None]) -> None:
        self.item, self._changed = item, changed
        self.widget: Any = None
        self.note: Any = None
        self._lowest = 0.0
        self._showing = False

    def build(self, form: Any) -> None:
        """Make the widgets and add them to a form layout."""
        import qt

        self.widget = self._number() if self.item.kind == "number" else self._choice()
        self.widget.objectName = f"finding_{self.item.column}"
        self.widget.toolTip = tip_of(self.item)
        self.note = qt.QLabel()
        line = qt.QHBoxLayout()
        line.addWidget(self.widget, 2)
        line.addWidget(self.note, 1)
        label = qt.QLabel(_("{name}:").format(name=self.item.label))
        label.toolTip = tip_of(self.item)
        form.addRow(label, line)

    def _number(self) -> Any:
        import qt

        item, box = self.item, qt.QDoubleSpinBox()
        box.decimals = decimals_of(item)
        step = 10.0**-box.decimals
        # Below the range there is one value alone, which stands for none.
        self._lowest = item.low - step
        box.minimum, box.maximum = self._lowest, item.high
        box.specialValueText = _("not assessed")
        box.suffix = f" {item.unit}" if item.unit else ""
        box.value = self._lowest
        box.keyboardTracking = False
        box.valueChanged.connect(lambda *_: self._tell())
        return box

    def _choice(self) -> Any:
        import qt

        box = qt.QComboBox()
        box.addItem(_("not assessed"), NONE)
        for value, word in enumerate(WORDS[self.item.kind]):
            box.addItem(word, float(value))
        box.currentIndexChanged.connect(lambda *_: self._tell())
        return box

    def value(self) -> float | None:
        """Return the number that is shown; None for "not assessed"."""
        if self.item.kind != "number":
            shown = self.widget.itemData(self.widget.currentIndex)
            return None if shown == NONE else shown
        value = self.widget.value
        return None if value < self.item.low else value

    def show(self, answer: Answer | None, note: str) -> None:
        """Show an answer, or that there is none; a note may say what is suggested."""
        self._showing = True
        if self.item.kind != "number":
            self.widget.currentIndex = self.widget.findData(
                NONE if answer is None else answer.value
            )
        else:
            self.widget.value = self._lowest if answer is None else answer.value
        self._showing = False
        known = answer is not None and answer.source != ENTERED
        self.note.text = note or (answer.source if known else "")
        self.note.styleSheet = SOURCE_COLORS.get(answer.source, "") if answer else ""

    def _tell(self) -> None:
        if not self._showing:
            self._changed(self.item.column, self.value())


class FindingsForm:
    """All rows.

    Args:
        form: A form layout.
        changed: See `FindingRow`.
    """

    def __init__(self, form: Any, changed: Callable[[str, float | None], None]) -> None:
        self._form, self._changed = form, changed
        self.rows: list[FindingRow] = []

    def build(self, items: Sequence[Item]) -> None:
        """Replace the rows by those of other findings."""
        if [row.item for row in self.rows] == list(items):
            return
        while self._form.rowCount():
            self._form.removeRow(0)
        self.rows = [FindingRow(item, self._changed) for item in items]
        for row in self.rows:
            row.build(self._form)

    def show(self, answers: Answers, suggested: Mapping[str, str]) -> None:
        """Show answers, and beside open findings what is suggested."""
        for row in self.rows:
            answer = answers.get(row.item.column)
            word = suggested.get(row.item.column, "") if answer is None else ""
            row.show(answer, _("suggested: {word}").format(word=word) if word else "")


def tip_of(item: Item) -> str:
    """Return what a finding means and what may stand there."""
    text = _("{meaning} May be: {expected}.")
    return text.format(meaning=item.definition, expected=item.expected)


def decimals_of(item: Item) -> int:
    """Return with how many decimals a number is asked for: years with none."""
    if item.unit == "years":
        return 0
    return 2 if item.high <= SMALL else 1
