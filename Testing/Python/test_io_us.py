"""Echo clips of DICOM files: pixels, times, spacing, view and facts."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from CardioAILib.errors import InputError
from CardioAILib.io import read_clip
from CardioAILib.io.uswrite import set_pixels, write_echo_dicom
from CardioAILib.study import Role
from CardioAILib.verbs.intake import cohort_of
from helpers_us import (
    A4C,
    changed,
    checks,
    dataset,
    echoes,
    image_of,
    region,
    screen,
    sector,
    study_of,
    write,
)
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels import convert_color_space
from pydicom.uid import JPEG2000Lossless, JPEGLosslessSV1


@pytest.mark.parametrize("compression", ["none", "RLE"])
@pytest.mark.parametrize("color", [False, True])
def test_a_clip_that_was_written_is_read_back(tmp_path: Path, compression: str, color: bool):
    study = study_of(sex="F", age=61.0, heart_rate=72.0)
    (path,) = write_echo_dicom(study, tmp_path, compression=compression, color=color)
    clip = read_clip(path)
    image = study.images[A4C]
    assert (clip.image.array == image.array).all()
    assert np.allclose(clip.image.ijk_to_ras, image.ijk_to_ras)
    assert clip.image.times_ms == image.times_ms
    assert clip.image.calibrated
    assert (clip.view, clip.frame_rate_hz, clip.findings) == ("A4C", 50.0, ())
    assert clip.facts == {"age": 61.0, "sex": "F", "heart_rate": 72.0, "frame_rate_hz": 50.0}


@pytest.mark.parametrize("color", [False, True])
def test_a_lossy_clip_is_nearly_the_same(tmp_path: Path, color: bool):
    study = study_of()
    (path,) = write_echo_dicom(study, tmp_path, compression="JPEG", color=color)
    apart = read_clip(path).image.array.astype(int) - study.images[A4C].array
    assert np.abs(apart).mean() < 3


def test_the_same_study_gives_the_same_bytes(tmp_path: Path):
    files = [write_echo_dicom(study_of(), tmp_path / name)[0] for name in "ab"]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_what_the_scanner_wrote_around_the_sector_is_gone(tmp_path: Path):
    levels = echoes()
    clip = read_clip(write(dataset(screen(levels)), tmp_path))
    away = np.ones(sector().shape, bool)
    rows, columns = sector().nonzero()
    away[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = False
    assert not clip.image.array[:, 0, away].any()
    assert (clip.image.array[:, 0] == levels)[:, sector()].mean() > 0.99


def test_a_colored_mark_inside_the_sector_becomes_black(tmp_path: Path):
    colors = np.repeat(echoes()[..., np.newaxis], 3, axis=-1)
    colors[:, 60, 70:75] = (0, 255, 255)
    assert not read_clip(write(dataset(colors), tmp_path)).image.array[:, 0, 60, 70:75].any()


def test_letters_inside_the_sector_are_told(tmp_path: Path):
    clip = echoes(20)
    for start in range(60, 90, 6):
        clip[:, 50:57, start : start + 2] = 220
    found = read_clip(write(dataset(clip), tmp_path))
    assert [own.check for own in found.findings] == ["letters"]
    assert "before you give it away" in found.image.doubts[0]


def test_a_tinted_gray_scale_is_no_color_doppler(tmp_path: Path):
    tinted = (echoes()[..., np.newaxis] * np.array([1.0, 0.8, 0.5])).astype(np.uint8)
    assert read_clip(write(dataset(tinted), tmp_path)).image.array.max() > 150


def ybr(made: Dataset) -> None:
    made.PhotometricInterpretation = "YBR_FULL"
    colors = np.repeat(echoes()[..., np.newaxis], 3, axis=-1)
    made.PixelData = convert_color_space(colors, "RGB", "YBR_FULL").tobytes()


def planar(made: Dataset) -> None:
    made.PlanarConfiguration = 1
    colors = np.repeat(echoes()[..., np.newaxis], 3, axis=-1)
    made.PixelData = np.ascontiguousarray(np.moveaxis(colors, -1, 1)).tobytes()


def palette(made: Dataset) -> None:
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "PALETTE COLOR"
    del made.PlanarConfiguration
    for name in ("Red", "Green", "Blue"):
        setattr(made, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        table = (np.arange(256, dtype="<u2") << 8).tobytes()
        setattr(made, f"{name}PaletteColorLookupTableData", table)
    made.PixelData = echoes().tobytes()


@pytest.mark.parametrize("change", [ybr, planar, palette])
def test_colors_are_read_as_they_were_stored(tmp_path: Path, change):
    colors = np.repeat(echoes()[..., np.newaxis], 3, axis=-1)
    clip = read_clip(changed(change, tmp_path, levels=colors))
    assert np.abs(clip.image.array[:, 0].astype(int) - echoes()).max() <= 2


def test_sixteen_bits_become_eight(tmp_path: Path):
    def deep(made: Dataset) -> None:
        made.BitsAllocated, made.BitsStored, made.HighBit = 16, 12, 11
        made.PixelData = (echoes().astype("<u2") << 4).tobytes()
        made["PixelData"].VR = "OW"

    assert (read_clip(changed(deep, tmp_path)).image.array[:, 0] == echoes()).all()


@pytest.mark.parametrize(
    ("codec", "syntax"), [("JPEG2000", JPEG2000Lossless), ("JPEG", JPEGLosslessSV1)]
)
@pytest.mark.parametrize("color", [False, True])
def test_codecs_are_those_of_pillow_and_itk(tmp_path: Path, codec: str, syntax: str, color: bool):
    levels = echoes(3)
    colors = np.repeat(levels[..., np.newaxis], 3, axis=-1) if color else levels
    made = dataset(colors)
    frames = [packed(frame, codec, tmp_path) for frame in colors]
    made.file_meta.TransferSyntaxUID = syntax
    made.PixelData = encapsulate(frames)
    made["PixelData"].is_undefined_length = True
    assert (read_clip(write(made, tmp_path)).image.array[:, 0] == levels).all()


def packed(frame: np.ndarray, codec: str, folder: Path) -> bytes:
    """A frame as GDCM compresses it."""
    from pydicom import dcmread
    from pydicom.encaps import get_frame

    writer = sitk.ImageFileWriter()
    writer.SetImageIO("GDCMImageIO")
    writer.SetFileName(str(folder / "one.dcm"))
    writer.UseCompressionOn()
    writer.SetCompressor(codec)
    writer.Execute(sitk.GetImageFromArray(frame, isVector=frame.ndim == 3))
    return get_frame(dcmread(folder / "one.dcm").PixelData, 0, number_of_frames=1)


def test_only_the_frames_that_are_asked_for_are_read(tmp_path: Path):
    clip = read_clip(write(dataset(), tmp_path), most=5)
    assert clip.image.array.shape[0] == len(clip.image.times_ms) == 5


def test_a_still_is_read_where_it_will_do(tmp_path: Path):
    path = write(dataset(echoes(1)), tmp_path)
    assert read_clip(path, still=True).image.array.shape == (1, 1, 120, 160)
    with pytest.raises(InputError, match="a still frame"):
        read_clip(path)


def test_uneven_times_are_kept_and_told(tmp_path: Path):
    levels = echoes(10)
    times = tuple(np.cumsum([0.0, *[20.0] * 4, *[33.0] * 5]).tolist())
    made = dataset(levels)
    uneven = image_of(levels, times_ms=times)
    path = write_echo_dicom(
        study_of(levels).__class__("S", "1", {A4C: uneven}), tmp_path, compression="RLE"
    )[0]
    clip = read_clip(path)
    assert clip.image.times_ms == times
    assert checks(clip.findings) == {"variable frame rate"}
    assert made.FrameTime == 20


@pytest.mark.parametrize(
    ("name", "value", "rate"),
    [
        ("FrameTime", 25.0, 40.0),
        ("CineRate", 30, 30.0),
        ("RecommendedDisplayFrameRate", 60, 60.0),
        ("ActualFrameDuration", 20, 50.0),
        ("FrameTimeVector", [0.0, *[10.0] * 15], 100.0),
    ],
)
def test_frame_times_come_from_whatever_states_them(
    tmp_path: Path, name: str, value: object, rate: float
):
    def timed(made: Dataset) -> None:
        for own in ("FrameTime", "CineRate", "FrameIncrementPointer"):
            delattr(made, own)
        setattr(made, name, value)

    assert read_clip(changed(timed, tmp_path)).frame_rate_hz == pytest.approx(rate, rel=1e-3)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"FrameTime": None, "CineRate": None}, "frame rate unknown"),
        ({"FrameTime": 2000.0}, "frame rate"),
        ({"FrameTimeVector": [0.0, 20.0, 20.0]}, "frame times"),
        ({"FrameTimeVector": [0.0, *[0.0] * 15]}, "frame times"),
    ],
)
def test_frame_times_that_cannot_be_are_told(tmp_path: Path, change: dict, told: str):
    def odd(made: Dataset) -> None:
        for name, value in change.items():
            setattr(made, name, value)

    assert told in checks(read_clip(changed(odd, tmp_path)).findings)


def test_an_unknown_pixel_size_counts_as_one_mm(tmp_path: Path):
    clip = read_clip(changed(lambda made: made.pop("SequenceOfUltrasoundRegions"), tmp_path))
    assert clip.image.spacing == (1.0, 1.0, 1.0)
    assert not clip.image.calibrated
    assert checks(clip.findings) == {"spacing unknown"}


def test_the_pixel_spacing_serves_where_regions_state_none(tmp_path: Path):
    def spaced(made: Dataset) -> None:
        del made.SequenceOfUltrasoundRegions
        made.PixelSpacing = [0.4, 0.3]

    assert read_clip(changed(spaced, tmp_path)).image.spacing == (1.0, 0.4, 0.3)


def test_regions_of_an_image_that_was_made_smaller_do_not_count(tmp_path: Path):
    def shrunk(made: Dataset) -> None:
        made.SequenceOfUltrasoundRegions = [region((0, 0, 400, 500))]

    clip = read_clip(changed(shrunk, tmp_path))
    assert not clip.image.calibrated
    assert "regions" in checks(clip.findings)


def test_what_lies_outside_of_the_region_of_tissue_is_blank(tmp_path: Path):
    def cut(made: Dataset) -> None:
        made.SequenceOfUltrasoundRegions = [region((20, 30, 80, 120))]

    seen = read_clip(changed(cut, tmp_path)).image.array[:, 0]
    assert not seen[:, :20].any()
    assert not seen[:, 81:].any()
    assert seen[:, 20:81].any()


@pytest.mark.parametrize(
    ("said", "view"),
    [
        ({"code": "G-A19B", "scheme": "SRT"}, "A2C"),
        ({"code": "399271003", "scheme": "SCT"}, "PSAX"),
        ({"code": "399310008", "scheme": "SCT"}, "other"),
        ({"ViewName": "AP4"}, "A4C"),
        ({"SeriesDescription": "Apical 2 Chamber"}, "A2C"),
        ({"SeriesDescription": "PS LAX MR & AI"}, "PLAX"),
        ({"ImageComments": "parasternal long axis"}, "PLAX"),
        ({"ProtocolName": "A3C"}, "A3C"),
        ({"SeriesDescription": "SUBCOSTAL 4 chamber"}, "other"),
        ({"SeriesDescription": "Echocardiogram"}, None),
        ({"SeriesDescription": "A4C and A2C"}, None),
    ],
)
def test_the_view_is_what_code_or_words_say(tmp_path: Path, said: dict, view: str | None):
    def named(made: Dataset) -> None:
        if "code" in said:
            item = Dataset()
            item.CodeValue, item.CodingSchemeDesignator = said["code"], said["scheme"]
            item.CodeMeaning = "a view"
            made.ViewCodeSequence = [item]
        for name, value in said.items():
            if name[0].isupper():
                setattr(made, name, value)

    nameless = Role("US", "echo")
    assert read_clip(changed(named, tmp_path, role=nameless, levels=echoes(8))).view == view


def test_names_and_dates_are_nowhere(tmp_path: Path):
    def named(made: Dataset) -> None:
        made.PatientName, made.PatientID, made.StudyDate = "DOE^JANE", "4711", "20240102"
        made.PatientBirthDate, made.InstitutionName = "19310203", "St. Elsewhere"

    clip = read_clip(changed(named, tmp_path))
    told = f"{clip.facts} {clip.findings} {clip.view}"
    assert not any(word in told for word in ("DOE", "4711", "2024", "1931", "Elsewhere"))
    assert clip.facts["age"] == 90.0


def test_colors_of_a_still_are_set_apart_from_gray(tmp_path: Path):
    made = dataset(echoes(1))
    set_pixels(made, np.repeat(echoes(1)[..., np.newaxis], 3, axis=-1))
    assert read_clip(write(made, tmp_path), still=True).image.array.max() > 100


def test_odd_values_of_a_header_are_printed_nowhere(
    tmp_path: Path, recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture
):
    from pydicom.config import disable_value_validation

    with disable_value_validation():
        made = dataset()
        made.PatientBirthDate = made.StudyInstanceUID = "DOE JANE"
        path = write(made, tmp_path)
    read_clip(path)
    cohort_of(tmp_path)
    told = "".join(str(own.message) for own in recwarn)
    assert "DOE" not in told + caplog.text
