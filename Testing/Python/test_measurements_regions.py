"""The wall in segments and layers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.io import read_image
from CardioAILib.measurements import SEGMENTS, wall_regions
from CardioAILib.measurements.segments import layer_numbers, level_of, segment_numbers
from helpers_wall import Ventricle, ventricle

ACDC_LABELS = {"rv": 1, "wall": 2, "cavity": 3}


@pytest.fixture(scope="module")
def heart() -> Ventricle:
    return ventricle()


def regions(one: Ventricle, by: str = "aha"):
    return wall_regions(*one.masks, *one.place, by)


@pytest.mark.parametrize(
    ("angle", "level", "segment"),
    [
        (90, 0.1, "basal anterior"),
        (121, 0.1, "basal anteroseptal"),
        (181, 0.1, "basal inferoseptal"),
        (270, 0.1, "basal inferior"),
        (359, 0.1, "basal inferolateral"),
        (0, 0.1, "basal anterolateral"),
        (119, 0.5, "mid anterior"),
        (179, 0.5, "mid anteroseptal"),
        (239, 0.5, "mid inferoseptal"),
        (241, 0.5, "mid inferior"),
        (301, 0.5, "mid inferolateral"),
        (59, 0.5, "mid anterolateral"),
        (46, 0.9, "apical anterior"),
        (136, 0.9, "apical septal"),
        (226, 0.9, "apical inferior"),
        (44, 0.9, "apical lateral"),
        (316, 0.9, "apical lateral"),
        (10, 1.2, "apex"),
    ],
)
def test_segments_have_the_numbers_of_the_standard(angle, level, segment):
    number = segment_numbers(np.array([float(angle)]), np.array([float(level)]))[0]
    assert SEGMENTS[number - 1] == segment


def test_there_are_17_segments_six_six_four_and_the_apex():
    levels = [level_of(number) for number in range(1, 18)]
    counts = [levels.count(level) for level in ("basal", "mid", "apical", "apex")]
    assert counts == [6, 6, 4, 1]


def test_what_lies_above_the_base_or_outside_has_no_segment():
    angle, level = np.array([90.0, np.nan]), np.array([-0.1, np.nan])
    assert segment_numbers(angle, level).tolist() == [0, 0]


def test_layers_are_thirds_of_the_wall():
    depth = np.array([0.0, 0.33, 0.34, 0.66, 0.67, 1.0, np.nan])
    assert layer_numbers(depth).tolist() == [1, 1, 2, 2, 3, 3, 0]


def test_every_voxel_of_the_wall_has_a_segment_and_no_other(heart):
    found = regions(heart)
    assert np.array_equal(found.labels > 0, heart.wall)
    assert found.labels.dtype == np.uint8
    assert sum(found.voxels) == heart.wall.sum()


def test_thirds_of_the_slices_are_basal_mid_and_apical(heart):
    labels = regions(heart).labels
    shown = [sorted(set(np.unique(slice_)) - {0}) for slice_ in labels]
    assert shown == 3 * [[*range(1, 7)]] + 3 * [[*range(7, 13)]] + 3 * [[*range(13, 17)]]


def test_the_septum_is_segments_2_3_8_9_and_14(heart):
    labels = regions(heart).labels
    touching = heart.wall & (heart.depth > 0.85) & (np.abs(heart.direction - 180) < 40)
    assert set(np.unique(labels[touching])) == {2, 3, 8, 9, 14}


def test_wall_beyond_the_cavity_is_the_apex(heart):
    cavity = heart.cavity.copy()
    cavity[8] = False
    found = regions(replace(heart, cavity=cavity, wall=heart.wall | (heart.cavity & ~cavity)))
    assert np.unique(found.labels[8]).tolist() == [0, 17]
    assert not [finding for finding in found.findings if finding.check == "apical cap"]


def test_several_slices_without_cavity_are_told(heart):
    cavity = heart.cavity.copy()
    cavity[6:] = False
    found = regions(replace(heart, cavity=cavity))
    assert "3 slices beyond the end of the cavity" in found.findings[-1].message


def test_wall_above_the_first_slice_with_cavity_has_no_segment(heart):
    cavity = heart.cavity.copy()
    cavity[0] = False
    found = regions(replace(heart, cavity=cavity))
    assert not found.labels[0].any()
    assert "basal wall" in {finding.check for finding in found.findings}


def test_regions_without_a_voxel_stay_in_the_list_with_no_thickness(heart):
    found = regions(heart)
    assert found.names == SEGMENTS
    assert found.voxels[16] == 0
    assert np.isnan(found.wall_thickness_mm[16])
    assert found.wall_thickness_mm[0] == pytest.approx(10 * (1 - 0.35 / 8), abs=0.3)


def findings_of(one: Ventricle, **masks) -> dict[str, str]:
    found = regions(replace(one, **masks)).findings
    return {finding.check: finding.message for finding in found}


def test_a_wall_that_the_edge_of_the_image_cuts_off_is_told(heart):
    names = ("wall", "cavity", "rv")
    cut = {name: getattr(heart, name)[:, 14:56, 16:60] for name in names}
    assert "edge of the image in slices 0, 1" in findings_of(heart, **cut)["cut wall"]
    assert "cut wall" not in findings_of(heart)


def test_a_wall_in_pieces_and_a_slice_left_out_are_told(heart):
    wall = heart.wall.copy()
    wall[3, 60:68, 60:80] = True
    wall[5] = False
    told = findings_of(heart, wall=wall)
    assert told["wall in pieces"].endswith("several pieces in slices 3")
    assert told["missing wall"].endswith("both sides in slices 5")


def test_layers_need_neither_septum_nor_apex(heart):
    found = wall_regions(heart.wall, heart.cavity, None, *heart.place, "layers")
    assert found.names == ("endo", "mid", "epi")
    inner = found.labels[heart.wall & (heart.depth < 0.25)]
    outer = found.labels[heart.wall & (heart.depth > 0.75)]
    assert set(inner.tolist()) == {1}
    assert set(outer.tolist()) == {3}


def test_layered_segments_are_both_divisions_at_once(heart):
    both, layers, segments = (regions(heart, by) for by in ("aha-layers", "layers", "aha"))
    assert len(both.names) == 51
    assert both.names[3 * 7 + 2] == "mid anteroseptal, epi"
    inside = both.labels > 0
    assert np.array_equal((both.labels[inside] - 1) // 3 + 1, segments.labels[inside])
    assert np.array_equal((both.labels[inside] - 1) % 3 + 1, layers.labels[inside])


def test_an_unknown_division_is_refused(heart):
    with pytest.raises(InputError, match=r"aha, layers, aha-layers"):
        regions(heart, "quadrants")


@pytest.mark.parametrize("patient", ["patient001", "patient021", "patient041", "patient061"])
def test_real_hearts_have_their_anterior_wall_on_top_and_their_septum_at_the_rv(
    acdc: Path, patient: str
):
    file = min((acdc / "training" / patient).glob("*_gt.nii*"), default=None)
    file = file or min(acdc.rglob(f"{patient}_frame*_gt.nii*"))
    mask = read_image(file)
    parts = {name: mask.array[0] == value for name, value in ACDC_LABELS.items()}
    found = wall_regions(parts["wall"], parts["cavity"], parts["rv"], mask.spacing, mask.ijk_to_ras)
    assert all(found.voxels[:16])
    rows, columns = {}, {}
    for name in ("mid anterior", "mid inferior", "mid anteroseptal", "mid anterolateral"):
        _, row, column = np.nonzero(found.labels == SEGMENTS.index(name) + 1)
        rows[name], columns[name] = row.mean(), column.mean()
    assert rows["mid anterior"] < rows["mid inferior"]
    assert columns["mid anteroseptal"] < columns["mid anterolateral"]
