"""Color tables that the Slicer application ships and slicer-core lacks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

TABLES = {
    "Inferno": "inferno",
    "Viridis": "viridis",
    "ColdToHotRainbow": "jet",
    "GenericColors": "tab20",
}
"""Name in Slicer and the matplotlib map that has the values, or stands near to them."""
FOLDER = Path("share") / "ColorFiles"
"""Where Slicer's color logic looks below its home folder."""


def write_color_tables(home: Path) -> None:
    """Write the missing tables where Slicer's color logic finds them.

    Args:
        home: Slicer's home folder; made where it is missing.
    """
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, map_name in TABLES.items():
        text = table_text(name, colors(map_name))
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def colors(map_name: str) -> np.ndarray:
    """Return the colors of a matplotlib map as bytes (N, 4), RGBA."""
    from matplotlib import colormaps

    found = colormaps[map_name]
    return found(np.arange(found.N), bytes=True)


def table_text(name: str, rgba: np.ndarray) -> str:
    """Return a table in Slicer's text format: index, name, red, green, blue, opacity.

    Args:
        name: Name of the table.
        rgba: Colors (N, 4), 0 to 255.
    """
    head = [f"# Color table file {name}.txt", f"# {len(rgba)} values"]
    rows = [f"{i} {name}_{i} {r} {g} {b} {a}" for i, (r, g, b, a) in enumerate(rgba.tolist())]
    return "\n".join([*head, *rows]) + "\n"
