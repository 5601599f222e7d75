"""Pictures of echo clips in reports: playing, in rows of frames, with and without heatmaps."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.report import result_pictures
from CardioAILib.report.clippictures import clip_title, draw_clip_cases, evidence_for
from CardioAILib.report.clipplayer import MOST_BYTES, SHORTEST_MS, moving_picture, paced
from CardioAILib.report.filmstrip import LEGEND, draw_strips, frames_shown
from CardioAILib.report.shownclips import ShownClip, colored, shown_clips
from CardioAILib.results import RESEARCH_ONLY, ArmResult, Attention, Provenance, Result
from CardioAILib.study import Image, Role, Study
from CardioAILib.systems.sahashi2024 import SAHASHI_2024
from CardioAILib.verbs.batch import HEATMAP
from CardioAILib.verbs.heatmapfiles import write_heatmap
from helpers_echo import clip, ring

PIL = pytest.importorskip("PIL.Image", reason="pictures need Pillow")

FRAMES, PASSED = 36, 31
SHARES = {"heart": 0.62, "margin": 0.2, "elsewhere": 0.18}


@pytest.fixture(scope="module")
def study() -> Study:
    """Two clips of A4C, the first segmented, and one of A2C."""
    images = {}
    images[clip("A4C")], images[Role("US", "mask", "A4C")] = ring(seed=1)
    images[clip("A4C", "2")], _ = ring(seed=2)
    images[clip("A2C")], _ = ring(seed=3)
    return Study("s1", "1", images)


@pytest.fixture
def result(study: Study, tmp_path: Path) -> Result:
    files = {}
    for number, name in enumerate(("A4C", "A4C_2", "A2C")):
        heat = np.zeros((FRAMES, 1, 96, 120), np.float32)
        heat[8 * number : 8 * number + 8, :, 40:60, 50:70] = 0.5
        shown = Image(heat, study.images[clip("A4C")].ijk_to_ras)
        files[HEATMAP + name] = write_heatmap(shown, tmp_path, name)
    arm = ArmResult(0.8, (0.8,), 0.5, "wall motion abnormality", (), by_input={"A4C": 0.83})
    told = Attention(0.8, 0.2, False, "views", shares=SHARES, by_input={"A4C": SHARES})
    made = Provenance("sahashi2024", "sound", "", "", 0, {})
    return Result("s1", "1", {"views": arm}, "views", made, attention=told, files=files)


def still(times: tuple[float, ...], frames: int = 10) -> ShownClip:
    pixels = np.random.default_rng(0).integers(0, 255, (frames, 200, 260)).astype(np.uint8)
    heat = np.zeros(pixels.shape, np.float32)
    heat[4, 50:90, 50:90] = 1.0
    return ShownClip("A4C", pixels, np.zeros(pixels.shape, bool), heat, times)


def test_clips_are_cut_to_their_sector_and_to_the_pass(study: Study, result: Result, tmp_path):
    shown = {own.name: own for own in shown_clips(SAHASHI_2024, result, study, tmp_path)}
    assert tuple(shown) == ("A4C", "A4C_2", "A2C")
    own = shown["A4C"]
    assert len(own.frames) == len(own.times_ms) == PASSED
    assert own.frames.shape[1] < 96
    assert own.frames.shape[2] < 120
    assert own.heat.max() == 1.0
    assert own.outline.any()
    assert not shown["A2C"].outline.any()
    assert 16 <= shown["A2C"].strongest < 24


def test_a_heatmap_lies_over_its_place_alone():
    own = still(())
    plain, mapped = (colored(own, 4, heat=heat) for heat in (False, True))
    changed = (plain != mapped).any(axis=-1)
    assert changed[50:90, 50:90].mean() > 0.95
    assert not np.delete(np.delete(changed, slice(50, 90), 0), slice(50, 90), 1).any()


def test_a_strip_has_a_row_without_and_one_with_the_map_and_says_what_it_is_not():
    drawn = draw_strips([still(tuple(30.0 * i for i in range(10)))], ["A4C: 0.8"], frames=4)
    words = [own.get_text() for own in drawn.findobj(lambda own: hasattr(own, "get_text"))]
    assert sum(len(own.get_images()) for own in drawn.axes) >= 8
    assert RESEARCH_ONLY in words
    assert LEGEND in words
    assert any("frame 5, 120 ms" in word for word in words)


def test_the_frame_with_most_evidence_is_among_those_shown():
    assert 4 in frames_shown(still(()), 3)
    assert frames_shown(replace(still(()), heat=None), 4) == [0, 3, 6, 9]


def test_a_clip_plays_at_its_own_pace_and_stays_small():
    own = still(tuple(40.0 * frame for frame in range(10)))
    smooth = replace(own, frames=np.repeat(own.frames[:, ::20], 20, axis=1))
    content = moving_picture(smooth)
    played = PIL.open(BytesIO(content))
    assert (played.format, played.n_frames) == ("WEBP", 10)
    assert played.size[0] == 2 * own.frames.shape[2]


def test_even_noise_is_made_small_enough_for_a_page():
    own = still((), frames=12)
    assert len(moving_picture(own)) <= MOST_BYTES


@pytest.mark.parametrize("step", [5.0, 8.0, 20.0, 33.3])
def test_fast_clips_leave_frames_out_and_keep_the_time(step: float):
    chosen, lasting = paced([step * frame for frame in range(30)], 30)
    assert min(lasting) >= SHORTEST_MS
    assert sum(lasting) == pytest.approx(30 * step, rel=0.07)
    assert (len(chosen) == 30) == (step >= SHORTEST_MS)


def test_a_page_gets_every_clip_playing_and_one_strip(study: Study, result: Result, tmp_path):
    pictures = result_pictures(result, study, SAHASHI_2024, tmp_path)
    assert [own.kind for own in pictures] == ["webp"] * 4
    assert pictures[0].address.startswith("data:image/webp;base64,")
    first = pictures[0].caption
    assert "A4C, probability 0.83; map: heart 62%" in first
    assert "evidence for wall motion abnormality" in first
    assert "Grad-CAM" in pictures[-1].caption
    assert pictures[-1].png.startswith(b"RIFF")


def test_clips_without_heatmaps_are_shown_plain(study: Study, result: Result, tmp_path):
    plain = replace(result, files={}, attention=None)
    pictures = result_pictures(plain, study, SAHASHI_2024, tmp_path)
    assert len(pictures) == 4
    assert "evidence" not in pictures[0].caption
    assert "Grad-CAM" not in pictures[-1].caption


def test_the_title_of_a_second_clip_tells_its_view(study: Study, result: Result, tmp_path):
    second = shown_clips(SAHASHI_2024, result, study, tmp_path)[1]
    assert clip_title(SAHASHI_2024, result, second) == "A4C_2, probability 0.83"


def test_cases_become_a_montage(study: Study, result: Result, tmp_path: Path):
    studies = {study.key: study}
    cases = [("s1: highest score", result)] * 2
    path = draw_clip_cases(SAHASHI_2024, cases, studies, tmp_path, tmp_path / "cases.png")
    assert path is not None
    assert path.read_bytes().startswith(b"\x89PNG")
    assert draw_clip_cases(SAHASHI_2024, [], studies, tmp_path, tmp_path / "none.png") is None


def test_evidence_is_for_the_finding():
    assert evidence_for(SAHASHI_2024) == "wall motion abnormality"
