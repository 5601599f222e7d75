"""What IBSI features refuse, and in which words."""

from dataclasses import asdict

import numpy as np
import pytest
from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.radiomics.ibsi import (
    CONFIGURATION_A,
    IBSI,
    IbsiSettings,
    ibsi_features,
    ibsi_names,
    pyradiomics_name,
    tag_stem,
)

IMAGE = np.random.default_rng(0).normal(100, 20, (3, 8, 8))
MASK = np.zeros(IMAGE.shape, bool)
MASK[:, 2:6, 2:6] = True


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"bin_width": 1.0, "bin_count": 8}, "exactly one of bin_width and bin_count"),
        ({}, "exactly one of bin_width and bin_count"),
        ({"bin_count": 1}, "whole number from 2 to 4096"),
        ({"bin_count": 8.5}, "whole number from 2 to 4096"),
        ({"bin_count": 5000}, "whole number from 2 to 4096"),
        ({"bin_count": float("nan")}, "whole number from 2 to 4096"),
        ({"bin_width": "25"}, "bin_width='25'"),
        ({"bin_width": 0.0}, "bin_width=0.0"),
        ({"bin_width": float("nan")}, "bin_width=nan"),
        ({"bin_count": 8, "bin_origin": 0.0}, "where bins of fixed width begin"),
        ({"bin_count": 8, "aggregations": ("4D_avg",)}, "remove \\['4D_avg'\\]"),
        ({"bin_count": 8, "aggregations": ()}, "name at least one"),
        ({"bin_count": 8, "families": ("glcm",)}, "remove \\['glcm'\\]"),
        ({"bin_count": 8, "resample_mm": (1.0, 1.0)}, "3 numbers"),
        ({"bin_count": 8, "resample_mm": (1.0, -1.0, 1.0)}, "resample_mm=-1.0"),
        ({"bin_count": 8, "interpolation": "nearest"}, "'linear' or 'cubic'"),
        ({"bin_count": 8, "intensity_range": (5.0, 5.0)}, "lower end below the upper end"),
        ({"bin_count": 8, "outlier_sigmas": 0.0}, "outlier_sigmas=0.0"),
    ],
)
def test_settings_that_cannot_be_computed_are_refused(given, words):
    with pytest.raises(InputError, match=words):
        IbsiSettings(**given)


def test_settings_come_back_from_their_json_fields():
    plain = {
        name: list(v) if isinstance(v, tuple) else v for name, v in asdict(CONFIGURATION_A).items()
    }
    assert IbsiSettings(**plain) == CONFIGURATION_A


@pytest.mark.parametrize(
    "spacing", [(1, 1), (0, 1, 1), (1, -1, 1), (1, 1, float("nan")), 1.0, (1, 1, 1, 1)]
)
def test_spacing_that_is_none_is_refused(spacing):
    with pytest.raises(InputError, match="slice, row and column spacing in mm above 0"):
        ibsi_features(IMAGE, MASK, spacing)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match=r"shape \(S, H, W\)"):
        ibsi_features(IMAGE[0], MASK[0], (1, 1, 1))
    with pytest.raises(InputError, match="numbers of shape"):
        ibsi_features(IMAGE.astype(str), MASK, (1, 1, 1))
    with pytest.raises(GridMismatchError, match="one mask voxel for every image voxel"):
        ibsi_features(IMAGE, MASK[:2], (1, 1, 1))


def test_nan_is_refused_and_counted_inside_the_mask():
    image = IMAGE.copy()
    image[1, 3, 3:5] = np.nan
    with pytest.raises(InputError, match="2 of them inside the mask"):
        ibsi_features(image, MASK, (1, 1, 1))


def test_an_empty_mask_is_refused_at_every_step():
    with pytest.raises(EmptyMaskError, match="no voxel in the mask"):
        ibsi_features(IMAGE, np.zeros(MASK.shape), (1, 1, 1))
    with pytest.raises(EmptyMaskError, match=r"within intensity_range=\(900, None\)"):
        ibsi_features(
            IMAGE, MASK, (1, 1, 1), IbsiSettings(bin_count=8, intensity_range=(900, None))
        )
    thin = np.zeros(MASK.shape, bool)
    thin[1, 4, 4] = True
    with pytest.raises(EmptyMaskError, match="finer resample_mm"):
        ibsi_features(IMAGE, thin, (1, 1, 1), IbsiSettings(bin_count=8, resample_mm=(4, 4, 4)))


def test_a_width_that_makes_too_many_bins_is_refused_with_a_proposal():
    with pytest.raises(InputError, match=r"gray levels; wanted 2 to 4096.*bin_width=[23]"):
        ibsi_features(IMAGE, MASK, (1, 1, 1), IbsiSettings(bin_width=1e-3))


def test_a_width_that_makes_one_bin_is_refused_with_a_proposal():
    with pytest.raises(InputError, match=r"into one bin; wanted 2 to 4096.*bin_width=[23]"):
        ibsi_features(IMAGE, MASK, (1, 1, 1), IbsiSettings(bin_width=1e3))
    flat = np.full(IMAGE.shape, 3.0)
    assert ibsi_features(flat, MASK, (1, 1, 1), IbsiSettings(bin_width=1e3))["ih_max"] == 1


def test_bins_that_begin_above_the_intensities_are_refused():
    with pytest.raises(InputError, match="no intensity below the first bin"):
        ibsi_features(IMAGE, MASK, (1, 1, 1), IbsiSettings(bin_width=5.0, bin_origin=90.0))


@pytest.mark.parametrize("tag", ["cm_contrast", "stat_mean_3D", "szm_sze_3D_avg", "nothing"])
def test_a_tag_that_ibsi_does_not_have_is_refused(tag):
    with pytest.raises(InputError, match="a tag of IBSI"):
        pyradiomics_name(tag)


def test_tags_know_their_family_and_their_other_name():
    assert tag_stem("cm_contrast_2_5D_comb") == "cm_contrast"
    assert pyradiomics_name("cm_contrast_2_5D_comb") == "original_glcm_Contrast"
    assert pyradiomics_name("stat_kurt") is None
    names = ibsi_names(IBSI)
    assert len(names) == len(set(names)) == 169
    assert {tag_stem(name) for name in names} >= {"cm_contrast", "szm_sze"}
    assert "szm_sze_2_5D" in names
