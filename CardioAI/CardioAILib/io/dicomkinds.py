"""What kind of MR image a DICOM file holds, as far as it is no cine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from CardioAILib.io.dicomroles import plain

if TYPE_CHECKING:
    from pydicom import Dataset

TYPES = (
    ("derived images", {"DERIVED"}),
    ("a localizer", {"LOCALIZER"}),
    (
        "phase contrast",
        {"P", "PHASE", "PHASE MAP", "PHASE CONTRAST", "VELOCITY", "VELOCITY MAP", "FLOW_ENCODED"}
        | {"PCA", "M_PCA", "PHASE_M", "P_PCA"},
    ),
    ("a map", {"T1", "T2", "T2_STAR", "T1 MAP", "T2 MAP", "T2_STAR MAP", "ECV", "MAP"}),
    ("late enhancement", {"PSIR"}),
)
"""Values of Image Type (0008,0008) and what they say."""

WORDS = (
    ("a localizer", r"\b(scout\w*|locali[sz]er\w*|loc|survey|planung|reperage|localizador)\b"),
    (
        "late enhancement",
        r"\b(lge|psir|late|delayed|viab\w*|tardif|tardio|tardivo|narbe\w*|de mr|dhe)\b",
    ),
    (
        "phase contrast",
        r"\b(\w*flow\w*|venc\w*|pc|q ?flow|qf|phase contrast|phasecontrast|fluss\w*|flux|flujo)\b",
    ),
    ("perfusion", r"\b(perf\w*|first pass)\b"),
    ("tagging", r"\b(tag|tags|tagg\w*|c?spamm|grid)\b"),
    ("a map", r"\b(\w*molli\w*|sasha|t1|t1 ?map\w*|t2|t2 ?map\w*|t2 ?star|ecv|mapping)\b"),
    (
        "black blood",
        r"\b(haste|black ?blood|dark ?blood|db|bb|tse|fse|stir|tirm|dir|tir)\b",
    ),
    ("angiography", r"\b(mra|angio\w*|care ?bolus|twist)\b"),
)
"""What series that are no cine are called."""

VELOCITY_SEQUENCE = re.compile(r"_v\d+(in|ap|rl|fh)?", re.IGNORECASE)
"""Siemens' names of phase-contrast sequences, as in `*fl2d1_v150in`."""


def described(header: Dataset) -> str:
    """Return what a series is called: its description and its protocol."""
    names = ("SeriesDescription", "ProtocolName")
    return " ".join(str(header.get(name) or "") for name in names)


def reason_to_skip(header: Dataset) -> str | None:
    """Say what an image is if it is no cine, or None if it may be of one.

    Args:
        header: Attributes by the names of classic files.
    """
    types = {str(value).upper() for value in header.get("ImageType") or ()}
    for kind, values in TYPES:
        if types & values:
            return kind
    if VELOCITY_SEQUENCE.search(str(header.get("SequenceName") or "")):
        return "phase contrast"
    if float(header.get("InversionTime") or 0) > 0:
        return "inversion recovery"
    words = plain(described(header))
    return next((kind for kind, pattern in WORDS if re.search(pattern, words)), None)
