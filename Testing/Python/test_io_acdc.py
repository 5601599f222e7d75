"""What the cohort table of ACDC tells of a patient."""

from collections import Counter

from CardioAILib.io import acdc_cohort, acdc_rows, read_cohort


def test_class_body_and_frames_of_every_patient_are_told(acdc, tmp_path):
    cohort = read_cohort(acdc_cohort(acdc, tmp_path / "acdc.csv"))
    groups = Counter(study.facts["pathology"] for study in cohort)
    assert groups == dict.fromkeys(("DCM", "HCM", "MINF", "NOR", "RV"), 20)
    assert {study.facts["pathology_source"] for study in cohort} == {"ACDC Group"}
    assert all(130 < study.facts["height_cm"] < 200 for study in cohort)
    assert all(30 < study.facts["weight_kg"] < 150 for study in cohort)
    frames = {study.subject: study.facts for study in cohort}
    assert (frames["patient001"]["frame_ED"], frames["patient001"]["frame_ES"]) == (1, 12)
    assert (frames["patient090"]["frame_ED"], frames["patient090"]["frame_ES"]) == (4, 11)
    assert all(facts["frame_ES"] <= facts["frames"] for facts in frames.values())


def test_the_stand_in_for_scar_is_told_apart_from_the_true_class(acdc):
    row = next(row for row in acdc_rows(acdc) if row["pathology"] == "MINF")
    assert (row["scar"], row["pathology_source"]) == ("1", "ACDC Group")
    assert row["scar_source"].startswith("stand-in")


def test_a_patient_without_class_has_no_source_of_one(tmp_path):
    folder = tmp_path / "patient101"
    folder.mkdir()
    (folder / "Info.cfg").write_text("ED: 1\nES: 9\nHeight: 170\nWeight: 70\nNbFrame: 30\n")
    for frame in (1, 9):
        for kind in ("", "_gt"):
            (folder / f"patient101_frame{frame:02d}{kind}.nii.gz").write_bytes(b"")
    row = acdc_rows(tmp_path)[0]
    assert (row["pathology"], row["pathology_source"], row["frames"]) == ("", "", "30")
