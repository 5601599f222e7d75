"""Echo in cohort tables, in folders of DICOM, in saved cohorts, and in CAMUS."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError, MissingInputError, UnreadableFileError
from CardioAILib.io import camus_cohort, parse_role, read_cohort, role_column, save_cohort
from CardioAILib.io.sequencefile import write_sequence
from CardioAILib.io.volumes import read_image, write_image
from CardioAILib.study import Cohort, Image, Mask, Role, Study
from CardioAILib.systems import ECHO_VIEW, SAHASHI_2024
from CardioAILib.verbs.headers import header_findings
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.prepared import INPUT_NOTE, prepare_study
from CardioAILib.verbs.studyfiles import write_studies
from conftest import SHARED
from helpers_us import A4C, dataset, echoes, image_of, region, sector, write
from pydicom import Dataset

A2C, PLAX = Role("US", "echo", "A2C"), Role("US", "echo", "PLAX")
NOBODY_SAID = Role("US", "echo")


@pytest.mark.parametrize(
    "column", ["A4C", "A4C_2", "PLAX_12", "echo", "echo_3", "A2C_ED", "mask_A4C", "mask_A4C_2"]
)
def test_columns_of_echo_are_roles(column: str):
    role = parse_role(column)
    assert role.modality == "US"
    assert role_column(role) == column


@pytest.mark.parametrize("column", ["A4C_1", "A4C_0", "SAX_2", "cine_SAX_2", "wma_A4C", "2"])
def test_columns_that_are_no_clip_of_echo_stay_facts(column: str):
    assert parse_role(column) is None


def table(folder: Path, header: str, *rows: str) -> Path:
    (folder / "cohort.csv").write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return folder / "cohort.csv"


def test_a_table_may_name_several_clips_of_a_view_in_one_cell(tmp_path: Path):
    for name in "abc":
        write(dataset(echoes(4)), tmp_path, f"{name}.dcm")
    (study,) = read_cohort(table(tmp_path, "subject,A4C,echo", "S1,a.dcm; b.dcm,c.dcm"))
    assert [role_column(role) for role in study.images] == ["A4C", "A4C_2", "echo"]
    assert study.images[replace(A4C, phase="2")].array.shape == (4, 1, 120, 160)
    assert study.facts["frame_rate_hz"] == 50.0


def test_a_clip_that_is_named_twice_is_refused(tmp_path: Path):
    for name in "abc":
        write(dataset(echoes(4)), tmp_path, f"{name}.dcm")
    with pytest.raises(CohortError, match="two columns for the same image"):
        read_cohort(table(tmp_path, "subject,A4C,A4C_2", "S1,a.dcm;b.dcm,c.dcm"))


def test_a_view_that_the_header_calls_otherwise_is_told(tmp_path: Path):
    write(dataset(echoes(4), role=A2C), tmp_path, "a.dcm")
    (study,) = read_cohort(table(tmp_path, "subject,A4C", "S1,a.dcm"))
    assert "the header of the file calls the view A2C" in str(header_findings(study))


def test_a_file_that_cannot_be_used_is_named_by_its_column(tmp_path: Path):
    (tmp_path / "jane_doe.dcm").write_bytes(b"nothing")
    (study,) = read_cohort(table(tmp_path, "subject,A4C", "S1,jane_doe.dcm"))
    with pytest.raises(UnreadableFileError, match="column 'A4C'") as caught:
        study.images[A4C]
    assert "jane" not in str(caught.value)


def test_a_still_serves_a_phase_and_no_clip(tmp_path: Path):
    write(dataset(echoes(1)), tmp_path, "a.dcm")
    (study,) = read_cohort(table(tmp_path, "subject,A4C,A4C_ED", "S1,a.dcm,a.dcm"))
    assert study.images[replace(A4C, phase="ED")].array.shape[0] == 1
    with pytest.raises(InputError, match="a still frame"):
        study.images[A4C]


@pytest.mark.parametrize("calibrated", [True, False])
def test_a_saved_cohort_is_read_back_with_its_times(tmp_path: Path, calibrated: bool):
    clip = replace(image_of(echoes(12)), calibrated=calibrated)
    labels = np.where(sector(), 2, 0).astype(np.uint8)[np.newaxis, np.newaxis].repeat(12, 0)
    mask = Mask(labels, clip.ijk_to_ras, labels={"myocardium": 2})
    images = {A4C: clip, replace(A4C, kind="mask"): mask}
    saved = save_cohort(Cohort((Study("S1", "1", images, {"wma": 1.0}),)), tmp_path)
    (study,) = read_cohort(saved)
    read = study.images[A4C]
    assert (read.array == clip.array).all()
    assert (read.times_ms, read.calibrated) == (clip.times_ms, calibrated)
    assert (study.images[replace(A4C, kind="mask")].array == labels).all()


def test_frames_that_were_stored_as_slices_are_frames(tmp_path: Path):
    levels = echoes(6)
    stack = Image(levels[np.newaxis], np.diag([-0.5, -0.5, 1.0, 1.0]))
    write_image(stack, tmp_path / "a.nii.gz")
    write_image(replace(stack, array=(levels > 0)[np.newaxis]), tmp_path / "m.nii.gz")
    (study,) = read_cohort(table(tmp_path, "subject,A4C,mask_A4C", "S1,a.nii.gz,m.nii.gz"))
    shapes = {image.array.shape for image in study.images.values()}
    assert shapes == {(6, 1, 120, 160)}
    assert study.images[A4C].times_ms == ()


def test_a_volume_of_a_probe_in_a_file_is_refused(tmp_path: Path):
    probe = Image(np.zeros((3, 4, 8, 8), np.uint8), np.diag([-1.0, -1.0, 1.0, 1.0]))
    write_image(probe, tmp_path / "a.nrrd")
    (study,) = read_cohort(table(tmp_path, "subject,A4C", "S1,a.nrrd"))
    with pytest.raises(InputError, match="3 volumes of 4 slices"):
        study.images[A4C]


def test_gray_levels_of_other_ranges_are_stretched(tmp_path: Path):
    levels = echoes(4).astype(np.float32) / echoes(4).max()
    write_image(replace(image_of(echoes(4)), array=levels[:, np.newaxis]), tmp_path / "a.nrrd")
    (study,) = read_cohort(table(tmp_path, "subject,A4C", "S1,a.nrrd"))
    wanted = echoes(4) * (255.0 / echoes(4).max())
    assert np.abs(study.images[A4C].array[:, 0] - wanted).max() <= 1


def test_a_sequence_alone_is_a_cohort(tmp_path: Path):
    write_sequence(image_of(echoes(6)), tmp_path / "a.seq.nrrd")
    (study,) = cohort_of(tmp_path / "a.seq.nrrd")
    assert study.images[NOBODY_SAID].times_ms[1] == 20.0


# Folders of DICOM


def folder_of(folder: Path) -> Path:
    """An examination of two A4C clips, one A2C, one of unknown view, and what is of no use."""
    roles = (A2C, A4C, A4C, NOBODY_SAID)
    for number, role in enumerate(roles, start=1):
        made = dataset(echoes(6, seed=number), role=role, number=number)
        write(made, folder, f"{9 - number}.dcm")
    write(dataset(echoes(1), number=7), folder, "still.dcm")
    color = dataset(echoes(6), role=PLAX, number=8)
    color.UltrasoundColorDataPresent = 1
    write(color, folder, "color.dcm")
    spectral = dataset(echoes(6), role=PLAX, number=9)
    spectral.SequenceOfUltrasoundRegions = [region((0, 0, 119, 159), 3, 4)]
    write(spectral, folder, "cw.dcm")
    (folder / "report.txt").write_text("normal")
    return folder


def test_a_folder_is_an_examination_by_view_in_the_order_of_its_clips(tmp_path: Path):
    (study,) = cohort_of(folder_of(tmp_path))
    assert [role_column(role) for role in study.images] == ["A2C", "A4C", "A4C_2", "echo"]
    assert (study.images[replace(A4C, phase="2")].array[:, 0] == echoes(6, seed=3)).all()
    note = study.facts[INPUT_NOTE]
    for told in ("a still frame", "color Doppler", "spectral Doppler"):
        assert told in note
    assert study.subject.startswith("echo-")


def test_the_table_of_studies_names_each_clip(tmp_path: Path):
    folder = folder_of(tmp_path / "dicom")
    write_studies(cohort_of(folder), folder, tmp_path / "studies.csv")
    (study,) = read_cohort(tmp_path / "studies.csv")
    assert [role_column(role) for role in study.images] == ["A2C", "A4C", "A4C_2", "echo"]


def test_an_examination_without_a_clip_says_why_and_the_others_go_on(tmp_path: Path):
    good, bad = tmp_path / "a", tmp_path / "b"
    write(dataset(echoes(6)), good)
    still = dataset(echoes(1))
    still.StudyInstanceUID = "1.2.3"
    write(still, bad)
    first, second = cohort_of(tmp_path)
    assert first.images[A4C].array.shape[0] == 6
    with pytest.raises(InputError, match="a still frame"):
        second.images[NOBODY_SAID]


def test_the_only_examination_that_fails_is_refused_at_once(tmp_path: Path):
    write(dataset(echoes(1)), tmp_path)
    with pytest.raises(InputError, match="a still frame"):
        cohort_of(tmp_path)


def test_several_reasons_are_counted(tmp_path: Path):
    for number in (1, 2):
        write(dataset(echoes(1), number=number), tmp_path, f"{number}.dcm")
    color = dataset(echoes(4), number=3)
    color.UltrasoundColorDataPresent = 1
    write(color, tmp_path, "3.dcm")
    with pytest.raises(InputError, match="2 x a still frame; a clip of color Doppler"):
        cohort_of(tmp_path)


def test_patients_that_were_mixed_up_are_refused(tmp_path: Path):
    for number, patient in enumerate(("P1", "P2"), start=1):
        made = dataset(echoes(4), number=number)
        made.PatientID = patient
        write(made, tmp_path, f"{patient}.dcm")
    with pytest.raises(InputError, match="scans of 2 patients"):
        cohort_of(tmp_path)


def test_copies_of_one_clip_count_once(tmp_path: Path):
    for name in ("a.dcm", "b.dcm"):
        write(dataset(echoes(4)), tmp_path, name)
    (study,) = cohort_of(tmp_path)
    assert len(study.images) == 1
    assert "2 files hold the same image" in study.facts[INPUT_NOTE]


def test_a_check_of_a_folder_names_a_damaged_frame(tmp_path: Path):
    from test_io_us_bad import with_damaged

    write(with_damaged(35), tmp_path)
    (study,) = cohort_of(tmp_path)
    (found,) = (own for own in prepare_study(ECHO_VIEW, study).findings if own.check == "reading")
    assert found.message.startswith("echo_A4C: frame 36 of 40 cannot be decoded")
    assert len(study.images[A4C].array) == 35


def test_why_no_clip_can_be_used_is_told_also_where_views_are_needed(tmp_path: Path):
    other = dataset(echoes(20), NOBODY_SAID)
    other.StudyInstanceUID, other.SOPInstanceUID = "1.2.3", "1.2.3.4"
    write(other, tmp_path / "a")
    write(dataset(echoes(1)), tmp_path / "b")
    unnamed, still = cohort_of(tmp_path)
    with pytest.raises(InputError, match="a still frame"):
        prepare_study(SAHASHI_2024, still)
    with pytest.raises(MissingInputError, match="unknown view") as raised:
        prepare_study(SAHASHI_2024, unnamed)
    assert "--view-model" in raised.value.fix


def test_stress_echo_and_another_view_are_told(tmp_path: Path):
    def stressed(made: Dataset) -> Dataset:
        made.StageName, made.SeriesDescription = "Peak exercise", "Subcostal"
        return made

    write(stressed(dataset(echoes(4), role=NOBODY_SAID)), tmp_path)
    (study,) = cohort_of(tmp_path)
    assert [*study.images] == [NOBODY_SAID]
    assert "stress echo" in study.facts[INPUT_NOTE]
    assert "another view" in study.facts[INPUT_NOTE]


# Data as others keep it


def test_camus_as_distributed_becomes_a_table(tmp_path: Path):
    folder = tmp_path / "patient0001"
    folder.mkdir()
    for part in ("ED", "ES", "half_sequence"):
        frames = echoes(4 if part == "half_sequence" else 1)
        stack = Image(frames[np.newaxis], np.diag([-0.3, -0.3, 1.0, 1.0]))
        for ending in ("", "_gt"):
            own = replace(stack, array=(frames > 0)[np.newaxis]) if ending else stack
            write_image(own, folder / f"patient0001_4CH_{part}{ending}.nii.gz")
    info = "ED: 1\nES: 4\nSex: F\nAge: 56\nImageQuality: Good\nEF: 52\nFrameRate: 50.4\n"
    (folder / "Info_4CH.cfg").write_text(info)
    (study,) = read_cohort(camus_cohort(tmp_path, tmp_path / "camus.csv"))
    found = {role_column(role): image.array.shape[0] for role, image in study.images.items()}
    assert found == {
        **dict.fromkeys(("A4C_ED", "mask_A4C_ED", "A4C_ES", "mask_A4C_ES"), 1),
        **dict.fromkeys(("A4C", "mask_A4C"), 4),
    }
    assert (study.facts["ef_percent"], study.facts["sex"]) == (52.0, "F")
    assert study.facts["frame_rate_hz_A4C"] == 50.4
    assert study.facts["clip_part"] == "end diastole to end systole"


def test_a_folder_without_camus_is_told(tmp_path: Path):
    with pytest.raises(CohortError, match="no patient's image"):
        camus_cohort(tmp_path, tmp_path / "camus.csv")


def real(path: str) -> Path:
    if not (SHARED / path).exists():
        pytest.skip(f"the real data {path} are not beside the project")
    return SHARED / path


def test_no_echo_of_a_real_still_is_lost(tmp_path: Path):
    cohort = read_cohort(camus_cohort(real("camus_a4c"), tmp_path / "camus.csv"))
    assert len(cohort) == 40
    for study in cohort.studies[:3]:
        role = replace(A4C, phase="ED")
        stored = read_image(study.images.files[role][0]).array
        assert (study.images[role].array == stored)[stored >= 8].mean() > 0.9995
