"""The header of a planar scan's DICOM file: patient, acquisition, tracer, detectors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.study import Image, Study

if TYPE_CHECKING:
    from pydicom import Dataset

# SNOMED CT codes and meanings of DICOM PS3.16, CID 26, 18, 25, 19, 20 and 21.
VIEW_CODES = {
    "anterior": ("399321004", "Anterior projection"),
    "posterior": ("399001007", "Posterior projection"),
}
ISOTOPE_CODES = {"99mTc": ("72454006", "^99m^Technetium")}
TRACER_CODES = {
    "HMDP": ("53951001", "Technetium Tc^99m^ oxidronate"),
    "HDP": ("53951001", "Technetium Tc^99m^ oxidronate"),
    "MDP": ("96390006", "Technetium Tc^99m^ medronate"),
    "PYP": ("764821009", "Technetium Tc^99m^ pyrophosphate"),
}
RECUMBENT, SUPINE = ("102538003", "recumbent"), ("40199007", "supine")
HEADFIRST = ("102540008", "headfirst")

WINDOW_KEV = (126.45, 154.55)
"""140.5 keV with 20 % to both sides together."""

ACQUIRED = datetime(2020, 1, 2, 12, 0, 0)
"""When every scan was acquired, so that files tell nothing of when they were made."""

USUAL_SPEED_MM_S = 2.5
USUAL_STATIC_S = 300.0


def describe_patient(made: Dataset, study: Study) -> None:
    """Write who was examined: the pseudonym, sex and age."""
    made.PatientName = made.PatientID = study.subject
    made.PatientBirthDate, made.ReferringPhysicianName = "", ""
    made.PatientSex = str(study.facts.get("sex", ""))
    if "age" in study.facts:
        made.PatientAge = f"{int(study.facts['age']):03d}Y"


def describe_acquisition(made: Dataset, study: Study, views: Mapping[str, Image]) -> None:
    """Write how the views (1, 1, H, W) were acquired."""
    static = study.facts.get("acquisition") == "static"
    date, time = _moment(ACQUIRED)
    made.StudyDate = made.SeriesDate = made.AcquisitionDate = made.ContentDate = date
    made.StudyTime = made.SeriesTime = made.AcquisitionTime = made.ContentTime = time
    made.ImageType = ["ORIGINAL", "PRIMARY", "STATIC" if static else "WHOLE BODY", "EMISSION"]
    made.SeriesDescription = "THORAX STATIC" if static else "WHOLE BODY"
    made.BodyPartExamined = "CHEST" if static else "WHOLEBODY"
    made.CountsAccumulated = int(sum(image.array.sum(dtype=np.float64) for image in views.values()))
    image = next(iter(views.values()))
    if static:
        seconds = float(study.facts.get("duration_s", USUAL_STATIC_S))
    else:
        speed = float(study.facts.get("scan_speed_mm_per_s", USUAL_SPEED_MM_S))
        travel = image.array.shape[2] * image.spacing[1]
        seconds = travel / speed
        made.WholeBodyTechnique, made.ScanVelocity, made.ScanLength = "1PASS", speed, round(travel)
    made.ActualFrameDuration = round(1000 * seconds)
    made.PatientPosition = ""
    made.PatientOrientationCodeSequence = [_code(*RECUMBENT)]
    made.PatientOrientationCodeSequence[0].PatientOrientationModifierCodeSequence = [_code(*SUPINE)]
    made.PatientGantryRelationshipCodeSequence = [_code(*HEADFIRST)]


def describe_tracer(made: Dataset, study: Study) -> None:
    """Write what was injected, how much and when."""
    from pydicom import Dataset

    tracer = Dataset()
    isotope = str(study.facts.get("isotope", ""))
    tracer.RadionuclideCodeSequence = _codes(ISOTOPE_CODES, isotope)
    name = str(study.facts.get("radiopharmaceutical", ""))
    tracer.Radiopharmaceutical = name
    tracer.RadiopharmaceuticalCodeSequence = _codes(TRACER_CODES, name)
    if "dose_MBq" in study.facts:
        tracer.RadionuclideTotalDose = float(study.facts["dose_MBq"])
    if "delay_min" in study.facts:
        injected = ACQUIRED - timedelta(minutes=float(study.facts["delay_min"]))
        tracer.RadiopharmaceuticalStartTime = _moment(injected)[1]
    made.RadiopharmaceuticalInformationSequence = [tracer]
    window = Dataset()
    window.EnergyWindowName = "Tc99m"
    window.EnergyWindowRangeSequence = [Dataset()]
    limits = window.EnergyWindowRangeSequence[0]
    limits.EnergyWindowLowerLimit, limits.EnergyWindowUpperLimit = WINDOW_KEV
    made.NumberOfEnergyWindows, made.EnergyWindowInformationSequence = 1, [window]


def detector_of(view: str, image: Image) -> Dataset:
    """Return where a view lies, in LPS as DICOM has it."""
    from pydicom import Dataset

    made = Dataset()
    made.CollimatorGridName, made.CollimatorType = "LEHR", "PARA"
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ image.ijk_to_ras
    _, row_mm, column_mm = image.spacing
    directions = np.concatenate([lps[:3, 0] / column_mm, lps[:3, 1] / row_mm])
    made.ImagePositionPatient = [f"{place:.6g}" for place in lps[:3, 3]]
    made.ImageOrientationPatient = [f"{part + 0.0:.6g}" for part in directions]
    made.ViewCodeSequence = [_code(*VIEW_CODES[view])]
    return made


def _codes(known: dict[str, tuple[str, str]], name: str) -> list[Dataset]:
    return [_code(*known[name])] if name in known else []


def _code(value: str, meaning: str) -> Dataset:
    from pydicom import Dataset

    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, "SCT", meaning
    return made


def _moment(at: datetime) -> tuple[str, str]:
    return at.strftime("%Y%m%d"), at.strftime("%H%M%S")
