"""IBSI features by their reference values, by hand, and by what must hold."""

import time
from dataclasses import replace
from itertools import combinations

import helpers_ibsi as phantom
import numpy as np
import pytest
from CardioAILib.radiomics import Settings, extract, feature_names
from CardioAILib.radiomics.ibsi import (
    DIGITAL_PHANTOM,
    IBSI,
    IbsiSettings,
    describe_stages,
    ibsi_features,
    ibsi_names,
    pyradiomics_name,
)

REFERENCES = {
    "morph_volume": (556, 4),
    "morph_area_mesh": (388, 3),
    "morph_com": (0.672, 0.004),
    "morph_diam": (13.1, 0.1),
    "morph_pca_least_axis": (8.54, 0.05),
    "morph_area_dens_aee": (1.36, 0.01),
    "morph_vol_dens_conv_hull": (0.961, 0.006),
    "morph_moran_i": (0.0397, 0.0003),
    "morph_geary_c": (0.974, 0.006),
    "loc_peak_loc": (2.6, 0.005),
    "loc_peak_glob": (3.1, 0.005),
    "stat_kurt": (-0.355, 0.0005),
    "stat_qcod": (0.6, 0.0005),
    "ih_entropy": (1.27, 0.005),
    "ih_max_grad_g": (3, 0),
    "ivh_v10": (0.324, 0.0005),
    "ivh_i10": (5, 0),
    "cm_contrast_2D_avg": (5.28, 0.005),
    "cm_corr_2D_comb": (0.0173, 0.00005),
    "cm_clust_prom_2_5D_avg": (147, 0.5),
    "cm_info_corr2_2_5D_comb": (0.291, 0.0005),
    "cm_inv_diff_norm_3D_avg": (0.851, 0.0005),
    "cm_joint_entr_3D_comb": (2.57, 0.005),
    "rlm_sre_2D_avg": (0.641, 0.0005),
    "rlm_rlnu_2D_comb": (21.6, 0.05),
    "rlm_glnu_3D_comb": (281, 0.5),
    "szm_zs_var_2D": (21, 0.05),
    "szm_lzhge_3D": (1490, 5),
    "dzm_zd_var_2_5D": (0.0988, 0.00005),
    "dzm_zdnu_2_5D": (14.4, 0.05),
    "ngt_busyness_2D": (2.99, 0.005),
    "ngt_strength_3D": (0.763, 0.0005),
    "ngl_dc_entr_2_5D": (3.36, 0.005),
    "ngl_hdlge_3D": (102, 0.5),
}
"""Value and tolerance, or half a unit of the last printed digit where the tolerance is 0."""


@pytest.fixture(scope="module")
def found():
    return ibsi_features(phantom.IMAGE, phantom.MASK, phantom.SPACING, DIGITAL_PHANTOM)


def ball(seed: int = 0, shape: tuple[int, int, int] = (7, 9, 8)):
    """A region with noise in it, away from the border of its image."""
    noise = np.random.default_rng(seed).normal(100, 20, shape)
    middle = (np.array(shape) - 1) / 2
    off = np.moveaxis(np.indices(shape), 0, -1) - middle
    return noise, (off**2).sum(axis=-1) < 8.0


def some(family: str, **how) -> IbsiSettings:
    return IbsiSettings(**({"bin_count": 8} | how), families=(family,))


# Reference values and definitions


@pytest.mark.parametrize("tag", REFERENCES)
def test_the_digital_phantom_gives_the_reference_values(found, tag):
    reference, tolerance = REFERENCES[tag]
    assert found[tag] == pytest.approx(reference, abs=tolerance * (1 + 1e-9) + 1e-12, rel=0)


def test_names_are_known_before_anything_is_computed(found):
    assert tuple(found) == ibsi_names(DIGITAL_PHANTOM)
    assert len(found) == 482
    assert all(np.isfinite(value) for value in found.values())


