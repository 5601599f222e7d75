"""Where an echo clip shows echoes, whatever the scanner draws around them."""

import numpy as np
import pytest
from CardioAILib.io.uscolor import gray_of
from CardioAILib.quality.sector import changing, hull_of, sector_of, side_by_side
from helpers_us import SIZE, curved, echoes, screen, sector


def hull(where: np.ndarray) -> np.ndarray:
    return hull_of(where)


def grays(colors: np.ndarray) -> np.ndarray:
    return np.stack([gray_of(frame, "color Doppler") for frame in colors])


@pytest.mark.parametrize("shape", [sector, curved])
def test_the_sector_is_the_hull_of_what_flickers(shape):
    found = sector_of(echoes(20, shape()))
    assert (found == hull(shape())).mean() > 0.999


def test_a_sector_within_the_screen_of_a_scanner_is_found_whole_and_alone():
    clip = echoes()
    found = sector_of(grays(screen(clip)))
    assert found[sector()].mean() > 0.99
    assert not found[:5].any()
    assert not found[-12:].any()
    assert not found[8:15, 2:32].any()
    assert not found[:, 150:].any()


def test_a_dark_chamber_within_the_sector_belongs_to_it():
    clip = echoes()
    clip[:, 50:70, 70:90] = 0
    assert sector_of(clip)[50:70, 70:90].all()


def test_parts_that_a_dark_band_divides_are_one_sector():
    clip = echoes()
    clip[:, 30:36] = 0
    found = sector_of(clip)
    assert found[sector()].mean() > 0.99


def test_letters_that_reach_into_the_sector_are_cut_out():
    clip = echoes()
    clip[:, 60:64, 104:150] = 220
    inside = sector()[60:64].any(axis=0).nonzero()[0].max()
    assert inside > 106
    found = sector_of(clip)
    assert not found[60:64, 104:150].any()
    assert found[50:58, 100].all()


def test_white_tissue_inside_that_never_changes_is_kept():
    clip = echoes()
    clip[:, 60:64, 70:90] = 255
    assert sector_of(clip)[60:64, 70:90].all()


def test_a_clip_that_is_blank_around_the_sector_keeps_every_echo():
    clip = echoes(10, sector())
    clip[:, np.flatnonzero(sector().any(axis=1)).max() + 1, 80] = 30
    assert not clip[:, ~sector_of(clip)].any()


def test_of_one_frame_what_is_shown_is_the_sector():
    found = sector_of(echoes(1))
    assert found[sector()].mean() > 0.99
    assert found.mean() < 1.1 * hull(sector()).mean()


def test_a_black_clip_has_no_sector():
    assert not sector_of(np.zeros((10, *SIZE), np.uint8)).any()


def test_a_sweeping_cursor_does_not_count_as_change():
    frames = np.zeros((30, 20, 60), np.uint8)
    for number in range(30):
        frames[number, :, number] = 255
    assert not changing(frames).any()


def test_doubled_frames_still_flicker():
    clip = np.repeat(echoes(10), 2, axis=0)
    assert sector_of(clip)[sector()].mean() > 0.99


def test_two_sectors_beside_each_other_are_told():
    one = echoes(10)[:, :, 20:140]
    assert side_by_side(np.concatenate([one, one], axis=2))
    assert not side_by_side(one)


def test_a_hull_of_a_line_is_the_line():
    line = np.zeros((5, 5), bool)
    line[2] = True
    assert (hull_of(line) == line).all()
