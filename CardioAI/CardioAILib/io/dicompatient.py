"""What a DICOM header says of body and scanner, without saying who it is."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING

from CardioAILib.study import Fact

if TYPE_CHECKING:
    from pydicom import Dataset

YEARS_OF_UNIT = {"Y": 1.0, "M": 1 / 12, "W": 7 / 365.25, "D": 1 / 365.25}
"""Units of Patient's Age (DICOM PS3.5, value representation AS)."""

OLDEST = 90
"""Age from which on an exact number helps to name a person (45 CFR 164.514); it is cut there."""

VENDORS = ("Siemens", "GE", "Philips", "Canon", "Toshiba", "United Imaging", "Hitachi")

CM_OF_M = 100.0


def patient_facts(header: Dataset) -> dict[str, Fact]:
    """Return what is known of height_cm, weight_kg, age, sex, vendor and field_T.

    Args:
        header: Attributes of any image of the study.
    """
    height = _positive(header, "PatientSize")
    known = {
        "height_cm": height and round(height * CM_OF_M, 1),
        "weight_kg": _positive(header, "PatientWeight"),
        "age": _age(header),
        "sex": _sex(header),
        "vendor": _vendor(str(header.get("Manufacturer") or "")),
        "field_T": _positive(header, "MagneticFieldStrength"),
    }
    return {name: value for name, value in known.items() if value is not None}


def _positive(header: Dataset, name: str) -> float | None:
    try:
        value = float(header.get(name) or 0.0)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) and value > 0 else None


def _sex(header: Dataset) -> str | None:
    sex = str(header.get("PatientSex") or "").upper()
    return sex if sex in ("F", "M") else None


def _age(header: Dataset) -> float | None:
    """Return the age in whole years at examination, as stated or from the dates."""
    stated = re.fullmatch(r"(\d{3})([YMWD])", str(header.get("PatientAge") or ""))
    if stated:
        return float(min(int(int(stated[1]) * YEARS_OF_UNIT[stated[2]]), OLDEST))
    born, seen = (_date(header, name) for name in ("PatientBirthDate", "StudyDate"))
    if born is None or seen is None or seen < born:
        return None
    not_yet = (seen.month, seen.day) < (born.month, born.day)
    return float(min(seen.year - born.year - not_yet, OLDEST))


def _date(header: Dataset, name: str) -> date | None:
    try:
        return date.fromisoformat(str(header.get(name) or ""))
    except ValueError:
        return None


def _vendor(manufacturer: str) -> str | None:
    return next((v for v in VENDORS if re.search(rf"\b{v}", manufacturer, re.IGNORECASE)), None)
