"""An echo clip of the scene becomes an image: all frames, their times, nothing but the sector."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io.us import color_doppler
from CardioAILib.io.uscolor import coloring_of, gray_of
from CardioAILib.mrml.clips import BLANKED, UNCALIBRATED
from CardioAILib.mrml.frames import Frame
from CardioAILib.mrml.geometry import pixels, require_right_angles, to_world, volume_to_local
from CardioAILib.mrml.images import digest_of, require_pixels
from CardioAILib.mrml.inputs import Node, is_labelmap, require_node
from CardioAILib.mrml.making import PREFIX
from CardioAILib.mrml.phases import frames_of
from CardioAILib.quality.sector import sector_of
from CardioAILib.results import Finding
from CardioAILib.study import Image

MS_PER = {"s": 1000.0, "sec": 1000.0, "seconds": 1000.0, "ms": 1.0, "msec": 1.0}
"""Milliseconds in a unit of a sequence's index."""
BRIGHTEST = 255
SLICES_FOR_FRAMES = (
    "the frames of this clip were loaded as the slices of a volume: their times are lost; load the "
    "file with CardioAI Echo or from the DICOM browser to keep them"
)


def clip_from_node(
    node: Node | None, what: str = "the clip"
) -> tuple[Image, tuple[Frame, ...], tuple[Finding, ...]]:
    """Read all frames of a clip.

    A clip that was not loaded by this extension may show names and an ECG beside the sector; they
    are blanked here, before anything is stored.

    Args:
        node: Volume that shows a sequence, the sequence, its browser; or a volume whose slices
            are the frames.
        what: What the clip is, for messages.

    Returns:
        The clip (T, 1, H, W), gray levels 0 to 255 (uint8), matrix in world RAS; its frames in
        the scene; and what a reader should know.

    Raises:
        MissingInputError: There is no node, or it is gone.
        InputError: It is no clip of gray levels or colors, it shows color Doppler, or its frames
            differ in size.
    """
    frames = frames_of(require_node(node, what), what)
    read = [planes_of(frame, what) for frame in frames]
    if len({array.shape for array in read}) > 1:
        raise InputError(
            got=f"{what} with frames of different sizes",
            wanted="one clip, recorded without a change of the image's size",
            fix="load one clip; two that were joined are to be taken apart",
        )
    array, told = all_gray(read), []
    if len(frames) == 1 and array.shape[1] > 1:
        array = np.swapaxes(array, 0, 1)
        told.append(Finding("frame times", f"{what}: {SLICES_FOR_FRAMES}"))
    levels = eight_bits(array)
    if array.dtype != np.uint8:
        told.append(Finding("gray levels", f"{what}: values were brought to 0 to {BRIGHTEST}"))
    matrix = _matrix(frames[0], what)
    kept = frames[0].sequence or frames[0].node
    if kept.GetAttribute(PREFIX + BLANKED) is None and levels.shape[1] == 1 and len(levels) > 1:
        levels = np.where(sector_of(levels[:, 0]), levels, 0).astype(np.uint8)
    known = kept.GetAttribute(PREFIX + UNCALIBRATED) is None and not _is_unit(matrix)
    image = Image(
        levels,
        matrix,
        digest=digest_of(levels, matrix),
        times_ms=times_of(frames),
        calibrated=known,
    )
    return image, tuple(frames), tuple(told)


def times_of(frames: Sequence[Frame]) -> tuple[float, ...]:
    """Return the time of each frame after the first in ms; empty where it is not known.

    That is where the index has no unit of time, or counts 0, 1, 2, ...: a new sequence says
    seconds whatever it is given.
    """
    sequence = frames[0].sequence
    if sequence is None or len(frames) < 2:
        return ()
    factor = MS_PER.get((sequence.GetIndexUnit() or "").strip().lower())
    try:
        values = [float(frame.value or "") for frame in frames]
    except ValueError:
        return ()
    if factor is None or np.any(np.diff(values) <= 0) or values == list(range(len(values))):
        return ()
    return tuple(round(factor * (value - values[0]), 6) for value in values)


def all_gray(read: Sequence[np.ndarray]) -> np.ndarray:
    """Return the gray levels (T, S, H, W) of frames (S, H, W), or (S, H, W, 3) in color.

    Marks in color over gray tissue become black.

    Raises:
        InputError: The colors are those of Doppler.
    """
    array = np.stack(read)
    if array.ndim == 4:
        return array
    planes = array.reshape(-1, *array.shape[2:])
    coloring = coloring_of(planes)
    if coloring == "color Doppler":
        raise color_doppler()
    return np.stack([gray_of(plane, coloring) for plane in planes]).reshape(array.shape[:4])


def planes_of(frame: Frame, what: str) -> np.ndarray:
    """Return the gray levels (S, H, W) of a frame, or its colors (S, H, W, 3).

    Raises:
        InputError: It is no image of gray levels or colors.
    """
    volume = frame.node
    if not volume.IsA("vtkMRMLScalarVolumeNode") or is_labelmap(volume):
        raise InputError(
            got=f"a node of class {volume.GetClassName()} for {what}",
            wanted="an echo clip: a sequence of gray or color images",
            fix="choose the clip itself, not its segmentation or a model",
        )
    image = require_pixels(volume, what)
    parts = image.GetNumberOfScalarComponents()
    if parts == 1:
        return pixels(image)
    if parts not in (3, 4):
        raise InputError(
            got=f"{parts} numbers a pixel in {what}",
            wanted="gray levels, or red, green and blue",
            fix="load the clip from its DICOM file",
        )
    return _colors(image, parts)[..., :3]


def eight_bits(array: np.ndarray) -> np.ndarray:
    """Return values as gray levels 0 to 255; those that are so already are kept as they are."""
    if array.dtype == np.uint8:
        return array
    values = array.astype(np.float32)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if low < 0 or high > BRIGHTEST:
        values = (values - low) * (BRIGHTEST / max(high - low, 1e-6))
    return np.nan_to_num(values).round().astype(np.uint8)


def _colors(image: Node, parts: int) -> np.ndarray:
    from vtkmodules.util.numpy_support import vtk_to_numpy

    columns, rows, slices = image.GetDimensions()
    stored = vtk_to_numpy(image.GetPointData().GetScalars())
    return stored.reshape(slices, rows, columns, parts)


def _matrix(frame: Frame, what: str) -> np.ndarray:
    matrix = to_world(frame.placed, what) @ volume_to_local(frame.node)
    require_right_angles(matrix, what)
    return matrix


def _is_unit(matrix: np.ndarray) -> bool:
    """Say whether pixels are 1 mm wide and high, as they come where nobody knows their size."""
    return bool(np.allclose(np.linalg.norm(matrix[:3, :2], axis=0), 1.0))
