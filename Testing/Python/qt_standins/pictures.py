"""Pictures of panels and slice views as files of modest size: 256 colors."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture

from qt_standins import process_events

COLORS = 256


def draw_panel(panel: Any, path: Path, width: int) -> None:
    """Draw a panel as high as it wants to be."""
    for _ in range(2):
        process_events(0.05)
        panel.parent.resize(width, panel.parent.layout().heightForWidth(width))
    process_events(0.05)
    panel.parent.grab().save(str(path))
    fewer_colors(path)


def save(pixels: np.ndarray, path: Path) -> None:
    """Write pixels (H, W, 3), uint8, as a PNG."""
    Picture.fromarray(np.ascontiguousarray(pixels)).save(path)
    fewer_colors(path)


def fewer_colors(path: Path, width: int | None = None) -> None:
    """Write a PNG anew with a palette, and smaller where it is wider than wanted."""
    with Picture.open(path) as found:
        small = found.convert("RGB")
    if width is not None and width < small.width:
        small = small.resize((width, round(small.height * width / small.width)))
    small = small.quantize(COLORS)
    small.save(path, optimize=True)
