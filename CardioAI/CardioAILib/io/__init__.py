"""Files in and out: volumes, cohort tables and public data sets become studies."""

from CardioAILib.io.acdc import acdc_cohort, acdc_rows
from CardioAILib.io.camus import camus_cohort, camus_rows
from CardioAILib.io.cohort import FileImages, read_cohort
from CardioAILib.io.dicomcine import Cine, read_dicom_cine
from CardioAILib.io.dicomroles import view_of_matrix, view_of_words
from CardioAILib.io.dicomseries import Series
from CardioAILib.io.dicomstudy import read_dicom_study
from CardioAILib.io.emidec import emidec_cohort, emidec_rows
from CardioAILib.io.nm import read_planar
from CardioAILib.io.nmseries import PlanarSeries
from CardioAILib.io.pretext import Pretext, PretextSeries, read_pretext
from CardioAILib.io.roles import parse_role, role_column
from CardioAILib.io.save import save_cohort, write_cohort
from CardioAILib.io.us import Clip, read_clip
from CardioAILib.io.volumes import read_image, read_mask, write_image

__all__ = [
    "Cine",
    "Clip",
    "FileImages",
    "PlanarSeries",
    "Pretext",
    "PretextSeries",
    "Series",
    "acdc_cohort",
    "acdc_rows",
    "camus_cohort",
    "camus_rows",
    "emidec_cohort",
    "emidec_rows",
    "parse_role",
    "read_clip",
    "read_cohort",
    "read_dicom_cine",
    "read_dicom_study",
    "read_image",
    "read_mask",
    "read_planar",
    "read_pretext",
    "role_column",
    "save_cohort",
    "view_of_matrix",
    "view_of_words",
    "write_cohort",
    "write_image",
]
