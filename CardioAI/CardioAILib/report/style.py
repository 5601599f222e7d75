"""One look for all pictures."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from CardioAILib.io.atomic import whole_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLORS = ("#1b6ca8", "#c1443c", "#3f8f5f", "#7a5aa6", "#b8860b", "#4a4a4a")
HEAT = "inferno"
OUTLINE = "#2fe0c8"
DOTS_PER_INCH = 130


def figure(columns: int, rows: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    """Return a figure of `columns` x `rows` axes, each `width` x `height` inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(columns * width, rows * height), layout="constrained")
    FigureCanvasAgg(drawn)
    axes = drawn.subplots(rows, columns, squeeze=False)
    return drawn, list(axes.ravel())


def plain(axes: Axes, title: str, across: str, down: str) -> None:
    """Give axes a title and labels, and take away the box."""
    axes.set_title(title, loc="left", fontsize=10)
    axes.set_xlabel(across)
    axes.set_ylabel(down)
    axes.spines[["top", "right"]].set_visible(False)


def wrapped(text: str, characters: int) -> str:
    """Break lines that are longer than so many letters."""
    return "\n".join(fill(line, characters) for line in text.splitlines())


def save(drawn: Figure, path: Path) -> Path:
    """Write a figure as PNG, whole or not at all."""
    with whole_file(path, ".png") as draft:
        drawn.savefig(draft, dpi=DOTS_PER_INCH)
    return path


def png_of(drawn: Figure) -> bytes:
    """Return a figure as the bytes of a PNG."""
    buffer = BytesIO()
    drawn.savefig(buffer, format="png", dpi=DOTS_PER_INCH)
    return buffer.getvalue()


def webp_of(drawn: Figure) -> bytes:
    """Return a figure full of images as the bytes of a WebP, far smaller than a PNG of speckle."""
    buffer = BytesIO()
    drawn.savefig(buffer, format="webp", dpi=DOTS_PER_INCH, pil_kwargs={"quality": 80, "method": 4})
    return buffer.getvalue()


def embedded(path: Path) -> str:
    """Return a PNG as a data address, so that a page is one file."""
    return address(path.read_bytes())


def address(content: bytes, kind: str = "png") -> str:
    """Return a picture's bytes as a data address; `kind` as in its MIME type."""
    return f"data:image/{kind};base64," + base64.b64encode(content).decode()
