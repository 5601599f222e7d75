"""Whatever a user points at becomes a cohort."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from CardioAILib.errors import CohortError, InputError, UnreadableFileError
from CardioAILib.io import save_cohort, write_image
from CardioAILib.study import Cohort, Image, Role, Study
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.prepared import noted
from CardioAILib.verbs.studyfiles import pseudonym
from helpers_dicom import enhanced, ge, siemens
from helpers_nm import both_views, one_view, write


def cine(frames: int) -> Image:
    pixels = np.random.default_rng(0).uniform(0, 100, (frames, 2, 5, 6)).astype(np.float32)
    return Image(pixels, np.diag([1.5, 1.5, 8.0, 1.0]))


def test_a_table_is_read_as_a_table(tmp_path: Path):
    study = Study("s7", "1", {Role("MR", "cine", "SAX", "ED"): cine(1)}, {"age": 40.0})
    path = save_cohort(Cohort((study,)), tmp_path / "cohort")
    (read,) = cohort_of(path)
    assert (read.key, read.facts["age"]) == (("s7", "1"), 40.0)


def test_a_dicom_folder_is_a_study_under_a_pseudonym_with_facts_of_the_body(tmp_path: Path):
    siemens(tmp_path / "x", "SAX", PatientSize=1.7, PatientWeight=60)
    siemens(tmp_path / "x", "4C", slices=1)
    (study,) = cohort_of(str(tmp_path))
    assert study.key == ("study-1", "1")
    assert [role.column for role in study.images] == ["cine_SAX", "cine_4C"]
    assert study.images[Role("MR", "cine", "SAX", None)].array.shape[:2] == (3, 4)
    assert (study.facts["height_cm"], study.facts["weight_kg"]) == (170.0, 60.0)
    assert "P-77" not in repr(study.facts)
    assert study.images[Role("MR", "cine", "4C")].digest


def test_a_second_examination_of_a_patient_is_of_the_same_subject(tmp_path: Path):
    siemens(tmp_path / "a")
    siemens(tmp_path / "b", StudyInstanceUID="1.9.8", PatientID="P-78")
    siemens(tmp_path / "c", StudyInstanceUID="1.9.9")
    keys = [study.key for study in cohort_of(tmp_path)]
    assert keys == [("study-1", "1"), ("study-2", "1"), ("study-1", "2")]


def test_examinations_without_patient_stay_apart(tmp_path: Path):
    siemens(tmp_path / "a", PatientID="")
    siemens(tmp_path / "b", StudyInstanceUID="1.9.8", PatientID="")
    assert [study.subject for study in cohort_of(tmp_path)] == ["study-1", "study-2"]


def test_what_was_left_out_reaches_the_findings_of_the_study(tmp_path: Path):
    siemens(tmp_path, slices=5)
    (tmp_path / "SAX4" / "0-0.IMA").unlink()
    (study,) = cohort_of(tmp_path)
    (finding,) = noted(study)
    assert finding.message.startswith("cine_SAX, slices: of 5 slices, number 5 along the stack")


def test_one_dicom_file_of_many_images_is_a_study(tmp_path: Path):
    (study,) = cohort_of(enhanced(tmp_path))
    assert study.images[Role("MR", "cine", "SAX")].array.shape[:2] == (3, 4)


@pytest.mark.parametrize("name", ["cine.nii.gz", "cine.nrrd"])
def test_a_4d_volume_is_a_cine_of_unknown_view(tmp_path: Path, name: str):
    write_image(cine(9), tmp_path / name)
    (study,) = cohort_of(tmp_path / name)
    assert study.key == ("study-1", "1")
    assert study.images[Role("MR", "cine")].array.shape == (9, 2, 5, 6)


def test_a_volume_with_one_frame_is_refused(tmp_path: Path):
    write_image(cine(1), tmp_path / "one.nii.gz")
    with pytest.raises(InputError, match=r"one frame.*cine_SAX_ED"):
        cohort_of(tmp_path / "one.nii.gz")


def test_nothing_there_is_refused(tmp_path: Path):
    with pytest.raises(CohortError, match="nothing at"):
        cohort_of(tmp_path / "absent")


def test_a_study_that_makes_no_stack_is_refused_when_it_is_read_and_not_before(tmp_path: Path):
    siemens(tmp_path, slices=3)
    siemens(tmp_path, slices=3, first=5)
    ge(tmp_path / "whole", "4C", slices=1)
    (study,) = cohort_of(tmp_path)
    assert study.images[Role("MR", "cine", "4C")].array.shape[:2] == (3, 1)
    with pytest.raises(InputError, match="mm apart"):
        study.images[Role("MR", "cine", "SAX")]


# Planar scans


def test_a_folder_of_planar_scans_is_a_study_an_examination(tmp_path: Path):
    made, front, _ = both_views()
    write(made, tmp_path, "1.dcm")
    write(both_views(StudyInstanceUID="1.2.7.2")[0], tmp_path, "2.dcm")
    one, two = cohort_of(tmp_path)
    assert [two.facts["same_patient_as"]] == [one.subject] != [two.subject]
    assert "same_patient_as" not in one.facts
    assert [role.column for role in one.images] == ["planar_anterior", "planar_posterior"]
    np.testing.assert_array_equal(one.images[Role("NM", "planar", "anterior")].array[0, 0], front)
    assert one.facts["acquisition"] == "whole body"


def test_a_planar_scan_keeps_its_pseudonym_when_others_come(tmp_path: Path):
    write(both_views(StudyInstanceUID="1.2.7.2")[0], tmp_path, "2.dcm")
    (alone,) = cohort_of(tmp_path)
    write(both_views(PatientID="P-78")[0], tmp_path, "1.dcm")
    _, same = cohort_of(tmp_path)
    assert alone.key == same.key == (pseudonym("1.2.7.2"), "1")
    assert "P-7" not in alone.subject
    assert "same_patient_as" not in same.facts


def test_scans_without_uid_are_told_apart_by_their_place_in_the_folder(tmp_path: Path):
    for name in ("a/scan.dcm", "b/scan.dcm"):
        write(both_views(StudyInstanceUID=None)[0], tmp_path, name)
    assert [own.subject for own in cohort_of(tmp_path)] == [
        pseudonym("a/scan.dcm"),
        pseudonym("b/scan.dcm"),
    ]


def test_files_passed_over_are_counted_named_and_told_why_in_one_line(tmp_path: Path, caplog):
    caplog.set_level("INFO")
    write(both_views()[0], tmp_path)
    levels = np.zeros((4, 4), np.uint8)
    sitk.WriteImage(sitk.GetImageFromArray(levels), str(tmp_path / "export.png"))
    (tmp_path / "notes.txt").write_text("read me")
    cohort_of(tmp_path)
    (line,) = [text for text in caplog.messages if "passed over" in text]
    assert line.startswith("files passed over: 2 (pictures")
    assert line.endswith("export.png; no DICOM: notes.txt)")


def test_an_empty_file_that_calls_itself_dicom_is_a_scan_that_fails(tmp_path: Path):
    write(both_views()[0], tmp_path)
    (tmp_path / "empty.dcm").touch()
    kept, broken = cohort_of(tmp_path)
    assert kept.images[Role("NM", "planar", "anterior")].array.any()
    assert broken.subject == pseudonym("empty.dcm")
    with pytest.raises(UnreadableFileError, match="its name says DICOM"):
        _ = broken.images[Role("NM", "planar", "anterior")]


def test_what_holds_of_both_views_is_noted_once(tmp_path: Path):
    (study,) = cohort_of(write(both_views(RescaleSlope=2.0, RescaleIntercept=0.0)[0], tmp_path))
    assert str(study.facts["input_note"]).count("rescales") == 1


def test_an_examination_that_is_refused_leaves_the_others_in_place(tmp_path: Path):
    tomo = ["ORIGINAL", "PRIMARY", "TOMO", "EMISSION"]
    write(both_views(StudyInstanceUID="1.2.7.2", ImageType=tomo)[0], tmp_path, "1.dcm")
    write(both_views()[0], tmp_path, "2.dcm")
    refused, kept = cohort_of(tmp_path)
    assert kept.images[Role("NM", "planar", "anterior")].array.any()
    with pytest.raises(InputError, match="SPECT"):
        _ = refused.images[Role("NM", "planar", "anterior")]


def test_mr_and_planar_scans_of_one_folder_are_both_found(tmp_path: Path):
    siemens(tmp_path / "mr", slices=2)
    write(both_views()[0], tmp_path / "nm")
    roles = [role.column for study in cohort_of(tmp_path) for role in study.images]
    assert roles == ["planar_anterior", "planar_posterior", "cine_SAX"]


def test_doubts_about_a_planar_scan_reach_its_study(tmp_path: Path):
    (study,) = cohort_of(write(one_view(None), tmp_path))
    (finding,) = noted(study)
    assert finding.message.startswith("anterior, view: nothing in the header tells the view")


@pytest.mark.parametrize(("name", "view"), [("ANT.png", "anterior"), ("wb_post.png", "posterior")])
def test_a_picture_is_a_planar_scan(tmp_path: Path, name: str, view: str):
    levels = np.zeros((40, 16), np.uint8)
    levels[5:30, 5:11] = 90
    sitk.WriteImage(sitk.GetImageFromArray(levels), str(tmp_path / name))
    (study,) = cohort_of(tmp_path / name)
    np.testing.assert_array_equal(study.images[Role("NM", "planar", view)].array[0, 0], levels)


def test_a_spect_file_alone_is_refused_by_name(tmp_path: Path):
    tomo = ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"]
    with pytest.raises(InputError, match="reconstructed slices of SPECT"):
        cohort_of(write(both_views(ImageType=tomo)[0], tmp_path))
