"""A button that says what is missing until it can be pressed."""

from __future__ import annotations

from typing import Any


class Offer:
    """A button that can be pressed once nothing is missing, and says what is until then.

    Args:
        button: The button, with the tip that it has otherwise.
    """

    def __init__(self, button: Any) -> None:
        self._button, self._tip = button, button.toolTip

    def show(self, missing: str) -> None:
        """Enable the button where nothing is missing, else say what is."""
        self._button.enabled = not missing
        self._button.toolTip = missing or self._tip
