"""End diastole and end systole in a cine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.prepare.motion import SMOOTHING_MM, motion_map, moving_center
from CardioAILib.results import Finding

FEWEST_OF_A_BEAT = 8
"""Frames from which on a cine is taken to show a heartbeat that begins with the R wave."""

NEAR_R_WAVE = 0.08
"""Share of the heartbeat before and after the R wave in which the heart may be fullest."""

FULL = 0.85
"""Share of the fullest frame's difference from end systole from which on the first frame, at the
R wave, is end diastole: views of one heart then agree, and none hangs on blood that flows."""

NEAR = 0.15
"""Share of the heartbeat within which end systole does not follow the R wave."""

NOISE_MM = 3.0
"""Deviation of the Gaussian that keeps noise out of the difference of two frames."""

ALIKE = 0.95
"""Share of the largest difference from end diastole from which on a frame far from the one of
that difference may be end systole as well."""

STILL = 0.7
"""Share of that difference which two neighbor frames reach only where nothing beats."""

SHALLOW = 0.02
"""Change of the heart's brightness, as a share of it, below which two frames are in doubt."""

SMALL_CHANGE = 0.05
"""Change of the cavity's area, as a share of the largest, that no beating heart falls below."""


@dataclass(frozen=True)
class Phases:
    """The two frames of a cine that are read.

    Args:
        ed: Index of the end-diastolic frame.
        es: Index of the end-systolic frame.
        how: What told them: "mask", "motion", "brightness", or "table".
        findings: Doubts.
    """

    ed: int
    es: int
    how: str
    findings: tuple[Finding, ...] = ()


def find_phases(
    cine: np.ndarray, cavity: np.ndarray | None, spacing: tuple[float, float]
) -> Phases:
    """Find end diastole and end systole.

    With a segmentation, they are the frames with the largest and the smallest cavity. Without
    one, the heart is where the cine moves most. Scanners begin a heartbeat with the R wave, so
    end systole is the frame that differs most from frame 0 there, in any view. End diastole is
    frame 0, unless a frame around the R wave differs clearly more from end systole; a finding
    then says so. Of fewer than
    eight frames, which need not begin so, the brightest and the darkest are taken: blood is
    bright, and leaves the ventricles in systole.

    Args:
        cine: Intensities (T, S, H, W).
        cavity: Left ventricular cavity (T, S, H, W), bool, empty in frames without
            segmentation; or None.
        spacing: Pixel size along (H, W), in mm.

    Raises:
        InputError: The cine has one frame, or nothing in it moves.
    """
    if len(cine) < 2:
        raise InputError(
            got="a cine with one frame",
            wanted="the frames of a heartbeat, or one image of end diastole and one of end systole",
            fix="load the whole series, or name the frames as ED and ES",
        )
    if cavity is not None and cavity.any(axis=(1, 2, 3)).sum() > 1:
        return _by_area(cavity)
    weight = heart_weight(cine, spacing)
    if len(cine) < FEWEST_OF_A_BEAT:
        return _by_brightness(cine, weight)
    return _by_motion(cine, weight, spacing)


def heart_weight(cine: np.ndarray, spacing: tuple[float, float]) -> np.ndarray:
    """Return how much each pixel (H, W) belongs to the moving heart.

    Raises:
        InputError: All frames are the same.
    """
    center = moving_center(cine, spacing)
    if center is None:
        raise InputError(
            got=f"{len(cine)} frames that are all the same",
            wanted="a cine in which the heart beats",
            fix="export the series again, with all of its cardiac phases",
        )
    sides = [
        np.exp(-(((np.arange(size) - middle) * step / SMOOTHING_MM) ** 2) / 2)
        for size, middle, step in zip(cine.shape[2:], center, spacing, strict=True)
    ]
    weight = np.outer(*sides) * np.sqrt(motion_map(cine))
    return weight / weight.sum()


def difference_from(cine: np.ndarray, frame: int, weight: np.ndarray) -> np.ndarray:
    """Return how much each frame (T,) differs from one of them, by weight (H, W)."""
    return np.array([(np.abs(other - cine[frame]).mean(axis=0) * weight).sum() for other in cine])


def _by_area(cavity: np.ndarray) -> Phases:
    area = cavity.sum(axis=(1, 2, 3))
    shown = np.flatnonzero(area)
    ed, es = int(shown[area[shown].argmax()]), int(shown[area[shown].argmin()])
    if 1 - area[es] / area[ed] >= SMALL_CHANGE:
        return Phases(ed, es, "mask")
    message = (
        f"the segmented cavity is nearly as large at frame {es + 1}, its smallest, as at "
        f"frame {ed + 1}: check that the frames were segmented one by one"
    )
    return Phases(ed, es, "mask", (Finding("phases", message),))


def _by_brightness(cine: np.ndarray, weight: np.ndarray) -> Phases:
    curve = np.tensordot(cine, weight, axes=((2, 3), (0, 1))).mean(axis=1)
    ed, es = int(curve.argmax()), int(curve.argmin())
    if curve[ed] - curve[es] >= SHALLOW * np.abs(curve).mean():
        return Phases(ed, es, "brightness")
    message = (
        f"the heart is hardly darker at frame {es + 1}, taken for end systole, than at frame "
        f"{ed + 1}, taken for end diastole: look at both"
    )
    return Phases(ed, es, "brightness", (Finding("phases", message),))


def _by_motion(cine: np.ndarray, weight: np.ndarray, spacing: tuple[float, float]) -> Phases:
    from scipy.ndimage import gaussian_filter

    sigma = (0, 0, *(NOISE_MM / step for step in spacing))
    smooth = gaussian_filter(cine.astype(np.float32), sigma)
    frames = np.arange(len(cine))
    from_r_wave = np.minimum(frames, len(cine) - frames) / len(cine)
    late, full = frames[from_r_wave > NEAR], frames[from_r_wave <= NEAR_R_WAVE]
    es = int(late[difference_from(smooth, 0, weight)[late].argmax()])
    from_es = difference_from(smooth, es, weight)
    fullest = int(full[from_es[full].argmax()])
    ed = 0 if from_es[0] >= FULL * from_es[fullest] else fullest
    doubts = _doubts(difference_from(smooth, ed, weight), ed, es)
    return Phases(ed, es, "motion", (*_late_start(ed), *doubts))


def _late_start(ed: int) -> tuple[Finding, ...]:
    """Say where the first frame is not end diastole, as in a cine that the R wave begins."""
    if ed == 0:
        return ()
    message = (
        f"the heart is clearly fuller at frame {ed + 1} than at frame 1, with which the heartbeat "
        "should begin (R wave): look at both"
    )
    return (Finding("phases", message),)


def _doubts(curve: np.ndarray, ed: int, es: int) -> tuple[Finding, ...]:
    """Say where the difference from end diastole (T,) does not tell end systole for sure."""
    count = len(curve)
    if curve[[ed - 1, (ed + 1) % count]].mean() > STILL * curve[es]:
        message = (
            f"neighbor frames differ as much as frame {ed + 1}, taken for end diastole, and "
            f"frame {es + 1}, taken for end systole: hardly anything beats"
        )
        return (Finding("phases", message),)
    far = np.abs(np.arange(count) - es) > NEAR * count
    rivals = np.flatnonzero(far & (curve > ALIKE * curve[es]))
    if len(rivals) == 0:
        return ()
    message = (
        f"end systole may be frame {rivals[curve[rivals].argmax()] + 1} as well as frame {es + 1}, "
        "which was taken"
    )
    return (Finding("phases", message),)
