"""Maps of echo clips: from the few cells of a pass to every frame, and back on the whole clip."""

from __future__ import annotations

import numpy as np

from CardioAILib.examples import CLIP_FRAMES
from CardioAILib.learning import Clip
from CardioAILib.learning.ensemble import networks_of
from CardioAILib.prepare import replay
from CardioAILib.study import HEART, Image, Mask
from CardioAILib.system import System
from CardioAILib.verbs.clips import view_name, with_every_clip
from CardioAILib.verbs.prepared import Prepared


def has_clips(prepared: Prepared) -> bool:
    """Say whether each example of a study is a clip."""
    return CLIP_FRAMES in prepared.examples.tables


def of_clip(prepared: Prepared, name: str) -> np.ndarray:
    """Say which example (N,) is the clip of an input: that of its view, by its number there."""
    alike = [other for other in prepared.inputs if view_name(other) == view_name(name)]
    examples = prepared.examples
    return (examples.inputs == view_name(name)) & (examples.slices == alike.index(name))


def seen_times(channels: Clip, count: int) -> list[np.ndarray]:
    """Return when a pass shows each frame of a clip, which it plays in a loop where it is short.

    Args:
        channels: Which frames the network sees.
        count: Frames that the clip has.

    Returns:
        Times (n,) of each frame, in steps between seen frames from the pass' first; none for
        frames after the last that is seen.
    """
    last = (channels.frames - 1) * channels.stride
    return [np.arange(frame, last + 1, count) / channels.stride for frame in range(count)]


def over_frames(maps: np.ndarray, channels: Clip, count: int) -> np.ndarray:
    """Interpolate a clip's map in time, from the stage's cells to the clip's own frames.

    The cells cover the pass evenly, as the pixels of a map cover an image. A frame that a pass
    shows more than once has the mean of what was seen there.

    Args:
        maps: Map (t, h, w).
        channels: Which frames the network sees.
        count: Frames of the clip that were prepared.

    Returns:
        Map (count, h, w); zero after the last frame that is seen.
    """
    cells = len(maps)
    found = np.zeros((count, *maps.shape[1:]), np.float32)
    for frame, times in enumerate(seen_times(channels, count)):
        if len(times):
            places = np.clip((times + 0.5) * cells / channels.frames - 0.5, 0, cells - 1)
            found[frame] = np.mean([_between(maps, place) for place in places], axis=0)
    return found


def on_own_frames(maps: np.ndarray, image: Image) -> Image:
    """Return maps of a clip's first frames (n, H, W) as a map of all of them, zero after those.

    Returns:
        Map (T, 1, H, W) at the clip's own frame times.
    """
    # Memory of frames without a map is never touched: of a long clip it takes none.
    whole = np.zeros(image.array.shape, np.float32)
    whole[: len(maps), 0] = maps
    return Image(whole, image.ijk_to_ras, times_ms=image.times_ms, calibrated=image.calibrated)


def frames_audited(system: System, prepared: Prepared, name: str) -> np.ndarray:
    """Return the frames of a clip that the explained network passes over and a mask shows."""
    part = networks_of(system.arms[system.explain.arm])[view_name(name)]
    mask = prepared.inputs[name].stack.mask
    passed = [len(times) > 0 for times in seen_times(part.channels, len(mask))]
    return np.flatnonzero(mask.any(axis=(1, 2)) & passed)


def heart_in_clip(system: System, prepared: Prepared, name: str) -> np.ndarray:
    """Return myocardium and cavities of a clip's prepared frames (n, H, W), bool.

    The walls alone are open toward the atrium, so that nothing would fill them.
    """
    own, study = prepared.inputs[name], prepared.study
    mask = study.images[with_every_clip(system, study).inputs[name].mask]
    assert isinstance(mask, Mask)
    count = len(own.stack.image)
    return replay(mask.of(HEART)[:count, 0], own.steps, "nearest") | own.stack.mask


def _between(maps: np.ndarray, place: float) -> np.ndarray:
    """Return the map (h, w) at a place between cells, of maps (t, h, w)."""
    before = int(place)
    after = min(before + 1, len(maps) - 1)
    return maps[before] + (place - before) * (maps[after] - maps[before])
