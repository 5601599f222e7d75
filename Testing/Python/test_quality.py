import numpy as np
import pytest
from CardioAILib.errors import (
    CardioAIError,
    EmptyMaskError,
    GridMismatchError,
    InputError,
    MissingInputError,
)
from CardioAILib.quality import check_study
from CardioAILib.study import Image, Mask, Study
from CardioAILib.system import Input
from helpers_learning import (
    CINE,
    declared,
    examination,
    placed,
    ring,
    sound_image,
    sound_mask,
    textured,
)

SYSTEM = declared()


def refusal(study: Study, error: type[CardioAIError], system=SYSTEM) -> CardioAIError:
    """The error of exactly this class that the checks raise, its message holding all parts."""
    with pytest.raises(error) as raised:
        check_study(system, study)
    assert type(raised.value) is error
    for part in (raised.value.got, raised.value.wanted, raised.value.fix):
        assert part
        assert part in str(raised.value)
    return raised.value


def refusal_of_any_kind(study: Study) -> CardioAIError:
    with pytest.raises(InputError) as raised:
        check_study(SYSTEM, study)
    return raised.value


def warnings_of(image: Image, mask: Mask) -> dict[str, str]:
    findings = check_study(SYSTEM, examination(image, mask))
    return {finding.check: finding.message for finding in findings}


def test_a_sound_study_has_no_finding():
    assert check_study(SYSTEM, examination(sound_image(), sound_mask())) == ()


def test_a_missing_image_is_refused_with_its_column():
    error = refusal(examination(mask=sound_mask()), MissingInputError)
    assert error.got == "mask_SAX_ES for subject s1"
    assert error.wanted == "the image cine_SAX_ES"
    assert "'cine_SAX_ES'" in error.fix
    assert "segment" not in error.fix


def test_a_study_without_any_image_says_so():
    assert refusal(examination(), MissingInputError).got == "no image for subject s1"


def test_a_missing_mask_is_refused_with_the_advice_to_segment():
    error = refusal(examination(sound_image()), MissingInputError)
    assert error.got == "cine_SAX_ES for subject s1"
    assert error.wanted == "the mask mask_SAX_ES"
    assert "'mask_SAX_ES'" in error.fix
    assert "segmenting" in error.fix


def test_a_mask_of_another_grid_is_refused_with_both_grids_and_resampling():
    mask = sound_mask(ring(size=12), spacing=(2.0, 1.5, 8.0), origin=(1.0, 0.0, 0.0))
    error = refusal(examination(sound_image(), mask), GridMismatchError)
    assert "12 x 12 x 6 voxels of 2.00 x 1.50 x 8.00 mm from (1.0, 0.0, 0.0)" in error.got
    assert "16 x 16 x 6 voxels of 1.00 x 1.00 x 8.00 mm from (0.0, 0.0, 0.0)" in error.wanted
    assert "prepare.resample_mask" in error.fix
    assert "--resample-masks" in error.fix


def test_an_empty_mask_is_refused_with_the_labels_it_has():
    mask = sound_mask(np.where(ring() == 2, 2, 0))
    error = refusal(examination(sound_image(), mask), EmptyMaskError)
    assert error.got == "no pixel of myocardium in mask_SAX_ES (labels: myocardium=1, lv_cavity=2)"
    assert error.wanted == "a segmentation of myocardium"
    assert "'mask_labels'" in error.fix


def test_a_mask_without_the_structure_s_label_is_refused():
    mask = Mask(ring(), placed(), labels={"rv_cavity": 3})
    error = refusal(examination(sound_image(), mask), EmptyMaskError)
    assert "labels: rv_cavity=3" in error.got


def test_one_image_is_refused_where_a_stack_is_expected():
    study = examination(sound_image((1, 1, 16, 20)), sound_mask())
    error = refusal(study, InputError)
    assert error.got == "one 2-D image of 16 x 20 pixels in cine_SAX_ES"
    assert error.wanted == "a stack of slices as cine_SAX_ES"
    assert "stack as one file" in error.fix


def test_one_image_is_taken_where_no_stack_is_expected():
    system = declared(inputs={"view": Input(CINE, stack=False)})
    assert check_study(system, examination(sound_image((1, 1, 16, 16)))) == ()


