"""Voxel sizes that a NIfTI header states twice, and that contradict each other.

ITK takes the field `pixdim`. Other software takes the matrix `sform`, whose columns have a length
too: a tool that changes one of them alone leaves a file whose volumes differ from reader to reader.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np

from CardioAILib.io.nifti import opened, stated_spacing

SFORM = {348: ("h", 254, "12f", 280), 540: ("i", 348, "12d", 400)}
"""By header size (NIfTI-1, NIfTI-2): layout and place of the matrix's code, and of the matrix."""
CONFLICT = 0.01
"""Sizes that differ by more than this share contradict each other."""


def spacing_conflict(path: Path) -> str:
    """Say in words how a file's two statements of its voxel size differ; empty if they agree.

    A matrix whose columns all have length 1 states no size: many tools write it so. Files of
    other formats state their size once.
    """
    try:
        stated, matrix = np.array(stated_spacing(path)), _sform(path)
    except (EOFError, OSError, zlib.error, struct.error):
        # A damaged file is told by who reads its pixels.
        return ""
    if matrix is None or not len(stated):
        return ""
    lengths = np.linalg.norm(matrix[:, :3], axis=0)[: len(stated)]
    if np.allclose(lengths, 1, atol=CONFLICT) or (lengths == 0).any():
        return ""
    if (np.abs(lengths / stated - 1) <= CONFLICT).all():
        return ""
    sizes = (" x ".join(f"{size:.2f}" for size in both) for both in (stated, lengths))
    return "the header states voxels of {} mm, and its matrix of {} mm".format(*sizes)


def _sform(path: Path) -> np.ndarray | None:
    """Return the matrix (3, 4) that a NIfTI header holds, None where it holds none."""
    with opened(path) as file:
        header = file.read(max(SFORM))
    for order in "<>":
        size = struct.unpack_from(f"{order}i", header)[0] if len(header) >= min(SFORM) else 0
        if size in SFORM:
            code, place, layout, start = SFORM[size]
            if not struct.unpack_from(order + code, header, place)[0]:
                return None
            return np.array(struct.unpack_from(order + layout, header, start)).reshape(3, 4)
    return None
