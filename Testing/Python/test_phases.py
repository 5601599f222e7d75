"""End diastole and end systole found in cines, and cut from them for a system."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.io import acdc_rows, read_dicom_cine, read_image
from CardioAILib.phantoms import SMALL, hcm_cine
from CardioAILib.prepare import find_phases
from CardioAILib.study import Image, Mask, Role, Study
from CardioAILib.system import Input
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs.phases import lazily_phased, with_phases
from conftest import SHARED

CINE, MASK = Role("MR", "cine", "SAX"), Role("MR", "mask", "SAX")
LABELS = {"lv_cavity": 3, "myocardium": 2}
ED, ES = (replace(CINE, phase=phase) for phase in ("ED", "ES"))
MASK_ED, MASK_ES = (replace(MASK, phase=phase) for phase in ("ED", "ES"))

BOTH = replace(
    FAHMY_2022,
    inputs={
        phase: Input(Role("MR", "cine", None, phase), Role("MR", "mask", None, phase))
        for phase in ("ED", "ES")
    },
)


@pytest.fixture(scope="module")
def heartbeat() -> Any:
    return hcm_cine(1, seed=2, size=SMALL)


def rings(frames: int, es: int, shift: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A bright cavity in a dark wall (T, 1, H, W) that contracts most at a frame; its mask."""
    row, column = np.ogrid[:96, :96]
    away = np.hypot(row - 44, column - 52)
    time = np.arange(frames)
    squeezed = np.where(time <= es, time / max(es, 1), (frames - time) / max(frames - es, 1))
    radii = 20 - 9 * np.sin(np.pi / 2 * squeezed)
    cavity = np.stack([away < radius for radius in np.roll(radii, shift)])[:, np.newaxis]
    image = np.where(cavity, 200.0, np.where(away < 28, 60.0, 20.0))
    return image + np.random.default_rng(0).normal(0, 3, image.shape), cavity


def study_of(images: Mapping[Role, Image], **facts: float) -> Study:
    return Study("s1", "1", images, facts)


def cine_study(frames: int = 12, es: int = 4, masks: int | None = None, **facts: float) -> Study:
    image, cavity = rings(frames, es)
    images = {CINE: Image(image, np.eye(4))}
    if masks is not None:
        images[MASK] = Mask(3 * cavity[:masks].astype(np.uint8), np.eye(4), labels=LABELS)
    return study_of(images, **facts)


# Finding the frames


@pytest.mark.parametrize("frames", [8, 20, 30])
@pytest.mark.parametrize("part", [0.3, 0.45])
def test_end_systole_is_where_the_heart_differs_most_from_the_start(frames: int, part: float):
    es = round(part * frames)
    found = find_phases(rings(frames, es)[0], None, (1.5, 1.5))
    assert (found.ed, found.es, found.how, found.findings) == (0, es, "motion", ())


def test_end_diastole_may_be_one_of_the_last_frames():
    found = find_phases(rings(25, 9, shift=-2)[0], None, (1.5, 1.5))
    assert (found.ed, found.es) == (23, 7)
    assert "clearly fuller at frame 24 than at frame 1" in found.findings[0].message


def test_a_first_frame_that_is_hardly_less_full_is_end_diastolic():
    image = rings(40, 14, shift=-1)[0]
    found = find_phases(image, None, (1.5, 1.5))
    assert (found.ed, found.es, found.findings) == (0, 13, ())


def test_segmented_cavity_tells_the_frames_wherever_the_heartbeat_starts():
    image, cavity = rings(20, 7, shift=6)
    found = find_phases(image, cavity, (1.5, 1.5))
    assert (found.ed, found.es, found.how) == (6, 13, "mask")


def test_frames_without_segmentation_are_no_end_systole():
    image, cavity = rings(20, 7)
    cavity[[i for i in range(20) if i not in (0, 8)]] = False
    found = find_phases(image, cavity, (1.5, 1.5))
    assert (found.ed, found.es, found.how) == (0, 8, "mask")


