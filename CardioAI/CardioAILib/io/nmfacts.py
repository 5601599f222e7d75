"""What a nuclear medicine header says of tracer, dose, delay and acquisition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from CardioAILib.io.dicompatient import patient_facts
from CardioAILib.io.nmorgans import organ_of
from CardioAILib.io.nmtimes import delay_min
from CardioAILib.results import Finding
from CardioAILib.study import Fact

if TYPE_CHECKING:
    from pydicom import Dataset

ISOTOPES = (
    ("Tc", "TECHNETIUM", "99M?"),
    ("I", "IODINE", "12[345]|131"),
    ("In", "INDIUM", "111|113M"),
    ("Tl", "THALLIUM", "201"),
    ("Ga", "GALLIUM", "6[78]"),
    ("F", "FLUORINE", "18"),
    ("Sm", "SAMARIUM", "153"),
    ("Sr", "STRONTIUM", "85|89"),
    ("Re", "RHENIUM", "18[68]"),
    ("Lu", "LUTETIUM", "177"),
)
"""Symbol, name and mass numbers of what is injected."""

ISOTOPE_CODES = dict.fromkeys(("C-163A8", "72454006"), "99mTc")
"""Codes of the radionuclide by SNOMED (PS3.16 CID 18); of others the meaning tells."""

TRACERS = (
    ("HMDP", r"\bHM?DP\b|OXIDRON|HYDROXYMETHYLENE"),
    ("DPD", r"\bDPD\b|TECEOS|DICARBOXY"),
    ("PYP", r"\bPYP\b|PYROPHOSPHATE"),
    ("MDP", r"\bMDP\b|MEDRON"),
)
"""Bone-seeking tracers by the short names of the field, and other names for them."""

DOSES = (
    (1e7, 1e10, 1e-6, "Bq"),
    (1e5, 3e6, 1e-3, "kBq"),
    (50.0, 3000.0, 1.0, ""),
    (5.0, 50.0, 37.0, "mCi"),
)
"""Stated doses from and to, what makes them MBq, and the unit they are taken for."""


def nm_facts(header: Dataset, kind: str, window: int) -> tuple[dict[str, Fact], list[Finding]]:
    """Return what is known of body, scanner, tracer and acquisition, and doubts about it.

    Args:
        header: Header of the file.
        kind: "whole body" or "static".
        window: Energy window of the frames, from 1.

    Returns:
        `acquisition`, `isotope`, `radiopharmaceutical`, `dose_MBq`, `delay_min`, `duration_s`,
        `scan_speed_mm_per_s`, `organ` where it names another than bone, and what
        `patient_facts` gives, each only where it is known.
    """
    tracer = _tracer_item(header, window)
    dose, doubts = _dose(tracer)
    delay, late = delay_min(header, tracer)
    frame_ms = _number(header, "ActualFrameDuration")
    known: dict[str, Fact | None] = {
        "acquisition": kind,
        "isotope": _isotope(tracer),
        "radiopharmaceutical": _tracer(tracer),
        "dose_MBq": dose,
        "delay_min": delay,
        "duration_s": frame_ms and round(frame_ms / 1000.0, 3),
        "scan_speed_mm_per_s": _number(header, "ScanVelocity") if kind == "whole body" else None,
        "organ": organ_of(header),
    }
    facts = {name: value for name, value in known.items() if value is not None}
    return {**patient_facts(header), **facts}, [*doubts, *late]


def _tracer_item(header: Dataset, window: int) -> Dataset | None:
    """Return what is said of the tracer of a window: the first, unless one names the window."""
    items = header.get("RadiopharmaceuticalInformationSequence") or ()
    for item in items:
        if len(items) > 1 and item.get("EnergyWindowNumber") == window:
            return item
    return items[0] if items else None


def _isotope(tracer: Dataset | None) -> str | None:
    for item in (tracer.get("RadionuclideCodeSequence") or ()) if tracer is not None else ():
        if code := ISOTOPE_CODES.get(str(item.get("CodeValue") or "")):
            return code
        if named := _symbol(str(item.get("CodeMeaning") or "")):
            return named
    return None if tracer is None else _symbol(str(tracer.get("Radiopharmaceutical") or ""))


def _symbol(text: str) -> str | None:
    """Return `99mTc` of `^99m^Technetium`, `Tc-99m` and the like."""
    for symbol, name, masses in ISOTOPES:
        element, mass = rf"(?:{name}|{symbol.upper()})", rf"({masses})"
        pattern = rf"\b{mass}\W*{element}\b|\b{element}\W*{mass}\b"
        if found := re.search(pattern, text.upper()):
            return f"{(found[1] or found[2]).lower()}{symbol}"
    return None


def _tracer(tracer: Dataset | None) -> str | None:
    if tracer is None:
        return None
    items = tracer.get("RadiopharmaceuticalCodeSequence") or ()
    names = [str(tracer.get("Radiopharmaceutical") or "")]
    names += [str(item.get("CodeMeaning") or "") for item in items]
    stated = " ".join(names).strip().upper()
    for short, pattern in TRACERS:
        if re.search(pattern, stated):
            return short
    return next((name.strip().upper() for name in names if name.strip()), None)


def _dose(tracer: Dataset | None) -> tuple[float | None, list[Finding]]:
    stated = _number(tracer, "RadionuclideTotalDose") if tracer is not None else None
    if stated is None:
        return None, []
    for low, high, factor, unit in DOSES:
        if low <= stated < high:
            dose = round(stated * factor, 2)
            message = f"{stated:g} cannot be a dose in MBq; taken as {unit}, {dose:g} MBq"
            return dose, [Finding("dose", message)] if unit else []
    return None, [Finding("dose", f"{stated:g} is no dose of a bone scan; left out")]


def _number(source: Dataset, name: str) -> float | None:
    try:
        value = float(source.get(name) or 0.0)
    except (TypeError, ValueError):
        return None
    return value if 0.0 < value < float("inf") else None
