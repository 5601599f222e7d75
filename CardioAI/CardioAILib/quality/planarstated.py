"""What the header of a planar scan said, as far as the cohort's facts repeat it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from CardioAILib.errors import InputError
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Study

DELAY, DOSE = "delay_min", "dose_MBq"
ISOTOPE, TRACER = "isotope", "radiopharmaceutical"
ORGAN = "organ"
BONES = ("", "bone", "bones", "skeleton")
"""What the fact `organ` is where nothing else is shown."""

DELAYS_MIN = {"PYP": (45.0, 240.0)}
USUAL_DELAY_MIN = (120.0, 240.0)
"""Minutes from injection: 3 h in Halme 2022; pyrophosphate is imaged after 1 or 3 h."""
USUAL_DOSE_MBQ = (300.0, 1100.0)
"""500 to 700 in Halme 2022; 370 to 740 in guidelines, more for heavy patients."""
BONE_SEEKING = ("HMDP", "HDP", "OXIDRONATE", "DPD", "DICARBOXYPROPANE", "PYP", "PYROPHOSPHATE")
LESS_SENSITIVE = ("MDP", "MEDRONATE", "HEDP")
"""Of bone too, but poor at showing amyloidosis (consensus of ASNC and others, 2019)."""
OTHER = (
    "MAA",
    "MIBI",
    "SESTAMIBI",
    "TETROFOSMIN",
    "DTPA",
    "MAG3",
    "DMSA",
    "COLLOID",
    "MIBG",
    "FDG",
)
"""Of other organs."""


def check_stated(study: Study, where: str) -> list[Finding]:
    """Check organ, tracer, isotope, dose and delay; what is not said is not checked.

    Raises:
        InputError: The tracer shows no bone, or text stands where a number belongs.
    """
    tracer = str(study.facts.get(TRACER, "")).upper()
    findings = [
        *_organ(study, where),
        *_tracer(tracer, where),
        *_isotope(str(study.facts.get(ISOTOPE, "")), where),
    ]
    pyrophosphate = "PYP" in tracer or "PYROPHOSPHATE" in tracer
    delays = DELAYS_MIN["PYP"] if pyrophosphate else USUAL_DELAY_MIN
    findings += _outside(study, DELAY, delays, "min after injection", "delay")
    findings += _outside(study, DOSE, USUAL_DOSE_MBQ, "MBq", "dose")
    return findings


def other_organ(facts: Mapping[str, Fact]) -> str:
    """Return the organ that header or table name where it is not bone; empty else."""
    named = str(facts.get(ORGAN, "")).strip()
    return "" if named.lower() in BONES else named


def _organ(study: Study, where: str) -> list[Finding]:
    organ = other_organ(study.facts)
    if not organ:
        return []
    message = f"{where} is described as a scan of {organ} and not of bone"
    told = "neither the network nor the visual rule know such scans: check the series"
    return [Finding(ORGAN, f"{message}; {told}")]


def _tracer(tracer: str, where: str) -> list[Finding]:
    words = set(re.findall(r"[A-Z0-9]+", tracer))
    if words & set(OTHER):
        raise InputError(
            got=f"the radiopharmaceutical {tracer} in {where}",
            wanted="bone scintigraphy, with HMDP, DPD or PYP",
            fix="name the bone scan of the patient, or correct the column 'radiopharmaceutical'",
        )
    if not words or any(name in tracer for name in BONE_SEEKING):
        return []
    known = any(name in words for name in LESS_SENSITIVE)
    told = "shows amyloidosis poorly" if known else "is not known here as a tracer of bone"
    message = f"{where} was made with {tracer}, which {told}; the system learned from HMDP"
    return [Finding("tracer", message)]


def _isotope(isotope: str, where: str) -> list[Finding]:
    if not isotope or re.search(r"99\s*\^?m|technetium|^tc", isotope, re.IGNORECASE):
        return []
    return [Finding("isotope", f"{where} was made with {isotope} and not with 99mTc")]


def _outside(
    study: Study, name: str, usual: tuple[float, float], unit: str, check: str
) -> list[Finding]:
    value = study.facts.get(name, "")
    if isinstance(value, str) and not value.strip():
        return []
    if isinstance(value, str) or not math.isfinite(value) or value < 0:
        raise InputError(
            got=f"'{value}' in column '{name}'",
            wanted="a number, not below 0",
            fix="correct the cell, or leave it empty where it is not known",
        )
    low, high = usual
    if low <= value <= high:
        return []
    message = f"{value:g} {unit}, outside the usual {low:g} to {high:g}: uptake differs there"
    return [Finding(check, f"{message}; check the column '{name}'")]
