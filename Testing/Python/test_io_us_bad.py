"""Ultrasound that is no clip of gray tissue, or that cannot be read: each is named."""

from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import DependencyError, InputError, UnreadableFileError
from CardioAILib.io import read_clip, usraw
from helpers_us import APEX, changed, checks, dataset, echoes, region, sector, write
from pydicom import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import MPEG4HP41


def colored(levels: np.ndarray) -> np.ndarray:
    """The same clip with flow in red and blue in a box, RGB (T, H, W, 3)."""
    colors = np.repeat(levels[..., np.newaxis], 3, axis=-1)
    flow = np.random.default_rng(1).random((len(levels), 20, 20)) > 0.5
    colors[:, 50:70, 70:90] = np.where(flow[..., np.newaxis], (220, 30, 20), (20, 40, 230))
    return colors


def test_color_doppler_is_told_by_its_pixels(tmp_path: Path):
    path = write(dataset(colored(echoes())), tmp_path)
    with pytest.raises(InputError, match="color Doppler"):
        read_clip(path)
    assert read_clip(path, color=True).image.array.shape == (16, 1, 120, 160)


def by_region(made: Dataset) -> None:
    made.SequenceOfUltrasoundRegions = [region((0, 0, 119, 159)), region((40, 40, 80, 80), data=2)]


def by_flag(made: Dataset) -> None:
    made.UltrasoundColorDataPresent = 1


@pytest.mark.parametrize("change", [by_region, by_flag])
def test_color_doppler_is_told_by_the_header(tmp_path: Path, change):
    with pytest.raises(InputError, match="color Doppler"):
        read_clip(changed(change, tmp_path))


@pytest.mark.parametrize(
    ("shape", "data", "told"),
    [(2, 1, "M-mode"), (3, 3, "spectral Doppler"), (3, 4, "spectral Doppler")],
)
def test_other_modes_are_refused_by_name(tmp_path: Path, shape: int, data: int, told: str):
    def moded(made: Dataset) -> None:
        made.SequenceOfUltrasoundRegions = [
            region((0, 0, 50, 159)),
            region((60, 0, 119, 159), shape, data),
        ]

    with pytest.raises(InputError, match=told):
        read_clip(changed(moded, tmp_path))


def test_two_planes_are_told_by_regions(tmp_path: Path):
    def split(made: Dataset) -> None:
        made.SequenceOfUltrasoundRegions = [region((0, 0, 119, 79)), region((0, 80, 119, 159))]

    with pytest.raises(InputError, match="biplane"):
        read_clip(changed(split, tmp_path))


def test_two_planes_are_told_by_pixels(tmp_path: Path):
    one = echoes(16, sector((120, 150), (APEX[0], 75)))
    made = dataset(np.concatenate([one, one], axis=2))
    with pytest.raises(InputError, match="two planes side by side"):
        read_clip(write(made, tmp_path))


def test_a_blank_clip_has_no_sector(tmp_path: Path):
    with pytest.raises(InputError, match="without an ultrasound sector"):
        read_clip(write(dataset(np.zeros((16, 120, 160), np.uint8)), tmp_path))


def test_a_frozen_clip_is_told(tmp_path: Path):
    frozen = np.repeat(echoes(1), 16, axis=0)
    assert "still frame" in checks(read_clip(write(dataset(frozen), tmp_path)).findings)


def with_damaged(number: int, frames: int = 40, cut: float = 0.4) -> Dataset:
    """A compressed clip, one of whose frames is cut off."""
    made = dataset(echoes(frames), compression="JPEG")
    stored = [*generate_frames(made.PixelData, number_of_frames=frames)]
    stored[number] = stored[number][: int(len(stored[number]) * cut)]
    made.PixelData = encapsulate(stored)
    return made