def test_of_two_frames_the_brighter_heart_is_end_diastolic():
    image = rings(20, 7)[0][[7, 0]]
    found = find_phases(image, None, (1.5, 1.5))
    assert (found.ed, found.es, found.how) == (1, 0, "brightness")


def test_simulated_heartbeat_gives_its_own_end_systole(heartbeat: Any):
    spacing = heartbeat.image.spacing[1:]
    by_image = find_phases(heartbeat.image.array, None, spacing)
    by_mask = find_phases(heartbeat.image.array, heartbeat.mask.of("lv_cavity"), spacing)
    assert (by_image.ed, by_image.es) == (by_mask.ed, by_mask.es) == (0, heartbeat.es)


def test_one_frame_is_refused():
    with pytest.raises(InputError, match=r"a cine with one frame.*load the whole series"):
        find_phases(rings(1, 0)[0], None, (1.5, 1.5))


def test_frames_that_are_all_the_same_are_refused():
    with pytest.raises(InputError, match="12 frames that are all the same"):
        find_phases(np.ones((12, 1, 8, 8)), None, (1.5, 1.5))


def test_noise_alone_is_no_heartbeat():
    noise = np.random.default_rng(1).normal(100, 10, (20, 2, 48, 48))
    (finding,) = find_phases(noise, None, (1.5, 1.5)).findings
    assert "hardly anything beats" in finding.message


def test_a_plateau_leaves_end_systole_in_doubt():
    image = rings(20, 7)[0]
    image[7:14] = image[7]
    found = find_phases(image, None, (1.5, 1.5))
    assert "as well as" in found.findings[0].message


def test_two_frames_alike_are_in_doubt():
    image = rings(20, 7)[0][[0, 0]]
    image[1] += np.random.default_rng(2).normal(0, 1, image[1].shape)
    assert "look at both" in find_phases(image, None, (1.5, 1.5)).findings[0].message


def test_a_segmentation_copied_over_all_frames_is_noticed():
    image, cavity = rings(20, 7)
    (finding,) = find_phases(image, np.repeat(cavity[:1], 20, 0), (1.5, 1.5)).findings
    assert "segmented one by one" in finding.message


# Cutting them for a system


def test_phases_are_cut_from_a_whole_cine_and_told():
    study, findings = with_phases(BOTH, cine_study())
    whole = study.images[CINE].array
    np.testing.assert_array_equal(study.images[ED].array, whole[:1])
    np.testing.assert_array_equal(study.images[ES].array, whole[4:5])
    assert [finding.message for finding in findings] == [
        "cine_SAX: of 12 frames, frame 1 was taken for end diastole and frame 5 for end systole, "
        "by the R wave and the heart's motion"
    ]


def test_masks_are_cut_at_the_same_frames():
    study, (finding,) = with_phases(BOTH, cine_study(masks=12))
    whole = study.images[MASK]
    np.testing.assert_array_equal(study.images[MASK_ES].array, whole.array[4:5])
    assert study.images[MASK_ES].labels == whole.labels
    assert "segmented cavity" in finding.message


def test_a_mask_with_fewer_frames_than_its_cine_is_refused():
    with pytest.raises(InputError, match="2 frames in mask_SAX for 12 in cine_SAX"):
        with_phases(BOTH, cine_study(masks=2))


def test_frames_that_the_table_names_are_taken():
    study, (finding,) = with_phases(BOTH, cine_study(frame_ED=2.0, frame_ES=9.0))
    whole = study.images[CINE].array
    np.testing.assert_array_equal(study.images[ES].array, whole[8:9])
    assert "as the cohort table says" in finding.message


def test_masks_of_frames_that_nobody_named_are_doubted():
    study = cine_study()
    mask = Mask(np.ones((1, 1, 96, 96), np.uint8), np.eye(4))
    images = {**study.images, MASK_ED: mask, MASK_ES: mask}
    cut, findings = with_phases(BOTH, study_of(images))
    assert cut.images[MASK_ED] is mask
    assert findings[-1].message.startswith("mask_SAX_ED and mask_SAX_ES: nothing says")
    named = study_of(images, frame_ED=1.0, frame_ES=5.0)
    assert len(with_phases(BOTH, named)[1]) == 1


