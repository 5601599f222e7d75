"""From where a planar frame was taken: what the header tells, the surest rule first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.io.dicomroles import plain

if TYPE_CHECKING:
    from pydicom import Dataset

ANTERIOR, POSTERIOR, OTHER = "anterior", "posterior", "other"

CODES = {
    **dict.fromkeys(("399321004", "G-5215", "399348003", "R-10206", "G-5200"), ANTERIOR),
    **dict.fromkeys(("399001007", "G-5216", "272479007", "R-10214", "G-5201"), POSTERIOR),
}
"""Codes of View Code Sequence (PS3.16 CID 26, and what it held before), old and new."""

WORDS = (
    (OTHER, r"lao|rao|lpo|rpo|lat|llat|rlat|lateral\w*|obl\w*|schrag\w*|seitlich\w*|vertex"),
    (ANTERIOR, r"ant|anterior\w*|anterieur\w*|ventral\w*|vorne?|front\w*"),
    (POSTERIOR, r"post|posterior\w*|posterieur\w*|dorsal\w*|hinten"),
)
"""Words for views in descriptions, in the languages of protocols."""

AFTER = re.compile(r"\bpost[ _-]*(inj|void|mic|ther|dose|op|stress|exer|iv\b|i\.v)\w*")
"""Where "post" is a time and not a view."""

ANGLES = {POSTERIOR: 0.0, ANTERIOR: 180.0}
"""Start Angle (0018,0200 of the detector), from the patient's back (PS3.3 C.8.4.10)."""
NEAR_DEG = 30.0
MOSTLY = 0.8
"""Component of a normal along antero-posterior from which on a view is one of both."""


@dataclass(frozen=True)
class View:
    """The view of a frame.

    Args:
        name: "anterior", "posterior", "other", or None where nothing told it.
        by: The rule that told it, in words.
        sure: Whether the header says so outright.
    """

    name: str | None = None
    by: str = "nothing"
    sure: bool = False


def views_of(header: Dataset, detectors: Sequence[int]) -> list[View]:
    """Return the view of each frame.

    Rules in order: the detector's View Code Sequence; words of the image's and series' names; the
    detector's angle; Image Orientation (Patient), where it tells the frames apart; the order in
    which a name lists both views.

    Args:
        header: Header of the file.
        detectors: Number of each frame's detector, from 1.
    """
    places = [detector_item(header, number) for number in detectors]
    rules = (
        [_of_code(header, place, len(places)) for place in places],
        [_of_words(header)] * len(places) if len({*detectors}) == 1 else [],
        [_of_angle(header, place) for place in places],
        _of_orientations([orientation_of(header, place, len(places)) for place in places]),
        _of_listed(header, len(places)),
    )
    return [
        next((own[i] for own in rules if own and own[i].name), View()) for i in range(len(places))
    ]


def detector_item(header: Dataset, number: int) -> Dataset | None:
    """Return what a header says of a detector, None where it says nothing."""
    items = header.get("DetectorInformationSequence") or ()
    return items[number - 1] if 0 < number <= len(items) else None


def orientation_of(header: Dataset, place: Dataset | None, frames: int) -> np.ndarray | None:
    """Return the directions (2, 3) along rows and columns in LPS, None where they are not told.

    Args:
        header: Header of the file; it speaks for its frame where there is one alone.
        place: What it says of the frame's detector.
        frames: Frames in the file.
    """
    for source in (place, header if frames == 1 else None):
        stated = None if source is None else source.get("ImageOrientationPatient")
        if stated is not None and len(stated) == 6:
            axes = np.array([float(value) for value in stated]).reshape(2, 3)
            if np.isfinite(axes).all() and np.abs(np.linalg.norm(axes, axis=1) - 1).max() < 0.1:
                return axes
    return None


def view_of_normal(axes: np.ndarray | None) -> str | None:
    """Return the view that directions (2, 3) in LPS make; their normal points away from us."""
    if axes is None:
        return None
    depth = np.cross(*axes)[1]
    if abs(depth) < MOSTLY:
        return OTHER
    return ANTERIOR if depth > 0 else POSTERIOR


def _of_code(header: Dataset, place: Dataset | None, frames: int) -> View:
    for source in (place, header if frames == 1 else None):
        for item in source.get("ViewCodeSequence") or () if source is not None else ():
            meaning = str(item.get("CodeMeaning") or "")
            name = CODES.get(str(item.get("CodeValue") or "")) or named(meaning) or OTHER
            return View(name, "its view code", sure=True)
    return View()


def _of_words(header: Dataset) -> View:
    for name in ("ImageID", "SeriesDescription", "ProtocolName"):
        if view := named(str(header.get(name) or "")):
            return View(view, "the words of its name", sure=True)
    return View()


def named(text: str) -> str | None:
    """Return the one view that a text names, None where it names none or several."""
    listed = _listed(text)
    return listed[0] if len({*listed}) == 1 else None


def _listed(text: str) -> list[str]:
    found = []
    for word in re.findall(r"[a-z]+", AFTER.sub(" ", plain(text))):
        found += [view for view, pattern in WORDS if re.fullmatch(pattern, word)]
    return found


def _of_angle(header: Dataset, place: Dataset | None) -> View:
    stated = None if place is None else place.get("StartAngle")
    if stated is None:
        return View()
    angle = (float(stated) + (180.0 if is_prone(header) else 0.0)) % 360.0
    for name, middle in ANGLES.items():
        if abs((angle - middle + 180.0) % 360.0 - 180.0) <= NEAR_DEG:
            return View(name, "the angle of its detector")
    return View(OTHER, "the angle of its detector")


def is_prone(header: Dataset) -> bool:
    """Say whether the patient lay on the stomach."""
    if str(header.get("PatientPosition") or "").upper().endswith("P"):
        return True
    items = header.get("PatientOrientationCodeSequence") or ()
    nested = (item.get("PatientOrientationModifierCodeSequence") or () for item in items)
    told = (*items, *(one for own in nested for one in own))
    return any("PRONE" in str(item.get("CodeMeaning") or "").upper() for item in told)


def _of_orientations(axes: Sequence[np.ndarray | None]) -> list[View]:
    views = [view_of_normal(own) for own in axes]
    # Some cameras state one direction for both sides: that tells nothing.
    if len(views) > 1 and len({*views}) == 1:
        return []
    return [View(name, "its orientation") for name in views]


def _of_listed(header: Dataset, frames: int) -> list[View]:
    for name in ("ImageID", "SeriesDescription", "ProtocolName"):
        listed = [*dict.fromkeys(_listed(str(header.get(name) or "")))]
        if len(listed) == frames > 1:
            return [View(view, "the order in which its name lists both") for view in listed]
    return []