def test_moran_and_geary_weigh_every_pair_by_its_distance():
    image, mask = ball()
    spacing = np.array([3.0, 1.5, 1.0])
    places, values = np.argwhere(mask) * spacing, image[mask]
    off = values - values.mean()
    weights = products = differences = 0.0
    for one, other in combinations(range(len(values)), 2):
        weight = 2 / np.linalg.norm(places[one] - places[other])
        weights += weight
        products += weight * off[one] * off[other]
        differences += weight * (values[one] - values[other]) ** 2
    squares, count = (off**2).sum(), len(values)
    got = ibsi_features(image, mask, spacing, some("morph"))
    assert got["morph_moran_i"] == pytest.approx(count / weights * products / squares, rel=1e-9)
    geary = (count - 1) / (2 * weights) * differences / squares
    assert got["morph_geary_c"] == pytest.approx(geary, rel=1e-9)


def test_a_peak_is_the_mean_within_a_sphere_that_the_image_ends():
    image, mask = ball()
    spacing = np.array([4.0, 2.0, 2.0])
    places = np.moveaxis(np.indices(image.shape), 0, -1) * spacing
    radius = (3000 / (4 * np.pi)) ** (1 / 3)
    centers = np.argwhere(mask) * spacing
    means = [image[((places - one) ** 2).sum(axis=-1) <= radius**2].mean() for one in centers]
    got = ibsi_features(image, mask, spacing, some("loc"))
    assert got["loc_peak_loc"] == pytest.approx(means[image[mask].argmax()], rel=1e-9)
    assert got["loc_peak_glob"] == pytest.approx(max(means), rel=1e-9)


def test_a_cube_has_the_shape_that_it_has():
    mask = np.zeros((14, 14, 14), bool)
    mask[2:12, 2:12, 2:12] = True
    image = np.where(mask, 7.0, 0.0)
    got = ibsi_features(image, mask, (1, 1, 1), some("morph"))
    assert got["morph_vol_approx"] == 1000
    assert got["morph_pca_elongation"] == got["morph_pca_flatness"] == pytest.approx(1)
    assert got["morph_com"] == pytest.approx(0)
    assert got["morph_vol_dens_aabb"] == pytest.approx(1, abs=0.02)
    assert got["morph_vol_dens_conv_hull"] == pytest.approx(1)
    assert got["morph_integ_int"] == pytest.approx(7 * got["morph_volume"])
    assert np.isnan(got["morph_moran_i"])


def test_distance_zones_measure_to_the_edge_of_the_drawn_region():
    """Voxels that re-segmentation leaves out are no edge: the middle of 5 x 5 is 3 deep."""
    image = np.full((1, 7, 7), 10.0)
    image[0, 3, 3] = 20.0
    image[0, 2, 3] = 900.0
    mask = np.zeros(image.shape, bool)
    mask[0, 1:6, 1:6] = True
    how = some("dzm", bin_width=10.0, bin_count=None, bin_origin=0.0)
    got = ibsi_features(image, mask, (1, 1, 1), replace(how, intensity_range=(0.0, 100.0)))
    # The ring around touches the edge (1), the middle does not (3).
    assert got["dzm_lde_2D"] == pytest.approx((1 + 9) / 2)


# What must hold


def test_mapped_names_are_the_same_quantity_as_pyradiomics():
    generator = np.random.default_rng(3)
    image = generator.integers(1, 7, (1, 20, 24)).astype(float)
    mask = np.zeros(image.shape, bool)
    mask[0, 3:16, 4:19] = True
    mask[0, 8:10, 9:13] = False
    image[0, 3, 4:10] = range(1, 7)
    own = Settings(bin_width=1.0, slice_mm=4.0, image_types=("original",))
    theirs = dict(
        zip(feature_names(own), extract(image, mask, (1.5, 1.2), own, "numpy")[0], strict=True)
    )
    ours = ibsi_features(
        image, mask, (4.0, 1.5, 1.2), replace(DIGITAL_PHANTOM, aggregations=("2D_avg",))
    )
    # One less than N in the covariance: a known difference, told in the documentation.
    count = mask.sum()
    for name in ("Major", "Minor", "Least"):
        theirs[f"original_shape_{name}AxisLength"] *= np.sqrt(count / (count - 1))
    compared = {tag: pyradiomics_name(tag) for tag in ours if pyradiomics_name(tag)}
    assert len(compared) == 101
    for tag, name in compared.items():
        assert ours[tag] == pytest.approx(theirs[name], rel=1e-6, abs=1e-9), (tag, name)


