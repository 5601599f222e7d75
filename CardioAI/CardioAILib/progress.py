"""Progress as one number: how much of the whole is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Progress = Callable[[float, str], None]
"""Called with the share done, 0 to 1, and what is being done."""

Item = TypeVar("Item")


def silent(done: float, message: str) -> None:
    """Report to nobody."""


def part(progress: Progress, start: float, stop: float, prefix: str = "") -> Progress:
    """Return the progress of a part that takes the whole from `start` to `stop`."""

    def report(done: float, message: str) -> None:
        text = ", ".join(piece for piece in (prefix, message) if piece)
        progress(start + done * (stop - start), text)

    return report


def shares(
    items: Iterable[Item], progress: Progress, message: str
) -> Iterator[tuple[Item, Progress]]:
    """Yield items, each with a progress of its own that takes an equal share of the whole."""
    everything = list(items)
    for index, item in enumerate(everything):
        label = f"{message} {index + 1}/{len(everything)}"
        own = part(progress, index / len(everything), (index + 1) / len(everything), label)
        own(0.0, "")
        yield item, own
    progress(1.0, message)


def tracked(items: Iterable[Item], progress: Progress, message: str) -> Iterator[Item]:
    """Yield items, reporting the share done before each and the end after the last."""
    everything = list(items)
    for index, item in enumerate(everything):
        progress(index / len(everything), f"{message} {index + 1}/{len(everything)}")
        yield item
    progress(1.0, message)
