"""Slices stored as pictures, which know gray values but not the size of a pixel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.study import Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp")

SPACING_COLUMN = "assumed_spacing_mm"
"""Column of a cohort table: the pixel size to assume of pictures, as in `1.4x1.4x10`."""

NUMBER = r"(\d+(?:\.\d+)?)"

LAST_BYTES = {".png": b"IEND", ".jpg": b"\xff\xd9", ".jpeg": b"\xff\xd9"}
"""What the end of a whole file holds: the last chunk of PNG, the end of image of JPEG."""
TAIL = 1024
"""Bytes at the end in which it stands, as some programs write more behind it."""

AnImage = TypeVar("AnImage", bound=Image)


def parse_spacing(text: str) -> tuple[float, float, float]:
    """Read `1.4x1.4x10`: distance between columns, rows and slices, in mm.

    Raises:
        InputError: The text is not of that form, or a distance is 0.
    """
    match = re.fullmatch(rf"{NUMBER}\s*x\s*{NUMBER}\s*x\s*{NUMBER}", text.strip())
    column, row, layer = map(float, match.groups()) if match else (0.0, 0.0, 0.0)
    if min(column, row, layer) <= 0:
        raise InputError(
            got=f"the pixel size '{text}'",
            wanted="three distances above 0 in mm: between columns, rows and slices",
            fix=f"write the cell of '{SPACING_COLUMN}' as 1.4x1.4x10, or leave it empty",
        )
    return column, row, layer


def format_spacing(spacing: Sequence[float]) -> str:
    """Write distances between columns, rows and slices as `parse_spacing` reads them."""
    return "x".join(f"{round(step, 3):g}" for step in spacing)


def are_pictures(paths: Sequence[Path]) -> bool:
    """Say whether files are pictures, by their endings."""
    return all(path.suffix.lower() in SUFFIXES for path in paths)


def breaks_off(path: Path) -> bool:
    """Say whether a picture lacks its end, which ITK would fill with gray; False of other files."""
    last = LAST_BYTES.get(path.suffix.lower())
    if last is None:
        return False
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return last not in file.read()


def with_spacing(image: AnImage, spacing: Sequence[float]) -> AnImage:
    """Return the image with other distances between columns, rows and slices, in mm."""
    matrix = image.ijk_to_ras.copy()
    matrix[:3, :3] *= np.asarray(spacing) / np.linalg.norm(matrix[:3, :3], axis=0)
    return replace(image, ijk_to_ras=matrix)