def test_features_do_not_see_what_is_outside_the_mask_except_peaks():
    image, mask = ball()
    one = ibsi_features(image, mask, (2, 1, 1), IBSI)
    other = ibsi_features(np.where(mask, image, -500.0), mask, (2, 1, 1), IBSI)
    changed = {tag for tag in one if one[tag] != pytest.approx(other[tag], rel=1e-12)}
    assert changed == {"loc_peak_loc", "loc_peak_glob"}


def test_moving_the_region_with_its_image_changes_nothing():
    image, mask = ball()
    wide = [np.pad(array, ((2, 9), (9, 5), (6, 11)), mode="edge") for array in (image, mask)]
    wide[1][:] = False
    wide[1][2:9, 9:18, 6:14] = mask
    kept = replace(IBSI, families=tuple(kind for kind in IBSI.families if kind != "loc"))
    one, other = (ibsi_features(*pair, (2, 1, 1), kept) for pair in ((image, mask), wide))
    assert one == pytest.approx(other, rel=1e-9, abs=1e-12)


def test_one_slice_is_the_same_in_2d_and_2_5d():
    image, mask = (array[3:4] for array in ball(shape=(7, 12, 12)))
    got = ibsi_features(image, mask, (2, 1, 1), IbsiSettings(bin_count=8))
    for tag, value in got.items():
        if "_2_5D" in tag:
            assert value == pytest.approx(got[tag.replace("_2_5D", "_2D")], rel=1e-12)


def test_slices_far_apart_do_not_meet_in_2_5d():
    image, mask = ball()
    gap = [np.insert(array, [4] * 3, 0, axis=0) for array in (image, mask)]
    how = IbsiSettings(bin_count=8, aggregations=("2_5D_comb",), families=("cm", "rlm", "szm"))
    one, other = (ibsi_features(*pair, (2, 1, 1), how) for pair in ((image, mask), gap))
    assert one == pytest.approx(other, rel=1e-12)


def test_counts_of_gray_levels_are_those_of_the_settings():
    image, mask = ball()
    got = ibsi_features(image, mask, (2, 1, 1), some("ih", bin_count=16))
    assert (got["ih_min"], got["ih_max"], got["ih_range"]) == (1, 16, 15)
    values = image[mask]
    bins = some("ih", bin_width=4.0, bin_count=None)
    got = ibsi_features(image, mask, (2, 1, 1), bins)
    assert got["ih_max"] == np.floor(np.ptp(values) / 4) + 1


# Regions at the edge of what is defined


def test_a_flat_region_has_values_or_says_that_it_has_none():
    _, mask = ball()
    got = ibsi_features(np.full(mask.shape, 5.0), mask, (2, 1, 1), IbsiSettings(bin_count=32))
    assert {tag for tag in got if np.isnan(got[tag])} == {"morph_moran_i", "morph_geary_c"}
    assert got["stat_skew"] == got["ih_entropy"] == got["cm_contrast_2D_avg"] == 0
    assert got["cm_corr_3D_comb"] == 1
    assert got["ngt_coarseness_3D"] == 1e6


