"""Clips as files that 3D Slicer's Sequences module opens: `.seq.nrrd` with true frame times.

Source: NRRD format definition 5 (teem.sourceforge.net/nrrd) and 3D Slicer's developer guide on
Sequences: three axes of space, then a list of frames with their index values.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.atomic import whole_file
from CardioAILib.io.itk import RAS_OF_LPS
from CardioAILib.study import Image

SEQUENCE_SUFFIX = ".seq.nrrd"
TYPES = {"u1": "uint8", "i2": "int16", "u2": "uint16", "i4": "int32", "f4": "float"}
UNCALIBRATED = {"CardioAI.Uncalibrated": "1"}
"""Note of a clip whose pixel size is not known."""
MS_PER = {"s": 1000.0, "ms": 1.0}
"""Milliseconds in a unit of time."""
GZIP = 31
"""Window bits that make zlib write a gzip file."""
FAST = 1
"""Level of compression: slower ones make a heatmap hardly smaller."""


def write_sequence(image: Image, path: Path | str, notes: Mapping[str, str] | None = None) -> None:
    """Write a clip with its frame times; the file appears whole or not at all.

    Args:
        image: Array (T, S, H, W) of a type of `TYPES`; frames without times are numbered.
        path: File name ending in `.seq.nrrd`.
        notes: Keys and values for the header.

    Raises:
        InputError: The ending or the type of the pixels is another one.
    """
    path, kind = Path(path), image.array.dtype.str[1:]
    if not path.name.endswith(SEQUENCE_SUFFIX) or kind not in TYPES:
        raise InputError(
            got=f"{image.array.dtype} pixels for the file '{path.name}'",
            wanted=f"{', '.join(TYPES.values())} pixels for a name ending in {SEQUENCE_SUFFIX}",
            fix="convert the pixels, or write another format (io.write_image)",
        )
    pack = zlib.compressobj(FAST, wbits=GZIP)
    with whole_file(path, SEQUENCE_SUFFIX) as draft, draft.open("wb") as file:
        file.write(header_of(image, TYPES[kind], notes or {}).encode())
        for frame in image.array:
            file.write(pack.compress(np.ascontiguousarray(frame, f"<{kind}")))
        file.write(pack.flush())


def times_of(notes: Mapping[str, str], frames: int) -> tuple[float, ...]:
    """Return the times of frames after the first in ms; empty where none are stored.

    Args:
        notes: Keys and values of a file's header as ITK gives them; the frames are its last axis,
            or its first, as 3D Slicer writes them.
        frames: Number of frames.
    """
    factor = MS_PER.get(notes.get("NRRD_units[pixel]", "").strip('"'))
    stored = (notes.get(f"axis {axis} index values", "").split() for axis in (3, 0))
    values = next((own for own in stored if len(own) == frames), None)
    if factor is None or values is None:
        return ()
    try:
        times = [float(value) for value in values]
    except ValueError:
        return ()
    return tuple(round(factor * (time - times[0]), 6) for time in times)


def header_of(image: Image, kind: str, notes: Mapping[str, str]) -> str:
    """Return the header of a clip's file, with the empty line that ends it."""
    frames, *space = image.array.shape
    lps = RAS_OF_LPS @ image.ijk_to_ras
    steps = " ".join(_vector(lps[:3, axis]) for axis in range(3))
    timed = len(image.times_ms) == frames
    values = [time / 1000.0 for time in image.times_ms] if timed else range(frames)
    lines = [
        "NRRD0005",
        f"type: {kind}",
        "dimension: 4",
        "space: left-posterior-superior",
        f"sizes: {' '.join(map(str, space[::-1]))} {frames}",
        f"space directions: {steps} none",
        "kinds: domain domain domain list",
        f'labels: "" "" "" "{"time" if timed else "frame"}"',
        f'units: "" "" "" "{"s" if timed else ""}"',
        "endian: little",
        "encoding: gzip",
        f"space origin: {_vector(lps[:3, 3])}",
        "axis 3 index type:=numeric",
        f"axis 3 index values:={' '.join(f'{value:.6g}' for value in values)}",
        "DataNodeClassName:=vtkMRMLScalarVolumeNode",
        *(f"{key}:={value}" for key, value in notes.items()),
    ]
    return "\n".join(lines) + "\n\n"


def _vector(values: np.ndarray) -> str:
    # Adding 0 turns -0 into 0.
    return f"({','.join(f'{value + 0.0:.17g}' for value in values)})"
