"""Single slices, one a file, put together as one stack."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.study import Image, Mask

POSITION_TOLERANCE_MM = 0.1
"""Largest deviation of a slice from its even position."""

AXIS_TOLERANCE_MM = 0.001
"""Largest deviation of the step from pixel to pixel."""


def stack_slices(slices: Sequence[Image]) -> Image:
    """Join images of one slice each into one image, in the order given.

    Args:
        slices: Images (T, 1, H, W) that share T, H, W and their in-plane axes. Slices
            without a position (2-D files) keep the slice axis of the first.

    Returns:
        Image (T, S, H, W), a mask where the slices are masks.

    Raises:
        InputError: One of them has several slices, or they do not form one stack.
    """
    first = slices[0]
    if len(slices) == 1:
        return first
    _require_alike(slices)
    return replace(
        first,
        array=np.concatenate([one.array for one in slices], axis=1),
        ijk_to_ras=_stack_matrix([one.ijk_to_ras for one in slices]),
        source=tuple(name for one in slices for name in one.source),
        digest=hashlib.sha256("".join(one.digest for one in slices).encode()).hexdigest(),
    )


def _require_alike(slices: Sequence[Image]) -> None:
    first = slices[0]
    for one in slices:
        if one.array.shape[1] != 1 or one.array.shape != first.array.shape:
            raise _no_stack(f"'{one.source[0]}' with (time, slice, row, column) {one.array.shape}")
        if _labels(one) != _labels(first):
            raise _no_stack(f"'{one.source[0]}' with other labels than the first")


def _labels(image: Image) -> dict[str, int]:
    return dict(image.labels) if isinstance(image, Mask) else {}


def _stack_matrix(matrices: Sequence[np.ndarray]) -> np.ndarray:
    """Return the matrix of the first slice with the step to the next as its slice axis."""
    origins = np.array([matrix[:3, 3] for matrix in matrices])
    in_plane = np.array([matrix[:3, :2] for matrix in matrices])
    steps = np.diff(origins, axis=0)
    if np.abs(in_plane - in_plane[0]).max() > AXIS_TOLERANCE_MM:
        raise _no_stack("slices of different orientation or pixel size")
    if np.abs(steps - steps.mean(axis=0)).max() > POSITION_TOLERANCE_MM:
        raise _no_stack("slices that are not evenly spaced in this order")
    stack = matrices[0].copy()
    if np.linalg.norm(steps[0]) > POSITION_TOLERANCE_MM:
        stack[:3, 2] = steps.mean(axis=0)
    return stack


def _no_stack(got: str) -> InputError:
    return InputError(
        got=f"several files in one cell, among them {got}",
        wanted="files of one slice each, alike in size, orientation and labels, in the order "
        "of their even positions",
        fix="list the slices from one end of the heart to the other, or give one file that "
        "holds the whole stack",
    )
