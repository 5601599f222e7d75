"""Where an echo clip shows echoes, whatever the scanner draws around them."""

import numpy as np
import pytest
from CardioAILib.io.uscolor import gray_of
from CardioAILib.quality.letters import shows_letters
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


def test_of_a_word_that_reaches_out_not_even_the_shapes_of_letters_are_left():
    clip = echoes()
    columns = np.flatnonzero(sector()[60])[-16:]
    for start in range(columns[0], columns[-1] + 12, 4):
        clip[:, 57:64, start : start + 2] = 220
    assert not sector_of(clip)[57:64, columns].any()


def test_a_word_close_to_the_sector_is_not_taken_for_echoes():
    clip = echoes(10)
    below = np.flatnonzero(sector().any(axis=1)).max() + 2
    for start in range(76, 84, 2):
        clip[:, below : below + 2, start] = 220
    assert not sector_of(clip)[below:].any()


@pytest.mark.parametrize(("level", "text"), [(220, True), (20, False)])
def test_text_inside_of_the_sector_is_noticed(level: int, text: bool):
    clip = echoes(20)
    for start in range(60, 90, 6):
        clip[:, 50:57, start : start + 2] = level
    found = sector_of(clip)
    assert shows_letters(found, clip) == text
    assert not shows_letters(found, clip[:4])


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
