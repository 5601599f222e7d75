"""Which segment is the structure: asked only where names and codes leave it open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.errors import CardioAIError
from CardioAILib.mrml import Candidate, structure_candidates
from CardioAILib.mrml.segments import parts_of
from CardioAILib.panel.bindings import Bindings, ChoiceBinding

SEPARATOR = "/"
"""Stands between node ID, which has none, and segment ID: these recur in other segmentations."""


class SegmentChooser:
    """A list of segments that appears when it is not clear which is meant.

    Args:
        key: Name of the parameter that keeps the choice.
        structure: What is looked for.
        bindings: Where the choice is kept.
        changed: Called when the choice changes.
    """

    def __init__(
        self, key: str, structure: str, bindings: Bindings, changed: Callable[[], None]
    ) -> None:
        self._key, self._structure = key, structure
        self._bindings, self._changed = bindings, changed
        self._label: Any = None
        self._binding: ChoiceBinding | None = None
        self._known: list[tuple[str, str]] = []
        self.widget: Any = None

    def build(self, form: Any) -> None:
        """Make the widgets and add them to a form layout."""
        import qt

        self._label = qt.QLabel(_("Segment:"))
        self.widget = qt.QComboBox()
        self.widget.sizeAdjustPolicy = qt.QComboBox.AdjustToMinimumContentsLengthWithIcon
        self.widget.minimumContentsLength = 10
        self.widget.toolTip = _("Which segment is the {structure}?").format(
            structure=self._structure
        )
        form.addRow(self._label, self.widget)
        self._binding = ChoiceBinding(self._key, self.widget)
        self._bindings.add(self._binding)
        self.widget.currentIndexChanged.connect(lambda *_: self._changed())
        self._show([])

    def remove(self) -> None:
        """Forget the widget, which goes away."""
        if self._binding is not None:
            self._bindings.remove(self._binding)

    def look_at(self, node: Any) -> None:
        """Ask about the segments of another segmentation; None for none."""
        try:
            self._show(open_choices(node, self._structure), node)
        except CardioAIError:
            # Check and Apply say what is wrong with the node; here is only nothing to choose.
            self._show([])

    def chosen(self) -> str | None:
        """Return the ID of the chosen segment; None where it is clear, or open."""
        value = self.widget.itemData(self.widget.currentIndex) if self._known else None
        return value.partition(SEPARATOR)[2] or None if value else None

    def undecided(self) -> bool:
        """Say whether there is a choice that the user has not made."""
        return bool(self._known) and self.chosen() is None

    def _show(self, choices: Sequence[Candidate], node: Any = None) -> None:
        known = [(f"{node.GetID()}{SEPARATOR}{one.id}", shown_name(one)) for one in choices]
        if known != self._known or not known:
            self._fill(known)
        self._label.visible = bool(known)
        self.widget.visible = bool(known)

    def _fill(self, known: list[tuple[str, str]]) -> None:
        self._known = known
        blocked = self.widget.blockSignals(True)
        self.widget.clear()
        if known:
            ask = _("Which one is the {structure}?").format(structure=self._structure)
            self.widget.addItem(ask, "")
        for identifier, name in known:
            self.widget.addItem(name, identifier)
        self.widget.blockSignals(blocked)
        self._bindings.show()


def shown_name(one: Candidate) -> str:
    """Return how a segment is listed; a label by its value too, since its color may misname it."""
    return f"{one.id}: {one.name}" if one.id.isdecimal() and one.name else one.name or one.id


def open_choices(node: Any, structure: str) -> list[Candidate]:
    """Return the segments to choose among; none where exactly one is the structure."""
    if node is None or node.GetScene() is None:
        return []
    found = structure_candidates(node, structure)
    return [] if len(found) == 1 else found or parts_of(node)
