"""The convolutions and paths that Inception version 3 is made of, as a table.

Szegedy et al. 2016; names are torchvision's.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Conv(NamedTuple):
    """A convolution of a path: torchvision's name, channels, kernel (rows, columns) and stride.

    At stride 1 it keeps the size; at stride 2 it has no padding.
    """

    name: str
    channels: int
    kernel: tuple[int, int] = (1, 1)
    stride: int = 1


class Path(NamedTuple):
    """Convolutions in a row after an optional pooling, then side by side those of a fork."""

    convs: tuple[Conv, ...] = ()
    fork: tuple[Conv, ...] = ()
    pool: Literal["average", "maximum"] | None = None


def _fives(pooled: int) -> tuple[Path, ...]:
    """Return the paths at the finest grid; `pooled` channels come from the pooling."""
    return (
        Path((Conv("branch1x1", 64),)),
        Path((Conv("branch5x5_1", 48), Conv("branch5x5_2", 64, (5, 5)))),
        Path((*_chain("branch3x3dbl_", (64, 96, 96), ((1, 1), (3, 3), (3, 3))),)),
        Path((Conv("branch_pool", pooled),), pool="average"),
    )


def _sevens(within: int) -> tuple[Path, ...]:
    """Return the paths at the middle grid; `within` channels lie between long kernels."""
    across, down = (1, 7), (7, 1)
    return (
        Path((Conv("branch1x1", 192),)),
        Path(_chain("branch7x7_", (within, within, 192), ((1, 1), across, down))),
        Path(_chain("branch7x7dbl_", (*[within] * 4, 192), ((1, 1), down, across, down, across))),
        Path((Conv("branch_pool", 192),), pool="average"),
    )


def _threes() -> tuple[Path, ...]:
    """Return the paths at the coarsest grid, two of which fork."""
    across, down = (1, 3), (3, 1)
    return (
        Path((Conv("branch1x1", 320),)),
        Path(
            (Conv("branch3x3_1", 384),),
            (Conv("branch3x3_2a", 384, across), Conv("branch3x3_2b", 384, down)),
        ),
        Path(
            _chain("branch3x3dbl_", (448, 384), ((1, 1), (3, 3))),
            (Conv("branch3x3dbl_3a", 384, across), Conv("branch3x3dbl_3b", 384, down)),
        ),
        Path((Conv("branch_pool", 192),), pool="average"),
    )


def _chain(
    name: str,
    channels: tuple[int, ...],
    kernels: tuple[tuple[int, int], ...],
    stride: int = 1,
) -> tuple[Conv, ...]:
    """Return numbered convolutions in a row, the last of a stride."""
    last = len(channels)
    return tuple(
        Conv(f"{name}{index}", count, kernel, stride if index == last else 1)
        for index, (count, kernel) in enumerate(zip(channels, kernels, strict=True), start=1)
    )


STEM = (
    Conv("Conv2d_1a_3x3", 32, (3, 3), 2),
    Conv("Conv2d_2a_3x3", 32, (3, 3)),
    Conv("Conv2d_2b_3x3", 64, (3, 3)),
    "maxpool1",
    Conv("Conv2d_3b_1x1", 80),
    Conv("Conv2d_4a_3x3", 192, (3, 3)),
    "maxpool2",
)
PADDED = ("Conv2d_2b_3x3",)
"""Stages of the stem that keep the size."""
MIXED = {
    "Mixed_5b": _fives(32),
    "Mixed_5c": _fives(64),
    "Mixed_5d": _fives(64),
    "Mixed_6a": (
        Path((Conv("branch3x3", 384, (3, 3), 2),)),
        Path(_chain("branch3x3dbl_", (64, 96, 96), ((1, 1), (3, 3), (3, 3)), stride=2)),
        Path(pool="maximum"),
    ),
    "Mixed_6b": _sevens(128),
    "Mixed_6c": _sevens(160),
    "Mixed_6d": _sevens(160),
    "Mixed_6e": _sevens(192),
    "Mixed_7a": (
        Path(_chain("branch3x3_", (192, 320), ((1, 1), (3, 3)), stride=2)),
        Path(_chain("branch7x7x3_", (192,) * 4, ((1, 1), (1, 7), (7, 1), (3, 3)), stride=2)),
        Path(pool="maximum"),
    ),
    "Mixed_7b": _threes(),
    "Mixed_7c": _threes(),
}
