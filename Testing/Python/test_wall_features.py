"""Radiomics by region of the wall, and their table."""

import math
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import GridMismatchError, InputError
from CardioAILib.measurements import LAYERS, SEGMENTS, wall_regions
from CardioAILib.radiomics import SOUND, Settings, extract_volume, feature_names
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY, Mask
from CardioAILib.verbs.features.wall import FEATURES, regions_of_mask, wall_features
from CardioAILib.verbs.features.walltable import header_of, rows_of, values_of
from helpers_wall import ventricle

MEAN, CONTRAST = "original_firstorder_Mean", "original_glcm_Contrast"
LABELS = {MYOCARDIUM: 1, LV_CAVITY: 2, RV_CAVITY: 3}


@pytest.fixture(scope="module")
def heart():
    return ventricle()


@pytest.fixture(scope="module")
def regions(heart):
    return wall_regions(*heart.masks, *heart.place)


@pytest.fixture(scope="module")
def image(heart):
    noise = np.random.default_rng(0).normal(0, 5, heart.wall.shape)
    return (100 + noise + 200 * heart.depth.clip(0, 1)).astype(np.float32)


def mask_of(heart) -> Mask:
    array = heart.wall * 1 + heart.cavity * 2 + (heart.rv & ~heart.wall) * 3
    return Mask(array[None].astype(np.uint8), heart.matrix, labels=LABELS)


def test_first_order_features_are_of_all_voxels_of_a_region(heart, image, regions):
    found = wall_features(image, regions, heart.spacing, features=(MEAN,))
    expected = [image[regions.labels == number].mean() for number in range(1, 17)]
    assert found.values[:16, 0] == pytest.approx(expected, rel=1e-5)


def test_layers_see_a_gradient_across_the_wall(heart, image):
    layers = wall_regions(*heart.masks, *heart.place, "layers")
    found = wall_features(image, layers, heart.spacing, features=(MEAN,))
    assert found.values[:, 0] == pytest.approx([133, 200, 267], abs=6)


def test_texture_of_thick_slices_is_the_mean_over_slices(heart, image, regions):
    found = wall_features(image, regions, heart.spacing, features=(CONTRAST,))
    own = replace(SOUND, classes=("glcm",), image_types=("original",))
    place = feature_names(own).index(CONTRAST)
    by_slice = [
        extract_volume(image[i : i + 1], regions.labels[i : i + 1] == 8, heart.spacing, own)[place]
        for i in range(3, 6)
    ]
    assert found.values[7, 0] == pytest.approx(np.mean(by_slice), rel=1e-9)


def test_texture_of_thin_slices_is_three_dimensional(heart, image, regions):
    thin = (1.2, 1.3, 1.1)
    found = wall_features(image, regions, thin, features=(CONTRAST,))
    own = replace(SOUND, classes=("glcm",), image_types=("original",))
    whole = extract_volume(image, regions.labels == 8, thin, own)
    assert found.values[7, 0] == pytest.approx(whole[feature_names(own).index(CONTRAST)], rel=1e-9)


def test_features_keep_the_order_in_which_they_were_asked_for(heart, image, regions):
    names = (CONTRAST, MEAN, "original_glcm_JointEntropy", "original_firstorder_Entropy", MEAN)
    found = wall_features(image, regions, heart.spacing, features=names)
    assert found.names == names[:4]
    for column, name in enumerate(found.names):
        alone = wall_features(image, regions, heart.spacing, features=(name,))
        assert np.array_equal(found.values[:, column], alone.values[:, 0], equal_nan=True)


def test_a_region_without_a_voxel_has_no_values_and_says_so(heart, image, regions):
    found = wall_features(image, regions, heart.spacing)
    assert np.isnan(found.values[16]).all()
    assert found.notes[16] == "no voxel"
    assert set(found.notes[:16]) == {""}


def test_a_region_too_small_for_texture_keeps_its_mean(heart, image, regions):
    found = wall_features(image, regions, heart.spacing, features=(MEAN, CONTRAST), fewest=10_000)
    assert np.isfinite(found.values[:16, 0]).all()
    assert np.isnan(found.values[:, 1]).all()
    assert found.notes[0] == "texture: fewer than 10000 voxels in every slice"


def test_slices_that_cannot_be_binned_are_told_beside_the_mean_of_the_others(heart, image, regions):
    wild = image.copy()
    wild[4][regions.labels[4] == 8] *= 1e6
    found = wall_features(
        wild, regions, heart.spacing, Settings(bin_width=5.0), features=(CONTRAST,)
    )
    assert np.isfinite(found.values[7, 0])
    assert found.notes[7].startswith("1 of 3 slices left out: intensities from")
    assert found.notes[8] == ""


def test_a_feature_that_is_not_defined_says_so(heart, image, regions):
    scattered = regions.labels.copy()
    scattered[:, :, 1::2] = scattered[:, 1::2] = 0
    apart = replace(regions, labels=scattered)
    found = wall_features(image, apart, heart.spacing, features=(MEAN, CONTRAST))
    assert np.isfinite(found.values[0, 0])
    assert np.isnan(found.values[0, 1])
    assert "not defined" in found.notes[0]


