"""The checks of planar scans: silent on sound ones, and clear about each fault."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.phantoms.bonescan import bone_cohort
from CardioAILib.quality import check_study
from CardioAILib.quality.landmarks import find_landmarks
from CardioAILib.quality.planar import check_planar
from CardioAILib.study import Image, Role, Study
from CardioAILib.systems.halme2022 import HALME_2022
from conftest import SHARED

NEEDED = HALME_2022.inputs["anterior"]
ANTERIOR, POSTERIOR = NEEDED.image, Role("NM", "planar", "posterior")
REAL = SHARED / "nm_dicom" / "NM1_UNC_wholebody_bone_ANT.dcm"


@pytest.fixture(scope="module")
def sound():
    """A grade 2 scan without lesions."""
    study = bone_cohort(3, seed=8, metastases=0.0).studies[2]
    images = {role: study.images[role] for role in study.images}
    return replace(study, images=images)


def counts_of(study):
    return study.images[ANTERIOR].array[0, 0].copy()


def with_counts(study, counts, spacing=None, **facts):
    matrix = study.images[ANTERIOR].ijk_to_ras.copy()
    if spacing:
        matrix[:3, :3] *= spacing / study.images[ANTERIOR].spacing[1]
    images = {ANTERIOR: Image(counts[np.newaxis, np.newaxis], matrix)}
    return Study(study.subject, "1", images, {**study.facts, **facts})


def told(study):
    return [finding.check for finding in check_planar(study, NEEDED)]


def message(study):
    [finding] = check_planar(study, NEEDED)
    return finding.message


# Sound scans


def test_a_sound_scan_passes_in_silence(sound):
    assert check_study(HALME_2022, sound) == ()


def test_few_sound_scans_are_doubted():
    studies = bone_cohort(8, seed=40, metastases=0.0)
    checks = [check for study in studies for check in told(study)]
    # Tracer beside the vein is simulated in one patient of ten, and told rightly.
    assert len([check for check in checks if check != "injection site"]) <= 1


@pytest.mark.skipif(not REAL.exists(), reason="needs shared/data/nm_dicom")
def test_a_real_whole_body_is_accepted_head_up_and_refused_feet_first(sound):
    import pydicom

    counts = pydicom.dcmread(REAL).pixel_array
    real = with_counts(sound, counts, spacing=2.26)
    assert set(told(real)) <= {"crop"}
    with pytest.raises(InputError, match="feet first"):
        check_planar(with_counts(sound, counts[::-1], spacing=2.26), NEEDED)


# What cannot be judged


def test_a_posterior_view_alone_is_refused(sound):
    alone = Study("a", "1", {POSTERIOR: sound.images[ANTERIOR]})
    with pytest.raises(MissingInputError, match="posterior") as refused:
        check_planar(alone, NEEDED)
    assert "'anterior'" in refused.value.fix


@pytest.mark.parametrize("which", [check_planar, None])
def test_feet_first_is_refused(sound, which):
    turned = with_counts(sound, counts_of(sound)[::-1])
    with pytest.raises(InputError, match="feet first") as refused:
        which(turned, NEEDED) if which else check_study(HALME_2022, turned)
    assert "turn the scan" in refused.value.fix


@pytest.mark.parametrize(
    ("change", "got"),
    [
        (lambda counts: counts * 0, "no count"),
        (lambda counts: counts - 5.0, "below 0"),
        (lambda counts: np.where(counts > 20, np.nan, counts), "NaN"),
    ],
)
def test_pixels_that_are_no_counts_are_refused(sound, change, got):
    with pytest.raises(InputError, match=got):
        check_planar(with_counts(sound, change(counts_of(sound))), NEEDED)


def test_a_series_of_images_is_refused(sound):
    one = sound.images[ANTERIOR]
    several = Study("a", "1", {ANTERIOR: Image(np.repeat(one.array, 13, axis=1), one.ijk_to_ras)})
    with pytest.raises(InputError, match="13 images") as refused:
        check_planar(several, NEEDED)
    assert "SPECT" in refused.value.fix


def test_a_tracer_of_another_organ_is_refused(sound):
    with pytest.raises(InputError, match="MAA"):
        told(with_counts(sound, counts_of(sound), radiopharmaceutical="MAA"))


# What is told


def test_saturated_exports_are_told(sound):
    counts = counts_of(sound)
    assert told(with_counts(sound, np.minimum(counts, counts.max() // 3))) == ["saturated"]


@pytest.mark.parametrize(("scale", "what"), [(4, "multiples of 4"), (0.37, "no whole numbers")])
def test_rescaled_counts_are_told(sound, scale, what):
    assert what in message(with_counts(sound, counts_of(sound) * scale))


def test_few_counts_are_told(sound):
    few = np.random.default_rng(0).binomial(counts_of(sound).astype(int), 0.1)
    assert "counts" in told(with_counts(sound, few))


def test_pixels_of_another_size_are_told(sound):
    assert "pixel size" in told(with_counts(sound, counts_of(sound), spacing=3.2))


def test_a_scan_that_was_cropped_is_told(sound):
    counts = counts_of(sound)
    row, column = (round(at) for at in marks_of(sound).heart)
    crop = counts[row - 64 : row + 64, column - 64 : column + 64]
    assert "cropped" in told(with_counts(sound, crop))
    assert "cropped" in told(with_counts(sound, counts[: row + 150]))


def marks_of(study):
    image = study.images[ANTERIOR]
    return find_landmarks(image.array[0, 0], image.spacing[1:], whole_body=True)


@pytest.mark.parametrize("shape", [(1, 1), (16, 16), (20, 64), (256, 64)])
def test_a_picture_too_small_for_a_chest_is_refused_and_breaks_nothing(shape):
    image = Image(np.full((1, 1, *shape), 7, np.uint16), np.eye(4), (), "x")
    with pytest.raises(InputError, match="too few to show the heart"):
        check_planar(Study("s", "1", {ANTERIOR: image}), NEEDED)


def test_a_mirrored_scan_is_told_where_the_heart_shows(sound):
    assert "mirrored" in told(with_counts(sound, counts_of(sound)[:, ::-1]))


def test_a_patient_aside_is_told(sound):
    aside = np.roll(counts_of(sound), 40, axis=1)
    aside[:, :40] = 0
    assert "off center" in told(with_counts(sound, aside))


def test_counts_far_from_the_patient_that_move_the_crop_are_told(sound):
    counts = counts_of(sound)
    counts[[0, -1], 100] = 1
    assert "crop" in told(with_counts(sound, counts))


def spot(study, below_heart, aside, height, radius=4):
    counts = counts_of(study)
    marks = marks_of(study)
    row = marks.heart[0] + below_heart * marks.per_mm[0]
    column = marks.midline + aside * marks.per_mm[1]
    rows, columns = np.ogrid[: counts.shape[0], : counts.shape[1]]
    counts[(rows - row) ** 2 + (columns - column) ** 2 <= radius**2] += height
    return with_counts(study, counts)


def test_a_hot_lesion_in_the_chest_is_told_with_its_place(sound):
    text = message(spot(sound, below_heart=-60, aside=80, height=400))
    assert "hot lesion" in text
    assert "left of the midline" in text
    assert "above the heart" in text


def test_tracer_beside_the_vein_is_told(sound):
    assert "injection site" in told(spot(sound, below_heart=180, aside=220, height=2000))


def test_urine_beside_the_bladder_is_told(sound):
    assert "urine" in told(spot(sound, below_heart=570, aside=30, height=1500))


# What the header said


@pytest.mark.parametrize(
    ("facts", "check"),
    [
        ({"delay_min": 20.0}, "delay"),
        ({"delay_min": 400.0}, "delay"),
        ({"delay_min": 60.0, "radiopharmaceutical": "HMDP"}, "delay"),
        ({"dose_MBq": 20.0}, "dose"),
        ({"radiopharmaceutical": "MDP"}, "tracer"),
        ({"radiopharmaceutical": "XYZ"}, "tracer"),
        ({"isotope": "18F"}, "isotope"),
    ],
)
def test_unusual_acquisitions_are_told(sound, facts, check):
    assert told(with_counts(sound, counts_of(sound), **facts)) == [check]


@pytest.mark.parametrize(
    "facts",
    [
        {"delay_min": 60.0, "radiopharmaceutical": "PYP"},
        {"radiopharmaceutical": "Tc-99m HDP"},
        {"radiopharmaceutical": "", "isotope": "", "delay_min": ""},
        {"isotope": "^99m^Technetium"},
    ],
)
def test_usual_acquisitions_and_unknown_ones_pass(sound, facts):
    assert told(with_counts(sound, counts_of(sound), **facts)) == []


@pytest.mark.parametrize("value", ["three hours", float("nan"), -5.0])
def test_what_is_no_delay_is_refused(sound, value):
    with pytest.raises(InputError, match="delay_min"):
        told(with_counts(sound, counts_of(sound), delay_min=value))
