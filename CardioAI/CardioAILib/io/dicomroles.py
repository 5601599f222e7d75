"""Which view of the heart a slice shows: by its place in the patient, else by its name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

NORMALS = {
    "SAX": (0.60, -0.60, -0.53),
    "4C": (0.05, 0.80, -0.60),
    "2C": (0.65, 0.73, 0.21),
    "3C": (0.60, -0.10, 0.79),
}
"""Usual normal of each view, LPS: the heart's long axis points to the left, to the front and
down; the long-axis planes hold it, 60 degrees apart from one another."""

SURE = 0.85
"""Cosine of the angle to a usual normal from which on the place tells the view ..."""

APART = 0.1
"""... if it is larger than that to any other by this much."""

STRAIGHT = 0.985
"""Cosine of the angle to an axis of the body from which on a slice was not laid on the heart."""

SHORT_AXIS_SLICES = 5
"""Parallel slices that are seldom acquired of another view."""

VIEW_WORDS = (
    (
        "RV2C",
        r"\brv ?(2 ?ch?\w*|vla|2 ?kammer\w*|two)\b|\b(vla|2 ?ch?) (right|rv|droit|rechts)\b"
        r"|\bright (vla|2 ?ch?|vertical|two|ventric\w* (vla|2 ?ch?|two))\b",
    ),
    (
        "3C",
        r"(?<!\d)3 ?(ch?|cv|kb|kammer\w*|chamber\w*|cham\w*|cav\w*|cam\w*)\b|\blvot\b|\bdreikammer"
        r"|\bthree chamber|\btres cam|\btrois cav|\btre cam|\bdriekamer",
    ),
    (
        "4C",
        r"(?<!\d)4 ?(ch?|cv|kb|kammer\w*|chamber\w*|cham\w*|cav\w*|cam\w*)\b|\bhla\b|\bvierkam"
        r"|\bfour chamber|\bhorizontal long|\bcuatro cam|\bquatre cav|\bquattro cam",
    ),
    (
        "2C",
        r"(?<!\d)2 ?(ch?|cv|kb|kammer\w*|chamber\w*|cham\w*|cav\w*|cam\w*)\b|\bvla\b|\bzweikam"
        r"|\btwo chamber|\bvertical long|\bdos cam|\bdeux cav|\bdue cam|\btweekamer",
    ),
    (
        "SAX",
        r"sax|\bsa\b|\bshort ax|\bkurz(e )?ach|\bka\b|\bpetit axe|\beje corto|\basse corto"
        r"|\bkorte as\b|\bshax\b|短轴|短軸",
    ),
)
"""What the views are called, in the order in which the words are looked for."""


@dataclass(frozen=True)
class View:
    """The view of a stack of slices.

    Args:
        name: View as in `Role.view`, or None where nothing told it.
        told_by: "place", "name", or empty.
        doubt: What speaks against it, or empty.
    """

    name: str | None
    told_by: str = ""
    doubt: str = ""


def view_of(normal: np.ndarray, words: str, slices: int) -> View:
    """Tell the view of parallel slices.

    The place in the patient is believed first. Only a name tells the right ventricle's two-chamber
    view from the left's, which lies in parallel. Five or more parallel slices are short-axis ones
    where neither place nor name says something else.

    Args:
        normal: Vector (3,) across the slices, LPS.
        words: What the series is called.
        slices: How many places along the normal were acquired.
    """
    placed, named = view_of_normal(normal), view_of_words(words)
    if placed is None:
        by_count = "SAX" if slices >= SHORT_AXIS_SLICES and not _is_straight(normal) else None
        return View(named, "name") if named else View(by_count, "place" if by_count else "")
    if named == "RV2C" and placed == "2C":
        return View(named, "name")
    if named in (None, placed):
        return View(placed, "place")
    doubt = f"the slices lie as {placed} but are called {named}; {placed} was believed"
    return View(placed, "place", doubt)


def view_of_normal(normal: np.ndarray) -> str | None:
    """Tell the view by the direction across its slices, or None where that leaves doubt.

    Args:
        normal: Vector (3,) of any length and sense, LPS.
    """
    if _is_straight(normal):
        return None
    unit = normal / np.linalg.norm(normal)
    cosines = {
        view: abs(float(unit @ usual)) / float(np.linalg.norm(usual))
        for view, usual in NORMALS.items()
    }
    (first, best), (_, second) = sorted(cosines.items(), key=lambda own: -own[1])[:2]
    return first if best >= SURE and best - second >= APART else None


def view_of_matrix(ijk_to_ras: np.ndarray) -> str | None:
    """Tell the view by an image's matrix (4, 4) to RAS, or None where that leaves doubt."""
    across = np.cross(ijk_to_ras[:3, 0], ijk_to_ras[:3, 1])
    return view_of_normal(across * (-1.0, -1.0, 1.0))


def view_of_words(words: str) -> str | None:
    """Tell the view by what a series is called, in the languages of usual protocols."""
    text = plain(words)
    return next((view for view, pattern in VIEW_WORDS if re.search(pattern, text)), None)


def _is_straight(normal: np.ndarray) -> bool:
    return bool(np.abs(normal).max() >= STRAIGHT * np.linalg.norm(normal))


def plain(words: str) -> str:
    """Return words in lower case without accents, apart by one blank."""
    letters = unicodedata.normalize("NFKD", words.lower())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", bare).strip()
