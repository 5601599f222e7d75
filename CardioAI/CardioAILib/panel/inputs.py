"""Selectors for all that a system reads: an image, and its segmentation, for each input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml import InputNodes
from CardioAILib.panel.bindings import Bindings
from CardioAILib.panel.cineinputs import CineRow
from CardioAILib.panel.cinenodes import reads_phases
from CardioAILib.panel.cliprow import ClipRow
from CardioAILib.panel.inputrow import InputRow
from CardioAILib.quality.clips import is_clip
from CardioAILib.system import System


class InputRows:
    """The selectors of all inputs of a system.

    Args:
        frame: Widget with a form layout; they go below the rows that it has.
        bindings: Where the choices are kept.
        changed: Called when a choice changes.
    """

    def __init__(self, frame: Any, bindings: Bindings, changed: Callable[[], None]) -> None:
        self._form, self._bindings, self._changed = frame.layout(), bindings, changed
        self._above = self._form.rowCount()
        self._least = 0
        self.rows: list[InputRow | CineRow] = []

    def build(self, system: System) -> None:
        """Replace the selectors by those that a system needs."""
        for row in self.rows:
            row.remove()
        while self._form.rowCount() > self._above:
            self._form.removeRow(self._above)
        self.rows = rows_of(system, self._bindings, self._changed)
        self._least = least_images(system, len(self.rows))
        for row in self.rows:
            row.build(self._form)
        self.refresh()

    def close(self) -> None:
        """Follow no image any more; the widgets go away."""
        for row in self.rows:
            row.close()

    def refresh(self) -> None:
        """Bring frames and segments up to date."""
        for row in self.rows:
            row.refresh()

    def nodes(self) -> dict[str, InputNodes]:
        """Return the chosen nodes by the name of their input.

        Raises:
            CardioAIError: The phases of a cine cannot be found.
        """
        return {name: nodes for row in self.rows for name, nodes in row.nodes().items()}

    def complete(self) -> bool:
        """Say whether all that is needed is chosen."""
        return bool(self.rows) and self._enough() and all(map(is_settled, self.rows))

    def missing(self) -> str:
        """Say what is to be chosen."""
        if not self._enough() and self._least < len(self.rows):
            text = _("Choose images of at least {least} of the {count} views first.")
            return text.format(least=self._least, count=len(self.rows))
        return next((row.missing() for row in self.rows if not is_settled(row)), "")

    def _enough(self) -> bool:
        return sum(row.image.currentNode() is not None for row in self.rows) >= self._least

    def without_mask(self) -> InputRow | None:
        """Return the first input with an image and no segmentation, where it is needed."""
        lacking = (row for row in self.rows if isinstance(row, InputRow) and row.lacks_mask())
        return next(lacking, None)


def rows_of(
    system: System, bindings: Bindings, changed: Callable[[], None]
) -> list[InputRow | CineRow]:
    """Return the selectors that a system needs: of a cine, or an image or clip for each input."""
    if reads_phases(system):
        return [CineRow(system, bindings, changed)]
    return [
        (ClipRow if is_clip(one) else InputRow)(name, one, bindings, changed)
        for name, one in system.inputs.items()
    ]


def least_images(system: System, rows: int) -> int:
    """Return how many images must be chosen: those of all rows where the system does not say."""
    return rows if system.least_inputs is None else system.least_inputs


def is_settled(row: InputRow | CineRow) -> bool:
    """Say whether a row is complete, or may stay empty and is."""
    optional = isinstance(row, InputRow) and row.needed.optional
    return row.complete() or (optional and row.image.currentNode() is None)
