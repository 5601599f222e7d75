"""Small things that the tests of studies, preparation and learning share."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from CardioAILib.examples import Examples
from CardioAILib.networks.staged import Staged
from CardioAILib.published import Published
from CardioAILib.study import Image, Mask, Role, Study
from CardioAILib.system import Classes, CrossValidation, Input, System
from torch import nn

CINE = Role("MR", "cine", "SAX", "ES")
CINE_MASK = Role("MR", "mask", "SAX", "ES")
CINE_INPUT = Input(CINE, CINE_MASK)


def placed(
    spacing: tuple[float, float, float] = (1.0, 1.0, 8.0),
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0),
    turn: np.ndarray | None = None,
) -> np.ndarray:
    """A matrix from (column, row, slice) to millimetres, turned about the origin's voxel."""
    matrix = np.eye(4)
    matrix[:3, :3] = (np.eye(3) if turn is None else turn) * np.array(spacing)
    matrix[:3, 3] = origin
    return matrix


def turned(degrees: float, axis: Sequence[float] = (1.0, 2.0, 3.0)) -> np.ndarray:
    """A rotation matrix about an axis (Rodrigues' formula)."""
    x, y, z = np.array(axis) / np.linalg.norm(axis)
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    return np.eye(3) + np.sin(angle) * across + (1 - np.cos(angle)) * across @ across


def ring(slices: int = 6, size: int = 16, shown: Sequence[int] = (1, 2, 3, 4)) -> np.ndarray:
    """A ring of myocardium (label 1) around a cavity (label 2), axes (1, S, H, W)."""
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    radius = np.hypot(rows, columns)
    labels = np.zeros((1, slices, size, size), np.uint8)
    labels[0, list(shown)] = np.where(radius < 5.5, np.where(radius < 3, 2, 1), 0)
    return labels


def textured(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """Random intensities of 10 to 1000, float32."""
    return np.random.default_rng(seed).uniform(10, 1000, shape).astype(np.float32)


def examination(
    image: Image | None = None, mask: Image | None = None, facts: dict[str, Any] | None = None
) -> Study:
    """A study of subject "s1" with the given cine image and mask."""
    images = {CINE: image, CINE_MASK: mask}
    present = {role: one for role, one in images.items() if one is not None}
    return Study("s1", "rest", present, facts or {})


def sound_image(shape: tuple[int, ...] = (1, 6, 16, 16), **place: Any) -> Image:
    return Image(textured(shape), placed(**place))


def sound_mask(array: np.ndarray | None = None, **place: Any) -> Mask:
    labels = {"myocardium": 1, "lv_cavity": 2}
    return Mask(ring() if array is None else array, placed(**place), labels=labels)


def declared(**changes: Any) -> System:
    """A small declaration; the words that a test changes come as keywords."""
    words: dict[str, Any] = {
        "name": "small",
        "title": "A small system",
        "task": Classes("scar", ("no scar", "scar")),
        "inputs": {"ES": CINE_INPUT},
        "examples": None,
        "prepare": (),
        "arms": {"dl": "a network", "size": "a table"},
        "primary": "dl",
        "pool": None,
        "decide": None,
        "protocol": CrossValidation(),
        "published": Published("Nobody 2020", "10.1/none"),
    }
    return System(**(words | changes))


def examples_of(
    subjects: Sequence[str] | np.ndarray,
    labels: Sequence[int] | np.ndarray,
    images: np.ndarray | None = None,
    tables: dict[str, np.ndarray] | None = None,
) -> Examples:
    """Examples with these subjects and labels; the images are random unless they are given."""
    count = len(labels)
    if images is None:
        images = np.random.default_rng(0).random((count, 16, 16), np.float32)
    masks = np.zeros(images.shape, bool)
    masks[:, 4:12, 4:12] = True
    return Examples(
        images=images,
        masks=masks,
        spacing=np.ones((count, 2)),
        labels=np.asarray(labels),
        subjects=np.asarray(subjects),
        studies=np.full(count, "rest"),
        inputs=np.full(count, "ES"),
        slices=np.arange(count),
        training=np.ones(count, bool),
        tables=tables or {},
    )


def bright_and_dark(subjects: int, each: int, seed: int = 0, size: int = 16) -> Examples:
    """Subjects whose images are bright (label 1) or dark (label 0), in turn, with noise."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(subjects) % 2, each)
    noise = random.normal(0, 0.1, (subjects * each, size, size))
    images = (0.25 + 0.5 * labels[:, None, None] + noise).astype(np.float32)
    names = np.repeat([f"s{index:02d}" for index in range(subjects)], each)
    return examples_of(names, labels, images)


@dataclass(frozen=True)
class TinyNet:
    """A declaration of a convolution and two dense stages: seconds become milliseconds."""

    width: float = 1.0
    channels: int = 3
    hidden: int = 6
    drop: float = field(default=0.2)

    def build(self) -> Staged:
        stages: OrderedDict[str, nn.Module] = OrderedDict()
        stages["conv1"] = nn.Conv2d(self.channels, 4, 3, padding=1)
        stages["relu1"] = nn.ReLU()
        stages["pool1"] = nn.AdaptiveAvgPool2d(1)
        stages["flatten"] = nn.Flatten()
        stages["fc2"] = nn.Linear(4, max(1, round(self.hidden * self.width)))
        stages["drop2"] = nn.Dropout(self.drop)
        stages["logit"] = nn.Linear(max(1, round(self.hidden * self.width)), 1)
        return Staged(stages)


def same_weights(one: nn.Module, other: nn.Module) -> bool:
    """Whether two networks hold bit for bit the same numbers."""
    mine, theirs = one.state_dict(), other.state_dict()
    return mine.keys() == theirs.keys() and all(torch.equal(mine[k], theirs[k]) for k in mine)
