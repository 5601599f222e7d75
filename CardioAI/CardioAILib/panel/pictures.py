"""A choice of drawings and the picture of the chosen one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.io.atomic import whole_file
from CardioAILib.panel.dialogs import ask_where, with_ending

PICTURE = "bullseye.svg"
WIDTH = 420
"""Pixels of a picture in the panel."""


class Pictures:
    """Drawings by their title, of which one is shown.

    Args:
        selector: Combo box with the titles.
        label: Label with the picture.
    """

    def __init__(self, selector: Any, label: Any) -> None:
        self._selector, self._label = selector, label
        self._svgs: Mapping[str, str] = {}

    def connect(self) -> None:
        """Draw what is chosen."""
        self._selector.currentIndexChanged.connect(lambda *_: self.draw())

    def show(self, svgs: Mapping[str, str]) -> None:
        """Offer drawings, SVG by title; none hides the widgets. The title chosen last stays."""
        before = self.chosen()
        self._svgs = svgs
        blocked = self._selector.blockSignals(True)
        self._selector.clear()
        for title in svgs:
            self._selector.addItem(title, title)
        self._selector.currentIndex = max(self._selector.findData(before), 0) if svgs else -1
        self._selector.blockSignals(blocked)
        self._selector.visible = bool(svgs)
        self.draw()

    def chosen(self) -> str:
        """Return the title of the drawing that is shown; empty for none."""
        return self._selector.itemData(self._selector.currentIndex) or ""

    def draw(self) -> None:
        """Show the chosen drawing.

        Raises:
            OSError: The picture cannot be written.
        """
        svg = self._svgs.get(self.chosen(), "")
        if svg:
            self._label.pixmap = picture_of(svg)
        self._label.visible = bool(svg)

    def save(self, path: str = "") -> Path | None:
        """Save the chosen drawing as SVG.

        Args:
            path: The file; asked for where it is empty.

        Returns:
            The file, or None where the user thought better of it.

        Raises:
            OSError: It cannot be written.
        """
        path = path or ask_where(_("Save picture"), PICTURE, _("Vector graphic (*.svg)"))
        if not path or not self.chosen():
            return None
        file = with_ending(path, ".svg")
        with whole_file(file, ".svg") as draft:
            draft.write_text(self._svgs[self.chosen()], encoding="utf-8")
        return file


def picture_of(svg: str) -> Any:
    """Return a drawing as a QPixmap, as wide as the panel bears."""
    import qt
    import slicer

    path = Path(slicer.app.temporaryPath) / PICTURE
    with whole_file(path, ".svg") as draft:
        draft.write_text(svg, encoding="utf-8")
    return qt.QPixmap(str(path)).scaledToWidth(WIDTH, qt.Qt.SmoothTransformation)
