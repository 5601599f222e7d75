"""Tiny echo clips, the screen of a scanner around them, and their DICOM files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from CardioAILib.io.uswrite import clip_dataset, set_pixels
from CardioAILib.study import Image, Role, Study
from pydicom import Dataset

SIZE = (120, 160)
APEX = (6, 80)
A4C = Role("US", "echo", "A4C")
FRAMES = 16
FRAME_MS = 20.0


def sector(size: tuple[int, int] = SIZE, apex: tuple[int, int] = APEX) -> np.ndarray:
    """A phased array's sector (H, W) of 70 degrees."""
    rows, columns = np.indices(size)
    down, aside = rows - apex[0], columns - apex[1]
    depth = np.hypot(down, aside)
    return (np.abs(np.arctan2(aside, np.maximum(down, 1e-6))) < 0.61) & (depth < 0.75 * size[0])


def curved(size: tuple[int, int] = SIZE) -> np.ndarray:
    """A curved array's sector (H, W), whose upper edge is an arc."""
    rows, columns = np.indices(size)
    depth = np.hypot(rows + 40, columns - size[1] / 2)
    angle = np.abs(np.arctan2(columns - size[1] / 2, rows + 40))
    return (depth > 55) & (depth < 130) & (angle < 0.5)


def echoes(frames: int = FRAMES, where: np.ndarray | None = None, seed: int = 0) -> np.ndarray:
    """Speckle that flickers within a sector, gray levels (T, H, W), uint8; black around it."""
    where = sector() if where is None else where
    made = np.random.default_rng(seed).rayleigh(40.0, (frames, *where.shape))
    return np.where(where, np.clip(made, 0, 255), 0).astype(np.uint8)


def screen(clip: np.ndarray) -> np.ndarray:
    """The same with text, a bar, a running clock, marks and a sweeping ECG, as RGB (T, H, W, 3)."""
    frames, height, width = clip.shape
    shown = np.repeat(clip[..., np.newaxis], 3, axis=-1)
    shown[:, :4, :] = 90
    letters = np.random.default_rng(9).random((7, 30)) > 0.5
    shown[:, 8:15, 2:32][:, letters] = 200
    shown[:, 20:60, 152:156] = np.linspace(255, 0, 40).astype(np.uint8)[:, None, None]
    for number in range(frames):
        clock = np.random.default_rng(number).random((5, 3)) > 0.5
        shown[number, 20:25, 4:7][clock] = 255
        place = 10 + (number * 3) % (width - 20)
        shown[number, height - 12 : height - 2, place] = (0, 255, 0)
    trace = height - 6 - (np.arange(width) % 30 == 0) * 5
    shown[:, trace, np.arange(width)] = (0, 255, 0)
    return shown


def image_of(levels: np.ndarray, pixel_mm: float | None = 0.5, **how: object) -> Image:
    """A clip (T, 1, H, W) with even frame times."""
    step = 1.0 if pixel_mm is None else pixel_mm
    times = tuple(FRAME_MS * number for number in range(len(levels)))
    made = {"times_ms": times, "calibrated": pixel_mm is not None, **how}
    return Image(levels[:, np.newaxis], np.diag([-step, -step, 1.0, 1.0]), **made)


def study_of(levels: np.ndarray | None = None, role: Role = A4C, **facts: object) -> Study:
    levels = echoes() if levels is None else levels
    return Study("S01", "1", {role: image_of(levels)}, facts)


def dataset(
    levels: np.ndarray | None = None, role: Role = A4C, compression: str = "none", number: int = 1
) -> Dataset:
    """A clip as DICOM: levels (T, H, W) or colors (T, H, W, 3)."""
    levels = echoes() if levels is None else levels
    gray = levels if levels.ndim == 3 else levels[..., 0]
    made = clip_dataset(image_of(gray), study_of(gray, role), role, number)
    set_pixels(made, levels, compression)
    return made


def write(made: Dataset, folder: Path, name: str = "clip.dcm") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    made.save_as(folder / name, enforce_file_format=True)
    return folder / name


def changed(change: Callable[[Dataset], None], folder: Path, **how: object) -> Path:
    """The file of a clip that was changed."""
    made = dataset(**how)
    change(made)
    return write(made, folder)


def region(box: tuple[int, int, int, int], shape: int = 1, data: int = 1) -> Dataset:
    """A region of an image: first row and column, last row and column."""
    made = Dataset()
    made.RegionSpatialFormat, made.RegionDataType, made.RegionFlags = shape, data, 0
    made.RegionLocationMinY0, made.RegionLocationMinX0 = box[:2]
    made.RegionLocationMaxY1, made.RegionLocationMaxX1 = box[2:]
    made.PhysicalUnitsXDirection = made.PhysicalUnitsYDirection = 3
    made.PhysicalDeltaX = made.PhysicalDeltaY = 0.05
    return made


def checks(findings: tuple) -> set[str]:
    return {found.check for found in findings}
