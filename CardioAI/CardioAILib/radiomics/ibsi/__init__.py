"""Features of the Image Biomarker Standardisation Initiative, phase 1 (arXiv:1612.07003)."""

from CardioAILib.radiomics.ibsi.features import ibsi_features
from CardioAILib.radiomics.ibsi.names import ibsi_names, pyradiomics_name, tag_stem
from CardioAILib.radiomics.ibsi.settings import (
    AGGREGATIONS,
    CONFIGURATION_A,
    CONFIGURATION_B,
    CONFIGURATION_C,
    CONFIGURATION_D,
    CONFIGURATION_E,
    DIGITAL_PHANTOM,
    FAMILIES,
    IBSI,
    IbsiSettings,
)
from CardioAILib.radiomics.ibsi.stages import describe_stages

__all__ = [
    "AGGREGATIONS",
    "CONFIGURATION_A",
    "CONFIGURATION_B",
    "CONFIGURATION_C",
    "CONFIGURATION_D",
    "CONFIGURATION_E",
    "DIGITAL_PHANTOM",
    "FAMILIES",
    "IBSI",
    "IbsiSettings",
    "describe_stages",
    "ibsi_features",
    "ibsi_names",
    "pyradiomics_name",
    "tag_stem",
]
