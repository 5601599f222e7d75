"""Echo clips of one result, as reports show them: frames, outline and heatmap, cut and shrunk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from CardioAILib.io import read_image
from CardioAILib.quality.sector import sector_of
from CardioAILib.report.caseplots import LOWEST_SHOWN
from CardioAILib.report.style import HEAT
from CardioAILib.results import Result
from CardioAILib.study import Image, Mask, Study
from CardioAILib.system import Clips, Input, System
from CardioAILib.verbs.batch import HEATMAP
from CardioAILib.verbs.clips import with_every_clip

LARGEST = 260
"""Rows and columns of a frame in a report at the most."""

OPACITY = 0.55


@dataclass(frozen=True, eq=False)
class ShownClip:
    """The frames of one clip that the network passes over.

    Args:
        name: Name of the clip among the inputs.
        frames: Gray levels (n, h, w), uint8.
        outline: The structure on each frame (n, h, w), bool; none where it is not segmented.
        heat: Heatmap (n, h, w) as a share of the clip's largest value, or None.
        times_ms: Time of each frame, in ms; empty where it is not known.
    """

    name: str
    frames: np.ndarray
    outline: np.ndarray
    heat: np.ndarray | None = None
    times_ms: tuple[float, ...] = ()

    @property
    def strongest(self) -> int:
        """The frame with most evidence; the first one without a heatmap."""
        return 0 if self.heat is None else int(self.heat.sum(axis=(1, 2)).argmax())

    def told(self, frame: int) -> str:
        """Say which frame one is, and when it was taken."""
        when = f", {self.times_ms[frame]:.0f} ms" if self.times_ms else ""
        return f"frame {frame + 1}{when}"


def shown_clips(system: System, result: Result, study: Study, results: Path) -> list[ShownClip]:
    """Read every clip of a study that a system looks at, with its heatmap where there is one.

    Args:
        system: The declaration.
        result: The result.
        study: The study with its clips.
        results: Folder that the result's file names are relative to.
    """
    named = with_every_clip(system, study)
    mapped = any(name.startswith(HEATMAP) for name in result.files)
    shown = []
    for name, needed in named.inputs.items():
        file = result.files.get(HEATMAP + name)
        if needed.image in study.images and (file is not None or not mapped):
            heat = None if file is None else read_image(results / file)
            shown.append(_shown(system, name, needed, study, heat))
    return shown


def colored(clip: ShownClip, frame: int, *, heat: bool) -> np.ndarray:
    """Return a frame (h, w, 3), uint8, with or without its heatmap over it."""
    gray = np.repeat(clip.frames[frame][..., np.newaxis], 3, axis=2)
    if not heat or clip.heat is None:
        return gray
    from matplotlib import colormaps

    share = clip.heat[frame]
    over = 255.0 * colormaps[HEAT](share)[..., :3]
    seen = OPACITY * (share >= LOWEST_SHOWN)[..., np.newaxis]
    return np.rint(gray * (1 - seen) + over * seen).astype(np.uint8)


def _shown(system: System, name: str, needed: Input, study: Study, heat: Image | None) -> ShownClip:
    """Cut a clip to its sector and to the frames of a pass, and shrink it."""
    image = study.images[needed.image]
    count = min(len(image.array), _passed(system))
    window, rows, columns = _window(image)

    def small(array: np.ndarray) -> np.ndarray:
        return array[:count, 0][:, *window][:, rows][:, :, columns]

    frames = small(image.array)
    mask = None if needed.mask is None else study.images.get(needed.mask)
    outlined = isinstance(mask, Mask) and mask.array.shape == image.array.shape
    outline = small(mask.of(needed.structure)) if outlined else np.zeros(frames.shape, bool)
    share = None
    if heat is not None:
        own = small(heat.array).astype(np.float32)
        share = own / max(float(own.max()), float(np.finfo(np.float32).tiny))
    return ShownClip(name, frames, outline, share, image.times_ms[:count])


def _passed(system: System) -> int:
    """Return how many first frames of a clip a network passes over."""
    declared = system.examples
    if isinstance(declared, Clips):
        return (declared.frames - 1) * declared.stride + 1
    return int(declared.kept)


def _window(image: Image) -> tuple[tuple[slice, slice], np.ndarray, np.ndarray]:
    """Return the box of a clip's sector, and which of its rows and columns are shown.

    Pixels that are shown are square, as the tissue is.
    """
    sector = sector_of(image.array[:, 0])
    shown = sector if sector.any() else np.ones(sector.shape, bool)
    along = [np.flatnonzero(shown.any(axis=axis)) for axis in (1, 0)]
    window = tuple(slice(own[0], own[-1] + 1) for own in along)
    sizes = [len(range(own.start, own.stop)) for own in window]
    lengths = [size * step for size, step in zip(sizes, image.spacing[1:], strict=True)]
    pixel = max(max(lengths) / LARGEST, min(image.spacing[1:]))
    rows, columns = (
        np.linspace(0, size - 1, max(1, math.floor(length / pixel))).round().astype(int)
        for size, length in zip(sizes, lengths, strict=True)
    )
    return window, rows, columns
