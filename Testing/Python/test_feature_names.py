"""Features in both languages of radiomics, and the table of names beside a table of features."""

from __future__ import annotations

import csv

import pytest
from CardioAILib.radiomics import SOUND, feature_names
from CardioAILib.radiomics.ibsi import IBSI, ibsi_names
from CardioAILib.radiomics.ibsi.counterparts import counterpart
from CardioAILib.verbs.features.names import HEADER, names_beside, write_names


@pytest.mark.parametrize(
    ("column", "identifier", "pyradiomics"),
    [
        ("original_glcm_Contrast", "ACUI", "glcm_Contrast"),
        ("wavelet-LH_glcm_Contrast", "ACUI", "glcm_Contrast"),
        ("cm_contrast_2_5D_comb", "ACUI", "glcm_Contrast"),
        ("stat_mean", "Q4LE", "firstorder_Mean"),
        # IBSI's kurtosis is the excess, pyradiomics' is not: they are no counterparts.
        ("original_firstorder_Kurtosis", "", "firstorder_Kurtosis"),
        ("stat_kurt", "IPH6", ""),
    ],
)
def test_a_feature_is_known_in_both_languages(column, identifier, pyradiomics):
    own = counterpart(column)
    assert (own.identifier, own.pyradiomics) == (identifier, pyradiomics)


def test_every_feature_has_a_counterpart_and_keys_have_none():
    assert all(counterpart(name) is not None for name in feature_names(SOUND))
    assert all(counterpart(name).tag for name in ibsi_names(IBSI))
    assert counterpart("subject") is counterpart("diagnostics_Bins") is None


def test_names_are_written_beside_the_table(tmp_path):
    out = names_beside(tmp_path / "features.csv")
    write_names(("subject", "diagnostics_Scale", "cm_contrast_2_5D_comb"), out)
    with out.open(newline="") as file:
        rows = list(csv.reader(file))
    assert out.name == "features.names.csv"
    assert rows == [
        list(HEADER),
        ["cm_contrast_2_5D_comb", "Contrast", "ACUI", "cm_contrast", "glcm_Contrast"],
    ]
