"""Segments and frames of the scene become rows, and rows become curves."""

from __future__ import annotations

import math
from typing import Any

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.mrml import InputNodes
from CardioAILib.mrml.cines import add_cine, timed_sequence
from CardioAILib.mrml.featurecolumns import describe_columns, feature_columns, other_name
from CardioAILib.mrml.featurecurves import feature_curve
from CardioAILib.mrml.making import Maker
from CardioAILib.mrml.segmentstudies import layers_of, read_segments, segment_names
from CardioAILib.mrml.tables import new_table
from CardioAILib.panel import console
from CardioAILib.study import Image
from CardioAILib.systems import FAHMY_2022

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

MEAN = "original_firstorder_Mean"
PARAMETERS = '{"featureClass": {"firstorder": ["Mean"]}, "setting": {"force2D": true}}'


@pytest.fixture
def nodes(scene: Any) -> InputNodes:
    """A volume with three segments, of which two overlap."""
    matrix = made.ijk_to_ras()
    image = made.volume(scene, made.pixels(), matrix)
    ring = made.ring()
    inner = np.zeros_like(ring)
    inner[1:5, 7:13, 9:15] = True
    far = np.zeros_like(ring)
    far[2, :3, :3] = True
    segments = {"myocardium": ring, "epicardium of Jane Doe": ring | inner, "corner": far}
    mask = made.segmentation(scene, matrix, **segments)
    return InputNodes(image, mask)


@pytest.fixture
def cine(scene: Any) -> InputNodes:
    """Three frames, of which the middle one is not segmented."""
    matrix = made.ijk_to_ras()
    frames = np.stack([made.pixels() + 10_000 * number for number in range(3)])
    cine = add_cine(scene, Image(frames, matrix), (0.0, 35.0, 70.0))
    masks = timed_sequence(Maker(scene), "segmentations")
    for time in ("0", "70"):
        node = made.segmentation(scene, matrix, myocardium=made.ring())
        masks.SetDataNodeAtValue(node, time)
        scene.RemoveNode(node)
    return InputNodes(cine.volume, masks)


@pytest.fixture
def preset(tmp_path: Any) -> str:
    path = tmp_path / "mean.json"
    path.write_text(PARAMETERS, encoding="utf-8")
    return str(path)


def column(table: Any, name: str) -> list[Any]:
    found = table.GetTable().GetColumnByName(name)
    return [found.GetValue(row) for row in range(found.GetNumberOfTuples())]


def measured(scene: Any, nodes: InputNodes, preset: str, **how: Any) -> Any:
    return console.compute_radiomics(
        scene, FAHMY_2022, {"ES": nodes}, preset=preset, engine="numpy", **how
    )


# Segments


def test_segments_that_overlap_are_measured_whole_each(
    scene: Any, nodes: InputNodes, preset: str, caplog: pytest.LogCaptureFixture
) -> None:
    ids = ("myocardium", "epicardium of Jane Doe", "corner")
    with caplog.at_level("INFO"):
        table = measured(scene, nodes, preset, segments=ids)
    outer = "segment_2"
    rows = list(zip(column(table, "structure"), column(table, "slice"), strict=True))
    assert rows.count(("myocardium", 2.0)) == rows.count((outer, 2.0)) == 1
    count = dict(zip(rows, column(table, "diagnostics_Mask-original_VoxelNum"), strict=True))
    ring = made.ring()[2].sum()
    assert count["myocardium", 2.0] == ring
    assert count[outer, 2.0] > ring
    assert count["segment_3", 2.0] == 9
    assert "share" in caplog.text
    assert "Jane" not in " ".join(column(table, "structure"))
    assert all("share" in text for text in column(table, "diagnostics_Findings"))


def test_one_segment_equals_the_structure_that_it_is(
    scene: Any, nodes: InputNodes, preset: str
) -> None:
    alone = measured(scene, nodes, preset)
    chosen = measured(scene, nodes, preset, segments=("myocardium",))
    assert column(alone, MEAN) == column(chosen, MEAN)
    assert column(alone, "structure") == column(chosen, "structure")


def test_a_segment_that_is_not_there_is_refused(scene: Any, nodes: InputNodes, preset: str) -> None:
    before = scene.GetNumberOfNodes()
    with pytest.raises(InputError, match="IDs among"):
        measured(scene, nodes, preset, segments=("nothing",))
    assert scene.GetNumberOfNodes() == before


def test_layers_hold_what_does_not_overlap() -> None:
    left, right, both = np.array([[1, 0], [0, 1], [1, 1]], bool)
    layers = layers_of({"left": left, "both": both, "right": right})
    assert [list(layer) for layer in layers] == [["left", "right"], ["both"]]


