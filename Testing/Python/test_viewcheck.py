"""The view check: warned of what looks like another view, silent where all is as it is named."""

from dataclasses import replace

import pytest
from CardioAILib.errors import ModelError
from CardioAILib.panel.modelfolders import DEMONSTRATIONS
from CardioAILib.phantoms import cardiomyopathy_study, plane_cohort
from CardioAILib.study import Image, Role, Study
from CardioAILib.verbs import load_model
from CardioAILib.verbs.viewcheck import check_views

PATIENT = plane_cohort(1, seed=78).studies[0]
PHASES = ("ED", "ES")


@pytest.fixture(scope="module")
def planes():
    return load_model(DEMONSTRATIONS["germain2021_plane"], device="cpu")


def _as(shown: str, named: str, phases: tuple[str, ...] = PHASES) -> Study:
    """A study whose images of one view are named after another."""
    images = {
        Role("MR", "cine", named, phase): PATIENT.images[Role("MR", "cine", shown, phase)]
        for phase in phases
    }
    return Study("p", "1", images)


def test_study_whose_views_are_as_named_gets_no_warning(planes):
    assert check_views(planes, PATIENT) == ()
    assert check_views(planes, cardiomyopathy_study("p", "HCM", 3)) == ()


@pytest.mark.parametrize("phases", [("ED", "ES"), ("ED",), ("ES",)])
def test_four_chambers_named_short_axis_are_told_with_their_probability(planes, phases):
    (found,) = check_views(planes, _as("4C", "SAX", phases))
    columns = " and ".join(f"cine_SAX_{phase}" for phase in phases)
    look = "look" if len(phases) > 1 else "looks"
    assert found.check == "view"
    assert found.message.startswith(f"{columns} {look} like 4C (probability 0.")
    assert "that model was trained on simulated images only" in found.message


def test_each_view_is_judged_apart(planes):
    mixed = {**_as("SAX", "4C").images, **_as("SAX", "SAX").images}
    (found,) = check_views(planes, Study("p", "1", mixed))
    assert found.message.startswith("cine_4C_ED and cine_4C_ES look like SAX")


def test_views_that_no_class_stands_for_are_left_alone(planes):
    assert check_views(planes, _as("4C", "3C")) == ()
    assert check_views(planes, Study("p", "1", {})) == ()


def test_model_of_one_phase_says_what_it_cannot_judge(planes):
    of_ed = replace(planes, arms=("vgg_ed",))
    (found,) = check_views(of_ed, _as("4C", "SAX", ("ES",)))
    assert "cine_SAX_ES: the view could not be checked" in found.message
    assert "an arm that looks at no other phase" in found.message


def test_image_that_cannot_be_used_is_told_and_not_fatal(planes):
    image = PATIENT.images[Role("MR", "cine", "SAX", "ES")]
    blank = Image(0 * image.array, image.ijk_to_ras)
    (found,) = check_views(planes, Study("p", "1", {Role("MR", "cine", "SAX", "ES"): blank}))
    assert "cine_SAX_ES: the view could not be checked" in found.message


def test_model_of_something_else_is_refused(tiny):
    with pytest.raises(ModelError, match=r"a model of fahmy2022.*wanted a model of planes"):
        check_views(tiny.model, PATIENT)
