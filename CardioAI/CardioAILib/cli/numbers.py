"""Numbers of the command line, and what is said of wrong ones."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def at_least(least: int) -> Callable[[str], int]:
    """Return a type of whole numbers from `least` on."""

    def whole_number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            message = f"got '{text}', wanted a whole number of {least} or more"
            raise argparse.ArgumentTypeError(message)
        return int(text)

    return whole_number


def positive(text: str) -> float:
    """Return a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"got '{text}', wanted a number above 0")
    return number
