"""Selectors of one image that a system reads, and of its segmentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from slicer.i18n import tr as _

from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.frames import image_frame
from CardioAILib.panel.bindings import Bindings, NodeBinding
from CardioAILib.panel.segmentchooser import SegmentChooser
from CardioAILib.panel.selectors import IMAGES, MASKS, node_selector
from CardioAILib.study import Role
from CardioAILib.system import Input
from CardioAILib.verbs.planar import PLANAR

WORDS = {
    "SAX": "short-axis",
    "2C": "2-chamber",
    "4C": "4-chamber",
    "ED": "end-diastole",
    "ES": "end-systole",
    "A4C": "apical 4-chamber",
    "A2C": "apical 2-chamber",
    "PLAX": "parasternal long axis",
}
"""What the short names of views and phases mean."""


def words_of(role: Role) -> str:
    """Return a role in words, as in "cine, short-axis, end-systole"."""
    parts = (role.kind, role.view, role.phase)
    return ", ".join(WORDS.get(part, part) for part in parts if part)


def title_of(role: Role) -> str:
    """Return a role as the title of its row: "Cine ES", or with its view where no phase tells."""
    last = role.phase or WORDS.get(role.view or "", role.view)
    short = " ".join(part for part in (role.kind, last) if part)
    return short[:1].upper() + short[1:]


def without_mask(needed: Input) -> str:
    """Return what no segmentation means for an input that does without one."""
    if needed.image.kind == PLANAR:
        return _("None (the heart is placed automatically)")
    return _("None (no audit)")


class InputRow:
    """The selectors of one input.

    Args:
        name: The input's name in the system.
        needed: What is needed.
        bindings: Where the choice is kept.
        changed: Called when the choice changes.
    """

    types: ClassVar[tuple[str, ...]] = IMAGES
    """Classes of nodes that the image may be."""

    def __init__(
        self, name: str, needed: Input, bindings: Bindings, changed: Callable[[], None]
    ) -> None:
        self.name, self.needed = name, needed
        self._bindings, self._changed = bindings, changed
        self._bound: list[Any] = []
        self.image: Any = None
        self.frame: Any = None
        self._frame_label: Any = None
        self._watched: tuple[Any, int] | None = None
        self.mask: Any = None
        self.segment: SegmentChooser | None = None

    def build(self, form: Any) -> None:
        """Make the widgets and add them to a form layout."""
        import qt

        what = words_of(self.needed.image)
        none = _("None (optional)") if self.needed.optional else _("Select an image")
        self.image = self._selector("image", self.types, none, self.tip().format(what=what))
        form.addRow(_("{name}:").format(name=title_of(self.needed.image)), self.image)
        self.frame, self._frame_label = qt.QLabel(), qt.QLabel(self.frame_title())
        form.addRow(self._frame_label, self.frame)
        self.image.currentNodeChanged.connect(lambda *_: self._on_image())
        if self.needed.mask is not None:
            self._build_mask(form, what)

    def tip(self) -> str:
        """Return what the selector of the image says, with a place for {what}."""
        return _("Loaded image: {what}. Of a sequence, the frame that is shown is read.")

    def frame_title(self) -> str:
        """Return what stands before that text."""
        return _("Frame:")

    def frame_text(self) -> str:
        """Return which frame of the image is read; empty where there is one alone."""
        return frame_text(self.image.currentNode())

    def _build_mask(self, form: Any, what: str) -> None:
        tip = _("Segmentation or labelmap with the {structure} of: {what}.")
        text = tip.format(structure=self.needed.structure, what=what)
        optional = self.needed.mask_optional
        none = without_mask(self.needed) if optional else _("Select a segmentation")
        self.mask = self._selector("mask", MASKS, none, text)
        form.addRow(_("Segmentation:"), self.mask)
        self.segment = SegmentChooser(
            f"{self.name}.segment", self.needed.structure, self._bindings, self._changed
        )
        self.segment.build(form)
        self.mask.currentNodeChanged.connect(lambda *_: self.refresh())

    def remove(self) -> None:
        """Forget the widgets, which the form has removed."""
        self.close()
        for binding in self._bound:
            self._bindings.remove(binding)
        if self.segment is not None:
            self.segment.remove()

    def close(self) -> None:
        """Follow no image any more."""
        self.watch(None)

    def _selector(self, part: str, types: tuple[str, ...], none: str, tip: str) -> Any:
        widget = node_selector(types, none, tip)
        binding = NodeBinding(f"{self.name}.{part}", widget)
        self._bound.append(binding)
        self._bindings.add(binding)
        return widget

    def watch(self, node: Any) -> None:
        """Follow which frame an image shows; None for no image."""
        if self._watched is not None:
            watched, tag = self._watched
            watched.RemoveObserver(tag)
        self._watched = None
        if node is not None:
            tag = node.AddObserver("ModifiedEvent", lambda *_: self._show_frame())
            self._watched = (node, tag)

    def _on_image(self) -> None:
        self.watch(self.image.currentNode())
        self.refresh()

    def _show_frame(self) -> None:
        text = self.frame_text()
        self.frame.text = text
        self.frame.visible = self._frame_label.visible = bool(text)

    def refresh(self) -> None:
        """Bring frame and segments up to date with the nodes."""
        self._show_frame()
        if self.segment is not None:
            self.segment.look_at(self.mask.currentNode())
        self._changed()

    def nodes(self) -> dict[str, InputNodes]:
        """Return the chosen nodes under the input's name; none without an image."""
        image = self.image.currentNode()
        if image is None:
            return {}
        if self.mask is None or self.segment is None:
            return {self.name: InputNodes(image)}
        return {self.name: InputNodes(image, self.mask.currentNode(), self.segment.chosen())}

    def choose(self, nodes: Mapping[str, InputNodes]) -> None:
        """Choose the nodes of this input among others."""
        own = nodes.get(self.name)
        self.image.setCurrentNode(None if own is None else own.image)
        if self.mask is not None:
            self.mask.setCurrentNode(None if own is None else own.mask)

    def lacks_mask(self) -> bool:
        """Say whether there is an image but not the segmentation that it needs."""
        no_mask = self.mask is not None and self.mask.currentNode() is None
        needed = no_mask and not self.needed.mask_optional
        return needed and self.image.currentNode() is not None

    def missing(self) -> str:
        """Say what is to be chosen."""
        return _("Choose an image and its segmentation first.")

    def complete(self) -> bool:
        """Say whether everything is chosen."""
        if not self.nodes() or self.lacks_mask():
            return False
        return self.segment is None or not self.segment.undecided()


def frame_text(node: Any) -> str:
    """Return which frame of a sequence a volume shows; empty for a volume of its own."""
    from CardioAILib.errors import CardioAIError

    if node is None or node.GetScene() is None:
        return ""
    try:
        frame = image_frame(node, None, "")
    except CardioAIError as error:
        return str(error)
    if frame.sequence is None or frame.index is None:
        return ""
    count = frame.sequence.GetNumberOfDataNodes()
    text = _("{number} of {count}, {value}: the one shown is read")
    return text.format(number=frame.index + 1, count=count, value=frame.axis_value)
