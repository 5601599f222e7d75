"""A picture with what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from CardioAILib.report.style import address


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture for a page.

    Args:
        caption: What it shows.
        content: A PNG file, the bytes of one, or pixels (H, W, 3) or (H, W, 4) as uint8.
        kind: What the bytes are, as in a MIME type, where they are no PNG.
    """

    caption: str
    content: Path | bytes | np.ndarray
    kind: str = "png"

    @property
    def address(self) -> str:
        """The picture as a data address."""
        return address(self.png, self.kind)

    @property
    def png(self) -> bytes:
        """The bytes of the PNG, or of what it is else."""
        if isinstance(self.content, bytes):
            return self.content
        if isinstance(self.content, Path):
            return self.content.read_bytes()
        from matplotlib.image import imsave

        buffer = BytesIO()
        imsave(buffer, np.ascontiguousarray(self.content), format="png")
        return buffer.getvalue()