def test_two_segments_of_one_structure_go_by_their_place(scene: Any) -> None:
    ring = made.ring()
    mask = made.segmentation(scene, made.ijk_to_ras(), myo=ring, myocardium=ring)
    names = segment_names(InputNodes(None, mask), ("myo", "myocardium"))
    assert names == {"myo": "segment_1", "myocardium": "segment_2"}


# Frames


def test_every_segmented_frame_is_a_row_with_its_time(
    scene: Any, cine: InputNodes, preset: str
) -> None:
    table = measured(scene, cine, preset, frames="all")
    assert set(zip(column(table, "frame"), column(table, "time_ms"), strict=True)) == {
        (0.0, 0.0),
        (2.0, 70.0),
    }
    means = np.array(column(table, MEAN))
    frames = np.array(column(table, "frame"))
    assert means[frames == 2].mean() - means[frames == 0].mean() == pytest.approx(20_000)
    assert "1 of 3 frames without myocardium" in column(table, "diagnostics_Findings")[0]


def test_frames_of_the_systems_preset_are_prepared(scene: Any, cine: InputNodes) -> None:
    read = read_segments(cine, "myocardium", frames="all", what="ES")
    assert read.image.array.shape == (3, *made.SHAPE)
    assert [bool(frame.any()) for frame in read.masks[0].of("myocardium")] == [True, False, True]
    assert read.times == (0.0, 35.0, 70.0)


def test_frames_of_nodes_without_frames_are_refused(
    scene: Any, nodes: InputNodes, cine: InputNodes, preset: str
) -> None:
    with pytest.raises(InputError, match="the image ES, which belongs to no sequence"):
        measured(scene, nodes, preset, frames="all")
    still = InputNodes(cine.image, nodes.mask)
    with pytest.raises(InputError, match="the segmentation ES, which belongs to no sequence"):
        measured(scene, still, preset, frames="all")


def test_a_sequence_without_the_structure_is_refused(scene: Any, cine: InputNodes) -> None:
    with pytest.raises(MissingInputError, match="rv_cavity"):
        read_segments(cine, "rv_cavity", frames="all", what="ES")


# Columns and curves


def test_columns_say_what_the_other_naming_calls_them(scene: Any) -> None:
    table = new_table(Maker(scene), "features", {"subject": ["s"], MEAN: [1.0]})
    describe_columns(table)
    assert feature_columns(table) == (MEAN,)
    assert "IBSI" in table.GetColumnDescription(MEAN)
    assert other_name("stat_mean").endswith("pyradiomics original_firstorder_Mean")
    assert other_name("cm_contrast_2_5D_comb").endswith("pyradiomics original_glcm_Contrast")
    assert other_name("gradient_firstorder_Mean").startswith(
        "Mean intensity (IBSI Q4LE, stat_mean)"
    )
    assert other_name("nothing") == other_name("subject") == ""


def rows(scene: Any, times: list[Any]) -> Any:
    """Two structures in three frames and two slices."""
    cells = [
        (s, f, z) for s in ("myocardium", "lv_cavity") for f in (0.0, 1.0, 2.0) for z in (3, 4)
    ]
    columns = {
        "structure": [s for s, _, _ in cells],
        "frame": [f for _, f, _ in cells],
        "time_ms": [times[int(f)] for _, f, _ in cells],
        "slice": [float(z) for _, _, z in cells],
        MEAN: [10 * f + z + 100 * (s == "lv_cavity") for s, f, z in cells],
        "original_firstorder_Range": [1.0] * len(cells),
    }
    return new_table(Maker(scene), "features", columns)


def test_a_curve_is_the_mean_over_slices_by_structure(scene: Any) -> None:
    shown = feature_curve(scene, rows(scene, [0.0, 35.0, 70.0]), MEAN)
    assert column(shown.table, "time (ms)") == [0.0, 35.0, 70.0]
    assert column(shown.table, "myocardium") == [3.5, 13.5, 23.5]
    assert column(shown.table, "lv_cavity") == [103.5, 113.5, 123.5]
    assert shown.chart.GetNumberOfPlotSeriesNodes() == 2
    assert "research use only" in shown.chart.GetTitle()
    assert shown.chart.GetYAxisTitle() == MEAN


def test_a_curve_by_slice_over_frames_where_no_time_is_known(scene: Any) -> None:
    shown = feature_curve(scene, rows(scene, [math.nan] * 3), MEAN, by="slice")
    assert column(shown.table, "frame") == [0.0, 1.0, 2.0]
    assert column(shown.table, "myocardium, slice 4") == [4.0, 14.0, 24.0]
    assert shown.chart.GetNumberOfPlotSeriesNodes() == 4


def sliced(scene: Any, structures: list[str], slices: int) -> Any:
    """Structures in two frames and some slices."""
    cells = [(s, f, float(z)) for s in structures for f in (0.0, 1.0) for z in range(slices)]
    columns = dict(
        zip(("structure", "frame", "slice"), map(list, zip(*cells, strict=True)), strict=True)
    )
    columns |= {"time_ms": [math.nan] * len(cells), MEAN: [1.0] * len(cells)}
    return new_table(Maker(scene), "features", columns)


