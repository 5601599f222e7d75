"""Echo clips of AVI and MP4 files, which PyAV decodes where it is installed."""

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import DependencyError, InputError, UnreadableFileError
from CardioAILib.io import read_clip
from CardioAILib.verbs.intake import cohort_of
from helpers_us import checks, echoes, screen, sector


def film(colors: np.ndarray, path: Path, codec: str, rate: int = 40) -> Path:
    """Write colors (T, H, W, 3) as a video."""
    av = pytest.importorskip("av", reason="PyAV is not installed (pip install av)")
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=Fraction(rate))
        stream.height, stream.width = colors.shape[1:3]
        # Speckle compresses badly: with fewer bits it would all be smoothed away.
        stream.bit_rate = 60_000_000
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for own in colors:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(own, format="rgb24")))
        file.mux(stream.encode())
    return path


@pytest.mark.parametrize(("name", "codec"), [("clip.avi", "mjpeg"), ("clip.mp4", "mpeg4")])
def test_a_video_is_a_clip_without_pixel_size(tmp_path: Path, name: str, codec: str):
    clip = read_clip(film(screen(echoes(40)), tmp_path / name, codec))
    assert clip.image.array.shape == (40, 1, 120, 160)
    assert clip.frame_rate_hz == pytest.approx(40.0, rel=0.01)
    assert not clip.image.calibrated
    assert checks(clip.findings) == {"spacing unknown"}
    assert clip.image.array[:, 0, sector()].any(axis=0).mean() > 0.97
    assert not clip.image.array[:, 0, :3].any()


def test_only_the_frames_that_are_asked_for_are_decoded(tmp_path: Path):
    path = film(screen(echoes(40)), tmp_path / "clip.avi", "mjpeg")
    assert len(read_clip(path, most=20).image.array) == 20


def test_a_video_that_was_cut_off_is_read_as_far_as_it_is_whole(tmp_path: Path):
    path = film(screen(echoes(40)), tmp_path / "clip.avi", "mjpeg")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.93)])
    clip = read_clip(path)
    assert 32 <= len(clip.image.array) < 40


def test_color_doppler_in_a_video_is_refused(tmp_path: Path):
    colors = np.repeat(echoes()[..., np.newaxis], 3, axis=-1)
    flow = np.random.default_rng(1).random((16, 5, 5)) > 0.5
    blocks = np.kron(flow, np.ones((1, 8, 8))) > 0
    colors[:, 50:90, 60:100] = np.where(blocks[..., np.newaxis], (230, 30, 20), (20, 40, 230))
    with pytest.raises(InputError, match="color Doppler"):
        read_clip(film(colors, tmp_path / "clip.avi", "mjpeg"))


def test_what_is_no_video_is_told(tmp_path: Path):
    pytest.importorskip("av", reason="PyAV is not installed (pip install av)")
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"no video")
    with pytest.raises(UnreadableFileError, match=r"no video at 'clip\.mp4'"):
        read_clip(path)
    with pytest.raises(UnreadableFileError, match=r"no video at 'gone\.avi'"):
        read_clip(tmp_path / "gone.avi")


def test_without_pyav_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(DependencyError, match="the package av"):
        read_clip(tmp_path / "clip.mp4")


def test_a_video_alone_is_a_cohort(tmp_path: Path):
    (study,) = cohort_of(film(screen(echoes()), tmp_path / "clip.avi", "mjpeg"))
    ((role, image),) = study.images.items()
    assert (role.modality, role.kind, role.view) == ("US", "echo", None)
    assert len(image.array) == 16
    assert "clip" not in study.subject
