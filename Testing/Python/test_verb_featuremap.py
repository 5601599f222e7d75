"""A feature map of an image: intensities as the preset says, the image's own grid, its origin."""

import json
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.io.volumes import read_image
from CardioAILib.radiomics import SOUND, Settings
from CardioAILib.radiomics.dispatch import choose_engine
from CardioAILib.radiomics.maps import feature_maps
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Image, Mask
from CardioAILib.verbs.features.featuremap import map_feature, write_feature_map
from CardioAILib.verbs.features.presets import Preset
from CardioAILib.verbs.features.wallstudy import measure_regions

MATRIX = np.diag([1.25, 1.5, 8.0, 1.0])
MEAN = "original_firstorder_Mean"


def heart(offset=100) -> tuple[Image, Mask]:
    """A noisy stack of integers with a ring as its myocardium in slices 1 and 2."""
    r, c = np.mgrid[:30, :32]
    radius = np.hypot(r - 14, c - 15)
    values = np.random.default_rng(0).integers(0, 400, (1, 4, 30, 32)) + offset
    labels = np.zeros(values.shape, np.uint8)
    labels[:, 1:3] = np.where(radius < 6, 3, np.where(radius < 11, 2, 0))
    named = {"myocardium": 2, "lv_cavity": 3}
    return Image(values.astype(np.int16), MATRIX, digest="d" * 64), Mask(
        labels, MATRIX, labels=named
    )


def native(**how) -> Preset:
    return Preset("own", Settings(bin_width=25.0), **how)


def test_a_system_preset_takes_the_range_of_the_stack_from_zero_to_one():
    image, mask = heart()
    found = map_feature(image, mask, MEAN, "fahmy2022")
    values = image.array[0].astype(float)
    scaled = (values - values.min()) / np.ptp(values)
    expected = feature_maps(scaled, mask.of("myocardium")[0], (1.5, 1.25), SOUND, MEAN)
    assert np.array_equal(found.image.array[0], expected, equal_nan=True)
    assert 0 < np.nanmin(found.image.array) < np.nanmax(found.image.array) < 1
    assert "from 0 to 1" in found.findings[0].message


def test_a_native_preset_takes_intensities_as_stored_or_normalized():
    image, mask = heart()
    stored = map_feature(image, mask, MEAN, native()).image.array
    assert 150 < np.nanmean(stored) < 450
    centered = map_feature(image, mask, MEAN, native(normalize=True)).image.array
    values = image.array[0].astype(float)
    expected = (stored - values.mean()) / values.std(ddof=1)
    assert np.allclose(centered, expected, atol=1e-5, equal_nan=True)


def test_the_wait_of_a_first_map_is_announced_before_it():
    told = []
    map_feature(*heart(), MEAN, progress=lambda share, text: told.append((share, text)))
    share, text = told[0]
    assert share == 0.0
    compiled = choose_engine("auto") == "native"
    assert ("on a machine is compiled" in text) is compiled
    assert [share for share, _ in told] == [0.0, 0.5, 1.0]


def test_another_structure_radius_and_slice_thickness_count():
    image, mask = heart()
    found = map_feature(
        image, mask, "original_firstorder_TotalEnergy", native(kernel_radius=2), "lv_cavity"
    )
    assert np.array_equal(np.isfinite(found.image.array), mask.of("lv_cavity"))
    window = image.array[0, 1, 12:17, 13:18].astype(float)
    assert found.image.array[0, 1, 14, 15] == pytest.approx((window**2).sum() * 1.25 * 1.5 * 8)
    assert found.radius == 2


def test_pixels_out_of_the_presets_range_are_left_out():
    image, mask = heart()
    kept = map_feature(image, mask, MEAN, native(resegment_range=(200.0, 300.0)))
    inside = mask.of("myocardium") & (image.array >= 200) & (image.array <= 300)
    assert np.array_equal(np.isfinite(kept.image.array), inside)


def test_a_slice_without_pixels_in_the_range_is_left_out_and_told():
    image, mask = heart()
    bright = image.array.copy()
    bright[:, 2] += 1000
    image = replace(image, array=bright)
    found = map_feature(image, mask, MEAN, native(resegment_range=(200.0, 300.0)))
    assert np.isfinite(found.image.array[0, 1]).any()
    assert not np.isfinite(found.image.array[0, 2]).any()
    assert "no map in slices 2" in found.findings[0].message
    with pytest.raises(EmptyMaskError, match="widen resegment_range"):
        map_feature(image, mask, MEAN, native(resegment_range=(5000.0, 6000.0)))


