"""Segmented echo views of known shape and motion: half ellipsoids with a wall around."""

import numpy as np
from CardioAILib.study import LEFT_ATRIUM, LV_CAVITY, MYOCARDIUM, Mask, Role, Study

LABELS = {LV_CAVITY: 1, MYOCARDIUM: 2, LEFT_ATRIUM: 3}


def plane(
    half_width: float,
    length: float,
    wall: float = 9.0,
    *,
    tilt: float = 0.0,
    spacing: float = 0.5,
    size: tuple[int, int] = (240, 240),
    base: tuple[float, float] = (60.0, 105.0),
    sides: tuple[float, float] = (1.0, 1.0),
    thicker: tuple[float, float] = (1.0, 1.0),
    atrium: bool = True,
) -> np.ndarray:
    """Return labels (H, W) of half an ellipse, apex up, cut off flat at its middle.

    Args:
        half_width: Of the cavity at the base, in mm.
        length: From base to apex, in mm.
        wall: Thickness, in mm; 0 for none.
        tilt: Degrees by which the apex lies to the right.
        spacing: Of pixels, in mm.
        size: Rows and columns.
        base: Middle of the ring (x, y), in mm.
        sides: Scale of the half width to the left and to the right.
        thicker: Scale of the wall there.
        atrium: Whether a left atrium is labeled.
    """
    rows, columns = np.mgrid[: size[0], : size[1]] * spacing
    x, y = columns - base[0], rows - base[1]
    angle = np.radians(tilt)
    along = x * np.sin(angle) - y * np.cos(angle)
    across = x * np.cos(angle) + y * np.sin(angle)
    scale = np.where(across < 0, sides[0], sides[1])
    depth = wall * np.where(across < 0, thicker[0], thicker[1])
    inner = (across / (half_width * scale)) ** 2 + (along / length) ** 2 <= 1
    outer = (across / (half_width * scale + depth)) ** 2 + (along / (length + wall)) ** 2 <= 1
    labels = np.where(outer & (along >= 0), 2 if wall else 0, 0)
    labels[inner & (along >= 0)] = 1
    if atrium:
        behind = (across / half_width) ** 2 + ((along + 15) / 15) ** 2 <= 1
        labels[behind & (along < 0)] = 3
    return labels


def mask(planes: list[np.ndarray], spacing: float = 0.5, **known: object) -> Mask:
    """Return a segmentation (T, 1, H, W) of frames."""
    affine = np.diag([-spacing, -spacing, 1.0, 1.0])
    frames = np.stack(planes)[:, None].astype(np.uint8)
    return Mask(frames, affine, labels=LABELS, **known)


def beat(frames: int, ed: np.ndarray, es: np.ndarray) -> np.ndarray:
    """Return values (T, ...) that go from those of ED to those of ES and back."""
    share = (1 - np.cos(2 * np.pi * np.arange(frames) / frames)) / 2
    ed, es = np.asarray(ed, float), np.asarray(es, float)
    return ed + share.reshape(-1, *(1,) * ed.ndim) * (es - ed)


def study(masks: dict[str, Mask], **others: object) -> Study:
    """Return a study with segmentations by view, or by view and phase as in "A4C_ED"."""
    roles = {Role("US", "mask", *name.split("_")): own for name, own in masks.items()}
    return Study("P1", "S1", {**roles, **others})
