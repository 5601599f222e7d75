"""Real echo, where it lies beside the project: what is read, what is blanked, what is refused."""

import logging
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import CardioAIError, DependencyError, InputError
from CardioAILib.io import Clip, read_clip
from CardioAILib.verbs.intake import cohort_of
from conftest import SHARED
from helpers_us import checks
from pydicom import dcmread
from pydicom.data import get_testdata_file

ECHO = SHARED / "echo_dicom"


def real(name: str) -> Path:
    if not (ECHO / name).exists():
        pytest.skip("the real echo clips (echo_dicom) are not beside the project")
    return ECHO / name


@pytest.fixture(scope="module")
def a4c() -> Clip:
    return read_clip(real("fodicom_DIRW0007_A4C_65f.dcm"))


def test_an_apical_clip_is_read_with_its_times_and_spacing(a4c: Clip):
    assert a4c.image.array.shape == (65, 1, 456, 576)
    assert a4c.image.spacing == pytest.approx((1.0, 0.524781, 0.524781), abs=1e-5)
    assert a4c.frame_rate_hz == pytest.approx(26.25, abs=0.01)
    assert checks(a4c.findings) == {"variable frame rate"}
    assert a4c.facts["heart_rate"] == 61.0


def test_text_bars_and_ecg_of_the_apical_clip_are_gone_and_its_sector_is_whole(a4c: Clip):
    levels = a4c.image.array[:, 0]
    shown = (levels > 0).any(axis=0)
    rows, columns = shown.any(axis=1).nonzero()[0], shown.any(axis=0).nonzero()[0]
    # Names stand above row 45, the ECG below row 392, text to the right of the sector.
    assert (rows.min(), rows.max()) == pytest.approx((47, 391), abs=3)
    assert columns.min() > 100
    assert columns.max() < 470
    assert not shown[45:170, 440:].any()
    # "HR= 61bpm" reaches into the corner of the sector: nothing bright stands still there.
    corner = levels[:, 190:206, 447:470]
    assert corner.min(axis=0).max() < 64
    stored = dcmread(real("fodicom_DIRW0007_A4C_65f.dcm")).pixel_array[:, 60:380, 200:340, 0]
    assert np.abs(levels[:, 60:380, 200:340].astype(int) - stored).mean() < 1.0


def test_nothing_of_the_patient_is_kept(a4c: Clip):
    told = f"{a4c.facts} {a4c.findings}"
    assert not any(word in told for word in ("12975", "Michigan", "2008", "61bpm"))


def test_a_small_apical_clip_is_read_without_pixel_size():
    path = get_testdata_file("examples_ybr_color.dcm", download=False)
    if path is None:
        pytest.skip("this pydicom has no examples_ybr_color.dcm")
    clip = read_clip(path)
    assert clip.image.array.shape == (30, 1, 240, 320)
    assert clip.frame_rate_hz == pytest.approx(30.0, abs=0.01)
    # Its region is that of 640 x 480 pixels: it was made smaller after it was acquired.
    assert checks(clip.findings) == {"regions", "spacing unknown"}
    shown = (clip.image.array[:, 0] > 0).any(axis=0)
    assert not shown[:20].any()
    assert not shown[210:].any()
    assert not shown[:, 260:].any()
    assert shown[40:195, 125:205].mean() > 0.95


def test_color_doppler_is_refused_and_can_be_seen_as_gray():
    path = real("US-PAL-8-10x-echo_PLAX_color_10f.dcm")
    with pytest.raises(InputError, match="color Doppler"):
        read_clip(path)
    clip = read_clip(path, color=True)
    assert (clip.view, clip.image.array.shape) == ("PLAX", (10, 1, 430, 600))
    shown = (clip.image.array[:, 0] > 0).any(axis=0)
    assert not shown[:80, :200].any()
    assert not shown[360:].any()
    assert not shown[:, 500:].any()
    assert shown[40:300, 270:330].mean() > 0.85


@pytest.mark.parametrize(
    ("name", "error", "told"),
    [
        ("US-RGB-8-esopecho_TEE_1f.dcm", InputError, "color Doppler"),
        ("dcm4che_will-jxl_apical_color_27f.dcm", DependencyError, "JPEG XL"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, error: type[CardioAIError], told: str):
    with pytest.raises(error, match=told):
        read_clip(real(name))


def test_a_folder_goes_on_past_what_cannot_be_used(caplog: pytest.LogCaptureFixture):
    real("fodicom_DIRW0007_A4C_65f.dcm")
    with caplog.at_level(logging.INFO):
        cohort = cohort_of(ECHO)
    usable = [own for own in cohort if own.images.views]
    assert (len(cohort), len(usable)) == (4, 1)
    for study in cohort:
        if study is not usable[0]:
            with pytest.raises(InputError):
                [*study.images.values()]
