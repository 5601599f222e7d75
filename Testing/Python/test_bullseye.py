"""The bull's-eye shows each segment's value where cardiologists look for it."""

import math
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.measurements import LAYERS, SEGMENTS
from CardioAILib.report import bullseye_png
from CardioAILib.report.bullseye import CENTER, bullseye_svg
from CardioAILib.report.bullseyeparts import color, number, upright
from CardioAILib.results import RESEARCH_ONLY
from matplotlib.image import imread

SVG = "{http://www.w3.org/2000/svg}"
FORBIDDEN = ("class=", "<style", "pattern", "radient", "clip", "filter", "dominant-baseline")
"""What Qt's SVG does not draw."""

ALL = {segment: float(segment) for segment in range(1, 18)}


def words(svg: str) -> dict[str, tuple[float, float]]:
    """Place of each text, the last one where there are several."""
    found = ElementTree.fromstring(svg).iter(f"{SVG}text")
    return {one.text: (float(one.get("x")), float(one.get("y"))) for one in found}


def place_of(segment: int) -> tuple[float, float]:
    """Where a segment's value is, from the middle to the right and up."""
    x, y = words(bullseye_svg({segment: 123.0}, "one", limits=(0, 1000)))["123"]
    return x - CENTER[0], CENTER[1] - y


@pytest.mark.parametrize(
    ("name", "right", "up"),
    [
        ("basal anterior", 0, 1),
        ("basal anteroseptal", -1, 1),
        ("basal inferoseptal", -1, -1),
        ("basal inferior", 0, -1),
        ("basal inferolateral", 1, -1),
        ("basal anterolateral", 1, 1),
        ("mid anteroseptal", -1, 1),
        ("mid inferolateral", 1, -1),
        ("apical anterior", 0, 1),
        ("apical septal", -1, 0),
        ("apical inferior", 0, -1),
        ("apical lateral", 1, 0),
        ("apex", 0, 0),
    ],
)
def test_a_segment_lies_where_the_standard_puts_it(name, right, up):
    found = place_of(SEGMENTS.index(name) + 1)
    signs = [0 if abs(value) < 15 else math.copysign(1, value) for value in found]
    assert signs == [right, up]


def test_the_base_is_outside_and_the_apex_in_the_middle():
    away = [math.hypot(*place_of(segment)) for segment in (1, 7, 13, 17)]
    assert away == sorted(away, reverse=True)


def test_layers_run_from_inside_out():
    values = {(7, layer): 100.0 + index for index, layer in enumerate(LAYERS)}
    places = words(bullseye_svg(values, "layers", limits=(0, 1000)))
    heights = [places[number(value)][1] for value in values.values()]
    assert heights == sorted(heights, reverse=True)


def test_the_page_says_what_it_shows_and_that_it_is_for_research():
    svg = bullseye_svg(ALL, "thickness <mean> & more", "mm")
    assert {"thickness <mean> & more", "mm", RESEARCH_ONLY, "anterior", "septal"} <= set(words(svg))


def test_the_column_stands_below_the_title_and_the_note_in_the_footer():
    found = words(bullseye_svg(ALL, "Contrast", subtitle="glcm_Contrast", note="Preset one."))
    assert found["glcm_Contrast"][1] > found["Contrast"][1]
    assert f"{RESEARCH_ONLY} Preset one." in found


