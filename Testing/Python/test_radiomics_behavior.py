"""What the radiomics room does with batches, odd input and threads."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numba
import numpy as np
import pytest
from CardioAILib.errors import DependencyError, EmptyMaskError, GridMismatchError, InputError
from CardioAILib.radiomics import PAPER, SOUND, Settings, extract, feature_names
from CardioAILib.radiomics.binning import gray_levels
from CardioAILib.radiomics.bins import MAX_LEVELS, bins_of_width, proposed_bin_width
from golden.radiomics_phantoms import TYPED, ring, scattered, textured
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

ORIGINAL = replace(SOUND, image_types=("original",))


@pytest.fixture(scope="module")
def batch():
    images = np.stack([textured(34, 31), textured(34, 31)[::-1], textured(31, 34).T])
    masks = np.zeros(images.shape, bool)
    masks[0, 4:12, 5:20] = masks[1, 20:30, 3:9] = masks[2, 0:9, 22:31] = True
    return images, masks, np.array([[1.0, 1.0], [0.8, 1.2], [2.0, 2.0]])


def test_a_batch_equals_its_slices_one_by_one(batch):
    together = extract(*batch, SOUND)
    alone = [extract(*(array[k : k + 1] for array in batch), SOUND)[0] for k in range(3)]
    np.testing.assert_array_equal(together, alone)


def test_reordering_slices_reorders_rows(batch):
    order = [2, 0, 1]
    reordered = extract(*(array[order] for array in batch), PAPER)
    np.testing.assert_array_equal(reordered, extract(*batch, PAPER)[order])


def test_progress_counts_every_slice(batch):
    calls = []
    extract(*batch, ORIGINAL, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_change_no_value_and_report_every_slice_in_turn(batch, monkeypatch, threads):
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
    many = [np.concatenate([array] * 5) for array in batch]
    calls = []
    values = extract(*many, ORIGINAL, progress=lambda *done: calls.append(done))
    assert calls == [(done, 15) for done in range(1, 16)]
    np.testing.assert_array_equal(values, np.concatenate([extract(*batch, ORIGINAL)] * 5))


@pytest.mark.parametrize("threads", [1, 2])
def test_stopping_while_slices_are_reported_stops_the_work(batch, monkeypatch, threads):
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
    begun = []

    def stop(done, total):
        begun.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extract(*batch, ORIGINAL, progress=stop)
    assert begun == [1]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_slice_that_fails_is_named_whatever_the_thread(batch, monkeypatch, threads):
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
    images, masks, spacing = batch
    images = images.copy()
    images[2] *= 1e6
    with pytest.raises(InputError, match="bins of width 1 in slice 2"):
        extract(images, masks, spacing, PAPER)


def test_restricting_keeps_the_values_of_what_remains(batch):
    full = dict(zip(feature_names(SOUND), extract(*batch, SOUND)[1], strict=True))
    part = replace(SOUND, image_types=("wavelet-LH", "square"), classes=("ngtdm", "shape", "glrlm"))
    for name, value in zip(feature_names(part), extract(*batch, part)[1], strict=True):
        assert value == full[name]


def test_only_the_label_counts_in_an_integer_mask(batch):
    images, masks, spacing = batch
    labels = np.where(masks, 2, 0)
    labels[:, -1, -1] = 1
    chosen = extract(images, labels, spacing, replace(ORIGINAL, label=2))
    np.testing.assert_array_equal(chosen, extract(images, masks, spacing, ORIGINAL))


def test_an_empty_batch_gives_no_rows():
    none = np.zeros((0, 8, 8))
    assert extract(none, none.astype(bool), (1, 1), SOUND).shape == (0, 944)


def test_inputs_are_left_as_they_were(batch):
    before = [array.copy() for array in batch]
    extract(*batch, PAPER)
    for array, copy in zip(batch, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_pixels_without_neighbors_have_no_textures_but_intensities():
    image, mask, spacing = scattered()
    row = extract(image[None], mask[None], spacing, ORIGINAL)[0]
    values = dict(zip(feature_names(ORIGINAL), row, strict=True))
    assert all(np.isnan(v) for name, v in values.items() if "_glcm_" in name)
    assert not any(np.isnan(v) for name, v in values.items() if "_firstorder_" in name)


def edit(name, index, value):
    """Return a ring's image and mask with one of them changed."""
    image, mask, _ = ring()
    arrays_by_name = {"image": image[None], "mask": mask[None]}
    arrays_by_name[name][index] = value
    return arrays_by_name["image"], arrays_by_name["mask"]


@pytest.mark.parametrize(
    ("name", "index", "value", "message"),
    [
        ("image", (0, 3, 3), np.nan, "nan or infinite intensities in slice 0"),
        ("image", (0, 3, 3), np.inf, "nan or infinite"),
        ("image", ..., 0.0, "zero everywhere in slice 0"),
        ("mask", ..., True, "covers its whole slice"),
        ("mask", np.s_[:, np.arange(40) != 20], False, "single row or column"),
    ],
)
def test_slices_that_cannot_be_described_are_refused(name, index, value, message):
    images, masks = edit(name, index, value)
    with pytest.raises(InputError, match=message):
        extract(images, masks, (1, 1), SOUND)


def test_an_empty_mask_is_refused():
    images, masks = edit("mask", ..., False)
    with pytest.raises(EmptyMaskError, match="no pixel of value 1"):
        extract(images, masks, (1, 1), SOUND)


def test_a_single_pixel_is_refused_as_by_pyradiomics():
    images, masks = edit("mask", ..., False)
    masks[0, 5, 5] = True
    with pytest.raises(InputError, match="two rows and two columns"):
        extract(images, masks, (1, 1), SOUND)