def test_many_slices_run_from_dark_to_bright_without_a_legend(scene: Any) -> None:
    chart = feature_curve(scene, sliced(scene, ["myocardium"], 10), MEAN, by="slice").chart
    assert not chart.GetLegendVisibility()
    assert chart.GetXAxisTitle() == (
        "frame; from dark to bright: myocardium, slice 0 to myocardium, slice 9"
    )
    brightness = [sum(chart.GetNthPlotSeriesNode(n).GetColor()) for n in range(10)]
    assert brightness[0] < brightness[5] < brightness[9]
    assert len({chart.GetNthPlotSeriesNode(n).GetColor() for n in range(10)}) == 10
    few = feature_curve(scene, sliced(scene, ["myocardium"], 3), MEAN, by="slice").chart
    assert few.GetLegendVisibility()
    assert few.GetXAxisTitle() == "frame"


def test_many_slices_of_several_structures_are_refused(scene: Any) -> None:
    table = sliced(scene, ["myocardium", "lv_cavity"], 10)
    with pytest.raises(InputError, match=r"20 slices of 2 structures.*chart by structure"):
        feature_curve(scene, table, MEAN, by="slice")
    assert feature_curve(scene, table, MEAN).chart.GetNumberOfPlotSeriesNodes() == 2


def test_a_chart_by_anything_else_is_refused(scene: Any) -> None:
    with pytest.raises(InputError, match=r"'foo'.*structure, slice"):
        feature_curve(scene, rows(scene, [0.0, 35.0, 70.0]), MEAN, by="foo")


@pytest.mark.parametrize(
    ("feature", "title"),
    [
        ("original_firstorder_Mean", "original_firstorder_Mean"),
        ("original_firstorder_Entropy", "original_firstorder_Entropy (bits)"),
        ("original_shape_MeshVolume", "original_shape_MeshVolume (mm³)"),
        ("morph_pca_maj_axis", "morph_pca_maj_axis (mm)"),
        ("something_else_Mean", "value"),
    ],
)
def test_the_axis_tells_name_and_unit_and_repeats_no_title(
    scene: Any, feature: str, title: str
) -> None:
    columns = {"structure": ["m"] * 2, "frame": [0.0, 1.0], "time_ms": [math.nan] * 2}
    table = new_table(Maker(scene), "features", columns | {feature: [1.0, 2.0]})
    chart = feature_curve(scene, table, feature).chart
    assert chart.GetYAxisTitle() == title
    assert not chart.GetTitle().startswith(title)


def test_rows_of_volumes_have_no_curve_by_slice(scene: Any) -> None:
    columns = {"structure": ["m"] * 2, "frame": [0.0, 1.0], "time_ms": [math.nan] * 2}
    columns |= {"slice": [math.nan] * 2, MEAN: [1.0, 2.0]}
    table = new_table(Maker(scene), "features", columns)
    assert column(feature_curve(scene, table, MEAN).table, "m") == [1.0, 2.0]
    with pytest.raises(InputError, match="by structure"):
        feature_curve(scene, table, MEAN, by="slice")


def test_another_feature_fills_the_same_chart(scene: Any) -> None:
    table = rows(scene, [0.0, 35.0, 70.0])
    first = feature_curve(scene, table, MEAN)
    count = scene.GetNumberOfNodes()
    second = feature_curve(scene, table, "original_firstorder_Range", shown=first)
    assert second is first
    assert scene.GetNumberOfNodes() == count
    assert column(second.table, "lv_cavity") == [1.0, 1.0, 1.0]
    assert second.chart.GetYAxisTitle() == "original_firstorder_Range"
    assert second.chart.GetAttribute("CardioAI.Feature") == "original_firstorder_Range"


def test_a_chart_that_was_deleted_is_made_again(scene: Any) -> None:
    table = rows(scene, [0.0, 35.0, 70.0])
    first = feature_curve(scene, table, MEAN)
    scene.RemoveNode(first.chart)
    second = feature_curve(scene, table, MEAN, shown=first)
    assert second is not first
    assert scene.IsNodePresent(second.chart)


def test_an_unknown_feature_or_a_single_frame_is_refused(scene: Any) -> None:
    table = rows(scene, [0.0, 35.0, 70.0])
    for name in ("original_firstorder_Meen", "frame"):
        with pytest.raises(InputError, match="a feature of the table"):
            feature_curve(scene, table, name)
    single = new_table(Maker(scene), "one", {"structure": ["m"], "frame": [0.0], MEAN: [1.0]})
    with pytest.raises(InputError, match="a single frame"):
        feature_curve(scene, single, MEAN)
