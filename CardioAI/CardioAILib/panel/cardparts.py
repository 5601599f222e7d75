"""The pieces of a card: bands, tables and a gauge in the subset of HTML that Qt draws."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

BANDS = {"danger": ("#fdecea", "#8c1d18"), "caution": ("#fff3cd", "#6b4e00")}
"""Background and ink; both are set, so that they read in light and dark themes."""
EMPTY, MARK = "#c9d1d9", "#1f2933"
MARK_WIDTH = 1
"""Width of the threshold's mark, in percent of the gauge."""


def band(text: str, kind: str) -> str:
    """Return a notice on a colored ground; `kind` is a key of `BANDS`."""
    ground, ink = BANDS[kind]
    cell = f'<td bgcolor="{ground}"><span style="color:{ink}"><b>{escape(text)}</b></span></td>'
    return f'<table width="100%" cellpadding="5" cellspacing="0"><tr>{cell}</tr></table>'


def heading(text: str, color: str) -> str:
    """Return the largest line."""
    style = f"color:{color}; font-size:17pt; font-weight:600"
    return f'<p style="margin:8px 0 0 0"><span style="{style}">{escape(text)}</span></p>'


def paragraph(html: str) -> str:
    """Return a paragraph of text that is HTML already."""
    return f'<p style="margin:6px 0 2px 0">{html}</p>'


def small(text: str, *, html: bool = False) -> str:
    """Return a paragraph in small letters."""
    inner = text if html else escape(text)
    return f'<p style="margin:2px 0 4px 0"><small>{inner}</small></p>'


def gauge(value: float, mark: float | None, color: str) -> str:
    """Return a bar from 0 to 1 that is filled up to a value, with a mark across it.

    Args:
        value: Where the filling ends, 0 to 1.
        mark: Where the mark stands, or None for none.
        color: Color of the filling.
    """
    cells = "".join(
        f'<td width="{width}%" bgcolor="{ground}"><small>&nbsp;</small></td>'
        for width, ground in gauge_cells(value, mark, color)
    )
    return f'<table width="100%" cellpadding="0" cellspacing="0"><tr>{cells}</tr></table>'


def gauge_cells(value: float, mark: float | None, color: str) -> list[tuple[int, str]]:
    """Return width in percent and color of a gauge's cells, from left to right."""
    filled = _percent(value)
    if mark is None:
        return _shown([(filled, color), (100 - filled, EMPTY)])
    at = min(_percent(mark), 100 - MARK_WIDTH)
    end = at + MARK_WIDTH
    return _shown(
        [
            (min(filled, at), color),
            (max(at - filled, 0), EMPTY),
            (MARK_WIDTH, MARK),
            (max(filled - end, 0), color),
            (100 - max(filled, end), EMPTY),
        ]
    )


def table(rows: Sequence[Sequence[str]], bold: str | None = None) -> str:
    """Return a table; its first row is the header, and the row that begins with `bold` stands out.

    Args:
        rows: Texts, escaped here.
        bold: First cell of the row in bold, or None.
    """
    header = "".join(f'<th align="left">{escape(cell)}</th>' for cell in rows[0])
    body = "".join(_row(row, strong=row[0] == bold) for row in rows[1:])
    return (
        '<table width="100%" cellpadding="3" cellspacing="0" style="margin-top:6px">'
        f"<tr>{header}</tr>{body}</table>"
    )


def _row(row: Sequence[str], *, strong: bool) -> str:
    texts = [f"<b>{escape(cell)}</b>" if strong else escape(cell) for cell in row]
    return "<tr>" + "".join(f"<td>{text}</td>" for text in texts) + "</tr>"


def _shown(cells: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(width, ground) for width, ground in cells if width > 0]


def _percent(value: float) -> int:
    return round(100 * min(max(value, 0.0), 1.0))
