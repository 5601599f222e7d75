"""A reader's findings in the panel: what is asked, kept, filled in, suggested and handed on."""

import csv

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import helpers_scene as made  # noqa: E402
import numpy as np  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.errors import CohortError, InputError  # noqa: E402
from CardioAILib.io import read_cohort  # noqa: E402
from CardioAILib.mrml.findingstable import HEADER, make_findings, read_findings  # noqa: E402
from CardioAILib.panel.findings import (  # noqa: E402
    PREFILLED,
    Answer,
    given_cells,
    merged,
    read_answers,
)
from CardioAILib.panel.findingssection import TABLE  # noqa: E402
from CardioAILib.systems import FAHMY_2022  # noqa: E402
from CardioAILib.verbs.cells import items_of  # noqa: E402
from helpers_amyloid import SYSTEM, add_mask, add_view  # noqa: E402

ITEMS = items_of(SYSTEM)


@pytest.fixture
def board(panel):
    """The panel with Martini's system chosen."""
    own = panel.board
    own.ui.systemSelector.currentIndex = own.ui.systemSelector.findData(SYSTEM.name)
    return own


@pytest.fixture
def section(board):
    return board._findings


def row_of(section, column):
    return next(row for row in section._form.rows if row.item.column == column)


def enter(section, column, value):
    """Type a number, or choose an answer, as a reader does."""
    row = row_of(section, column)
    if row.item.kind == "number":
        row.widget.value = value
    else:
        row.widget.currentIndex = row.widget.findText(value)


def table_of(board):
    return board.options.parameterNode.GetNodeReference(TABLE)


def test_a_form_has_a_row_a_finding_with_unit_range_and_meaning(section, board):
    assert len(section._form.rows) == len(ITEMS) == 20
    box = row_of(section, "LVEF_percent").widget
    assert (box.suffix, box.maximum) == (" %", 95.0)
    assert "5 to 95 %" in box.toolTip
    assert box.text == "not assessed"
    choice = row_of(section, "early_darkening").widget
    assert [choice.itemText(k) for k in range(choice.count)] == ["not assessed", "no", "yes"]
    assert not board.ui.findingsCollapsibleButton.isHidden()


def test_systems_without_a_reader_have_no_form(board):
    board.ui.systemSelector.currentIndex = board.ui.systemSelector.findData(FAHMY_2022.name)
    assert board.ui.findingsCollapsibleButton.isHidden()
    assert items_of(FAHMY_2022) == ()
    assert board.study_facts() == {}


def test_what_is_entered_becomes_facts_and_a_table(section, board):
    assert board.study_facts() == {}
    enter(section, "age", 71)
    enter(section, "sex", "male")
    enter(section, "LVMI_g_per_m2", 104.5)
    enter(section, "pleural_effusion", "yes")
    assert board.study_facts() == {
        "age": 71.0,
        "sex": "male",
        "LVMI_g_per_m2": 104.5,
        "pleural_effusion": "yes",
    }
    table = table_of(board)
    assert table.GetNumberOfRows() == 20
    assert [table.GetColumnName(k) for k in range(table.GetNumberOfColumns())] == list(HEADER)
    cells = read_findings(table)
    assert cells["LVMI_g_per_m2"] == ("104.5", "entered")
    assert cells["early_darkening"] == ("", "")


def test_an_answer_is_taken_back_by_not_assessed(section, board):
    enter(section, "LGE_present", "yes")
    enter(section, "LGE_present", "not assessed")
    enter(section, "age", 50)
    box = row_of(section, "age").widget
    box.value = box.minimum
    assert board.study_facts() == {}


def test_a_spin_box_takes_nothing_out_of_range(section):
    for row in section._form.rows:
        if row.item.kind == "number":
            row.widget.value = row.item.high + 1000
            assert row.item.read(row.value()) == row.item.high


def test_findings_come_back_with_a_scene(section, board, panel):
    enter(section, "age", 63)
    enter(section, "early_darkening", "no")
    panel.exit()
    section._answers, section._read = {}, None
    panel.enter()
    assert board.study_facts() == {"age": 63.0, "early_darkening": "no"}
    assert row_of(section, "early_darkening").widget.currentText == "no"


def test_a_table_with_what_cannot_be_is_refused_by_name_and_the_rest_is_read(section, board, scene):
    rows = [("age", "640", "", "entered", ""), ("LVEF_percent", "high", "", "entered", "")]
    table = make_findings(scene, [*rows, ("LGE_present", "yes", "", "entered", "")])
    board.options.parameterNode.SetNodeReferenceID(TABLE, table.GetID())
    board.refresh()
    text = board.ui.statusLabel.text.replace("\u200b", "")
    assert "'640' in column 'age' (out of range" in text
    assert "'high' in column 'LVEF_percent'" in text
    assert board.study_facts() == {"LGE_present": "yes"}
    _, refused = read_answers(read_findings(table), ITEMS)
    assert [finding.check for finding in refused] == ["finding", "finding"]


def test_a_table_of_something_else_is_refused(scene):
    table = scene.AddNewNodeByClass("vtkMRMLTableNode", "features")
    with pytest.raises(InputError, match="without the columns"):
        read_findings(table)


def test_findings_of_a_script_are_checked_by_name_and_kept_for_the_arm_to_judge():
    given = {"sex": "F", "age": 44, "LVEF_percent": "preserved", "BSA_m2": None}
    assert given_cells(given, ITEMS) == {"sex": "female", "age": 44, "LVEF_percent": "preserved"}
    with pytest.raises(CohortError, match="LVEF"):
        given_cells({"LVEF": 50}, ITEMS)


