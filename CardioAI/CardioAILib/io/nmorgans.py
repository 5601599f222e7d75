"""Which other organ a header says that a scan shows, where it speaks of one and not of bone."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom import Dataset

NEAR = ("ImageID", "SeriesDescription", "ProtocolName", "DerivationDescription")
WIDE = (
    *("BodyPartExamined", "StudyDescription", "RequestedProcedureDescription"),
    "PerformedProcedureStepDescription",
)
"""Where headers describe the image, and the whole examination, of which the image may be a part."""

BONE = re.compile(
    r"\b(BONES?|SKELET\w*|SQUELETT\w*|SCHELETR\w*|ESQUELET\w*|OSSEU\w*|OSSE[AO]\w*|OSE[AO]S?|OS|"
    r"HUESOS?|KNOCHEN\w*|AMYL\w*|AMIL\w*|HM?DP|DPD|PYP|MDP|PYROPHOS\w*)\b"
)
"""Bone, skeleton and what is looked for with tracers of bone, in five languages."""

ORGANS = {
    "the lungs": r"LUNGS?|LUNGEN\w*|PULMO\w*|POUMONS?|POLMON\w*|VENTILATION|VQ",
    "the kidneys": r"KIDNEYS?|RENAL\w*|RENOGRA\w*|REINS?|RENI|RINON\w*|NIEREN?\w*|NEPHRO\w*|"
    r"DMSA|DTPA|MAG ?3",
    "the thyroid or parathyroid glands": r"(PARA)?(THYR|TIR[OE])\w*|PARATIR\w*|"
    r"(NEBEN)?SCHILDDRUE?SEN?\w*",
    "the brain": r"BRAIN|CEREBR\w*|CERVEAU|CERVELLO|ENCEPHAL\w*|(GE)?HIRN\w*|DAT ?SCAN",
    "the stomach": r"GASTR\w*|STOMACH|ESTOMA[CG]O?|STOMACO|MAGEN\w*",
    "the liver or gall bladder": r"LIVER|HEPAT\w*|EPAT\w*|HIDA|FOIE|LEBER\w*|FEGATO|HIGADO|"
    r"BILIAR\w*|GALLEN\w*",
    "the perfusion of the heart": r"(SESTA)?MIBI|TETROFOSMIN|MYOVIEW|THALLIUM|MPI|"
    r"MYO[CK]ARD\w* ?PERF\w*|PERF\w* MYO[CK]ARD\w*|MIO[CK]ARDIC?\w* PERF\w*|PERF\w* MIOCARD\w*|"
    r"MYOKARDSZ\w*",
    "the nerves of the heart or tumors": r"MIBG|OCTREO\w*",
    "lymph nodes": r"LYMPH\w*|SENTINEL\w*|LINFO\w*|CENTINELA",
    "the salivary glands": r"SALIV\w*|SPEICHELDR\w*",
}
"""How others than bone are called in English, French, German, Italian and Spanish."""


def organ_of(header: Dataset) -> str | None:
    """Return the organ that a header names, None where it names bone or nothing.

    What describes the image counts before what describes the whole examination. The words of the
    header, in which a patient's name may stand, are not repeated.
    """
    for names in (NEAR, WIDE):
        said = _plain(" ".join(str(header.get(name) or "") for name in names))
        if BONE.search(said):
            return None
        for organ, words in ORGANS.items():
            if re.search(rf"\b({words})\b", said):
                return organ
    return None


def _plain(text: str) -> str:
    """Return words in upper case, without accents, divided by single spaces."""
    bare = unicodedata.normalize("NFKD", text.upper()).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[A-Z0-9]+", bare))
