"""Echo clips of a study: which are inputs, and what examples they become."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError, MissingInputError
from CardioAILib.examples import CLIP_FRAMES, OWN_LABEL
from CardioAILib.study import Cohort, Image
from CardioAILib.system import Stills
from CardioAILib.systems import ECHO_VIEW, SAHASHI_2024, SAHASHI_2024_T1, SAHASHI_2024_T1_MS
from CardioAILib.verbs import units
from CardioAILib.verbs.prepared import prepare_study
from helpers_echo import PLACE, clip, echo_study, ring


def examples_of(study, system=SAHASHI_2024):
    return prepare_study(system, study, labeled=True).examples


def test_each_clip_of_each_view_is_an_example_of_gray_levels():
    study = echo_study("s", facts={"wma": 1.0})
    study.images[clip("A4C", "2")], _ = ring(seed=9)
    examples = examples_of(study)
    assert examples.inputs.tolist() == ["A4C", "A4C", "A2C", "PLAX"]
    assert examples.slices.tolist() == [0, 1, 0, 0]
    assert examples.images.shape == (4, 48, 112, 112)
    assert examples.images.dtype == np.uint8
    assert examples.labels.tolist() == [1, 1, 1, 1]


def test_frames_beyond_a_short_clip_repeat_it_and_its_own_number_is_kept():
    study = echo_study("s", frames=20)
    prepared = prepare_study(SAHASHI_2024, study)
    images, counts = prepared.examples.images, prepared.examples.tables[CLIP_FRAMES]
    assert counts[:, 0].tolist() == [20.0, 20.0, 20.0]
    assert np.array_equal(images[:, 20:40], images[:, :20])
    assert any("played in a loop" in finding.message for finding in prepared.findings)


def test_only_the_first_frames_of_a_long_clip_are_prepared():
    prepared = prepare_study(SAHASHI_2024, echo_study("s", frames=70))
    assert prepared.examples.tables[CLIP_FRAMES][:, 0].tolist() == [48.0] * 3
    assert len(prepared.inputs["A4C"].stack.image) == 48


def test_a_segmentation_goes_through_the_same_steps_as_its_clip():
    study = echo_study("s", views=("A4C",))
    image, mask = ring(seed=3)
    roles = {clip("A4C"): image, replace(clip("A4C"), kind="mask"): mask}
    prepared = prepare_study(SAHASHI_2024, replace(study, images=roles))
    stack = prepared.inputs["A4C"].stack
    assert stack.mask.shape == stack.image.shape == (36, 112, 112)
    assert stack.mask.any(axis=(1, 2)).all()
    assert not stack.mask.all(axis=(1, 2)).any()
    bare = prepare_study(SAHASHI_2024, study)
    assert not bare.inputs["A4C"].stack.mask.any()
    # Examples of clips hold no masks, which would double the memory of a training.
    assert prepared.examples.masks.nbytes == 0


def test_the_segments_of_a_view_are_its_truth():
    study = echo_study("s", facts={"wma_segments": "4;10"})
    found = examples_of(study)
    own = dict(zip(found.inputs.tolist(), found.tables[OWN_LABEL][:, 0].tolist(), strict=True))
    assert own == {"A4C": 0.0, "A2C": 1.0, "PLAX": 0.0}
    assert set(found.labels.tolist()) == {1}


def test_a_view_s_own_column_stands_above_segments_and_study():
    facts = {"wma": 1.0, "wma_segments": "none", "wma_PLAX": 1.0}
    found = examples_of(echo_study("s", facts=facts))
    assert found.tables[OWN_LABEL][:, 0].tolist() == [0.0, 0.0, 1.0]


def test_segments_that_are_none_are_refused():
    with pytest.raises(CohortError, match="AHA segments 1 to 17"):
        examples_of(echo_study("s", facts={"wma_segments": "3;18"}))


def test_a_measured_value_is_a_class_from_its_limit_on():
    study = echo_study("s", facts={"t1_ms": 1060.0, "t1_ms_A2C": 1059.0})
    found = examples_of(study, SAHASHI_2024_T1)
    assert found.labels.tolist() == [1, 1, 1]
    assert found.tables[OWN_LABEL][:, 0].tolist() == [1.0, 0.0, 1.0]


def test_a_measured_value_is_learned_as_it_is():
    found = examples_of(echo_study("s", facts={"t1_ms": 1037.5}), SAHASHI_2024_T1_MS)
    assert found.labels.tolist() == [1037.5] * 3


def test_a_value_in_another_unit_is_refused():
    with pytest.raises(CohortError, match="700 to 1800 ms"):
        examples_of(echo_study("s", facts={"t1_ms": 1.04}), SAHASHI_2024_T1_MS)


def test_without_truth_the_label_of_a_measured_value_is_not_a_number():
    examples = prepare_study(SAHASHI_2024_T1_MS, echo_study("s")).examples
    assert np.isnan(examples.labels).all()


def test_stills_alone_are_refused():
    image, _ = ring(frames=1)
    study = echo_study("s", views=())
    study.images[clip("A4C", "ED")] = image
    with pytest.raises(MissingInputError, match="still frames alone"):
        prepare_study(SAHASHI_2024, study)


def test_one_view_is_enough_and_what_is_lacking_is_told():
    prepared = prepare_study(SAHASHI_2024, echo_study("s", views=("PLAX",)))
    assert [f.check for f in prepared.findings if f.check == "incomplete"] == ["incomplete"]


@pytest.mark.parametrize(
    ("frames", "wanted"), [(1, "a still frame"), (9, "9 frames")], ids=["still", "short"]
)
def test_too_few_frames_are_refused(frames, wanted):
    with pytest.raises(InputError, match=wanted):
        prepare_study(SAHASHI_2024, echo_study("s", views=("A4C",), frames=frames))


def test_the_published_protocol_refuses_fewer_than_32_frames():
    with pytest.raises(InputError, match="a clip of 32 frames or more"):
        prepare_study(SAHASHI_2024.in_mode("paper"), echo_study("s", frames=31))


def test_a_frozen_clip_is_refused():
    image, _ = ring()
    frozen = Image(np.repeat(image.array[:1], 36, axis=0), PLACE)
    study = echo_study("s", views=())
    study.images[clip("A4C")] = frozen
    with pytest.raises(InputError, match="36 equal frames"):
        prepare_study(SAHASHI_2024, study)


def test_uneven_times_and_a_pixel_size_that_is_not_known_are_told():
    study = echo_study("s", views=("A4C",))
    image = study.images[clip("A4C")]
    times = (*(10.0 * i for i in range(20)), *(200.0 + 60.0 * i for i in range(16)))
    study.images[clip("A4C")] = replace(image, times_ms=times, calibrated=False)
    told = {f.check: f.message for f in prepare_study(SAHASHI_2024, study).findings}
    assert "10 to 60 ms apart" in told["frame times"]
    assert "nothing is measured in mm" in told["spacing unknown"]


def test_every_clip_is_a_unit_of_the_system_of_views():
    study = echo_study("s", views=("A4C", "PSAX"))
    named = {unit.study: unit.facts["view"] for unit in units(ECHO_VIEW, Cohort((study,)))}
    assert named == {"1 A4C": "A4C", "1 PSAX": "other"}


def test_stills_of_a_clip_are_spread_evenly_over_it():
    (unit,) = units(ECHO_VIEW, Cohort((echo_study("s", views=("A4C",), frames=36),)))
    examples = examples_of(unit, replace(ECHO_VIEW, examples=Stills(frames=8)))
    assert examples.slices.tolist() == [0, 5, 10, 15, 20, 25, 30, 35]
    assert examples.images.shape == (8, 64, 64)
    assert examples.labels.tolist() == [0] * 8
