"""Which end of a stack is the apex, and from where its slices are seen."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Literal

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.measurements.tidy import Heart
from CardioAILib.results import Finding

APEX_RAS = (-0.64, 0.57, -0.51)
"""Usual direction from base to apex: to the patient's left, front and feet."""
CLEAR_COSINE = 0.5
"""A long axis within 60 degrees of the usual one tells which end is the apex."""
FULL_TURN = 360
"""Degrees; an angle of more is a slip, or no angle."""
ALIGNED_COSINE = 0.996
"""Axes within 5 degrees of the patient's: no short axis lies so, the orientation was lost."""
CLEAR_TAPER = 0.1
"""Correlation between the heart's area and the slice from which on the taper is clear. Over the
200 stacks of ACDC's training set it has the right sign in all, and is 0.17 or more."""


@dataclass(frozen=True)
class Orientation:
    """What a user knows of a heart's place in its stack; "auto" and None are found.

    Args:
        apex: Whether the apex lies at the first or the last slice.
        seen_from: From where the stored slices show the heart, row 0 on top. The usual view is
            from the apex: with the anterior wall on top, the septum is on the left.
        anterior_insertion: Where the right ventricle meets the anterior wall: a point in RAS
            mm, or a direction from the middle of the cavity in degrees, counterclockwise on the
            stored image from its right. Needed where there is no mask of the right ventricle.
        septal_degrees: Width of the septum; None for that between the two insertions, 120 for
            six equal sectors around the septum's middle.
    """

    apex: Literal["auto", "first", "last"] = "auto"
    seen_from: Literal["auto", "apex", "base"] = "auto"
    anterior_insertion: float | tuple[float, float, float] | None = None
    septal_degrees: float | None = None

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises:
            InputError: A value is none of those named above.
        """
        for name, known in (("apex", ("first", "last")), ("seen_from", ("apex", "base"))):
            if getattr(self, name) not in ("auto", *known):
                raise InputError(
                    got=f"{name}={getattr(self, name)!r}",
                    wanted=f"'auto', '{known[0]}' or '{known[1]}'",
                    fix=f"correct {name}",
                )
        if self.septal_degrees is not None and not 0 < self.septal_degrees < 360:
            raise InputError(
                got=f"septal_degrees={self.septal_degrees!r}",
                wanted="an angle above 0 and below 360, or None",
                fix="leave it out, or give 120 for equal sectors",
            )
        if self.anterior_insertion is not None and not _is_place(self.anterior_insertion):
            raise InputError(
                got=f"anterior_insertion={self.anterior_insertion!r}",
                wanted="an angle from -360 to 360 degrees, or three finite coordinates in RAS mm",
                fix="give the direction from the cavity's middle to where the right ventricle "
                "meets the anterior wall, counterclockwise from the image's right",
            )


AUTO = Orientation()
"""All is found from masks and matrix."""


@dataclass(frozen=True)
class Pose:
    """How a heart lies in its stack.

    Args:
        apex_last: Whether the slices run from base to apex.
        from_apex: Whether the stored slices are seen from the apex.
        findings: How that was found, where a reader should know.
        oriented: Whether the side was told by the patient's orientation.
    """

    apex_last: bool
    from_apex: bool
    findings: tuple[Finding, ...] = ()
    oriented: bool = False


def find_pose(heart: Heart, ijk_to_ras: np.ndarray, asked: Orientation = AUTO) -> Pose:
    """Find how a heart lies in its stack, from what is asked, the matrix and the masks.

    Args:
        heart: The parts of the heart.
        ijk_to_ras: Matrix (4, 4) from (column, row, slice) to RAS mm.
        asked: What the user says.

    Raises:
        InputError: The matrix is none, or neither matrix nor masks tell which end is the apex.
    """
    _require_matrix(ijk_to_ras)
    axes = np.asarray(ijk_to_ras, float)[:3, :3]
    axes = axes / np.linalg.norm(axes, axis=0)
    true_axes = np.abs(axes).max(axis=0).min() < ALIGNED_COSINE
    apex_last, findings = _apex_last(heart, axes[:, 2] if true_axes else None, asked.apex)
    if asked.seen_from != "auto":
        return Pose(apex_last, asked.seen_from == "apex", findings)
    if not true_axes:
        message = (
            "the image carries no patient orientation; its slices are taken to be stored as "
            'usual, seen from the apex (else, in Python: Orientation(seen_from="base"))'
        )
        return Pose(apex_last, True, (*findings, Finding("orientation", message)))
    toward_apex = axes[:, 2] if apex_last else -axes[:, 2]
    # Right times down points into the image; a viewer at the apex looks away from the apex.
    from_apex = bool(np.cross(axes[:, 0], axes[:, 1]) @ toward_apex < 0)
    return Pose(apex_last, from_apex, findings, oriented=True)


def taper(heart: Heart) -> float:
    """Return the correlation between the area of both ventricles and the slice, -1 to 1.

    Negative where the heart becomes smaller from the first slice to the last. Cavities alone
    may not: in systole, and with an aneurysm of the apex.
    """
    both = heart.wall | heart.cavity
    both = both if heart.rv is None else both | heart.rv
    shown = np.flatnonzero(heart.wall.any(axis=(1, 2)))
    area = both.sum(axis=(1, 2))[shown].astype(float)
    if len(area) < 2 or np.ptp(area) == 0:
        return 0.0
    return float(np.corrcoef(shown, area)[0, 1])


def _is_place(given: object) -> bool:
    """Say whether this is an angle or a finite point."""
    if isinstance(given, Real):
        return bool(abs(given) <= FULL_TURN)
    if not isinstance(given, tuple | list | np.ndarray) or len(given) != 3:
        return False
    return all(isinstance(value, Real) and np.isfinite(value) for value in given)


def _require_matrix(matrix: np.ndarray) -> None:
    given = np.asarray(matrix, float)
    usable = given.shape == (4, 4) and np.isfinite(given).all()
    if not usable or np.linalg.matrix_rank(given[:3, :3]) < 3:
        raise InputError(
            got=f"a matrix of shape {given.shape} that places no voxels",
            wanted="a finite 4x4 matrix from (column, row, slice) to RAS mm",
            fix="read it from the image (Image.ijk_to_ras)",
        )


def _apex_last(
    heart: Heart, axis: np.ndarray | None, asked: str
) -> tuple[bool, tuple[Finding, ...]]:
    shrinking = -taper(heart)
    usual = np.asarray(APEX_RAS) / np.linalg.norm(APEX_RAS)
    cosine = 0.0 if axis is None else float(axis @ usual)
    if asked != "auto":
        return asked == "last", _doubts(asked == "last", shrinking, cosine)
    if abs(cosine) >= CLEAR_COSINE:
        message = "the heart grows toward the apex that the image's orientation tells"
        wrong = shrinking * np.sign(cosine) < -CLEAR_TAPER
        return cosine > 0, (Finding("apex", message),) if wrong else ()
    if abs(shrinking) >= CLEAR_TAPER:
        return shrinking > 0, ()
    raise InputError(
        got="a heart of about the same size in all slices, and no patient orientation that tells",
        wanted="to know which end of the stack is the apex",
        fix='say so: --apex first or last on the command line, Orientation(apex="first") or '
        '"last" in Python',
    )


def _doubts(last: bool, shrinking: float, cosine: float) -> tuple[Finding, ...]:
    """Say what speaks against the end that a user calls the apex."""
    sign = 1 if last else -1
    against = {
        "the size of the heart says": sign * shrinking <= -CLEAR_TAPER,
        "the image's orientation says": sign * cosine <= -CLEAR_COSINE,
    }
    told = f"the apex is at the {'last' if last else 'first'} slice as told;"
    return tuple(
        Finding("apex", f"{told} {says} the other end") for says, no in against.items() if no
    )
