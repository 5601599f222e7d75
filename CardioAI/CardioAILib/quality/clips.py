"""The checks of an echo clip: enough frames, that move, at times that are known."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.results import Finding
from CardioAILib.study import Image, Mask, same_grid
from CardioAILib.system import Clips, Input, Stills

UNEVEN = 1.5
"""Ratio of the longest to the shortest time between frames from which on they are uneven."""

SLOW_PER_S, FAST_PER_S = 20.0, 120.0
"""Frame rates between which echo is commonly recorded; at every second frame of a slower clip a
heartbeat is hardly followed, and a pass of a faster one is over before it ends."""


def is_clip(needed: Input) -> bool:
    """Say whether an input is an echo clip."""
    return needed.image.kind == "echo"


def check_clip(image: Image, needed: Input, examples: Clips | Stills) -> list[Finding]:
    """Check one clip.

    Args:
        image: The clip, (T, 1, H, W).
        needed: The input.
        examples: How clips become examples.

    Returns:
        Warnings.

    Raises:
        InputError: It is a volume, a still, too short, blank, or frozen.
    """
    where = needed.image.column
    require_frames(image, where, examples.fewest if isinstance(examples, Clips) else 1)
    kept = image.array[: examples.kept]
    require_motion(kept, where, still_allowed=isinstance(examples, Stills))
    findings = [Finding("reading", f"{where}: {doubt}") for doubt in image.doubts]
    findings += warn_of_times(image, where)
    if isinstance(examples, Clips) and len(image.array) < examples.span:
        message = (
            f"{where} has {len(image.array)} frames, fewer than the {examples.span} that the "
            "network plays through: it was played in a loop"
        )
        findings.append(Finding("frames", message))
    if not image.calibrated:
        message = f"the pixel size of {where} is not stored: nothing is measured in mm"
        findings.append(Finding("spacing unknown", message))
    return findings


def require_frames(image: Image, where: str, fewest: int) -> None:
    """Refuse a volume, and a clip of too few frames.

    Raises:
        InputError: See above.
    """
    frames, slices, *_ = image.array.shape
    if slices != 1:
        raise InputError(
            got=f"{slices} slices in {where}",
            wanted="a clip: one plane, frame after frame",
            fix="export the 2-D clip, not the volume of a 3-D probe; if the frames were read as "
            "slices, load the file again as an echo clip",
        )
    if frames < fewest:
        what = "a still frame" if frames == 1 else f"{frames} frames"
        raise InputError(
            got=f"{what} in {where}",
            wanted=f"a clip of {fewest} frames or more",
            fix="export the whole loop, of one heartbeat at least; a still tells nothing of motion",
        )


def require_motion(frames: np.ndarray, where: str, *, still_allowed: bool) -> None:
    """Refuse frames (T, 1, H, W) that show nothing, or nothing that moves.

    Raises:
        InputError: See above.
    """
    if not np.isfinite(frames).all() or frames.min() == frames.max():
        raise InputError(
            got=f"{where} without anything to see",
            wanted="a clip with contrast",
            fix="export the clip again; this one is blank or broken",
        )
    if not still_allowed and (frames == frames[:1]).all():
        raise InputError(
            got=f"{len(frames)} equal frames in {where}",
            wanted="a clip of a beating heart",
            fix="export the loop again; this one is frozen",
        )


def warn_of_times(image: Image, where: str) -> list[Finding]:
    """Warn of frame times that are unknown, uneven, or far from what echo is recorded at."""
    if len(image.array) < 2:
        return []
    if len(image.times_ms) < 2:
        return [Finding("frame times", f"the frame times of {where} are not known")]
    steps = np.diff(image.times_ms)
    found = []
    if steps.max() > UNEVEN * max(float(steps.min()), 1e-6):
        message = f"the frames of {where} are {steps.min():.0f} to {steps.max():.0f} ms apart"
        found.append(Finding("frame times", f"{message}: they were taken as they come"))
    rate = 1000.0 / max(float(np.median(steps)), 1e-6)
    if not SLOW_PER_S <= rate <= FAST_PER_S:
        message = f"{where} has {rate:.0f} frames a second; {SLOW_PER_S:.0f} to {FAST_PER_S:.0f}"
        found.append(Finding("frame rate", f"{message} are common"))
    return found


def check_clip_mask(image: Image, mask: Image, needed: Input) -> list[Finding]:
    """Check the segmentation of a clip.

    Raises:
        InputError: It is no segmentation.
        GridMismatchError: It has another grid, or another number of frames.
        EmptyMaskError: It shows nothing of the structure.
    """
    where = "the mask" if needed.mask is None else needed.mask.column
    if not isinstance(mask, Mask):
        raise InputError(
            got=f"{where}, an image",
            wanted="a segmentation with labels",
            fix="give a Mask for that role",
        )
    if not same_grid(image, mask) or len(image.array) != len(mask.array):
        raise GridMismatchError(
            got=f"{where} of {len(mask.array)} frames, {mask.array.shape[2:]} pixels",
            wanted=f"a frame for each of the {len(image.array)} of its clip, "
            f"{image.array.shape[2:]} pixels, at the same place",
            fix="segment the clip itself, frame by frame; leave frames without contour empty",
        )
    shown = mask.of(needed.structure).any(axis=(1, 2, 3))
    if not shown.any():
        raise EmptyMaskError(
            got=f"no pixel of {needed.structure} in {where}",
            wanted=f"a segmentation of {needed.structure}",
            fix="segment it, or leave the cell empty",
        )
    if shown.all():
        return []
    message = f"{where} shows {needed.structure} on {int(shown.sum())} of {len(shown)} frames"
    return [Finding("mask gap", message)]
