"""What a header says of patient, scanner and recording of an echo clip."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from CardioAILib.io.dicompatient import patient_facts
from CardioAILib.results import Finding
from CardioAILib.study import Fact

if TYPE_CHECKING:
    from pydicom import Dataset

HEART_RATES = (20.0, 300.0)
"""Beats in a minute that a stated heart rate can be."""

MAKERS = ("Acuson", "ATL", "SonoSite", "Esaote", "Mindray", "Samsung", "Medison", "Aloka")
"""Makers of echo scanners, beside those that `patient_facts` knows."""

STRESS = re.compile(
    r"\b(stress|peak|exercise|dobu\w*|low dose|recovery|post|impost|\d+ ?mcg)\b", re.I
)
"""Words by which the stage of a stress echo is called, but for rest."""
ESOPHAGEAL = re.compile(r"\btee\b|\btoe\b|trans ?o?esoph", re.I)


def us_facts(header: Dataset) -> dict[str, Fact]:
    """Return what is known of body and scanner, each only where it is known.

    Args:
        header: Header of any file of the examination.

    Returns:
        `age`, `sex`, `height_cm`, `weight_kg`, `heart_rate` (beats a minute), `manufacturer`.
    """
    known = patient_facts(header)
    maker = known.pop("vendor", None) or _maker(str(header.get("Manufacturer") or ""))
    rate = _heart_rate(header)
    added = {"heart_rate": rate, "manufacturer": maker}
    return {**known, **{name: value for name, value in added.items() if value is not None}}


def recording_doubts(header: Dataset) -> list[Finding]:
    """Return what about a recording differs from echo at rest through the chest."""
    found = []
    named = " ".join(str(header.get(own) or "") for own in ("SeriesDescription", "ProtocolName"))
    types = header.get("ImageType") or ()
    if ESOPHAGEAL.search(named) or "TEE" in ([types] if isinstance(types, str) else [*types]):
        found.append(Finding("transesophageal", "a clip through the esophagus, not the chest"))
    stage = str(header.get("StageName") or "")
    if STRESS.search(stage):
        found.append(Finding("stress echo", "a stage of a stress echo, not at rest"))
    if str(header.get("SOPClassUID") or "").startswith("1.2.840.10008.5.1.4.1.1.7"):
        found.append(Finding("capture", "a secondary capture, which may be a copy of a screen"))
    return found


def _heart_rate(header: Dataset) -> float | None:
    try:
        rate = float(header.get("HeartRate") or 0.0)
    except (TypeError, ValueError):
        return None
    low, high = HEART_RATES
    return rate if low <= rate <= high else None


def _maker(name: str) -> str | None:
    return next((own for own in MAKERS if re.search(rf"\b{own}", name, re.IGNORECASE)), None)
