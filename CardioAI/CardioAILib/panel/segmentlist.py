"""A list of segments to check, several at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from CardioAILib.errors import CardioAIError
from CardioAILib.io.structures import choose
from CardioAILib.mrml.segments import parts_of
from CardioAILib.panel.bindings import Node
from CardioAILib.panel.segmentchooser import shown_name


class SegmentList:
    """The segments of a segmentation, each with a box; the structure is checked at first.

    It is its own binding (see `bindings.Binding`): a node ID with the IDs of checked segments,
    since these recur in other segmentations.

    Args:
        key: Name of the parameter that keeps the choice.
        structure: What is checked at first, where it is clear which segment that is.
        widget: A QListWidget.
    """

    def __init__(self, key: str, structure: str, widget: Any) -> None:
        self._key, self._structure, self._widget = key, structure, widget
        self._node: Node | None = None
        self._known: list[tuple[str, str]] = []
        self._found: list[str] = []
        self.changed = widget.itemChanged

    def look_at(self, node: Node | None) -> bool:
        """List the segments of another segmentation; say whether the list has changed."""
        there = node is not None and node.GetScene() is not None
        known, found = _segments(node, self._structure) if there else ([], [])
        before = self._node
        self._node = node if there else None
        if before is self._node and (known, found) == (self._known, self._found):
            return False
        self._known, self._found = known, found
        self._fill()
        return True

    def chosen(self) -> tuple[str, ...]:
        """Return the IDs of the checked segments."""
        import qt

        checked = (
            self._widget.item(row).checkState() == qt.Qt.Checked for row in range(len(self._known))
        )
        return tuple(id_ for (id_, _), on in zip(self._known, checked, strict=True) if on)

    def of_structure(self) -> tuple[str, ...]:
        """Return the segment that is the structure where that is clear, else those checked."""
        return tuple(self._found) if len(self._found) == 1 else self.chosen()

    def save(self, node: Node) -> None:
        """Write the checked segments to the parameter node."""
        if self._node is not None:
            node.SetParameter(self._key, json.dumps([self._node.GetID(), *self.chosen()]))

    def show(self, node: Node) -> None:
        """Check the segments that the parameter node names, else the structure."""
        kept = _kept(node.GetParameter(self._key) or "")
        own = self._node is not None and kept[:1] == [self._node.GetID()]
        self._check(kept[1:] if own else self._usual())

    def _usual(self) -> list[str]:
        return self._found if len(self._found) == 1 else []

    def _fill(self) -> None:
        blocked = self._widget.blockSignals(True)
        self._widget.clear()
        for _, name in self._known:
            self._widget.addItem(name)
        self._widget.blockSignals(blocked)
        self._check(self._usual())

    def _check(self, wanted: Sequence[str]) -> None:
        import qt

        blocked = self._widget.blockSignals(True)
        for row, (id_, _) in enumerate(self._known):
            state = qt.Qt.Checked if id_ in wanted else qt.Qt.Unchecked
            self._widget.item(row).setCheckState(state)
        self._widget.blockSignals(blocked)


def _segments(node: Node, structure: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return ID and name of every segment, and the IDs of those that may be the structure."""
    try:
        parts = parts_of(node)
    except CardioAIError:
        # The buttons say what is wrong with the node; here is only nothing to check.
        return [], []
    found = choose(parts, structure)
    return [(one.id, shown_name(one)) for one in parts], [one.id for one in found]


def _kept(text: str) -> list[str]:
    try:
        kept = json.loads(text)
    except ValueError:
        return []
    return [str(item) for item in kept] if isinstance(kept, list) else []
