"""What is said of segmentations that cannot be right, and is not said of those that can."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.io import acdc_rows, read_mask
from CardioAILib.measurements import measure, segmentation_of
from CardioAILib.measurements.ends import cut_ends
from CardioAILib.measurements.order import slice_order
from CardioAILib.measurements.plausible import HUMAN
from CardioAILib.measurements.segmentation import cropped
from helpers_hearts import SPACING, cylinder

BODY = {"height_cm": 175, "weight_kg": 75}
LABELS = {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3}


def checks(ed, es, **body):
    return [one.check for one in measure(ed, es, **(body or BODY)).findings]


def message(check, ed, es, **body):
    found = measure(ed, es, **(body or BODY)).findings
    return next(one.message for one in found if one.check == check)


def diastole(**how):
    return cylinder(28, 38, 8, taper=0.75, **how)


def systole(**how):
    """The wall keeps its volume; the right ventricle has left the first slice."""
    one = cylinder(18, 31.5, 8, taper=0.75, **how)
    rv = one.rv_cavity.copy()
    rv[0] = False
    return replace(one, rv_cavity=rv)


def scaled(one, factors, *, matrix=True):
    axes = one.ijk_to_ras.copy()
    if matrix:
        axes[:3, :3] *= np.array(factors)[::-1]
    spacing = tuple(np.array(one.spacing) * factors)
    return replace(one, spacing=spacing, ijk_to_ras=axes)


def without(one, slices):
    shown = np.ones(len(one.myocardium), bool)
    shown[slices] = False
    kept = shown[:, None, None]
    return replace(
        one,
        myocardium=one.myocardium & kept,
        lv_cavity=one.lv_cavity & kept,
        rv_cavity=one.rv_cavity & kept,
    )


def test_a_heart_as_it_should_be_raises_no_doubt():
    assert checks(diastole(), systole()) == []


def test_what_bears_on_segments_alone_is_told_apart():
    found = measure(diastole(), systole(), **BODY)
    assert {one.check for one in found.of_segments} == {"apical cap"}
    turned = [
        replace(one, ijk_to_ras=np.diag([*SPACING[::-1], 1.0])) for one in (diastole(), systole())
    ]
    assert {one.check for one in measure(*turned, **BODY).of_segments} == {
        "apical cap",
        "orientation",
    }


def test_swapped_phases_are_told_by_a_negative_ejection_fraction():
    told = message("phases", systole(), diastole())
    assert "negative" in told
    assert "ED and ES seem swapped" in told


@pytest.mark.parametrize("kept", [0.5, 2.0])
def test_a_wall_that_changes_its_mass_is_doubted(kept):
    es = scaled(systole(), (kept, 1, 1))
    assert "though its mass does not change" in message("myocardium", diastole(), es)


def test_a_heart_that_no_adult_has_is_doubted():
    tiny = (scaled(one, (0.5, 0.5, 0.5)) for one in (diastole(), systole()))
    told = message("implausible", *tiny)
    assert "LV_EDV_ml" in told
    assert f"{HUMAN['LV_EDV_ml'][0]:g}" in told


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"height_cm": 1.75, "weight_kg": 75}, "check the units"),
        ({"height_cm": 175, "weight_kg": 165000}, "check the units"),
        ({"height_cm": 175}, "unknown"),
    ],
)
def test_a_body_that_is_no_adults_gives_no_index(body, words):
    assert words in message("body size", diastole(), systole(), **body)
    values = measure(diastole(), None, **body).values
    assert np.isnan(values["LV_EDV_index_ml_per_m2"])


# Spacing


@pytest.mark.parametrize("factor", [0.9, 1.1])
@pytest.mark.parametrize("axes", [(1, 0, 0), (0, 1, 1), (1, 1, 1)])
def test_a_spacing_wrong_by_a_tenth_is_doubted_where_anything_contradicts_it(factor, axes):
    factors = np.where(axes, factor, 1.0)
    stated = [scaled(one, factors, matrix=False) for one in (diastole(), systole())]
    assert "spacing" in checks(*stated)
    assert "grids" in checks(scaled(diastole(), factors), systole())


def test_slices_farther_apart_than_a_protocol_has_them_are_doubted():
    wide = [scaled(one, (1.1, 1, 1)) for one in (diastole(), systole())]
    assert "slices 11.0 mm apart" in message("spacing", *wide)


def test_phases_with_different_numbers_of_slices_are_doubted():
    assert "ED has 9 slices and ES 8" in message("grids", diastole(), systole(empty=0))


# Slices lost at the ends


@pytest.mark.parametrize("down", [1, -1])
def test_slices_lost_at_the_apex_are_told_in_either_order_of_slices(down):
    ed, es = (flipped(one) if down < 0 else one for one in (diastole(), systole()))
    end = slice(5, None) if down > 0 else slice(0, 4)
    assert "apex cut" in checks(without(ed, end), without(es, end))
    assert not cut_ends(ed, es)


def test_a_slice_lost_at_the_apex_of_one_phase_alone_is_told():
    assert "apex cut" in checks(without(diastole(), slice(5, None)), systole())


def test_a_stack_whose_last_slice_is_small_at_end_systole_is_whole():
    ed, es = without(diastole(), slice(5, None)), without(systole(), slice(5, None))
    assert cut_ends(ed, es)
    row, column = np.ogrid[: es.myocardium.shape[1], : es.myocardium.shape[2]]
    middle = (es.myocardium.shape[1] - 1) / 2
    small = np.hypot(row - middle, column - middle) < 6
    last = np.arange(len(es.myocardium))[:, None, None] == 4
    closing = replace(
        es, myocardium=np.where(last, small, es.myocardium), lv_cavity=es.lv_cavity & ~last
    )
    assert not cut_ends(ed, closing)


def test_slices_lost_at_the_base_are_told():
    lost = [without(one, slice(0, 2)) for one in (diastole(), systole())]
    assert "base cut" in checks(*lost)


def test_a_short_stack_has_no_ends_to_speak_of():
    assert not cut_ends(cylinder(24, 33, 3), cylinder(15, 27, 3))


def test_a_slice_lost_in_the_middle_is_told():
    assert "missing wall" in checks(without(diastole(), slice(3, 4)), systole())


def test_slices_out_of_order_are_told():
    order = [0, 2, 4, 6, 8, 1, 3, 5, 7]
    ed, es = (reordered(one, order) for one in (diastole(), systole()))
    assert message("slice order", ed, es).startswith("ED and ES: along the stack")
    assert message("slice order", diastole(), es).startswith("ES:")


def reordered(one, order):
    parts = (one.myocardium[order], one.lv_cavity[order], one.rv_cavity[order])
    return replace(one, myocardium=parts[0], lv_cavity=parts[1], rv_cavity=parts[2])


def flipped(one):
    matrix = one.ijk_to_ras.copy()
    matrix[:3, 3] += matrix[:3, 2] * (len(one.myocardium) - 1)
    matrix[:3, 2] *= -1
    parts = (part[::-1] for part in (one.myocardium, one.lv_cavity, one.rv_cavity))
    return replace(
        one,
        **dict(zip(("myocardium", "lv_cavity", "rv_cavity"), parts, strict=True)),
        ijk_to_ras=matrix,
    )


def test_of_real_stacks_few_are_called_cut_and_most_of_those_cut_are(acdc):
    told = Counter()
    for row in acdc_rows(acdc):
        pair = [
            cropped(segmentation_of(read_mask(acdc / row[f"mask_SAX_{phase}"], LABELS)))
            for phase in ("ED", "ES")
        ]
        shown = np.flatnonzero(pair[0].myocardium.any(axis=(1, 2)))
        ends = {
            "whole": [],
            "apex": list(range(shown[-1], len(pair[0].myocardium))),
            "base": list(range(shown[0] + 1)),
            "two at base": list(range(shown[1] + 1)),
        }
        for name, lost in ends.items():
            cut = cut_ends(*(without(one, lost) for one in pair))
            told.update((name, one.check) for one in cut)
        told["whole", "slice order"] += len([*slice_order(*pair)])
        order = [*range(0, len(pair[0].myocardium), 2), *range(1, len(pair[0].myocardium), 2)]
        told["mixed", "slice order"] += len([*slice_order(*(reordered(p, order) for p in pair))])
    assert told["whole", "apex cut"] <= 5
    assert told["whole", "base cut"] <= 9
    assert told["apex", "apex cut"] >= 78
    assert told["base", "base cut"] >= 62
    assert told["two at base", "base cut"] >= 91
    assert told["whole", "slice order"] == 0
    assert told["mixed", "slice order"] == 100


def test_hearts_are_drawn_on_the_grid_that_they_state():
    assert diastole().spacing == SPACING
    assert diastole().slice_distance == pytest.approx(10)
