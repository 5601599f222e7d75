"""The view of an echo clip, as its header states it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom import Dataset

OTHER = "other"
"""A view that is stated, and that no system here looks at."""

A4C, A2C, A3C, PLAX, PSAX = "A4C", "A2C", "A3C", "PLAX", "PSAX"

CODES = {
    "399214001": A4C,
    "G-A19C": A4C,
    "399232001": A2C,
    "G-A19B": A2C,
    "399339008": A3C,
    "G-0395": A3C,
    "399139001": PLAX,
    "G-0396": PLAX,
    **dict.fromkeys(("399306005", "399239005", "399371001", "399036006", "399271003"), PSAX),
    **dict.fromkeys(("G-0397", "G-0398", "G-0399", "G-039A", "G-039B"), PSAX),
}
"""Views of PS3.16 CID 12226 by SNOMED CT, and by the codes that came before it."""

SCHEMES = ("SCT", "SRT", "SNM3", "99SDM", "DCM")
"""Coding schemes of that context group; codes of others mean something else."""

APICAL = r"(?:apical|ap|a)"
CHAMBER = r"(?:chambers?|ch|c)"
WORDS = (
    (OTHER, r"\b(subcostal|suprasternal|tee|toe|trans ?(o)?esophageal|rv (in|out)flow|rvot)\b"),
    (A4C, rf"\b{APICAL} ?(4|four) ?{CHAMBER}?\b|\b(4|four) ?(chambers?|ch|c)\b"),
    (A2C, rf"\b{APICAL} ?(2|two) ?{CHAMBER}?\b|\b(2|two) ?(chambers?|ch|c)\b"),
    (A3C, rf"\b{APICAL} ?(3|three) ?{CHAMBER}?\b|\b(3|three) ?(chambers?|ch|c)\b"),
    (A3C, r"\bap\w* (long axis|lax)\b|\baplax\b"),
    (PLAX, r"\bplax\b|\b(ps|pslax|para\w*) ?(lax|long axis|l ax|la)\b|\bpslax\b|\bpsla\b"),
    (PSAX, r"\bpsax\b|\b(ps|para\w*) ?(sax|short axis|s ax|sa)\b|\bpssax\b|\bpssa\b"),
)
"""How views are called, the first rule that fits taken."""

NAMED = ("ViewName", "ImageComments", "SeriesDescription", "ProtocolName")
"""Where views are called by name, the best first."""


def view_of(header: Dataset) -> str | None:
    """Return the view that a header states.

    Returns:
        A4C, A2C, A3C, PLAX, PSAX; "other" of one that is stated and none of these; None where
        nothing states it.
    """
    coded = _coded(header)
    if coded is not None:
        return coded
    words = (view_of_words(str(header.get(name) or "")) for name in NAMED)
    return next((view for view in words if view), None)


def view_of_words(text: str) -> str | None:
    """Return the view that a text names; None where it names none or more than one."""
    plain = re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
    found = {view for view, pattern in WORDS if re.search(pattern, plain)}
    if OTHER in found:
        return OTHER
    return found.pop() if len(found) == 1 else None


def _coded(header: Dataset) -> str | None:
    for item in header.get("ViewCodeSequence") or ():
        if str(item.get("CodingSchemeDesignator") or "").upper() in SCHEMES:
            return CODES.get(str(item.get("CodeValue") or "").strip(), OTHER)
    return None
