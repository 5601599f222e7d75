"""A model of views names the clips of which nobody said the view, and doubts wrong names."""

from dataclasses import replace

import pytest
from CardioAILib.errors import ModelError
from CardioAILib.learning import Run
from CardioAILib.systems import ECHO_VIEW, SAHASHI_2024
from CardioAILib.verbs import fit
from CardioAILib.verbs.echoviews import (
    SeenView,
    renamed,
    require_view_model,
    seen_views,
    with_views,
)
from helpers_echo import PLACES, clip, clips_of_views, echo_study, ring, small_views, view_study


@pytest.fixture(scope="module")
def view_model():
    cohort = clips_of_views(10, size=(48, 60))
    return fit(
        small_views(ECHO_VIEW), cohort, run=Run(epochs=14, device="cpu", precision="float32")
    ).model


def test_a_clip_of_unknown_view_is_named_after_what_it_shows(view_model):
    study = view_study("new", 77)
    images = dict(study.images)
    images[clip(None)] = images.pop(clip("A2C"))
    named, told = with_views(view_model, replace(study, images=images))
    assert clip("A2C") in named.images
    assert clip(None) not in named.images
    assert any("echo was taken as A2C" in finding.message for finding in told)


def test_a_second_clip_of_a_view_is_numbered(view_model):
    study = view_study("new", 78)
    study.images[clip(None)], _ = ring(center=PLACES["A4C"], seed=500, frames=12)
    named, _ = with_views(view_model, study)
    assert clip("A4C", "2") in named.images
    assert named.images[clip("A4C", "2")] is study.images[clip(None)]


def test_a_clip_under_a_wrong_name_is_doubted_and_keeps_it(view_model):
    study = echo_study("new", views=())
    study.images[clip("PLAX")], _ = ring(center=PLACES["A4C"], seed=600, frames=12)
    named, told = with_views(view_model, study)
    assert list(named.images) == [clip("PLAX")]
    assert [f.message for f in told if "PLAX looks like A4C" in f.message]


def test_right_names_are_not_doubted(view_model):
    _, told = with_views(view_model, view_study("new", 79))
    assert not [finding for finding in told if "looks like" in finding.message]


def test_what_cannot_be_judged_is_told_and_the_rest_goes_on(view_model):
    study = view_study("new", 80)
    broken = study.images[clip("A2C")]
    study.images[clip("A2C")] = replace(broken, array=broken.array * 0)
    seen, told = seen_views(view_model, study)
    assert {own.role.view for own in seen} == {"A4C", "PLAX", "PSAX"}
    assert "A2C: the view could not be checked" in told[0].message


def test_a_clip_like_no_known_view_is_left_where_it_is():
    names = {clip(None): clip(None)}
    assert renamed(names, SeenView(clip(None), "other", 0.9)) == names
    assert renamed(names, SeenView(clip(None), "A4C", 0.4)) == names


def test_a_model_of_something_else_is_refused(view_model):
    with pytest.raises(ModelError, match="a model of echo views"):
        require_view_model(replace(view_model, system=SAHASHI_2024))