def test_whole_numbers_are_read_as_any_other_pixels():
    image = rings(20, 7)[0]
    whole = find_phases(np.round(image).astype(np.int16), None, (1.5, 1.5))
    assert whole == find_phases(image, None, (1.5, 1.5))


def test_a_frame_that_the_cine_does_not_have_is_refused():
    with pytest.raises(CohortError, match=r"frames 1 and 13.*numbers from 1 to 12"):
        with_phases(BOTH, cine_study(frame_ED=1.0, frame_ES=13.0))


def test_a_cine_with_one_frame_is_refused_with_its_column():
    with pytest.raises(InputError, match="a cine with one frame in cine_SAX of subject s1"):
        with_phases(BOTH, cine_study(frames=1, es=0))


def test_phases_that_are_there_are_left_alone():
    image = Image(rings(1, 0)[0], np.eye(4))
    study = study_of({ED: image, ES: image, CINE: Image(rings(12, 4)[0], np.eye(4))})
    assert with_phases(BOTH, study) == (study, ())


def test_only_the_phase_that_a_system_needs_is_cut():
    study, _ = with_phases(FAHMY_2022, cine_study(masks=12))
    assert ES in study.images
    assert ED not in study.images


def test_every_view_with_a_whole_cine_is_cut():
    long_axis = Role("MR", "cine", "4C")
    study = cine_study()
    images = {**study.images, long_axis: Image(rings(16, 6)[0], np.eye(4))}
    cut, findings = with_phases(BOTH, study_of(images))
    assert {ED, ES, replace(long_axis, phase="ED"), replace(long_axis, phase="ES")} <= {*cut.images}
    assert len(findings) == 2


def test_a_whole_segmentation_is_cut_without_its_cine():
    study = cine_study(masks=12)
    other = {Role("MR", "cine", "4C"): Image(rings(16, 6)[0], np.eye(4)), MASK: study.images[MASK]}
    cut, _ = with_phases(BOTH, study_of(other))
    np.testing.assert_array_equal(cut.images[MASK_ES].array, study.images[MASK].array[4:5])


def test_a_frame_does_not_keep_the_whole_cine_in_memory():
    study, _ = with_phases(BOTH, cine_study())
    assert study.images[ED].array.base is None


class Counting(dict[Role, Image]):
    """Images that count how often they are read."""

    reads = 0

    def __getitem__(self, role: Role) -> Image:
        self.reads += 1
        return super().__getitem__(role)


def test_nothing_is_read_before_a_lazily_cut_phase_is_asked_for():
    images = Counting(cine_study(masks=12).images)
    lazy = lazily_phased(BOTH, study_of(images))
    assert {ED, ES, MASK_ED, MASK_ES, CINE, MASK} == {*lazy.images}
    assert lazy.find(Role("MR", "cine", None, "ES")) == ES
    assert ES in lazy.images
    assert images.reads == 0
    eager, _ = with_phases(BOTH, study_of(images))
    for role in (ED, ES, MASK_ED, MASK_ES):
        np.testing.assert_array_equal(lazy.images[role].array, eager.images[role].array)
    assert lazily_phased(BOTH, lazy) is lazy


# Hearts


def test_real_hearts_are_darker_in_end_systole(acdc):
    for row in acdc_rows(acdc)[::10]:
        pair = [read_image(acdc / row[f"cine_SAX_{phase}"]) for phase in ("ES", "ED")]
        cine = np.concatenate([image.array for image in pair]).astype(np.float32)
        found = find_phases(cine, None, pair[0].spacing[1:])
        assert (found.ed, found.es, found.findings) == (1, 0, ())


def test_a_real_heart_has_the_same_phases_in_every_view():
    folder = SHARED / "cmr_cine_dicom"
    if not folder.exists():
        pytest.skip("no real DICOM study beside the project")
    for cine in read_dicom_cine(folder):
        found = find_phases(cine.image.array, None, cine.image.spacing[1:])
        assert found.es in (8, 9)
        assert found.ed == 0
        assert not found.findings