def test_all_of_the_preset_that_changes_a_number_is_told():
    image, mask = heart()
    preset = native(normalize=True, resegment_range=(-2.0, 2.0))
    told = map_feature(image, mask, MEAN, preset, radius=2).settings
    assert (told["normalize"], told["resegment_range"]) == (True, [-2.0, 2.0])
    assert told["kernel_radius"] == 2
    assert told["settings"]["slice_mm"] == 8.0


def test_what_of_a_preset_does_not_hold_is_said():
    image, mask = heart()
    preset = native(resampled_mm=(1.0, 1.0, 0.0), dimension=3)
    messages = " ".join(one.message for one in map_feature(image, mask, MEAN, preset).findings)
    assert "resampling is left out" in messages
    assert "slice by slice" in messages
    assert not map_feature(image, mask, MEAN, native()).findings


def test_a_map_is_written_with_where_it_comes_from(tmp_path):
    image, mask = heart()
    found = map_feature(image, mask, MEAN, native())
    about = write_feature_map(found, tmp_path / "maps" / "mean.nii.gz")
    assert about.name == "mean.json"
    plain = json.loads(about.read_text())
    assert plain["feature"] == MEAN
    assert plain["preset"] == "own"
    assert plain["settings"]["settings"]["bin_width"] == 25.0
    assert plain["inputs"]["image"] == "d" * 64
    assert plain["note"] == RESEARCH_ONLY
    import SimpleITK as sitk

    stored = sitk.ReadImage(str(tmp_path / "maps" / "mean.nii.gz"))
    assert stored.GetSpacing() == pytest.approx((1.25, 1.5, 8.0))
    back = sitk.GetArrayFromImage(stored)
    inside = np.isfinite(found.image.array[0])
    assert np.allclose(back[inside], found.image.array[0][inside], rtol=1e-6)
    assert np.allclose(back[~inside], plain["outside"])
    assert plain["outside"] < back[inside].min()


# Input that cannot be used


def test_masks_of_another_grid_several_frames_and_absent_structures_are_told():
    image, mask = heart()
    moved = replace(mask, ijk_to_ras=MATRIX + np.eye(4, k=3))
    with pytest.raises(GridMismatchError, match="another grid"):
        map_feature(image, moved, MEAN)
    cine = replace(image, array=image.array.repeat(3, 0))
    with pytest.raises(InputError, match="3 frames with a mask of 1"):
        map_feature(cine, mask, MEAN)
    with pytest.raises(EmptyMaskError, match="no pixel of rv_cavity"):
        map_feature(image, mask, MEAN, structure="rv_cavity")


@pytest.mark.parametrize("preset", ["fahmy2022", native(normalize=True)])
def test_nan_anywhere_is_refused_where_the_whole_image_is_scaled(preset):
    image, mask = heart()
    holed = image.array.astype(float)
    holed[0, 3, 0, 0] = np.nan
    image = replace(image, array=holed)
    with pytest.raises(InputError, match="1 voxels NaN or infinite in slices 3 of the image"):
        map_feature(image, mask, MEAN, preset)
    with pytest.raises(InputError, match="whole image"):
        measure_regions(image, mask, preset=preset, by="layers")
    assert np.isfinite(map_feature(image, mask, MEAN, native()).image.array).any()


def test_a_preset_of_ibsi_features_has_no_maps():
    image, mask = heart()
    with pytest.raises(InputError, match="'ibsi', whose features have no maps"):
        map_feature(image, mask, MEAN, "ibsi")


def test_too_many_bins_are_told_with_the_slice():
    image, mask = heart()
    with pytest.raises(InputError, match=r"bins.*in slice 1"):
        map_feature(image, mask, MEAN, Preset("fine", Settings(bin_width=0.01)))


def test_a_real_heart_has_a_map_on_the_myocardium_alone(acdc):
    from CardioAILib.io.volumes import read_mask

    file = sorted(acdc.glob("training/patient*/*_gt.nii.gz"))[0]
    image = read_image(str(file).replace("_gt", ""))
    mask = read_mask(file, {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3})
    found = map_feature(image, mask, "original_glcm_JointEntropy", radius=2).image.array
    covered = np.isfinite(found)
    assert not (covered & ~mask.of("myocardium")).any()
    assert covered.sum() > 0.95 * mask.of("myocardium").sum()
    assert np.nanstd(found) > 0.1