def test_a_clip_ends_before_a_damaged_frame_which_is_named(tmp_path: Path):
    clip = read_clip(write(with_damaged(35), tmp_path))
    assert len(clip.image.array) == len(clip.image.times_ms) == 35
    (found,) = clip.findings
    assert found.message.startswith("frame 36 of 40 cannot be decoded")


def test_a_clip_that_is_damaged_early_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableFileError, match=r"frame 11 of 40 .* only 10 come before it"):
        read_clip(write(with_damaged(10), tmp_path))


def test_a_damaged_frame_behind_those_asked_for_does_not_matter(tmp_path: Path):
    assert read_clip(write(with_damaged(10), tmp_path), most=8).findings == ()


def test_a_clip_ends_where_its_file_was_cut_off(tmp_path: Path):
    path = write(dataset(echoes(40)), tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: -5 * 120 * 160])
    assert read_clip(path).image.array.shape[0] == 35
    path.write_bytes(whole[: -20 * 120 * 160])
    with pytest.raises(UnreadableFileError, match="frame 21 of 40 cannot be decoded"):
        read_clip(path)


def test_a_clip_too_long_for_memory_is_read_as_far_as_it_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(usraw, "MOST_BYTES", 10 * 120 * 160)
    clip = read_clip(write(dataset(), tmp_path))
    assert len(clip.image.array) == 10
    assert checks(clip.findings) == {"long clip"}


@pytest.mark.parametrize(
    "kind",
    [
        "1.2.840.10008.5.1.4.1.1.6.2",
        "1.2.840.10008.5.1.4.1.1.66",
        "1.2.840.113543.6.6.1.3.10002",
    ],
)
def test_volumes_of_probes_are_refused_by_name(tmp_path: Path, kind: str):
    def volume(made: Dataset) -> None:
        made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = kind

    with pytest.raises(InputError, match="4-D probes"):
        read_clip(changed(volume, tmp_path))


def test_raw_data_of_a_vendor_without_an_image_is_refused_by_name(tmp_path: Path):
    def raw(made: Dataset) -> None:
        del made.PixelData
        block = made.private_block(0x7FE1, "GEMS_Ultrasound_MovieGroup_001", create=True)
        block.add_new(0x01, "OB", b"\0" * 64)

    with pytest.raises(InputError, match="raw data of the vendor"):
        read_clip(changed(raw, tmp_path))


def test_a_file_without_pixels_is_told(tmp_path: Path):
    with pytest.raises(UnreadableFileError, match="without pixels"):
        read_clip(changed(lambda made: made.pop("PixelData"), tmp_path))


@pytest.mark.parametrize(
    ("syntax", "name"),
    [("1.2.840.10008.1.2.4.112", "JPEG XL"), ("1.2.840.10008.1.2.4.102", "MPEG-4")],
)
def test_a_compression_without_decoder_is_named(tmp_path: Path, syntax: str, name: str):
    def packed(made: Dataset) -> None:
        made.file_meta.TransferSyntaxUID = MPEG4HP41
        made.PixelData = encapsulate([b"\0" * 64] * 16)
        made["PixelData"].is_undefined_length = True

    path = changed(packed, tmp_path)
    # pydicom writes no transfer syntax that it does not know.
    path.write_bytes(path.read_bytes().replace(MPEG4HP41.encode(), syntax.encode()))
    with pytest.raises(DependencyError, match=name):
        read_clip(path)


@pytest.mark.parametrize("content", [b"", b"no image at all", b"\0" * 128 + b"DICM"])
def test_what_is_no_ultrasound_is_told(tmp_path: Path, content: bytes):
    path = tmp_path / "clip.dcm"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=r"no ultrasound at 'clip\.dcm'"):
        read_clip(path)


def test_another_modality_is_told(tmp_path: Path):
    def other(made: Dataset) -> None:
        made.Modality = "XA"
        made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.12.1"

    with pytest.raises(UnreadableFileError, match="no ultrasound"):
        read_clip(changed(other, tmp_path))
