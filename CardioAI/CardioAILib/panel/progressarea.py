"""The progress area: a bar with the time left, a line of status, and the log."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

STEPS = 1000
ZERO_WIDTH_SPACE = "\u200b"
MINUTE, HOUR = 60, 3600
COLORS = {"info": "", "error": "color: #d0392f; font-weight: 600", "done": "color: #2e8b57"}


class ProgressArea:
    """The widgets that tell how a job goes; they move to the section that started it.

    Args:
        ui: The panel's widgets by name.
    """

    def __init__(self, ui: Any) -> None:
        self._ui = ui

    def move_to(self, slot: Any) -> None:
        """Show the area in a section: below the button that was pressed."""
        slot.layout().addWidget(self._ui.progressFrame)
        self._ui.progressFrame.visible = True

    def begin(self, text: str) -> None:
        """Show a job that has just started."""
        self._ui.progressBar.visible = True
        self._ui.cancelButton.visible = True
        self._ui.cancelButton.enabled = True
        self.progress(None, text, None)

    def progress(self, done: float | None, text: str, left: float | None) -> None:
        """Show the share done, 0 to 1 or None for unknown, and the seconds left."""
        self._ui.progressBar.value = round(STEPS * (done or 0.0))
        percent = f"{100 * (done or 0.0):.0f} %"
        self._ui.progressBar.format = percent if left is None else f"{percent}, {time_left(left)}"
        self.status(text)

    def cancelling(self) -> None:
        """Show that the user was heard."""
        self._ui.cancelButton.enabled = False
        self.status(_("Cancelling..."))

    def end(self, text: str, kind: str = "info") -> None:
        """Show how a job ended: "done", "error" or "info"."""
        self._ui.progressBar.visible = False
        self._ui.cancelButton.visible = False
        self.status(text, kind)
        self.log(text)

    def status(self, text: str, kind: str = "info") -> None:
        """Show a line of status."""
        self._ui.progressFrame.visible = True
        self._ui.statusLabel.styleSheet = COLORS[kind]
        self._ui.statusLabel.text = breakable(text)

    def log(self, text: str) -> None:
        """Add a line to the log."""
        self._ui.logText.appendPlainText(text)


def breakable(text: str) -> str:
    """Return a text whose paths may be broken into lines, lest a long one widens the panel."""
    for separator in "/\\":
        text = text.replace(separator, separator + ZERO_WIDTH_SPACE)
    return text


def time_left(seconds: float) -> str:
    """Return a span of time as a person would say it."""
    if seconds < MINUTE:
        return _("{count} s left").format(count=max(1, round(seconds)))
    if seconds < HOUR:
        return _("{count} min left").format(count=round(seconds / MINUTE))
    return _("{count} h left").format(count=f"{seconds / HOUR:.1f}")
