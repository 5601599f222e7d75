"""What the cohort table of EMIDEC tells of a case, in each form the data set comes in."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.cli.main import main
from CardioAILib.errors import CardioAIError, CohortError, InputError
from CardioAILib.io import emidec_cohort, emidec_rows, read_cohort, write_image
from CardioAILib.io.emidecclinical import read_clinical
from CardioAILib.io.pictures import format_spacing, parse_spacing
from CardioAILib.study import MYOCARDIUM, SCAR, Image, Mask, Role

LGE = Role("MR", "LGE", "SAX")
MASK = Role("MR", "mask", "SAX", "LGE")

CLINICAL = """Case P001

Gap between slices : 13 mm
Sex : F
Age : 65 \ufffd
Tobacco : 2
Overweight : Y
Arterial hypertension : N
Diabetes : N
Familial history of coronary artery disease: Y
ECG (ST +) : Y
Troponin : 1,1
Killip Max: 1
FEVG : 55
NTProBNP : >36000
"""


def written(path: Path, array: np.ndarray, mm: float = 1.4) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_image(Image(array[np.newaxis], np.diag([-mm, -mm, 10.0, 1.0])), path)
    return path


def labels_of_a_heart() -> np.ndarray:
    """A ring of myocardium around its cavity (S, H, W), an infarct in one side."""
    y, x = np.mgrid[:24, :24] - 11.5
    radius = np.hypot(y, x)
    ring = np.select([radius < 5, radius < 8], [1, 2], 0)
    ring[(ring == 2) & (x > 6)] = 3
    return np.repeat(ring[np.newaxis], 3, axis=0).astype(np.uint8)


def distributed(folder: Path, name: str, masked: bool = True) -> Path:
    heart = labels_of_a_heart()
    written(folder / name / "Images" / f"{name}.nii.gz", heart * 40.0 + 5)
    if masked:
        written(folder / name / "Contours" / f"{name}.nii.gz", heart)
    return folder


def pictured(folder: Path, name: str, heart: np.ndarray) -> Path:
    """Slices (S, H, W) as pictures."""
    import SimpleITK as sitk

    for number, labels in enumerate(heart):
        for kind, scale in (("images", 60), ("masks", 1)):
            path = folder / kind / f"{name}_slice{number:03d}.png"
            path.parent.mkdir(exist_ok=True)
            sitk.WriteImage(sitk.GetImageFromArray(labels * np.uint8(scale)), str(path))
    return folder


def refusal(folder: Path) -> CardioAIError:
    with pytest.raises(CohortError) as raised:
        emidec_rows(folder)
    return raised.value


def test_the_distributed_folders_become_studies_with_their_clinical_facts(tmp_path):
    distributed(distributed(tmp_path, "Case_P001"), "Case_N002")
    (tmp_path / "Case P001.txt").write_text(CLINICAL, encoding="utf-8")
    normal, infarct = read_cohort(emidec_cohort(tmp_path, tmp_path / "emidec.csv"))
    assert normal.facts["pathology"] == "normal"
    assert normal.facts["LGE_SAX_reconstruction"] == "PSIR"
    assert normal.images[LGE].spacing == pytest.approx((10, 1.4, 1.4))
    mask = infarct.images[MASK]
    assert isinstance(mask, Mask)
    assert mask.of(MYOCARDIUM).sum() > mask.of(SCAR).sum() > 0
    told = {"sex": "F", "age": 65, "troponin": 1.1, "NT_proBNP": ">36000", "diabetes": 0}
    assert told.items() <= infarct.facts.items()
    assert (infarct.facts["slice_step_mm"], infarct.facts["killip"]) == (13, 1)
    assert not any("P001" in str(value) for value in infarct.facts.values())


def test_pictures_are_unstretched_by_the_shape_of_the_heart(tmp_path):
    (row,) = emidec_rows(pictured(tmp_path, "Case_N006", np.repeat(labels_of_a_heart(), 2, axis=1)))
    column, line, _ = parse_spacing(row["assumed_spacing_mm"])
    assert column / line == pytest.approx(2, rel=0.02)
    (study,) = read_cohort(emidec_cohort(tmp_path, tmp_path / "emidec.csv"))
    assert study.images[LGE].spacing == pytest.approx((10, line, column))
    assert study.images[MASK].spacing == pytest.approx((10, line, column))
    assert study.images[LGE].array.shape == (1, 3, 48, 24)


def test_a_case_in_two_forms_is_taken_once_from_its_volume(tmp_path):
    distributed(pictured(tmp_path, "Case_N006", labels_of_a_heart()), "Case_N006")
    (row,) = emidec_rows(tmp_path)
    assert row["LGE_SAX"] == "Case_N006/Images/Case_N006.nii.gz"
    assert row["assumed_spacing_mm"] == ""


def test_a_case_of_the_test_set_has_neither_mask_nor_pathology(tmp_path):
    (row,) = emidec_rows(distributed(tmp_path, "Case_101", masked=False))
    assert (row["mask_SAX_LGE"], row["mask_labels"], row["pathology"]) == ("", "", "")


def test_missing_contours_are_listed(tmp_path):
    error = refusal(distributed(tmp_path, "Case_P001", masked=False))
    assert "Contours/Case_P001.nii.gz" in error.got
    assert "leave the case out" in error.fix


def test_a_folder_of_another_name_is_refused(tmp_path):
    error = refusal(distributed(distributed(tmp_path, "Case_P001"), "Case_X001"))
    assert error.got == "1 folders that bear no case's name: Case_X001"


def test_a_folder_without_cases_is_refused(tmp_path):
    assert "Case_N001/Images" in refusal(tmp_path).wanted


def test_a_clinical_text_cut_short_is_refused(tmp_path):
    path = tmp_path / "Case P001.txt"
    path.write_text(CLINICAL[:150], encoding="utf-8")
    with pytest.raises(CohortError) as raised:
        read_clinical(path)
    assert "cut short" in raised.value.got


def test_pictures_without_a_heart_are_refused(tmp_path):
    with pytest.raises(InputError) as raised:
        emidec_rows(pictured(tmp_path, "Case_N006", np.zeros((2, 8, 8), np.uint8)))
    assert "no left ventricle" in raised.value.got


@pytest.mark.parametrize("text", ["1.4", "1.4x1.4", "0x1.4x10", "1,4x1,4x10", "axbxc"])
def test_a_pixel_size_that_is_none_is_refused(text):
    with pytest.raises(InputError) as raised:
        parse_spacing(text)
    assert f"'{text}'" in raised.value.got


def test_a_pixel_size_is_read_as_it_was_written():
    assert parse_spacing(format_spacing((0.829, 1.4, 10))) == (0.829, 1.4, 10)


def test_a_wrong_pixel_size_in_a_table_is_told_with_its_row(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("subject,assumed_spacing_mm\na,wide\n")
    with pytest.raises(CohortError) as raised:
        read_cohort(table)
    assert "in row 2" in raised.value.got


def test_the_cases_at_hand_are_all_found(emidec, tmp_path):
    assert main(["cohort", "emidec", str(emidec), "--out", str(tmp_path / "emidec.csv")]) == 0
    cohort = read_cohort(tmp_path / "emidec.csv")
    pictures = [study for study in cohort if "assumed_spacing_mm" in study.facts]
    told = Counter(study.facts["pathology"] for study in pictures)
    assert told == {"normal": 20, "infarct": 40}
    stored = {study.subject: study for study in cohort}["Case_P100"]
    assert stored.images[LGE].spacing == pytest.approx((13, 1.40625, 1.40625))


def test_hearts_in_the_pictures_at_hand_become_round(emidec):
    for row in emidec_rows(emidec):
        if row["assumed_spacing_mm"]:
            column, line, _ = parse_spacing(row["assumed_spacing_mm"])
            assert max(column, line) == 1.4
            assert 0.55 < min(column, line) <= 1.4