def test_what_a_reader_entered_is_not_overwritten_by_measurements():
    old = {"age": Answer(70), "LVEF_percent": Answer(50.0, PREFILLED)}
    new = {"age": Answer(1, PREFILLED), "LVEF_percent": Answer(61.0, PREFILLED)}
    assert merged(old, new) == {"age": Answer(70), "LVEF_percent": Answer(61.0, PREFILLED)}


def phase(scene, radius):
    """A short-axis segmentation: cavities in six slices of 8 mm, a wall around the left one."""
    rows, columns = np.ogrid[:64, :64]
    lv, rv = np.hypot(rows - 32, columns - 36), np.hypot(rows - 32, columns - 12)
    stack = {"Myocardium": (lv > radius) & (lv < 17), "LV": lv <= radius, "RV": rv <= radius - 4}
    stacked = {name: np.repeat(part[np.newaxis], 6, axis=0) for name, part in stack.items()}
    return made.segmentation(scene, np.diag([1.5, 1.5, 8.0, 1.0]), **stacked)


def test_segmentations_fill_in_what_they_tell_and_mark_it(section, board, scene):
    ui = board.ui
    enter(section, "LVEF_percent", 33.0)
    ui.findingsEdSelector.setCurrentNode(phase(scene, 13))
    ui.findingsEsSelector.setCurrentNode(phase(scene, 9))
    ui.bodyHeightSpinBox.value, ui.bodyWeightSpinBox.value = 180, 80
    ui.bodySexSelector.currentIndex = ui.bodySexSelector.findData("male")
    assert "sex" not in board.study_facts(), "the form does not say it"
    ui.prefillButton.click()
    assert "filled in and are marked" in ui.statusLabel.text
    facts = board.study_facts()
    assert facts["LVEF_percent"] == 33.0
    assert facts["sex"] == "male"
    assert facts["BSA_m2"] == pytest.approx(2.0)
    volume = 6 * 8.0 * 2.25 * np.sum(np.hypot(*np.ogrid[-32:32, -36:28]) <= 13) / 1000
    assert facts["LVEDVI_ml_per_m2"] == pytest.approx(volume / 2.0, rel=0.02)
    assert row_of(section, "LVEDVI_ml_per_m2").note.text == PREFILLED
    assert row_of(section, "LVEF_percent").note.text == ""
    assert read_findings(table_of(board))["BSA_m2"][1] == PREFILLED


def test_suggestions_are_shown_and_entered_only_when_taken(section, board):
    ui = board.ui
    enter(section, "LGE_present", "no")
    section.suggest({"LGE_present": 1.0, "early_darkening": 1.0})
    assert row_of(section, "early_darkening").note.text == "suggested: yes"
    assert row_of(section, "LGE_present").note.text == ""
    assert board.study_facts()["LGE_present"] == "no"
    assert "early_darkening" not in board.study_facts()
    assert not ui.takeSuggestionsButton.isHidden()
    ui.takeSuggestionsButton.click()
    assert board.study_facts()["early_darkening"] == "yes"
    assert board.study_facts()["LGE_present"] == "no"
    assert read_findings(table_of(board))["early_darkening"] == ("yes", "suggestion taken")
    assert ui.takeSuggestionsButton.isHidden()


def test_clearing_forgets_all(section, board):
    enter(section, "age", 63)
    board.ui.clearFindingsButton.click()
    assert board.study_facts() == {}
    assert row_of(section, "age").value() is None


def test_a_study_and_its_findings_are_added_to_a_cohort_table(section, board, scene, tmp_path):
    ui, names = board.ui, ("2C", "SAX")
    rows = {row.name: row for row in board.inputs.rows}
    for name in names:
        slices = 6 if name == "SAX" else 1
        rows[name].image.setCurrentNode(add_view(scene, name, "Doe^Jane", slices))
    rows["SAX"].mask.setCurrentNode(add_mask(scene, "SAX", rows["SAX"].image.currentNode(), 6))
    enter(section, "age", 63)
    enter(section, "LGE_present", "yes")
    path = tmp_path / "cohort.csv"
    ui.findingsCohortEdit.currentPath = str(path)
    ui.addToCohortButton.click()
    assert "as S001" in ui.statusLabel.text
    ui.addToCohortButton.click()
    ui.findingsSubjectEdit.text = "S002"
    ui.addToCohortButton.click()
    assert "already in" in ui.statusLabel.text
    cohort = read_cohort(path)
    assert [study.subject for study in cohort] == ["S001", "S002"]
    study = cohort.studies[0]
    assert {role.column for role in study.images} == {"LGE_2C", "LGE_SAX", "mask_SAX_LGE"}
    assert study.facts["age"] == 63.0
    assert study.facts["LGE_present"] == "yes"
    assert "Doe" not in path.read_text(encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 2


def test_a_sample_of_another_system_leaves_the_findings_as_they_are(section, board):
    ui = board.ui
    enter(section, "age", 63)
    ui.systemSelector.currentIndex = ui.systemSelector.findData("martini2020_emidec")
    ui.sampleButton.click()
    assert set(board.inputs.nodes()) == {"SAX"}
    ui.systemSelector.currentIndex = ui.systemSelector.findData(SYSTEM.name)
    assert board.study_facts() == {"age": 63.0}
