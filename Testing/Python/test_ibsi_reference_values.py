"""Every reference value of IBSI 1, where its phantoms are at hand, and the page that tells."""

from pathlib import Path

import pytest
from CardioAILib.errors import MissingInputError
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.features.ibsipage import ibsi_page, write_ibsi_page
from CardioAILib.verbs.features.ibsitable import (
    AGREED,
    CASES,
    NOT_AGREED,
    NOT_OFFERED,
    Line,
    compare_with_ibsi,
    count_verdicts,
)

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "ibsi"
PAGE = ROOT / "Resources" / "Documentation" / "ibsi.md"


@pytest.fixture(scope="module")
def tables():
    if not DATA.is_dir():
        pytest.skip("the phantoms of IBSI 1 are not there")
    return compare_with_ibsi(DATA)


def rows_of(page: str) -> list[list[str]]:
    """The tag and the verdict of every value on a page."""
    cells = [line.strip("| ").split(" | ") for line in page.splitlines()]
    verdicts = {AGREED, NOT_AGREED, NOT_OFFERED}
    return [[row[0], row[-1]] for row in cells if len(row) > 2 and row[-1] in verdicts]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_every_reference_value_is_agreed(tables, case):
    lines = tables[case.title]
    wrong = [line for line in lines if line.verdict == NOT_AGREED]
    assert not wrong
    missing = {line.tag for line in lines if line.verdict == NOT_OFFERED}
    assert all(line.reference is None for line in lines if line.tag in missing)
    assert len(missing) == 5


def test_all_of_ibsi_1_is_compared(tables):
    totals = [count_verdicts(lines)[AGREED] for lines in tables.values()]
    assert totals == [482, 406, 406, 270, 270, 270]


def test_the_page_of_the_documentation_is_up_to_date(tables):
    kept = PAGE.read_text(encoding="utf-8")
    assert rows_of(kept) == rows_of(ibsi_page(tables))
    assert kept.split("| case |")[0] == ibsi_page(tables).split("| case |")[0]


@pytest.mark.parametrize(
    ("ours", "reference", "tolerance", "verdict"),
    [
        (1.04, 1.0, 0.04, AGREED),
        (1.05, 1.0, 0.04, NOT_AGREED),
        (0.32449, 0.324, 0.0, AGREED),
        (0.32451, 0.324, 0.0, NOT_AGREED),
        (1494.0, 1490.0, 0.0, AGREED),
        (1496.0, 1490.0, 0.0, NOT_AGREED),
        (1e-9, 0.0, 0.0, AGREED),
        (0.1, 0.0, 0.0, NOT_AGREED),
        (-0.0121, -0.0121, 0.0, AGREED),
        (float("nan"), 1.0, 0.5, NOT_AGREED),
        (None, 1.0, 0.5, NOT_OFFERED),
        (1.0, None, None, NOT_OFFERED),
    ],
)
def test_a_verdict_follows_tolerance_and_printed_digits(ours, reference, tolerance, verdict):
    assert Line("stat_mean", ours, reference, tolerance).verdict == verdict


def test_a_line_knows_its_family():
    tags = ("morph_volume", "morph_mask_vox_count_reseg_roi", "min_int_init_img", "ih_min")
    assert [Line(tag, 1.0, 1.0, 0.0).family for tag in tags] == ["morph", "stages", "stages", "ih"]


def test_the_page_tells_totals_and_each_value(tmp_path):
    lines = [
        Line("stat_mean", 2.149, 2.15, 0.0),
        Line("stat_var", 9.0, 3.05, 0.0),
        Line("ivh_auc", None, None, None),
    ]
    write_ibsi_page({"A phantom": lines}, tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "of 2\nreference values 1 are agreed and 1 are not" in page
    assert "| A phantom | 1 | 0 | 1 | 1 |" in page
    assert "| `stat_mean` | Q4LE | 2.149 | 2.15 | 0 | agreed |" in page
    assert "| `stat_var` | ECT3 | 9 | 3.05 | 0 | not agreed |" in page
    assert "| `ivh_auc` | 9CMM |  |  |  | not offered |" in page
    assert "| `cm_contrast` | Contrast | ACUI | `glcm_Contrast` |" in page
    assert RESEARCH_ONLY in page


def test_missing_phantoms_are_named(tmp_path):
    with pytest.raises(MissingInputError, match=r"no 'ibsi_1_digital_phantom'.*data_sets"):
        compare_with_ibsi(tmp_path)
