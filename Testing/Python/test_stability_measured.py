from zlib import crc32

import numpy as np
import pytest
from CardioAILib.errors import CohortError, EmptyMaskError, GridMismatchError, InputError
from CardioAILib.evaluate import icc_agreement
from CardioAILib.radiomics import Settings, extract, feature_names
from CardioAILib.radiomics.stability import (
    PERTURBATIONS,
    AddNoise,
    Bins,
    Dilate,
    Erode,
    Rotate,
    Stability,
    Translate,
    Waver,
    measure_stability,
    one_reading,
    read_subject,
    stable_features,
    summarize,
)
from CardioAILib.radiomics.stability.readings import mean_of_slices, readings

SETTINGS = Settings(
    bin_count=16, image_types=("original", "gradient"), classes=("shape", "firstorder", "glcm")
)
NAMES = feature_names(SETTINGS)
CHAIN = (Erode(), Dilate(), Rotate(), AddNoise(), Bins(0.5))


def hearts(
    subjects: int = 6, each: int = 2, size: int = 64
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rings that differ in radius, thickness, brightness and texture from subject to subject."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[:size, :size] - size / 2
    images, masks, names = [], [], []
    for subject in range(subjects):
        inner, wall = random.uniform(6, 12), random.uniform(5, 9)
        light, texture = random.uniform(0.2, 0.7), random.uniform(0.02, 0.1)
        for _ in range(each):
            radius = np.hypot(rows, columns)
            masks.append((radius < inner + wall) & (radius > inner))
            waves = np.sin(rows / random.uniform(1, 3)) * np.sin(columns / 2)
            noise = random.normal(0, 0.005, rows.shape)
            images.append(light + texture * waves + 0.01 * radius / size + noise)
            names.append(f"s{subject}")
    return np.array(images), np.array(masks), np.ones(2), np.array(names)


@pytest.fixture(scope="module")
def measured() -> Stability:
    return measure_stability(*hearts(), SETTINGS, CHAIN, seed=3)


def value(stability: Stability, name: str, part: str = "icc") -> float:
    return float(getattr(stability, part)[NAMES.index(name)])


def test_what_was_measured_is_said(measured: Stability):
    assert measured.names == NAMES
    assert (measured.subjects, measured.slices, measured.seed) == (6, 12, 3)
    assert measured.perturbations == CHAIN
    assert list(measured.by_kind) == ["erosion", "dilation", "rotation", "noise", "bin setting"]
    assert set(measured.spared.values()) == {0}
    assert measured.readings == 5
    for part in ("icc", "lower", "upper", "variation", "complete"):
        assert getattr(measured, part).shape == (len(NAMES),)


def test_the_icc_is_that_of_the_readings_written_down_one_by_one(measured: Stability):
    images, masks, _, names = hearts()
    rows = []
    for name in np.unique(names):
        own = names == name
        reading = one_reading(images[own], masks[own], [1, 1], SETTINGS)
        tables = [
            extract(r.images, r.masks, r.spacing, r.settings).mean(axis=0)
            for r, _ in readings(reading, CHAIN, (3, crc32(str(name).encode()), 0))
        ]
        rows.append(tables)
    table = np.array(rows)
    for name in ("original_firstorder_Mean", "gradient_glcm_Contrast", "original_shape_MeshVolume"):
        column = NAMES.index(name)
        expected = icc_agreement(table[:, :5, column])
        assert value(measured, name) == pytest.approx(expected, rel=1e-9)
        bins = icc_agreement(table[:, [0, 5], column])
        assert measured.by_kind["bin setting"][column] == pytest.approx(bins, rel=1e-9)


def test_the_bin_setting_stands_beside_the_icc_of_repeated_readings(measured: Stability):
    name = "original_glcm_Autocorrelation"  # grows with the square of the number of gray levels
    assert measured.by_kind["bin setting"][NAMES.index(name)] < 0.3
    without = measure_stability(*hearts(), SETTINGS, CHAIN[:-1], seed=3)
    np.testing.assert_array_equal(measured.icc, without.icc)
    alone = measure_stability(*hearts(), SETTINGS, (Bins(0.5),))
    np.testing.assert_array_equal(alone.icc, alone.by_kind["bin setting"])


def test_the_mean_is_stable_and_the_volume_suffers_from_masks_alone(measured: Stability):
    assert value(measured, "original_firstorder_Mean") > 0.95
    volume = NAMES.index("original_shape_VoxelVolume")
    assert measured.by_kind["noise"][volume] == 1.0
    assert measured.by_kind["bin setting"][volume] == 1.0
    assert measured.by_kind["erosion"][volume] < 0.99
    assert measured.worst_kinds()[volume] in ("erosion", "dilation")


def test_a_constant_feature_is_not_stable_and_says_why(measured: Stability):
    flat = NAMES.index("original_shape_Flatness")  # slices are one voxel thick
    assert np.isnan(measured.icc[flat])
    assert measured.reasons[flat] == "the same value throughout"
    assert measured.worst_kinds()[flat] == ""
    assert not stable_features(measured, 0.0)[flat]


def test_stable_features_are_those_at_or_above_the_limit(measured: Stability):
    kept = stable_features(measured, 0.9)
    assert 0 < kept.sum() < len(NAMES)
    assert (measured.icc[kept] >= 0.9).all()
    assert not (measured.icc[~kept] >= 0.9).any()
    everywhere = stable_features(measured, 0.9, every_kind=True)
    assert (everywhere <= kept).all()
    assert everywhere.sum() < kept.sum()
    assert all((values[everywhere] >= 0.9).all() for values in measured.by_kind.values())


def test_the_same_seed_measures_the_same_and_another_does_not(measured: Stability):
    again = measure_stability(*hearts(), SETTINGS, CHAIN, seed=3)
    np.testing.assert_array_equal(measured.icc, again.icc)
    other = measure_stability(*hearts(), SETTINGS, CHAIN, seed=4)
    assert not np.array_equal(measured.icc, other.icc, equal_nan=True)


def test_a_subjects_readings_do_not_depend_on_the_order_or_the_others():
    images, masks, spacing, names = hearts()
    turned = measure_stability(
        images[::-1], masks[::-1], spacing, names[::-1], SETTINGS, (Erode(),)
    )
    plain = measure_stability(images, masks, spacing, names, SETTINGS, (Erode(),))
    np.testing.assert_allclose(turned.icc, plain.icc, rtol=1e-9)
    own = names == "s4"
    alone = read_subject("s4", [one_reading(images[own], masks[own], spacing, SETTINGS)], CHAIN, 3)
    together = one_reading(images, masks, spacing, SETTINGS).take(own)
    np.testing.assert_array_equal(alone.values, read_subject("s4", [together], CHAIN, 3).values)


def test_slices_may_be_rated_as_such_and_then_count_one_by_one():
    images, masks, spacing, _ = hearts()
    found = measure_stability(images, masks, spacing, np.arange(12), SETTINGS, (Erode(),))
    assert (found.subjects, found.slices) == (12, 12)


def test_spared_slices_are_counted_by_kind():
    images, masks, spacing, names = hearts()
    masks[0] = False
    masks[0, 20:22, 20:22] = True
    found = measure_stability(
        images, masks, spacing, names, SETTINGS, (Erode(0.9), Erode(0.95), Dilate())
    )
    assert found.spared == {"erosion": 2, "dilation": 0}


def test_stacks_of_one_subject_may_differ_in_size_and_are_averaged():
    images, masks, spacing, _ = hearts(2, 1)
    whole = one_reading(images, masks, spacing, SETTINGS)
    cropped = one_reading(images[1:, 4:-4, 4:-4], masks[1:, 4:-4, 4:-4], spacing, SETTINGS)
    both = read_subject("a", [whole.take(np.array([True, False])), cropped], (Erode(),), 0)
    assert both.slices == 2
    one, other = (read_subject("a", [stack], (Erode(),), 0).values for stack in (whole, cropped))
    single = read_subject("a", [whole.take(np.array([True, False]))], (Erode(),), 0).values
    np.testing.assert_allclose(both.values, (single + other) / 2, rtol=1e-9)
    assert not np.array_equal(one, other)


def test_a_slice_without_a_value_in_one_reading_is_left_out_of_all():
    tables = np.ones((2, 3, 2))
    tables[:, 1] = 4.0
    tables[1, 2, 0] = np.nan
    means = mean_of_slices(tables)
    assert means[:, 0].tolist() == [2.5, 2.5]
    assert means[:, 1].tolist() == [2.0, 2.0]
    tables[0, :2, 1] = np.inf
    tables[1, 2, 1] = np.nan
    assert np.isnan(mean_of_slices(tables)[:, 1]).all()


def test_integer_labels_and_pixel_sizes_of_each_slice_are_taken():
    images, masks, _, names = hearts()
    spacing = np.repeat([[1.0, 1.5], [0.8, 0.8]], 6, axis=0)
    plain = measure_stability(images, masks, spacing, names, SETTINGS, (Waver(), Translate()))
    labeled = Settings(
        bin_count=16, image_types=SETTINGS.image_types, classes=SETTINGS.classes, label=2
    )
    found = measure_stability(
        images, 2 * masks.astype(np.uint8), spacing, names, labeled, (Waver(), Translate())
    )
    np.testing.assert_array_equal(found.icc, plain.icc)
    assert found.settings == labeled


def test_the_default_set_runs_with_bins_of_a_width():
    settings = Settings(scale=255.0, bin_width=8.0, image_types=("original",))
    found = measure_stability(*hearts(3, 1), settings)
    assert found.perturbations == PERTURBATIONS
    assert np.isfinite(found.icc).mean() > 0.9


def test_progress_reaches_the_end():
    told: list[float] = []
    measure_stability(
        *hearts(2, 1), SETTINGS, (Erode(),), progress=lambda done, _: told.append(done)
    )
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"images": lambda x: x[:, 0]}, InputError, r"\(N, H, W\)"),
        ({"masks": lambda x: x[:1]}, GridMismatchError, "one mask pixel"),
        ({"masks": lambda x: x & False}, EmptyMaskError, "mask 0"),
        ({"spacing": lambda x: x * 0}, InputError, "spacing"),
        ({"subjects": lambda x: x[:3]}, GridMismatchError, "subject of each slice"),
        ({"subjects": lambda x: np.full(12, "one")}, CohortError, "two subjects or more"),
        ({"images": lambda x: np.where(x > 0.5, np.nan, x)}, InputError, "nan or infinite"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(change, error, says):
    given = dict(zip(("images", "masks", "spacing", "subjects"), hearts(), strict=True))
    given |= {name: how(given[name]) for name, how in change.items()}
    with pytest.raises(error, match=says):
        measure_stability(**given, settings=SETTINGS, perturbations=CHAIN)


def test_no_perturbation_is_no_measurement():
    with pytest.raises(CohortError, match="perturbations: 0"):
        measure_stability(*hearts(), SETTINGS, ())
    with pytest.raises(CohortError, match="subjects: 0"):
        summarize([], SETTINGS, CHAIN, 0)
