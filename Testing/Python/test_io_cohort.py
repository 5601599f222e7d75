"""Cohort tables, the names of their columns, and the public data sets behind them."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.io import (
    acdc_cohort,
    acdc_rows,
    parse_role,
    read_cohort,
    role_column,
    save_cohort,
    write_cohort,
    write_image,
)
from CardioAILib.phantoms import SMALL, hcm_cohort
from CardioAILib.study import Cohort, Image, Mask, Role, Study

ACDC = Path(__file__).parents[2].parent / "shared" / "data" / "acdc"
CINE = Role("MR", "cine", "SAX", "ED")
MASK = Role("MR", "mask", "SAX", "ED")


def _volume(path, slices=2, place=0.0, value=1, shape=(4, 5)):
    path.parent.mkdir(parents=True, exist_ok=True)
    matrix = np.diag([1.5, -1.5, 8.0, 1.0])
    matrix[2, 3] = place
    write_image(Image(np.full((1, slices, *shape), value, np.uint8), matrix), path)


def _table(folder, text, name="table.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _refused(path, *words):
    with pytest.raises(CohortError) as raised:
        read_cohort(path)
    assert raised.value.got
    assert raised.value.wanted
    assert raised.value.fix
    for word in words:
        assert word in str(raised.value)


@pytest.mark.parametrize(
    ("column", "role"),
    [
        ("cine_SAX_ED", CINE),
        ("cine_SAX_ES", Role("MR", "cine", "SAX", "ES")),
        ("mask_SAX_ED", MASK),
        ("mask_4C", Role("MR", "mask", "4C")),
        ("LGE_4C", Role("MR", "LGE", "4C")),
        ("LGE_SAX", Role("MR", "LGE", "SAX")),
        ("anterior", Role("NM", "planar", "anterior")),
        ("posterior", Role("NM", "planar", "posterior")),
        ("A4C", Role("US", "echo", "A4C")),
        ("A2C", Role("US", "echo", "A2C")),
        ("PLAX", Role("US", "echo", "PLAX")),
        ("mask_A4C_ED", Role("US", "mask", "A4C", "ED")),
        ("cine_RV2C_ED", Role("MR", "cine", "RV2C", "ED")),
        ("cine_ED", Role("MR", "cine", None, "ED")),
        ("mask_ES", Role("MR", "mask", None, "ES")),
        ("cine", Role("MR", "cine")),
    ],
)
def test_columns_name_roles_and_roles_name_columns(column, role):
    assert parse_role(column) == role
    assert role_column(role) == column
    assert parse_role(role.column) == role
    assert parse_role(column.lower()) == role


@pytest.mark.parametrize(
    "column",
    ["subject", "scar", "age", "wma_A4C", "mask_labels", "slices_positive", "SAX", "4C", "ED",
     "LGE", "cine_SAX_ED_2", "cine_A4C", "LGE_anterior", "", "_", "scar_source"],
)  # fmt: skip
def test_other_columns_are_facts(column):
    assert parse_role(column) is None


def test_row_becomes_study(tmp_path):
    _volume(tmp_path / "a b" / "cine.nii.gz")
    _volume(tmp_path / "m.nrrd", value=2)
    path = _table(
        tmp_path,
        "subject,cine_SAX_ED,mask_SAX_ED,mask_labels,age,sex,slices_positive,note,cine_SAX_ES\n"
        "007,a b/cine.nii.gz,m.nrrd,myocardium=2;lv_cavity=3,61.5,F,3;4,,\n",
    )
    cohort = read_cohort(path)
    (study,) = cohort
    assert cohort.name == "table"
    assert read_cohort(path, "ours").name == "ours"
    assert study.key == ("007", "1")
    assert study.facts == {"age": 61.5, "sex": "F", "slices_positive": "3;4"}
    assert list(study.images) == [CINE, MASK]
    assert len(study.images) == 2
    assert study.find(Role(phase="ES")) is None
    assert study.images[CINE].array.shape == (1, 2, 4, 5)
    assert study.images[MASK].of("myocardium").all()
    assert pickle.loads(pickle.dumps(study)).images[MASK].labels == study.images[MASK].labels
    with pytest.raises(KeyError):
        study.images[Role("US", "echo", "A4C")]


def test_images_are_read_only_when_asked_for(tmp_path):
    (tmp_path / "a.nii").write_text("no image")
    (study,) = read_cohort(_table(tmp_path, "subject,cine_SAX_ED\np,a.nii\n"))
    assert CINE in study.images
    with pytest.raises(OSError, match="cine_SAX_ED"):
        study.images[CINE]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_spreadsheets_of_all_countries_are_read(mark, encoding, tmp_path):
    point = "." if mark == "," else ","
    cells = ["p", f"61{point}5", '"3;4"', "Zürich", "nan", "1_000"]
    lines = mark.join(["subject", "age", "slices_positive", "town", "bsa", "code"])
    path = _table(
        tmp_path, f"{lines}\r\n\r\n{mark.join(cells)}\r\n{mark * 5}\r\n", encoding=encoding
    )
    (study,) = read_cohort(path)
    assert study.facts == {"age": 61.5, "slices_positive": "3;4", "town": "Zürich", "code": "1_000"}


def test_single_slices_become_a_stack(tmp_path):
    for number in range(3):
        _volume(tmp_path / f"{number}.nii", slices=1, place=-7.0 * number, value=number)
    path = _table(tmp_path, 'subject,LGE_SAX\np,"0.nii; 1.nii;2.nii"\n')
    image = read_cohort(path).studies[0].images[Role("MR", "LGE", "SAX")]
    assert image.array[0, :, 0, 0].tolist() == [0, 1, 2]
    np.testing.assert_allclose(image.ijk_to_ras @ [0, 0, 2, 1], [0, 0, -14, 1], atol=1e-6)
    assert image.spacing[0] == pytest.approx(7)
    assert image.source == ("0.nii", "1.nii", "2.nii")
    assert len(image.digest) == 64


@pytest.mark.parametrize(
    ("second", "word"),
    [
        ({"slices": 2}, "column 'LGE_SAX' (file 2)"),
        ({"slices": 1, "shape": (3, 3)}, "column 'LGE_SAX' (file 2)"),
        ({"slices": 1, "place": 3.0}, "evenly spaced"),
    ],
)
def test_what_is_no_stack_is_refused(second, word, tmp_path):
    _volume(tmp_path / "0.nii", slices=1)
    _volume(tmp_path / "1.nii", **second)
    _volume(tmp_path / "2.nii", slices=1, place=20.0)
    path = _table(tmp_path, "subject,LGE_SAX\np,0.nii;1.nii;2.nii\n")
    with pytest.raises(InputError, match="several files in one cell") as raised:
        read_cohort(path).studies[0].images[Role("MR", "LGE", "SAX")]
    assert word in str(raised.value)
    assert "list the slices" in raised.value.fix


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["no row", "table.csv"]),
        ("subject,age\n", ["no row", "one row a study"]),
        ("patient,age\np,3\n", ["no column 'subject'", "age, patient", "rename"]),
        ("subject,age\np,3\n,4\n", ["empty cell", "row 3", "fill"]),
        ("subject,age\np,3\np,4\n", ["subject 'p'", "2 times", "row 2", "column 'study'"]),
        ("subject,study\np,a\np,a\n", ["study 'a'", "2 times", "remove"]),
        ("subject,age,age\np,3,4\n", ["'age' twice", "rename"]),
        ("subject,age\np,3,4\n", ["3 cells in row 2", "quotes"]),
        ('subject,age\np,"3\n', ["broken quotes", "CSV UTF-8"]),
        ("subject,mask_labels\np,lv\n", ["'lv'", "row 2", "rv_cavity=1"]),
        ("subject,A4C,echo_A4C\np,x,y\n", ["two columns", "'echo_A4C'", "row 2"]),
        ("subject,A4C\np,gone/x.nii\n", ["1 missing files", "'gone/x.nii'", "relative"]),
    ],
)
def test_unusable_tables_are_refused(text, words, tmp_path):
    _refused(_table(tmp_path, text), *words)


def test_absent_and_binary_tables_are_refused(tmp_path):
    _refused(tmp_path / "gone.csv", "no file", "check the path")
    _refused(tmp_path, "the folder", "a row a study")
    (tmp_path / "x.csv").write_bytes(b"subject\0age\n")
    _refused(tmp_path / "x.csv", "binary", "CSV UTF-8")
    _refused(_table(tmp_path, "subject,town\np,Zürich\n", encoding="latin-1"), "not UTF-8")


def test_all_missing_files_are_told_at_once(tmp_path):
    _volume(tmp_path / "here.nii")
    rows = "".join(f"p{n},{n}.nii,here.nii\n" for n in range(13))
    _refused(
        _table(tmp_path, f"subject,A4C,A2C\n{rows}"), "13 missing", "'0.nii'", "'9.nii' and 3 more"
    )


def test_empty_role_column_is_fine(tmp_path):
    (study,) = read_cohort(_table(tmp_path, "subject,A4C\np,\n"))
    assert len(study.images) == 0


def test_table_survives_the_disk(tmp_path):
    rows = [{"subject": "p", "age": 61.0}, {"subject": "q", "bsa": 1.85, "town": 'a "b", c'}]
    write_cohort(rows, tmp_path / "new" / "t.csv")
    first, second = read_cohort(tmp_path / "new" / "t.csv")
    assert first.facts == {"age": 61.0}
    assert second.facts == {"bsa": 1.85, "town": 'a "b", c'}
    assert (tmp_path / "new" / "t.csv").read_text().startswith("subject,age,bsa,town\np,61,,\n")


def test_failed_table_leaves_nothing(tmp_path):
    with pytest.raises(TypeError):
        write_cohort([{"subject": "p", "age": None}], tmp_path / "t.csv")
    assert not list(tmp_path.iterdir())


def _study(subject="../p 1", labels=None):
    pixels = np.arange(40, dtype=np.float32).reshape(1, 2, 4, 5)
    mask = Mask((pixels > 9).astype(np.uint8) * 2, np.eye(4), labels=labels or {"myocardium": 2})
    return Study(subject, "a/b", {CINE: Image(pixels, np.eye(4)), MASK: mask}, {"scar": 1.0})


def test_simulated_cohort_survives_the_disk(tmp_path):
    cohort = hcm_cohort(2, size=SMALL, prevalence=0.5)
    for one, back in zip(cohort, read_cohort(save_cohort(cohort, tmp_path)), strict=True):
        assert one.facts == back.facts
        assert list(one.images) == list(back.images)
        for role, image in one.images.items():
            np.testing.assert_array_equal(image.array, back.images[role].array)
            np.testing.assert_allclose(image.ijk_to_ras, back.images[role].ijk_to_ras, atol=1e-3)


def test_cohort_in_memory_survives_the_disk(tmp_path):
    path = save_cohort(Cohort((_study(), _study("p2"))), tmp_path / "out")
    first, second = read_cohort(path)
    assert first.key == ("../p 1", "a/b")
    assert second.facts == {"scar": 1.0}
    np.testing.assert_array_equal(first.images[CINE].array, _study().images[CINE].array)
    assert first.images[MASK].labels == {"myocardium": 2}
    assert [child.name for child in tmp_path.iterdir()] == ["out"]


def test_masks_of_different_numbering_are_not_saved(tmp_path):
    study = _study()
    other = _study(labels={"myocardium": 1}).images[MASK]
    images = {**study.images, Role("MR", "mask", "SAX", "ES"): other}
    with pytest.raises(InputError, match="myocardium=1 and myocardium=2") as raised:
        save_cohort(Cohort((Study("p", "1", images),)), tmp_path)
    assert "renumber" in raised.value.fix


def _fake_acdc(folder, name="patient001", group="MINF", ending=".nii.gz", frames=(1, 12)):
    place = folder / name
    place.mkdir(parents=True)
    info = f"ED: {frames[0]}\nES: {frames[1]}\nGroup: {group}\nHeight: 170.0\nWeight: 66.0\n"
    (place / "Info.cfg").write_text(info)
    for frame in frames:
        for kind in ("", "_gt"):
            _volume(place / f"{name}_frame{frame:02d}{kind}{ending}")


def test_acdc_layouts_become_rows(tmp_path):
    _fake_acdc(tmp_path / "database" / "training")
    _fake_acdc(tmp_path / "database" / "testing", "patient101", "NOR", ".nii", (4, 11))
    _fake_acdc(tmp_path / "database" / "testing", "patient102", "HCM")
    rows = acdc_rows(tmp_path)
    assert [row["subject"] for row in rows] == ["patient001", "patient101", "patient102"]
    assert [row["set"] for row in rows] == ["training", "testing", "testing"]
    assert [row["scar"] for row in rows] == ["1", "0", ""]
    assert [bool(row["scar_source"]) for row in rows] == [True, True, False]
    es = "database/testing/patient101/patient101_frame11_gt.nii"
    assert rows[1]["mask_SAX_ES"] == es
    cohort = read_cohort(acdc_cohort(tmp_path, tmp_path / "tables" / "acdc.csv"))
    assert cohort.studies[0].facts["height_cm"] == 170.0
    assert cohort.studies[1].images[CINE].array.shape == (1, 2, 4, 5)


def test_incomplete_acdc_is_refused(tmp_path):
    with pytest.raises(CohortError, match=r"no Info.cfg.*unpack"):
        acdc_rows(tmp_path)
    _fake_acdc(tmp_path)
    (tmp_path / "patient001" / "patient001_frame12_gt.nii.gz").unlink()
    with pytest.raises(CohortError, match=r"1 missing.*patient001_frame12_gt.*copy the files"):
        acdc_rows(tmp_path)
    (tmp_path / "patient001" / "Info.cfg").write_text("Group: NOR\n")
    with pytest.raises(CohortError, match=r"patient001/Info.cfg.*ED: 1.*copy"):
        acdc_rows(tmp_path)


@pytest.mark.skipif(not ACDC.is_dir(), reason="the ACDC data set is not beside the project")
def test_real_acdc(tmp_path):
    cohort = read_cohort(acdc_cohort(ACDC, tmp_path / "acdc.csv"))
    scars = [study.facts.get("scar") for study in cohort]
    assert (len(cohort), scars.count(1.0), scars.count(0.0)) == (100, 20, 20)
    study = next(study for study in cohort if study.subject == "patient090")
    image, mask = study.images[CINE], study.images[MASK]
    assert image.source == ("patient090_frame04.nii.gz",)
    assert image.array.shape == mask.array.shape == (1, 7, 224, 154)
    assert image.spacing == pytest.approx((10, 1.78571, 1.78571), abs=1e-4)
    assert mask.labels == {"rv_cavity": 1, "myocardium": 2, "lv_cavity": 3}
    assert all(mask.of(structure).any() for structure in mask.labels)
