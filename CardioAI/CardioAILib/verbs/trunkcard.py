"""The card of a trunk: what a stranger must know before starting from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from CardioAILib.learning.trunk import Trunk
from CardioAILib.results import RESEARCH_ONLY


def trunk_card(trunk: Trunk) -> str:
    """Return the card as Markdown."""
    record = trunk.record
    return "\n".join(
        [
            f"# Pretrained trunk of {record['system']}",
            "",
            f"**{RESEARCH_ONLY}**",
            "",
            "Convolutions that learned to tell "
            + " and ".join(f"{task} ({', '.join(k)})" for task, k in record["tasks"].items())
            + ". The labels come from headers or column names; nobody checked them by eye.",
            "",
            "Types that come from different hospitals or data sets may be told by their source.",
            "",
            *_missing(record),
            f"- Subjects: {_counted(record['subjects'])}",
            f"- Kept: epoch {record['kept epoch']['epoch']:g}, {_figures(record['kept epoch'])} on "
            "the subjects that chose the epoch, so the figures flatter it",
            f"- Definition of the system: `{record['definition']}`",
            "",
            *_table("Series", record["series"]),
            *_table("Images", record["images"]),
            *_table("Told by", record["told by"]),
            *_table("Not placed", record["not placed"]),
            *_table("Not readable", record["not readable"]),
            *_table("Left out: one subject alone shows them", record["left out, of one subject"]),
        ]
    )


def _missing(record: Mapping[str, Any]) -> list[str]:
    if not record["left out tasks"]:
        return []
    tasks = ", ".join(record["left out tasks"])
    return [f"Not learned, for the images show one label only: {tasks}.", ""]


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def _figures(row: Mapping[str, float]) -> str:
    return ", ".join(
        f"{name} {value:.3f}"
        for name, value in row.items()
        if name.endswith("accuracy") or name == "validation loss"
    )


def _table(title: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        yield from (f"| {title} | Number |", "|---|---|")
        yield from (f"| {what} | {count} |" for what, count in counts.items())
        yield ""
