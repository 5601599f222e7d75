"""The table of a worklist: a row a scan, with thumbnails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.report.worklistpage import row_of
from CardioAILib.system import System
from CardioAILib.verbs.worklistentry import Entry, score_name

HEART_SIZE = 88
"""Most width and height of a thumbnail in pixels."""
ROW_HEIGHT = 92
SCAN_WIDTH = 48
"""Width of the column with the whole scans, which are narrow."""
SHOWN_ROWS = 4
"""Rows that are in sight at once, at the least."""


def fill(table: Any, entries: Sequence[Entry], system: System, folder: Path) -> None:
    """Fill a QTableWidget with a worklist; nothing in it can be edited.

    Args:
        table: The widget.
        entries: The scans, in order.
        system: The declaration that judged them.
        folder: The worklist's folder, where the thumbnails lie.
    """
    import qt

    headers = header(system)
    table.clear()
    table.rowCount, table.columnCount = len(entries), len(headers)
    table.setHorizontalHeaderLabels(headers)
    table.editTriggers = qt.QAbstractItemView.NoEditTriggers
    table.selectionBehavior = qt.QAbstractItemView.SelectRows
    table.iconSize = qt.QSize(HEART_SIZE, HEART_SIZE)
    table.minimumHeight = SHOWN_ROWS * ROW_HEIGHT
    table.verticalHeader().defaultSectionSize = ROW_HEIGHT
    for row, entry in enumerate(entries):
        texts = cells(entry)
        for column, text in enumerate(texts):
            item = qt.QTableWidgetItem(text)
            item.setToolTip(tip(entry))
            table.setItem(row, column, item)
        for column, picture in enumerate(entry.pictures):
            # A file is read when its row comes into sight.
            table.item(row, column).setIcon(qt.QIcon(str(folder / picture)))
    table.resizeColumnsToContents()
    table.setColumnWidth(0, SCAN_WIDTH)


def header(system: System) -> list[str]:
    """Return the titles of the columns."""
    own = [_("scan"), _("heart"), score_name(system), _("network"), _("visual rule")]
    return [*own, _("H/CL"), _("heart/ribs"), _("delay h:min"), _("findings")]


def cells(entry: Entry) -> list[str]:
    """Return the texts of a row, in the order of `header`; thumbnails have none."""
    shown = row_of(entry)
    ratios = [str(shown[name]) for name in ("visual", "contralateral", "bone", "delay")]
    findings = str(len(entry.findings)) if entry.findings else _("none")
    if entry.disagrees:
        findings = _("{count}, answers disagree").format(count=findings)
    return ["", "", str(shown["score"]), entry.decision, *ratios, findings]


def tip(entry: Entry) -> str:
    """Return what the mouse brings up over a row: which scan, and what is doubtful of it."""
    lines = [entry.subject, *entry.files, *(f"• {finding}" for finding in entry.findings)]
    return "\n".join(lines)
