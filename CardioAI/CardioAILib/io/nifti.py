"""Guards around ITK's NIfTI reader, which takes three kinds of wrong file without a word.

It fills what a truncated file lacks, with `scan.nii` beside `scan.nii.gz` it reads the pixels of
the former under the header of the latter, and it takes a voxel size of 0 for 1 mm.
"""

from __future__ import annotations

import gzip
import math
import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

import numpy as np

GZIP_MAGIC = b"\x1f\x8b"
CHUNK = 1 << 20

MAGIC = (slice(344, 347), b"n+1"), (slice(4, 7), b"n+2")
"""Mark of one file for header and pixels, in NIfTI-1 and NIfTI-2."""

FIELDS = {348: ("40x 8h 16x h 34x f", 112), 540: ("14x h 8q 88x q", 176)}
"""By header size (NIfTI-1, NIfTI-2): where sizes, bits a pixel and data offset stand."""

FLOAT_FIELDS = {348: "70x h 36x f", 540: "12x h 154x q"}
"""By header size: where the code of the pixel type and the data offset stand."""

SPACING_FIELDS = {348: ("8h", 40, "8f", 76), 540: ("8q", 16, "8d", 104)}
"""By header size: layout and place of the sizes, and of the voxel sizes."""

FLOATS = {16: "f4", 64: "f8"}
"""Codes of pixel types that can hold NaN."""


@contextmanager
def alone(path: Path) -> Iterator[Path]:
    """Yield a path to the same bytes that has no unpacked namesake beside it."""
    twin = path.with_suffix("")
    if path.suffix != ".gz" or not twin.exists():
        yield path
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        yield copy


def is_whole(path: Path) -> bool:
    """Say whether a file holds all the bytes that its NIfTI header promises.

    True for files of other formats, whose readers notice by themselves.
    """
    packed = _is_packed(path)
    try:
        with opened(path) as file:
            promised = _promised_bytes(file.read(max(FIELDS)))
        return promised <= (_unpacked_bytes(path, promised) if packed else path.stat().st_size)
    except (EOFError, OSError, zlib.error):
        return False


def has_bad_floats(path: Path) -> bool:
    """Say whether the pixels of a NIfTI file hold NaN or infinity, which ITK turns into 0."""
    with opened(path) as file:
        header = file.read(max(FIELDS))
        found = _float_pixels(header)
        if found is None:
            return False
        offset, kind = found
        file.seek(offset)
        content = file.read()
    size = np.dtype(kind).itemsize
    return not np.isfinite(np.frombuffer(content[: len(content) // size * size], kind)).all()


def stated_spacing(path: Path) -> tuple[float, ...]:
    """Return the voxel size that a NIfTI header states for each axis of space with several voxels.

    Nothing for files of other formats, whose readers refuse wrong sizes by themselves.
    """
    with opened(path) as file:
        header = file.read(max(FIELDS))
    if all(header[place] != mark for place, mark in MAGIC):
        return ()
    for order in "<>":
        size = struct.unpack_from(f"{order}i", header)[0]
        if size in SPACING_FIELDS:
            shape, at, mm, beside = SPACING_FIELDS[size]
            sizes = struct.unpack_from(order + shape, header, at)
            steps = struct.unpack_from(order + mm, header, beside)
            axes = range(1, min(sizes[0], 3) + 1)
            return tuple(steps[axis] for axis in axes if sizes[axis] > 1)
    return ()


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC


def opened(path: Path) -> IO[bytes]:
    """Open a file to read what it holds unpacked."""
    return cast(IO[bytes], gzip.open(path)) if _is_packed(path) else path.open("rb")


def _float_pixels(header: bytes) -> tuple[int, str] | None:
    """Return data offset and NumPy type of a whole NIfTI file of floats, else None."""
    if all(header[place] != mark for place, mark in MAGIC):
        return None
    for order in "<>":
        size = struct.unpack_from(f"{order}i", header)[0]
        if size in FLOAT_FIELDS:
            kind, offset = struct.unpack_from(order + FLOAT_FIELDS[size], header)
            return (int(offset), order + FLOATS[kind]) if kind in FLOATS else None
    return None


def _promised_bytes(header: bytes) -> int:
    """Return the length of the file by its header, 0 if that is none of a whole NIfTI file."""
    if all(header[place] != mark for place, mark in MAGIC):
        return 0
    for order in "<>":
        size = struct.unpack_from(f"{order}i", header)[0]
        if size in FIELDS and len(header) >= FIELDS[size][1]:
            layout, _ = FIELDS[size]
            values = struct.unpack_from(order + layout, header)
            dims, bits = (values[:8], values[8]) if size == 348 else (values[1:9], values[0])
            return int(values[9]) + math.prod(dims[1 : dims[0] + 1]) * bits // 8
    return 0


def _unpacked_bytes(path: Path, expected: int) -> int:
    """Return the length of a gzip file's content, by its trailer where that is as expected."""
    with path.open("rb") as file:
        file.seek(-4, 2)
        if struct.unpack("<I", file.read(4))[0] == expected % (1 << 32):
            return expected
    with gzip.open(path) as file:
        return sum(len(chunk) for chunk in iter(lambda: file.read(CHUNK), b""))
