"""What the checks say of late gadolinium enhancement that is something else, or in doubt."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.cli import main
from CardioAILib.errors import InputError
from CardioAILib.io import emidec_cohort, read_cohort, save_cohort, write_image
from CardioAILib.io.pictures import SPACING_COLUMN
from CardioAILib.phantoms import lge_cohort
from CardioAILib.phantoms.grid import Grid
from CardioAILib.quality import check_study
from CardioAILib.study import HEART, LV_CAVITY, MYOCARDIUM, Cohort, Image, Mask, Role, Study
from CardioAILib.system import Input, System
from CardioAILib.systems.martini2020 import MARTINI_2020
from CardioAILib.verbs.headers import header_findings
from CardioAILib.verbs.optional import with_present
from helpers_learning import declared

SAX, MASK = Role("MR", "LGE", "SAX"), Role("MR", "mask", "SAX", "LGE")
TWO, FOUR = Role("MR", "LGE", "2C"), Role("MR", "LGE", "4C")
SIDE = 96
SHORT_AXIS = np.diag([-1.5, -1.5, 8.0, 1.0])


def of_views(*views: Role, reconstruction: str | None = "magnitude") -> System:
    inputs = {
        role.view: Input(role, stack=role is SAX, structure=HEART, reconstruction=reconstruction)
        for role in views
    }
    if SAX in views:
        inputs["SAX"] = replace(inputs["SAX"], mask=MASK)
    return replace(declared(), inputs=inputs)


SYSTEM = of_views(SAX)


def labels() -> np.ndarray:
    """Cavity (1) within myocardium (2), (1, 6, H, W)."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    radius = np.hypot(y, x)
    return np.repeat(np.select([radius < 12, radius < 20], [1, 2], 0)[None, None], 6, axis=1)