def test_shapes_that_differ_are_refused():
    images, masks = edit("image", (0, 0, 0), 0.5)
    with pytest.raises(GridMismatchError, match="resample"):
        extract(images, masks[:, 1:], (1, 1), SOUND)
    with pytest.raises(InputError, match="stack the slices"):
        extract(images[0], masks[0], (1, 1), SOUND)


@pytest.mark.parametrize("spacing", [1.0, (1, 0), (1, np.nan), (1, 1, 1), np.ones((2, 2))])
def test_spacing_must_be_two_lengths(spacing):
    with pytest.raises(InputError, match="row and column spacing"):
        extract(*edit("image", (0, 0, 0), 0.5), spacing, SOUND)


def test_intensities_that_do_not_fit_the_bin_width_are_refused():
    images, masks = edit("image", (0, 0, 0), 0.5)
    with pytest.raises(InputError, match=r"span 10\d{5} bins of width 1 .*about 32000"):
        extract(images * 4095, masks, (1, 1), PAPER)


def test_a_bin_width_is_counted_and_one_is_proposed():
    values = np.array([3.0, 24.9, 25.0, 99.0])
    assert bins_of_width(values, 25.0) == 4
    assert bins_of_width(np.array([-0.1, 0.0]), 25.0) == 2
    assert bins_of_width(values, 100.0) == 1
    width = proposed_bin_width(values)
    assert width == 3.0
    assert gray_levels(values, Settings(bin_width=width)).max() == bins_of_width(values, width)
    assert proposed_bin_width(np.full(4, 7.0)) == 1.0


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_as_many_bins_as_allowed_are_made(kind):
    values = np.array([0, MAX_LEVELS - 0.5], kind)
    assert gray_levels(values, Settings(bin_width=1.0)).tolist() == [1, MAX_LEVELS]
    with pytest.raises(InputError, match=f"at most {MAX_LEVELS} bins"):
        gray_levels(values * 2, Settings(bin_width=1.0))


def test_single_precision_is_filtered_in_single_precision():
    image, mask, spacing = TYPED["float32"]()
    wavelet = replace(SOUND, image_types=("wavelet-HH",), classes=("firstorder",))
    single, double = (
        extract(typed[None], mask[None], spacing, wavelet)
        for typed in (image, image.astype(np.float64))
    )
    assert not np.array_equal(single, double)
    np.testing.assert_allclose(single, double, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", [bool, np.int8, np.uint8, np.uint16, np.int64, np.float16])
def test_integers_count_as_double_precision(kind):
    image, mask, spacing = TYPED["uint8"]()
    typed = (image // 2).astype(kind)
    values, expected = (
        extract(array[None], mask[None], spacing, ORIGINAL)
        for array in (typed, typed.astype(np.float64))
    )
    np.testing.assert_array_equal(values, expected)


def test_a_range_too_small_to_divide_is_refused():
    values = np.array([153.0, np.nextafter(153.0, 154)])
    with pytest.raises(InputError, match="differ by rounding only"):
        gray_levels(values, Settings(bin_count=64))


def test_an_unknown_engine_is_refused():
    with pytest.raises(InputError, match="engine='fast'"):
        extract(*edit("image", (0, 0, 0), 0.5), (1, 1), SOUND, engine="fast")


def test_asking_for_an_absent_pyradiomics_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "radiomics", None)
    with pytest.raises(DependencyError, match="pip install"):
        extract(*edit("image", (0, 0, 0), 0.5), (1, 1), SOUND, engine="pyradiomics")


regions = arrays(bool, (9, 8)).filter(
    lambda m: m.any(axis=0).sum() > 1 and m.any(axis=1).sum() > 1 and not m.all()
)
intensities = arrays(np.float64, (9, 8), elements=st.integers(1, 12).map(float))
TEXTURES = Settings(bin_width=1.0, image_types=("original",))


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(image=intensities, mask=regions)
def test_a_half_turn_changes_nothing(image, mask):
    turned = extract(image[None, ::-1, ::-1], mask[None, ::-1, ::-1], (1, 1), TEXTURES)
    upright = extract(image[None], mask[None], (1, 1), TEXTURES)
    names = np.array(feature_names(TEXTURES))
    # Diagonal contacts leave the mesh open, so its volume depends on where it lies.
    closed = ~np.isin(names, [f"original_shape_{n}" for n in OPEN_MESH])
    np.testing.assert_allclose(
        turned[:, closed], upright[:, closed], rtol=1e-7, atol=1e-7, equal_nan=True
    )


OPEN_MESH = ("MeshVolume", "SurfaceArea", "SurfaceVolumeRatio", "Sphericity")


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(image=intensities, mask=regions)
def test_transposing_changes_nothing_but_the_names_of_rows_and_columns(image, mask):
    kinds = ("firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm")
    chosen = replace(TEXTURES, classes=kinds)
    transposed = extract(image.T[None], mask.T[None], (1, 1), chosen)
    upright = extract(image[None], mask[None], (1, 1), chosen)
    np.testing.assert_allclose(transposed, upright, rtol=1e-7, atol=1e-7, equal_nan=True)


def test_the_compiler_stays_out_of_a_log_that_begins_at_debug():
    # A process of its own: here numba's kernels are long compiled.
    code = (
        "import logging, sys; logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)\n"
        "from CardioAILib.radiomics.dispatch import choose_engine; choose_engine('auto')\n"
        "from numba import njit; njit(lambda x: x + 1)(1)\n"
        "logging.getLogger('numba').warning('heard')"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [line for line in run.stdout.splitlines() if "numba" in line] == ["WARNING:numba:heard"]