def test_layers_show_the_number_of_each_segment_once_at_its_rim():
    layered = {(segment, layer): 500.0 for segment in ALL for layer in LAYERS}
    svg = bullseye_svg(layered, "layers", limits=(0, 1000))
    shown = [one.text for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert [text for text in shown if text in map(str, ALL)] == [*map(str, ALL)]
    away = {name: math.dist(place, CENTER) for name, place in words(svg).items()}
    assert 240 < away["1"] < 260
    assert 170 < away["7"] < 190
    assert away["17"] < 52


def test_only_what_qt_draws_is_used():
    layered = {(segment, layer): 1.0 * segment for segment in ALL for layer in LAYERS[:2]}
    for svg in (bullseye_svg(ALL, "a"), bullseye_svg(layered, "b")):
        assert not [word for word in FORBIDDEN if word in svg]


def test_the_lowest_value_has_the_first_color_and_the_highest_the_last():
    svg = bullseye_svg({1: 5.0, 2: 9.0}, "two")
    paths = [one.get("fill") for one in ElementTree.fromstring(svg).iter(f"{SVG}path")]
    assert paths[0] == color(0.0) == "#440154"
    assert paths[1] == color(1.0) == "#fde725"


def test_limits_hold_colors_where_a_series_of_maps_shares_them():
    svg = bullseye_svg({1: 5.0}, "one", limits=(0.0, 10.0))
    path = next(ElementTree.fromstring(svg).iter(f"{SVG}path"))
    assert path.get("fill") == color(0.5)


@pytest.mark.parametrize("values", [{}, {3: math.nan}, {3: math.inf}])
def test_without_any_value_all_segments_are_hatched_and_there_are_no_numbers(values):
    svg = bullseye_svg(values, "empty")
    assert svg.count('stroke="#c4c4c4"') > 17
    assert not any(word[0].isdigit() for word in words(svg))


def test_one_value_alone_is_drawn():
    assert "7" in words(bullseye_svg({4: 7.0}, "one"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (12.345, "12.3"), (-0.5, "\u22120.5"), (1234.5, "1234"), (1e7, "1.0e+07")],
)
def test_numbers_have_three_digits_that_count(value, shown):
    assert number(value) == shown


def test_turned_text_is_never_upside_down():
    assert all(-90 <= upright(degrees) <= 90 for degrees in range(-360, 361, 15))


@pytest.mark.parametrize(
    "values", [{18: 1.0}, {0: 1.0}, {(1, "outer"): 1.0}, {1: 1.0, (2, "epi"): 1.0}]
)
def test_keys_that_are_no_segments_are_refused(values):
    with pytest.raises(InputError, match="segments 1 to 17"):
        bullseye_svg(values, "bad")


@pytest.mark.parametrize("limits", [(1.0, 1.0), (2.0, 1.0), (0.0, math.nan)])
def test_limits_that_span_nothing_are_refused(limits):
    with pytest.raises(InputError, match="the lower first"):
        bullseye_svg(ALL, "bad", limits=limits)


def test_qt_draws_it():
    svg_module = pytest.importorskip("PySide6.QtSvg", reason="PySide6 is not installed")
    drawn = svg_module.QSvgRenderer(bullseye_svg(ALL, "thickness", "mm").encode())
    assert drawn.isValid()
    assert (drawn.defaultSize().width(), drawn.defaultSize().height()) == (780, 690)


def test_pixels_show_the_colors_of_the_limits_where_the_segments_lie():
    png = bullseye_png({1: 0.0, 4: 10.0}, "two", "mm", (0.0, 10.0))
    pixels = (imread(BytesIO(png))[..., :3] * 255).round().astype(int)
    assert pixels.shape == (611, 676, 3)
    seen = {}
    for segment, share in ((1, 0.0), (4, 1.0)):
        hue = [int(color(share)[place : place + 2], 16) for place in (1, 3, 5)]
        # The bar beside the map, which holds both colors, is left out.
        rows, _ = np.nonzero((pixels[:, :520] == hue).all(axis=2))
        assert len(rows) > 2000
        seen[segment] = rows.mean()
    assert seen[1] < 611 / 2 < seen[4], "anterior on top"


def test_pixels_without_values_are_hatched_and_refuse_what_is_no_segment():
    assert bullseye_png({}, "none") != bullseye_png({1: 5.0}, "none")
    with pytest.raises(InputError, match="segments 1 to 17"):
        bullseye_png({18: 1.0}, "bad")
