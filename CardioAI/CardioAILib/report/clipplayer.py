"""A clip that plays by itself on a page: one animated picture, at the clip's own pace."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.report.shownclips import ShownClip, colored

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

MOST_BYTES = 300_000
"""A page with three views stays below a megabyte."""
TRIES = ((70, 1), (45, 1), (25, 1), (45, 2), (20, 2), (20, 4))
"""Qualities, and by how much the picture is made smaller, until it is small enough."""
UNKNOWN_PACE_MS = 33.0
"""Time of a frame where the clip does not tell."""
SHORTEST_MS = 20
"""Browsers slow down pictures that change faster."""
LINE = 3
"""Rows of the line that says how far the pass has come."""
WHITE, DARK = 235, 60


def moving_picture(clip: ShownClip) -> bytes:
    """Return a clip as an animated WebP: plain, and beside it with the heatmap where there is one.

    Where frames follow each other faster than browsers show, some are left out, so that the pace
    stays that of the heart.
    """
    chosen, lasting = paced(clip.times_ms, len(clip.frames))
    pictures = [_pixels(clip, frame) for frame in chosen]
    for quality, smaller in TRIES:
        content = _webp([own.reduce(smaller) for own in pictures], lasting, quality)
        if len(content) <= MOST_BYTES:
            break
    return content


def paced(times_ms: Sequence[float], count: int) -> tuple[list[int], list[int]]:
    """Return which frames are shown, and for how long each, in whole ms.

    Args:
        times_ms: Time of each frame; empty where it is not known.
        count: Number of frames.
    """
    times = np.asarray(times_ms, float) if len(times_ms) else UNKNOWN_PACE_MS * np.arange(count)
    last = float(np.median(np.diff(times))) if count > 1 else UNKNOWN_PACE_MS
    ends = np.append(times[1:], times[-1] + last)
    chosen = [0]
    for frame in range(1, count):
        if times[frame] - times[chosen[-1]] >= SHORTEST_MS - 0.5:
            chosen.append(frame)
    until = [*times[chosen[1:]], ends[-1]]
    return chosen, [
        max(SHORTEST_MS, round(end - times[own])) for own, end in zip(chosen, until, strict=True)
    ]


def _pixels(clip: ShownClip, frame: int) -> Pixels:
    from PIL import Image

    layers = [colored(clip, frame, heat=False)]
    if clip.heat is not None:
        layers.append(colored(clip, frame, heat=True))
    picture = np.concatenate(layers, axis=1)
    line = np.full((LINE, *picture.shape[1:]), DARK, np.uint8)
    line[:, : max(1, round(picture.shape[1] * (frame + 1) / len(clip.frames)))] = WHITE
    return Image.fromarray(np.concatenate([picture, line]))


def _webp(pictures: Sequence[Pixels], lasting: Sequence[int], quality: int) -> bytes:
    buffer = BytesIO()
    pictures[0].save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=pictures[1:],
        duration=list(lasting),
        loop=0,
        quality=quality,
        method=2,
    )
    return buffer.getvalue()
