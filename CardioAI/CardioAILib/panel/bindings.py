"""What the user chose, kept in the parameter node, so that a saved scene brings it back.

`connectGui` of Slicer's parameter node wrapper joins plain options; this joins what it has no
connector for: paths that may be empty, lists filled by code, and selectors made by code.
"""

from __future__ import annotations

from typing import Any, Protocol

Node = Any


class Binding(Protocol):
    """A widget and the place of its value in the parameter node."""

    changed: Any
    """The widget's signal that its value changed."""

    def save(self, node: Node) -> None:
        """Write the widget's value to the parameter node."""

    def show(self, node: Node) -> None:
        """Write the parameter node's value to the widget."""


class PathBinding:
    """A path editor; an empty parameter stands for `default`.

    Args:
        key: Name of the parameter.
        widget: A ctkPathLineEdit.
        default: Path shown where none is chosen. It is not saved: it differs between computers.
    """

    def __init__(self, key: str, widget: Any, default: str = "") -> None:
        self._key, self._widget, self._default = key, widget, default
        self.changed = widget.currentPathChanged

    def change_default(self, default: str) -> None:
        """Let another path stand for an empty parameter; it takes the place of any chosen one."""
        self._default = default
        self._widget.currentPath = default

    def save(self, node: Node) -> None:
        """Write the path, or nothing for the default."""
        path = self._widget.currentPath
        node.SetParameter(self._key, "" if path == self._default else path)

    def show(self, node: Node) -> None:
        """Show the path, or the default."""
        self._widget.currentPath = node.GetParameter(self._key) or self._default


class ChoiceBinding:
    """A combo box whose items carry their value as user data.

    Args:
        key: Name of the parameter.
        widget: A QComboBox.
    """

    def __init__(self, key: str, widget: Any) -> None:
        self._key, self._widget = key, widget
        self.changed = widget.currentIndexChanged

    def save(self, node: Node) -> None:
        """Write the current item's value; an empty list says nothing."""
        value = self._widget.itemData(self._widget.currentIndex)
        if value is not None:
            node.SetParameter(self._key, value)

    def show(self, node: Node) -> None:
        """Select the item of the value, where it is in the list."""
        index = self._widget.findData(node.GetParameter(self._key) or "")
        if index >= 0:
            self._widget.currentIndex = index


class NumberBinding:
    """A spin box whose lowest value stands for a number that is not known, kept as text.

    Args:
        key: Name of the parameter; several widgets may show the same one.
        widget: A QSpinBox or QDoubleSpinBox.
    """

    def __init__(self, key: str, widget: Any) -> None:
        self._key, self._widget = key, widget
        self.changed = widget.valueChanged

    def save(self, node: Node) -> None:
        """Write the number, or nothing for the lowest."""
        value = self._widget.value
        node.SetParameter(self._key, "" if value <= self._widget.minimum else f"{value:g}")

    def show(self, node: Node) -> None:
        """Show the number, or the lowest."""
        kept = node.GetParameter(self._key)
        # A spin box of whole numbers takes no other kind.
        kind = type(self._widget.minimum)
        self._widget.value = kind(float(kept)) if kept else self._widget.minimum


class NodeBinding:
    """A node selector, kept as a node reference.

    Args:
        key: Role of the reference.
        widget: A qMRMLNodeComboBox.
    """

    def __init__(self, key: str, widget: Any) -> None:
        self._key, self._widget = key, widget
        self.changed = widget.currentNodeChanged

    def save(self, node: Node) -> None:
        """Write the reference, or remove it."""
        chosen = self._widget.currentNode()
        node.SetNodeReferenceID(self._key, None if chosen is None else chosen.GetID())

    def show(self, node: Node) -> None:
        """Select the node that is referred to, or none."""
        self._widget.setCurrentNode(node.GetNodeReference(self._key))


class Bindings:
    """All bindings of a panel, to one parameter node at a time."""

    def __init__(self) -> None:
        self._bindings: list[Binding] = []
        self._node: Node | None = None
        self._tag: int | None = None
        self._showing = False

    def add(self, binding: Binding) -> None:
        """Join a widget; what it shows already is not written."""
        self._bindings.append(binding)
        binding.changed.connect(lambda *_: self._save(binding))
        if self._node is not None:
            self._guarded(binding.show)

    def remove(self, binding: Binding) -> None:
        """Forget a widget that goes away."""
        self._bindings.remove(binding)

    def follow(self, node: Node | None) -> None:
        """Show another parameter node and write to it from now on; None for no one."""
        if self._node is not None and self._tag is not None:
            self._node.RemoveObserver(self._tag)
        self._node, self._tag = node, None
        if node is not None:
            self._tag = node.AddObserver("ModifiedEvent", lambda *_: self.show())
            self.show()

    def show(self) -> None:
        """Bring every widget to what the parameter node says."""
        if self._node is None or self._showing or is_in_flux(self._node.GetScene()):
            return
        for binding in list(self._bindings):
            self._guarded(binding.show)

    def _guarded(self, act: Any) -> None:
        before, self._showing = self._showing, True
        try:
            act(self._node)
        finally:
            self._showing = before

    def _save(self, binding: Binding) -> None:
        if self._node is None or self._showing or binding not in self._bindings:
            return
        # While a scene is loaded or closed the selectors lose their nodes for a moment.
        if not is_in_flux(self._node.GetScene()):
            self._guarded(binding.save)
            # Another widget may show the same parameter.
            self.show()


def is_in_flux(scene: Any) -> bool:
    """Say whether a scene is being loaded, closed or changed in one go; none at all counts too."""
    return scene is None or scene.IsImporting() or scene.IsClosing() or scene.IsBatchProcessing()