def magnitude(blood: float = 70.0, wall: float = 12.0, seed: int = 0) -> np.ndarray:
    """A nulled wall around bright blood, in a chest with fat, in dark air."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    radius = np.hypot(y, x)
    chest = np.select([radius < 36, radius < 44], [30.0, 100.0], 0.0)
    pixels = np.select([labels() == 1, labels() == 2], [blood, wall], chest)
    noise = np.random.default_rng(seed).normal(0, 2, (2, *pixels.shape))
    return np.hypot(pixels + noise[0], noise[1]).astype(np.float32)


def tilted(degrees: float) -> np.ndarray:
    """A matrix whose plane is turned about the axis of its rows."""
    angle = np.radians(degrees)
    matrix = np.eye(4)
    matrix[:3, 1] = 1.5 * np.array([0, np.cos(angle), np.sin(angle)])
    matrix[:3, 2] = 8.0 * np.array([0, -np.sin(angle), np.cos(angle)])
    matrix[0, 0] = 1.5
    return matrix


def study(array: np.ndarray, facts: dict | None = None, matrix: np.ndarray = SHORT_AXIS) -> Study:
    mask = Mask(labels(), matrix, labels={LV_CAVITY: 1, MYOCARDIUM: 2})
    return Study("s1", "1", {SAX: Image(array, matrix), MASK: mask}, facts or {})


def found(array: np.ndarray, facts: dict | None = None, system: System = SYSTEM, **how) -> dict:
    return {own.check: own.message for own in check_study(system, study(array, facts, **how))}


def refusal(array: np.ndarray, facts: dict | None = None, system: System = SYSTEM) -> InputError:
    with pytest.raises(InputError) as raised:
        check_study(system, study(array, facts))
    assert raised.value.got
    assert raised.value.fix
    return raised.value


def test_sound_enhancement_has_no_finding():
    facts = {
        "LGE_SAX_type": "LGE",
        "LGE_SAX_reconstruction": "magnitude",
        "LGE_SAX_inversion_ms": "250;260;270",
        "LGE_SAX_thickness_mm": 8.0,
    }
    assert found(magnitude()) == {}
    assert found(magnitude(), facts) == {}


def test_psir_by_its_header_is_refused_where_magnitude_was_learned():
    facts = {"LGE_SAX_reconstruction": "PSIR"}
    error = refusal(magnitude(), facts)
    assert error.got == "PSIR images in LGE_SAX"
    assert "magnitude series" in error.fix
    assert found(magnitude(), facts, of_views(SAX, reconstruction=None)) == {}


def test_magnitude_is_refused_where_psir_was_learned():
    error = refusal(
        magnitude(), {"LGE_SAX_reconstruction": "magnitude"}, of_views(SAX, reconstruction="PSIR")
    )
    assert "wanted" in str(error)
    assert error.wanted.startswith("PSIR")


def test_an_unknown_reconstruction_is_told():
    assert "reconstruction" in found(magnitude(), {"LGE_SAX_reconstruction": "unknown"})


@pytest.mark.parametrize("shift", [-20, 80])
def test_psir_is_suspected_by_negative_values_and_by_gray_air(shift):
    told = found(magnitude() + shift)
    assert list(told) == ["PSIR"]
    assert "magnitude" in told["PSIR"]
    assert found(magnitude() + shift, system=of_views(SAX, reconstruction=None)) == {}


def test_padding_around_a_magnitude_image_does_not_make_it_phase_sensitive():
    padded = magnitude()
    padded[..., :20] = 0
    assert found(padded) == {}


def test_inverted_contrast_is_refused_with_or_without_padding():
    inverted = 110 - magnitude()
    assert "inverted contrast in LGE_SAX" in refusal(inverted).got
    inverted[..., :10, :] = 0
    assert "MONOCHROME1" in refusal(inverted).fix


def test_mixed_inversion_times_are_told_and_a_scout_is_refused():
    told = found(magnitude(), {"LGE_SAX_inversion_ms": "220; 280"})
    assert "220, 280 ms" in told["inversion time"]
    error = refusal(magnitude(), {"LGE_SAX_inversion_ms": "100;200;300;400"})
    assert "scout" in error.fix
    assert found(magnitude(), {"LGE_SAX_inversion_ms": 250.0}) == {}


def test_an_inversion_time_that_nulls_no_myocardium_is_told():
    assert (
        "outside 150 to 500 ms"
        in found(magnitude(), {"LGE_SAX_inversion_ms": 600})["inversion time"]
    )


@pytest.mark.parametrize("cell", ["short", "250;long", -5.0])
def test_text_where_an_inversion_time_belongs_is_refused(cell):
    error = refusal(magnitude(), {"LGE_SAX_inversion_ms": cell})
    assert "'LGE_SAX_inversion_ms'" in error.got
    assert "leave it empty" in error.fix


def test_images_of_another_type_are_refused_and_unknown_ones_told():
    assert refusal(magnitude(), {"LGE_SAX_type": "black-blood"}).got == (
        "images of type black-blood in LGE_SAX"
    )
    assert list(found(magnitude(), {"LGE_SAX_type": "unknown"})) == ["image type"]


def test_a_cine_in_the_column_of_enhancement_is_refused_with_its_own_column():
    error = refusal(np.repeat(magnitude(), 20, axis=0))
    assert error.got == "20 time points in LGE_SAX"
    assert "cine_SAX" in error.fix


def test_a_stack_with_gaps_is_told():
    sparse = np.diag([-1.5, -1.5, 13.0, 1.0])
    assert "every 13 mm" in found(magnitude(), matrix=sparse)["gaps"]
    assert found(magnitude(), {"LGE_SAX_thickness_mm": 10}, matrix=sparse) == {}
    assert "slices of 5 mm" in found(magnitude(), {"LGE_SAX_thickness_mm": 5})["gaps"]


def test_a_missing_slice_in_a_cell_of_several_files_is_refused(tmp_path):
    for number, place in enumerate((0, 8, 24)):
        matrix = SHORT_AXIS.copy()
        matrix[2, 3] = place
        write_image(Image(magnitude()[:, :1], matrix), tmp_path / f"{number}.nii.gz")
    table = tmp_path / "cohort.csv"
    table.write_text("subject,LGE_SAX\na,0.nii.gz;1.nii.gz;2.nii.gz\n")
    (stored,) = read_cohort(table)
    with pytest.raises(InputError) as raised:
        stored.images[SAX]
    assert "not evenly spaced" in raised.value.got
    assert "even positions" in raised.value.wanted


def views(first: np.ndarray, second: np.ndarray, degrees: float) -> Study:
    images = {TWO: Image(first, tilted(30)), FOUR: Image(second, tilted(30 + degrees))}
    return Study("s1", "1", images)


def test_two_series_that_claim_the_same_view_are_told():
    system = of_views(TWO, FOUR)
    one, other = magnitude()[:, :1], magnitude(seed=1)[:, :1]
    assert check_study(system, views(one, other, degrees=70)) == ()
    (told,) = check_study(system, views(one, other, degrees=5))
    assert told.check == "views"
    assert "LGE_2C and LGE_4C lie 5 degrees apart" in told.message


def test_one_image_in_two_columns_is_refused():
    one = magnitude()[:, :1]
    with pytest.raises(InputError) as raised:
        check_study(of_views(TWO, FOUR), views(one, one, degrees=70))
    assert raised.value.got == "the same image as LGE_2C and as LGE_4C"


def test_planes_of_files_without_place_are_not_compared():
    one, other = magnitude()[:, :1], magnitude(seed=1)[:, :1]
    for matrix in (SHORT_AXIS, tilted(5)):
        images = {TWO: Image(one, SHORT_AXIS), FOUR: Image(other, matrix)}
        assert check_study(of_views(TWO, FOUR), Study("s1", "1", images)) == ()


def test_two_columns_of_one_view_are_refused(tmp_path):
    table = tmp_path / "cohort.csv"
    table.write_text("subject,LGE_2C,lge_2c\na,x.nii,y.nii\n")
    with pytest.raises(ValueError, match="two columns for the same image"):
        read_cohort(table)


def test_dark_blood_and_wall_are_told():
    assert list(found(magnitude(blood=5, wall=5))) == ["no enhancement"]
    told = found(magnitude(blood=3, wall=80))
    assert "amyloidosis" in told["black blood"]
    assert found(magnitude(blood=20, wall=80)) == {}


def test_simulated_enhancement_of_every_diagnosis_is_sound():
    told = [
        finding
        for one in lge_cohort(3, seed=5)
        for finding in check_study(with_present(MARTINI_2020, one)[0], one)
    ]
    assert told == []


def test_the_command_line_names_each_check(tmp_path, caplog):
    (one,) = lge_cohort(1, size=Grid(5, 96, 3.0, 16.0), views=("4C", "SAX"))
    doubted = replace(one, facts={**one.facts, "LGE_SAX_thickness_mm": 8.0, "age": "old"})
    table = save_cohort(Cohort((doubted,)), tmp_path)
    with caplog.at_level("INFO"):
        assert main(["check", "martini2020", str(table)]) == 0
    named = {line.split(": ")[1] for line in caplog.messages if line.startswith("subject")}
    assert named == {"arm", "gaps", "incomplete", "spacing", "reader's findings"}


def test_few_pixels_and_blank_slices_are_told():
    blank = magnitude()
    blank[0, 2] = 7
    assert "slice 2" in found(blank)["blank slices"]
    small = Study("s1", "1", {TWO: Image(magnitude()[:, :1, ::2, ::2], tilted(30))})
    (told,) = check_study(of_views(TWO), small)
    assert "48 x 48 pixels" in told.message


def test_an_assumed_pixel_size_is_told():
    assumed = study(magnitude(), {SPACING_COLUMN: "1.4x0.8x10"})
    (told,) = header_findings(assumed)
    assert told.check == "spacing unknown"
    assert "1.4x0.8x10 mm" in told.message
    assert header_findings(study(magnitude())) == ()


def test_real_phase_sensitive_examinations_are_suspected_and_none_is_refused(emidec, tmp_path):
    cohort = read_cohort(emidec_cohort(emidec, tmp_path / "emidec.csv"))
    some = [replace(one, facts={}) for one in cohort.studies[::10]]
    told = Counter(f.check for one in some for f in check_study(SYSTEM, one))
    assert told["PSIR"] == len(some)
    assert set(told) <= {"PSIR", "gaps", "mask border", "mask gap"}