def test_a_region_within_a_line_says_so(heart, image, regions):
    labels = np.where(regions.labels == 1, 0, regions.labels)
    labels[0, 5, 5:8] = 1
    found = wall_features(image, replace(regions, labels=labels), heart.spacing, features=(MEAN,))
    assert math.isnan(found.values[0, 0])
    assert "within a single line" in found.notes[0]


def test_a_segmentation_is_divided_by_its_structures(heart, regions):
    assert np.array_equal(regions_of_mask(mask_of(heart)).labels, regions.labels)


def test_a_segmentation_of_the_wall_alone_has_layers_but_no_segments(heart):
    array = heart.wall[None].astype(np.uint8)
    alone = Mask(array, heart.matrix, labels={MYOCARDIUM: 1})
    assert regions_of_mask(alone, "layers").names == LAYERS
    with pytest.raises(InputError, match="anterior_insertion"):
        regions_of_mask(alone)


# Tables


def test_a_row_tells_where_the_region_is_and_what_was_found(heart, image, regions):
    found = wall_features(image, regions, heart.spacing, features=(MEAN,))
    header, rows = header_of(found.names), rows_of(found, "p1", "1", "cine_SAX_ES")
    row = dict(zip(header, rows[7], strict=True))
    assert row["region"] == "mid anteroseptal"
    assert (row["segment"], row["level"], row["layer"]) == (8, "mid", "")
    assert row["voxels"] == (regions.labels == 8).sum()
    assert float(row["wall_thickness_mm"]) == pytest.approx(8.3, abs=0.4)
    assert float(row[MEAN]) == pytest.approx(found.values[7, 0])
    last = dict(zip(header, rows[16], strict=True))
    assert (last[MEAN], last["wall_thickness_mm"], last["note"]) == ("", "", "no voxel")


def test_a_column_comes_by_segment_for_the_bulls_eye(heart, image, regions):
    found = wall_features(image, regions, heart.spacing, features=(MEAN,))
    assert list(values_of(found, MEAN)) == [*range(1, len(SEGMENTS) + 1)]
    assert values_of(found, "wall_thickness_mm")[1] == regions.wall_thickness_mm[0]
    assert values_of(found, "voxels")[1] == regions.voxels[0]


def test_a_column_of_layered_segments_comes_by_both(heart, image):
    both = wall_regions(*heart.masks, *heart.place, "aha-layers")
    found = wall_features(image, both, heart.spacing, features=(MEAN,))
    values = values_of(found, MEAN)
    assert values[(1, "endo")] < values[(1, "mid")] < values[(1, "epi")]


def test_layers_alone_have_no_bulls_eye(heart, image):
    layers = wall_regions(*heart.masks, *heart.place, "layers")
    found = wall_features(image, layers, heart.spacing, features=(MEAN,))
    with pytest.raises(InputError, match="'aha' or 'aha-layers'"):
        values_of(found, MEAN)


# Bad input


def test_a_misspelt_feature_is_refused_with_near_ones(heart, image, regions):
    with pytest.raises(InputError, match="original_glcm_Contrast"):
        wall_features(image, regions, heart.spacing, features=("original_glcm_contrast",))


def test_a_feature_s_own_name_alone_is_understood_first(heart, image, regions):
    with pytest.raises(InputError, match="such as original_firstorder_Entropy"):
        wall_features(image, regions, heart.spacing, features=("Entropy",))


def test_features_of_other_images_are_refused(heart, image, regions):
    with pytest.raises(InputError, match="of the original image"):
        wall_features(image, regions, heart.spacing, features=("wavelet-LH_glcm_Contrast",))


def test_an_image_of_another_size_is_refused(heart, image, regions):
    with pytest.raises(GridMismatchError, match="on the image's grid"):
        wall_features(image[1:], regions, heart.spacing)


def test_nan_in_the_wall_is_refused_and_outside_is_not(heart, image, regions):
    holed = image.copy()
    holed[~heart.wall] = np.nan
    wall_features(holed, regions, heart.spacing, features=FEATURES[:1])
    holed[heart.wall] = np.nan
    with pytest.raises(InputError, match="NaN or infinite in the wall"):
        wall_features(holed, regions, heart.spacing, features=FEATURES[:1])


def test_bins_that_suit_no_region_are_refused(heart, image, regions):
    tiny = Settings(bin_width=1e-6)
    with pytest.raises(InputError, match="no region that can be measured"):
        wall_features(image, regions, heart.spacing, tiny, features=(CONTRAST,))


def test_several_frames_are_refused(heart):
    mask = mask_of(heart)
    with pytest.raises(InputError, match="2 frames"):
        regions_of_mask(replace(mask, array=np.repeat(mask.array, 2, axis=0)))