def test_several_time_points_are_refused():
    error = refusal(examination(sound_image((25, 6, 16, 16)), sound_mask()), InputError)
    assert error.got == "25 time points in cine_SAX_ES"
    assert error.wanted == "the one frame cine_SAX_ES"
    assert "extract the frame" in error.fix


@pytest.mark.parametrize("filled", [0, 1])
def test_a_mask_of_several_time_points_is_refused(filled: int):
    array = np.concatenate([np.zeros_like(ring()), np.zeros_like(ring())])
    array[filled] = ring()
    error = refusal(examination(sound_image(), sound_mask(array)), InputError)
    assert "2 time points" in error.got


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_pixels_that_are_not_finite_are_refused_with_their_number(value: float):
    array = textured((1, 6, 16, 16))
    array[0, 2, 3, 4:6] = value
    error = refusal(examination(Image(array, placed()), sound_mask()), InputError)
    assert error.got == "2 pixels NaN or infinite in cine_SAX_ES"
    assert error.wanted == "finite intensities"


def test_a_constant_image_is_refused():
    image = Image(np.full((1, 6, 16, 16), 7.0), placed())
    error = refusal(examination(image, sound_mask()), InputError)
    assert error.got == "the same value in every pixel of cine_SAX_ES"
    assert error.wanted == "an image with contrast"


def test_an_image_in_the_place_of_a_mask_is_refused():
    image = Image(ring().astype(np.float32), placed())
    error = refusal(examination(sound_image(), image), InputError)
    assert error.got == "mask_SAX_ES, an image"
    assert error.wanted == "a segmentation with labels"


def test_no_message_tells_a_file_s_name():
    # A name given by a scanner may hold a patient's.
    named = ("Doe_Jane.nii.gz",)
    blank = Image(np.zeros((1, 6, 16, 16)), placed(), source=named)
    other = Mask(ring(size=12), placed(), source=named)
    empty = Mask(np.zeros_like(ring()), placed(), source=named)
    for study in (
        examination(blank, sound_mask()),
        examination(sound_image(), other),
        examination(sound_image(), empty),
        examination(sound_image(), Image(ring(), placed(), source=named)),
    ):
        assert "Doe" not in str(refusal_of_any_kind(study))


def test_coarse_pixels_are_warned_of():
    place = {"spacing": (2.6, 1.0, 8.0)}
    found = warnings_of(sound_image(**place), sound_mask(**place))
    assert found == {"spacing": "pixels of 1.00 x 2.60 mm in cine_SAX_ES are coarser than 2.5 mm"}


def test_pixels_of_just_the_limit_are_not_coarse():
    place = {"spacing": (2.5, 2.5, 8.0)}
    assert warnings_of(sound_image(**place), sound_mask(**place)) == {}


def test_short_stacks_are_warned_of():
    four = warnings_of(sound_image((1, 4, 16, 16)), sound_mask(ring(4, shown=(1, 2))))
    assert four == {"slices": "only 4 slices in cine_SAX_ES"}
    assert warnings_of(sound_image((1, 5, 16, 16)), sound_mask(ring(5, shown=(1, 2)))) == {}


def test_gaps_between_segmented_slices_are_warned_of():
    found = warnings_of(sound_image(), sound_mask(ring(shown=(1, 2, 4))))
    assert found == {"mask gap": "segmented slices are not contiguous"}


@pytest.mark.parametrize(("row", "column"), [(0, 8), (15, 8), (8, 0), (8, 15)])
def test_a_mask_on_any_border_is_warned_of(row: int, column: int):
    array = ring()
    array[0, 2, row, column] = 1
    found = warnings_of(sound_image(), sound_mask(array))
    assert found == {"mask border": "myocardium touches the image border"}


def test_only_the_structure_itself_is_warned_of():
    array = ring()
    array[0, :, 0, 0] = 2
    assert warnings_of(sound_image(), sound_mask(array)) == {}


def test_every_input_is_checked():
    inputs = {"first": Input(CINE), "second": SYSTEM.inputs["ES"]}
    with pytest.raises(MissingInputError, match="mask_SAX_ES"):
        check_study(declared(inputs=inputs), examination(sound_image()))
