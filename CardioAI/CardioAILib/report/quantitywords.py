"""Values of a measured quantity in words."""

from __future__ import annotations

import math
from collections.abc import Callable

from CardioAILib.task import Quantity


def digits_of(task: Quantity) -> int:
    """Return how many decimals tell a value: about a thousandth of what is plausible."""
    return max(0, 3 - round(math.log10(task.high - task.low)))


def value_text(task: Quantity) -> Callable[[float], str]:
    """Return how a value is written, without its unit."""
    digits = digits_of(task)
    return lambda value: f"{value:.{digits}f}"


def with_unit(task: Quantity, value: float) -> str:
    """Return a value with its unit, as in `1043 ms`."""
    return f"{value_text(task)(value)} {task.unit}"
