"""Selectors for a system that reads end-diastole and end-systole of one cine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.frames import sequence_of
from CardioAILib.mrml.phases import has_frames
from CardioAILib.panel.bindings import Bindings, ChoiceBinding, NodeBinding, NumberBinding
from CardioAILib.panel.cinenodes import UNKNOWN, CineChoice, cine_nodes, view_of
from CardioAILib.panel.selectors import (
    IMAGES,
    MASKS,
    frame_selector,
    node_selector,
)
from CardioAILib.system import System
from CardioAILib.verbs.units import PLANE


class CineRow:
    """The selectors of a cine: as a sequence, or as a volume for each of two phases.

    Args:
        system: The system, which `reads_phases`.
        bindings: Where the choices are kept.
        changed: Called when a choice changes.
    """

    def __init__(self, system: System, bindings: Bindings, changed: Callable[[], None]) -> None:
        self._system, self._bindings, self._changed = system, bindings, changed
        self._bound: list[Any] = []
        self._rows: list[tuple[Any, ...]] = []
        self.image: Any = None
        self.es_image: Any = None
        self.frames: tuple[Any, Any] = (None, None)
        self.mask: Any = None
        self.es_mask: Any = None
        self.view: Any = None

    def build(self, form: Any) -> None:
        """Make the widgets and add them to a form layout."""
        tip = _(
            "A cine as a sequence, in which both phases are found; or the volume at end-diastole."
        )
        self.image = self._nodes("image", IMAGES, _("Select a cine"), tip)
        tip = _("The volume at end-systole, of the same slices.")
        self.es_image = self._nodes("es_image", IMAGES, _("Select the end-systole"), tip)
        self._row(form, _("Cine:"), self.image)
        self._row(form, _("End-systole:"), self.es_image)
        self._build_frames(form)
        self._build_masks(form)
        if self._asks_view():
            self._build_view(form)
        for widget in (self.image, self.es_image, self.mask, self.es_mask):
            widget.currentNodeChanged.connect(lambda *_: self.refresh())

    def _build_masks(self, form: Any) -> None:
        tip = _(
            "Segmentation of myocardium and cavities, with frames or at end-diastole. Without "
            "one nothing is measured."
        )
        self.mask = self._nodes("mask", MASKS, _("None (nothing is measured)"), tip)
        tip = _("Segmentation of myocardium and cavities at end-systole.")
        self.es_mask = self._nodes("es_mask", MASKS, _("None"), tip)
        self._row(form, _("Segmentation:"), self.mask)
        self._row(form, _("... at end-systole:"), self.es_mask)
        self._show(self.mask, self._takes_masks())
        self._show(self.es_mask, False)

    def _takes_masks(self) -> bool:
        return any(needed.mask is not None for needed in self._system.inputs.values())

    def _asks_view(self) -> bool:
        """Say whether the view is to be told: not where it is what the system tells."""
        open_view = any(needed.image.view is None for needed in self._system.inputs.values())
        return open_view and self._system.task.target != PLANE

    def _build_frames(self, form: Any) -> None:
        tip = _("Number of the frame, from 1; 'found' has it found in the cine.")
        self.frames = (
            frame_selector(_("end-diastole found"), tip),
            frame_selector(_("end-systole found"), tip),
        )
        self._row(form, _("Frames:"), *self.frames)
        for phase, widget in zip(("ed", "es"), self.frames, strict=True):
            self._bind(NumberBinding(f"cine.{phase}_frame", widget))

    def _build_view(self, form: Any) -> None:
        import qt

        self.view = qt.QComboBox()
        self.view.toolTip = _("The plane that the cine shows; measurements need a short-axis one.")
        for name, text in views().items():
            self.view.addItem(text, name)
        self._row(form, _("View:"), self.view)
        self._bind(ChoiceBinding("cine.view", self.view))
        self.view.currentIndexChanged.connect(lambda *_: self._changed())

    def remove(self) -> None:
        """Forget the widgets, which the form has removed."""
        for binding in self._bound:
            self._bindings.remove(binding)

    def close(self) -> None:
        """Follow no node; this row observes none."""

    def refresh(self) -> None:
        """Ask for what the chosen nodes leave open."""
        cine, frames = has_frames(self.image.currentNode()), has_frames(self.mask.currentNode())
        if cine:
            count = sequence_of(self.image.currentNode())[0].GetNumberOfDataNodes()
            for widget in self.frames:
                widget.maximum = count
        self._show(self.es_image, not cine and self.image.currentNode() is not None)
        self._show(self.frames[0], cine)
        masked = self._takes_masks() and self.mask.currentNode() is not None
        self._show(self.es_mask, masked and not frames)
        self._show_guess()
        self._changed()

    def choice(self) -> CineChoice:
        """Return what is chosen."""
        image, ed, es = self.image.currentNode(), *(widget.value for widget in self.frames)
        cine = has_frames(image)
        mask = self.mask.currentNode() if self._takes_masks() else None
        return CineChoice(
            image,
            None if cine else self.es_image.currentNode(),
            mask,
            None if has_frames(mask) or mask is None else self.es_mask.currentNode(),
            self._view(),
            ed - 1 if cine and ed else None,
            es - 1 if cine and es else None,
        )

    def _view(self) -> str | None:
        if self.view is None:
            return UNKNOWN
        return self.view.itemData(self.view.currentIndex) or None

    def nodes(self) -> Mapping[str, InputNodes]:
        """Return the nodes of each input; see `cine_nodes`."""
        return {} if self.image.currentNode() is None else cine_nodes(self._system, self.choice())

    def choose(self, nodes: Mapping[str, InputNodes]) -> None:
        """Choose the cine that nodes of both phases come from."""
        first = next(iter(nodes.values()))
        self.image.setCurrentNode(first.image)
        self.mask.setCurrentNode(first.mask)

    def missing(self) -> str:
        """Say what is to be chosen."""
        return _("Choose a cine, or an image at end-diastole and one at end-systole, first.")

    def complete(self) -> bool:
        """Say whether there is a cine, or a volume for each phase."""
        image = self.image.currentNode()
        return image is not None and (has_frames(image) or self.es_image.currentNode() is not None)

    def _show_guess(self) -> None:
        """Say which view is taken where none is chosen."""
        image = self.image.currentNode()
        if self.view is not None and image is not None:
            guess = views()[view_of(CineChoice(image)) or UNKNOWN]
            self.view.setItemText(0, _("as it lies: {view}").format(view=guess))

    def _nodes(self, part: str, types: tuple[str, ...], none: str, tip: str) -> Any:
        widget = node_selector(types, none, tip)
        self._bind(NodeBinding(f"cine.{part}", widget))
        return widget

    def _bind(self, binding: Any) -> None:
        self._bound.append(binding)
        self._bindings.add(binding)

    def _row(self, form: Any, text: str, *widgets: Any) -> None:
        """Add a row with a label and widgets side by side."""
        import qt

        label, side_by_side = qt.QLabel(text), qt.QHBoxLayout()
        for widget in widgets:
            side_by_side.addWidget(widget)
        form.addRow(label, side_by_side)
        self._rows.append((label, *widgets))

    def _show(self, widget: Any, visible: bool) -> None:
        """Show or hide the row that a widget is in."""
        for row in self._rows:
            if widget in row:
                for own in row:
                    own.visible = visible


def views() -> dict[str, str]:
    """Return the planes that can be chosen, in words; the first stands for what is guessed."""
    return {
        "": _("as it lies"),
        "SAX": _("short axis"),
        "4C": _("4-chamber"),
        "2C": _("2-chamber, left (VLA)"),
        "RV2C": _("2-chamber, right (VLA)"),
        "3C": _("3-chamber"),
        UNKNOWN: _("not known"),
    }
