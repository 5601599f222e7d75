"""Whether a header is of a planar scan, and of which kind; all others are refused by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from CardioAILib.errors import InputError
from CardioAILib.io.nmfiles import is_capture
from CardioAILib.quality.body import is_whole_body

if TYPE_CHECKING:
    from pydicom import Dataset

Kind = Literal["whole body", "static"]

STATED: dict[str, Kind] = {"WHOLE BODY": "whole body", "STATIC": "static"}
"""Planar kinds in value 3 of Image Type (DICOM PS3.3 C.8.4.9.1.1)."""

OTHERS = {
    "DYNAMIC": "a dynamic series",
    "GATED": "a gated series",
    "TOMO": "the projections of SPECT",
    "GATED TOMO": "the projections of gated SPECT",
    "RECON TOMO": "reconstructed slices of SPECT",
    "RECON GATED TOMO": "reconstructed slices of gated SPECT",
}
"""Other values, in words."""

VECTORS = {
    "PhaseVector": "a dynamic series",
    "TimeSliceVector": "a dynamic series",
    "RRIntervalVector": "a gated series",
    "TimeSlotVector": "a gated series",
    "RotationVector": "the projections of SPECT",
    "AngularViewVector": "the projections of SPECT",
    "SliceVector": "reconstructed slices of SPECT",
}
"""What counts frames that are not planar (Frame Increment Pointer, PS3.3 C.8.4.8)."""

MEANS = re.compile(r"\bGEO\w*[ _-]?MEAN\b|\bG[ _-]?MEAN\b|\bGMEAN\b")
"""How vendors call the geometric mean of both views, which is no view."""

COLORS, PALETTE = ("RGB", "YBR"), "PALETTE COLOR"


def kind_of(header: Dataset) -> Kind:
    """Return what a planar scan shows: the whole body, or one field of view.

    Image Type tells it; where it is silent, what the frames are counted by, then the shape.

    Raises:
        InputError: The image is of another kind, in colors, of transmission, or a geometric mean.
    """
    _require_gray(header)
    types = values(header, "ImageType")
    stated = types[2] if len(types) > 2 else ""
    if other := OTHERS.get(stated) or _counted_by(header):
        raise _refused(other)
    if "TRANSMISSION" in types:
        raise _refused("a transmission scan")
    if MEANS.search(called(header)):
        raise _refused("the geometric mean of two views")
    shape = int(header.get("Rows") or 0), int(header.get("Columns") or 0)
    return STATED.get(stated) or ("whole body" if is_whole_body(shape) else "static")


def values(header: Dataset, name: str) -> list[str]:
    """Return the values of an attribute of words, in upper case."""
    value = header.get(name) or ()
    return [str(one).upper().strip() for one in ([value] if isinstance(value, str) else value)]


def called(header: Dataset) -> str:
    """Return what an image is called, in upper case: its ID, its series and its protocol."""
    names = ("ImageID", "SeriesDescription", "ProtocolName", "DerivationDescription")
    return " ".join(str(header.get(name) or "") for name in names).upper()


def _counted_by(header: Dataset) -> str:
    if int(header.get("NumberOfFrames") or 1) < 2:
        return ""
    return next((kind for name, kind in VECTORS.items() if _changes(header.get(name))), "")


def _changes(vector: object) -> bool:
    return not isinstance(vector, int | str | None) and len({*vector}) > 1  # type: ignore[misc]


def _require_gray(header: Dataset) -> None:
    photometric = str(header.get("PhotometricInterpretation") or "")
    # Counts of NM images may have a palette for display; numbers of a capture's palette are none.
    colored = photometric.startswith(COLORS) or (is_capture(header) and photometric == PALETTE)
    if int(header.get("SamplesPerPixel") or 1) > 1 or colored:
        raise InputError(
            got="a color picture of a scan",
            wanted="counts as the camera stored them",
            fix="export the original NM image and not a screenshot",
        )


def _refused(kind: str) -> InputError:
    return InputError(
        got=kind,
        wanted="a planar scan: of the whole body, or a static view of the chest",
        fix="choose the planar series of the examination, with its anterior view",
    )