def test_a_region_of_one_voxel_has_no_texture():
    mask = np.zeros((3, 3, 3), bool)
    mask[1, 1, 1] = True
    got = ibsi_features(
        np.arange(27.0).reshape(3, 3, 3), mask, (1, 1, 1), IbsiSettings(bin_count=8)
    )
    assert got["stat_mean"] == got["morph_integ_int"] / got["morph_volume"] == 13
    assert np.isnan(got["cm_contrast_2D_avg"])
    assert np.isnan(got["ngt_busyness_3D"])
    assert got["szm_z_perc_3D"] == got["rlm_sre_3D_avg"] == 1
    assert np.isnan(got["morph_pca_flatness"])


def test_a_region_over_the_whole_image_is_measured():
    image = np.random.default_rng(1).normal(size=(3, 5, 4))
    got = ibsi_features(image, np.ones(image.shape, bool), (1, 1, 1), IBSI)
    assert got["morph_vol_approx"] == 60
    assert np.isfinite(list(got.values())).all()


def test_thousands_of_islands_take_seconds():
    mask = np.zeros((10, 128, 128), bool)
    mask[::2, ::2, ::2] = True
    image = np.random.default_rng(2).normal(size=mask.shape)
    begin = time.perf_counter()
    got = ibsi_features(image, mask, (2, 1, 1), IBSI)
    assert time.perf_counter() - begin < 30
    assert np.isnan(got["cm_contrast_2_5D_comb"])
    assert got["szm_z_perc_2_5D"] == 1


# Steps before the features


def test_the_new_grid_has_the_center_of_the_old_one():
    rows = np.tile(np.arange(9.0)[None, :, None], (3, 1, 4))
    mask = np.zeros(rows.shape, bool)
    mask[:, 2:7] = True
    how = IbsiSettings(bin_count=4, resample_mm=(None, 2.0, None), families=("stat",))
    got = describe_stages(rows, mask, (5.0, 1.0, 1.0), how)
    assert (got["img_dim_y_interp_img"], got["vox_dim_y_interp_img"]) == (5, 2)
    assert got["img_dim_z_interp_img"] == 3
    assert got["int_mask_mean_int_interp_roi"] == pytest.approx(4.0)
    assert got["mean_int_interp_img"] == pytest.approx(4.0)


def test_a_cubic_polynomial_survives_cubic_interpolation():
    x = np.arange(11.0) * 2
    image = np.broadcast_to(0.01 * x**3 - x, (2, 3, 11))
    mask = np.zeros(image.shape, bool)
    mask[..., 1:10] = True
    how = some("stat", resample_mm=(None, None, 1.0), interpolation="cubic")
    got = ibsi_features(image, mask, (1.0, 1.0, 2.0), how)
    inside = np.arange(1.5, 19)
    assert got["stat_max"] == pytest.approx((0.01 * inside**3 - inside).max(), rel=1e-9)


def test_re_segmentation_and_outliers_leave_the_drawn_region_alone():
    image, mask = ball()
    image[3, 4, 4] = 1e4
    plain = ibsi_features(image, mask, (2, 1, 1), some("morph"))
    for how in ({"intensity_range": (None, 1000.0)}, {"outlier_sigmas": 3.0}):
        got = describe_stages(image, mask, (2, 1, 1), some("morph", **how))
        assert got["int_mask_vox_count_reseg_roi"] == mask.sum() - 1
        assert got["morph_mask_vox_count_reseg_roi"] == mask.sum()
        shape = ibsi_features(image, mask, (2, 1, 1), some("morph", **how))
        assert shape["morph_volume"] == plain["morph_volume"]
        assert shape["morph_integ_int"] < plain["morph_integ_int"]


def test_intensities_without_a_unit_have_a_volume_histogram_of_a_thousand_bins():
    image, mask = ball()
    one, other = (
        ibsi_features(scaled, mask, (2, 1, 1), some("ivh")) for scaled in (image, 3 * image + 7)
    )
    assert one == pytest.approx(other, rel=1e-9)
    assert 1 < one["ivh_i90"] < one["ivh_i10"] <= 1000
