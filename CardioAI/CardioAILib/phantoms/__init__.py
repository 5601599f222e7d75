"""Simulated studies with known answers, for tests, demonstrations and audits."""

from CardioAILib.phantoms.bonescan import (
    GRADES,
    PAPER,
    PAPER_STATIC,
    PLANAR_VIEWS,
    bone_cohort,
    bone_study,
)
from CardioAILib.phantoms.cardiomyopathy import (
    CARDIOMYOPATHIES,
    cardiomyopathy_cohort,
    cardiomyopathy_study,
)
from CardioAILib.phantoms.cine import Cine, hcm_cine
from CardioAILib.phantoms.echo import ECHO_VIEWS, echo_cohort, echo_study, view_cohort
from CardioAILib.phantoms.grid import SMALL, Grid
from CardioAILib.phantoms.lesion import CLEAR_EFFECT
from CardioAILib.phantoms.lge import LGE_VIEWS, lge_cohort, lge_study
from CardioAILib.phantoms.lgepatient import DIAGNOSES
from CardioAILib.phantoms.planes import VIEWS, plane_cohort
from CardioAILib.phantoms.shortaxis import hcm_cohort, hcm_study

__all__ = [
    "CARDIOMYOPATHIES",
    "CLEAR_EFFECT",
    "DIAGNOSES",
    "ECHO_VIEWS",
    "GRADES",
    "LGE_VIEWS",
    "PAPER",
    "PAPER_STATIC",
    "PLANAR_VIEWS",
    "SMALL",
    "VIEWS",
    "Cine",
    "Grid",
    "bone_cohort",
    "bone_study",
    "cardiomyopathy_cohort",
    "cardiomyopathy_study",
    "echo_cohort",
    "echo_study",
    "hcm_cine",
    "hcm_cohort",
    "hcm_study",
    "lge_cohort",
    "lge_study",
    "plane_cohort",
    "view_cohort",
]
