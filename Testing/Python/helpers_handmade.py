"""Clips made by hand, as learners see them, and a network that learns them within seconds."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from CardioAILib.examples import CLIP_FRAMES, OWN_LABEL, Examples
from CardioAILib.networks.staged import Staged
from torch import nn

VIEWS = ("A4C", "A2C", "PLAX")


@dataclass(frozen=True)
class ShallowVideo:
    """Declares it."""

    classes: int = 1
    width: float = 1.0

    def build(self) -> Staged:
        return Staged(
            OrderedDict(
                conv1=nn.Conv3d(1, 4, (3, 3, 3), stride=2, padding=1),
                relu1=nn.ReLU(),
                pool=nn.AdaptiveAvgPool3d(1),
                flatten=nn.Flatten(),
                fc=nn.Linear(4, self.classes),
            )
        )


def clips(
    labels: np.ndarray,
    views: tuple[str, ...] = VIEWS,
    *,
    lacking: dict[str, list[int]] | None = None,
    frames: int = 12,
    size: int = 8,
    seed: int = 0,
    each: int = 1,
) -> Examples:
    """One study a label, whose clips are the brighter the larger its label is.

    Args:
        labels: Label of each study, as integers of classes or values.
        views: Views that a study shows.
        lacking: Studies that lack a view, by view.
        frames: Frames that are held of each clip.
        size: Pixels of a side.
        seed: Seed of the noise.
        each: Clips of each view.
    """
    random = np.random.default_rng(seed)
    shown = [
        (study, view, clip)
        for study in range(len(labels))
        for view in views
        for clip in range(each)
        if study not in (lacking or {}).get(view, [])
    ]
    rows = np.array([study for study, _, _ in shown])
    spread = np.ptp(labels) or 1
    level = 60 + 120 * (labels[rows] - labels.min()) / spread
    noise = random.normal(0, 8, (len(shown), frames, size, size))
    images = np.clip(level[:, None, None, None] + noise, 0, 255).astype(np.uint8)
    count = len(shown)
    return Examples(
        images=images,
        masks=np.zeros(images.shape, bool),
        spacing=np.ones((count, 2)),
        labels=labels[rows],
        subjects=np.array([f"s{study:03d}" for study in rows]),
        studies=np.full(count, "1"),
        inputs=np.array([view for _, view, _ in shown]),
        slices=np.array([clip for _, _, clip in shown]),
        training=np.ones(count, bool),
        tables={
            CLIP_FRAMES: np.full((count, 1), float(frames)),
            OWN_LABEL: labels[rows].astype(float)[:, None],
        },
    )
