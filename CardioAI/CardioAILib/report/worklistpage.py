"""The page of a worklist: a row a scan with its thumbnails, the most suspicious first."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from CardioAILib.report.template import render, write_page
from CardioAILib.system import System
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import SIMULATED
from CardioAILib.verbs.worklist import Worklist, make_worklist
from CardioAILib.verbs.worklistentry import Entry

PAGE = "worklist.html"
TEMPLATE = "worklist.html"
UNKNOWN = "–"
MINUTES = 60


def write_worklist(
    model: Model, source: Path | str, folder: Path | str, **how: Any
) -> tuple[Worklist, Path]:
    """Judge and list scans, and write the page on them.

    Args:
        model: A model that grades planar scintigraphy.
        source: A folder of DICOM files of any depth, a cohort table, or one scan.
        folder: The worklist's folder: a new one, or that of an interrupted call to go on with.
        how: `options`, `progress` and `readers`, as for `verbs.worklist.make_worklist`.

    Returns:
        The list, and the page's path.

    Raises:
        CardioAIError: As `make_worklist` does.
        OSError: The folder cannot be written.
    """
    listed = make_worklist(model, source, folder, **how)
    return listed, write_worklist_page(listed, model.system, model.development, Path(folder))


def write_worklist_page(
    listed: Worklist, system: System, developed: Mapping[str, object], folder: Path
) -> Path:
    """Write the page of a worklist beside its thumbnails, whole or not at all.

    It shows pseudonyms alone: names of files, which may tell a patient's, stand in the tables.

    Args:
        listed: The list.
        system: The declaration that judged.
        developed: What the model's card says of its development data.
        folder: The worklist's folder.

    Returns:
        The page's path.
    """
    text = render(
        TEMPLATE,
        listed=listed,
        system=system,
        rows=[row_of(entry) for entry in listed.entries],
        simulated=str(developed.get("target source", "")).startswith(SIMULATED),
        origin=listed.origin,
    )
    return write_page(text, folder / PAGE)


def row_of(entry: Entry) -> dict[str, object]:
    """Return what the page shows of an entry, as text."""
    ratios, facts = entry.ratios, entry.facts
    bone = ratios.get("heart_to_ribs", ratios.get("heart_to_sternum"))
    return {
        "entry": entry,
        "score": f"{entry.score:.2f}",
        "contralateral": number(ratios.get("heart_to_contralateral")),
        "bone": number(bone),
        "visual": UNKNOWN if entry.visual is None else str(entry.visual),
        "disagrees": entry.disagrees,
        "delay": delay_text(facts.get("delay_min")),
        "counts": counts_text(facts.get("counts_anterior")),
        "tracer": str(facts.get("radiopharmaceutical", UNKNOWN)),
    }


def number(value: float | None) -> str:
    """Return a ratio as text."""
    return UNKNOWN if value is None else f"{value:.2f}"


def delay_text(minutes: object) -> str:
    """Return the time from injection to acquisition as hours and minutes, as in 3:05."""
    if not isinstance(minutes, int | float):
        return UNKNOWN
    hours, rest = divmod(round(minutes), MINUTES)
    return f"{hours}:{rest:02d}"


def counts_text(counts: object) -> str:
    """Return counts in millions."""
    return f"{counts / 1e6:.2f}" if isinstance(counts, int | float) else UNKNOWN
