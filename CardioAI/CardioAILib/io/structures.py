"""Structures of the heart: their codes, their usual names, and how a segment is recognized."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from CardioAILib.study import (
    HEART,
    LEFT_ATRIUM,
    LV_CAVITY,
    MYOCARDIUM,
    NO_REFLOW,
    PERICARDIAL_EFFUSION,
    PLEURAL_EFFUSION,
    RV_CAVITY,
    SCAR,
)


@dataclass(frozen=True)
class Code:
    """A coded word: coding scheme ("SCT" is SNOMED CT), value, meaning."""

    scheme: str
    value: str
    meaning: str

    def __str__(self) -> str:
        return f"{self.scheme}^{self.value}^{self.meaning}"


ANATOMY = Code("SCT", "123037004", "Anatomical Structure")
ALTERED = Code("SCT", "49755003", "Morphologically Altered Structure")


@dataclass(frozen=True)
class Structure:
    """A structure, and what tools call it.

    Args:
        code: The code that we write.
        also: Further codes that mean the same, as (scheme, value).
        names: Usual names, in the form of `plain`.
        category: Category that the code belongs to.
        color: Color that we give its segment, red, green, blue of 0 to 255.
    """

    code: Code
    also: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    color: tuple[int, int, int]
    category: Code = ANATOMY

    @property
    def codes(self) -> frozenset[tuple[str, str]]:
        """All codes that mean this structure, as (scheme, value)."""
        return frozenset({(self.code.scheme, self.code.value), *self.also})


# SRT codes come from segmentations made before Slicer and DICOM moved to SNOMED CT's own.
STRUCTURES = {
    MYOCARDIUM: Structure(
        Code("SCT", "74281007", "Myocardium"),
        also=(("SCT", "49848007"), ("SRT", "T-32020")),
        names=(
            *("myocardium", "myo", "lv myocardium", "lv myo", "lvm", "lv wall", "lv muscle"),
            *("left ventricular myocardium", "left ventricle myocardium", "heart myocardium"),
            *("myocardium of left ventricle", "myocardium lv", "left ventricular wall"),
        ),
        color=(192, 104, 88),
    ),
    LV_CAVITY: Structure(
        Code("SCT", "87878005", "Left ventricle"),
        also=(("SRT", "T-32600"),),
        names=(
            *("lv cavity", "lv blood pool", "lv bloodpool", "lv", "lvc", "lv endo", "lvbp"),
            *("left ventricle", "left ventricular cavity", "left ventricle cavity"),
            *("left ventricular blood pool", "heart ventricle left"),
        ),
        color=(152, 55, 13),
    ),
    RV_CAVITY: Structure(
        Code("SCT", "53085002", "Right ventricle"),
        also=(("SRT", "T-32500"),),
        names=(
            *("rv cavity", "rv blood pool", "rv bloodpool", "rv", "rvc", "rv endo", "rvbp"),
            *("right ventricle", "right ventricular cavity", "right ventricle cavity"),
            *("right ventricular blood pool", "heart ventricle right"),
        ),
        color=(78, 116, 178),
    ),
    LEFT_ATRIUM: Structure(
        Code("SCT", "82471001", "Left atrium"),
        also=(("SRT", "T-32300"),),
        names=("left atrium", "la", "left atrial cavity", "heart atrium left"),
        color=(214, 150, 120),
    ),
    HEART: Structure(
        Code("SCT", "80891009", "Heart"),
        also=(("SRT", "T-32000"),),
        names=("heart", "whole heart", "cardiac uptake", "heart uptake"),
        color=(206, 110, 84),
    ),
    SCAR: Structure(
        Code("SCT", "55641003", "Infarct"),
        also=(("DCM", "122113"),),
        names=("scar", "infarct", "myocardial scar", "lge", "fibrosis"),
        color=(243, 214, 78),
        category=ALTERED,
    ),
    # SNOMED CT codes the phenomenon, not the region: the code is our own.
    NO_REFLOW: Structure(
        Code("99CARDIOAI", "no-reflow", "No-reflow region"),
        also=(),
        names=("no reflow", "mvo", "microvascular obstruction", "microvascular obstructions"),
        color=(120, 60, 150),
        category=ALTERED,
    ),
    PERICARDIAL_EFFUSION: Structure(
        Code("SCT", "373945007", "Pericardial effusion"),
        also=(),
        names=("pericardial effusion", "pericardial fluid"),
        color=(110, 184, 209),
        category=ALTERED,
    ),
    PLEURAL_EFFUSION: Structure(
        Code("SCT", "60046008", "Pleural effusion"),
        also=(),
        names=("pleural effusion", "pleural fluid"),
        color=(66, 123, 158),
        category=ALTERED,
    ),
}


@dataclass(frozen=True)
class Candidate:
    """A segment, or a label of a labelmap, that may be a structure.

    Args:
        id: Segment ID, or the label's value as text: what `InputNodes.segment` takes.
        name: Its name.
        terminology: Slicer's terminology entry, or empty.
    """

    id: str
    name: str
    terminology: str = ""

    def __str__(self) -> str:
        return f"'{self.name}' ({self.id})"

    @property
    def coded(self) -> str | None:
        """The structure that the terminology says, or None."""
        code = type_code(self.terminology)
        return next((name for name, known in STRUCTURES.items() if code in known.codes), None)

    @property
    def named(self) -> str | None:
        """The structure that the name says, or None."""
        name = plain(self.name)
        return next((key for key, known in STRUCTURES.items() if name in known.names), None)


def choose(found: Sequence[Candidate], structure: str) -> list[Candidate]:
    """Return those that are a structure: by terminology, else by name, in their order.

    A name counts only where the terminology does not say another structure.
    """
    coded = [one for one in found if one.coded == structure]
    return coded or [one for one in found if one.coded is None and one.named == structure]


def plain(name: str) -> str:
    """Return a name in lower case, words apart by one blank, without a number at its end."""
    words = re.sub(r"[\W_]+", " ", name).strip().lower()
    return re.sub(r" \d+$", "", words)


def type_code(terminology: str) -> tuple[str, str] | None:
    """Return scheme and value of a terminology entry's type, or None.

    An entry is context~category~type~modifier~region context~region~modifier, each code
    scheme^value^meaning. Only the type says what the segment is: a scar's region is the
    myocardium as well.
    """
    parts = terminology.split("~")
    code = parts[2].split("^") if len(parts) > 2 else []
    return (code[0], code[1]) if len(code) > 1 and code[1] else None
