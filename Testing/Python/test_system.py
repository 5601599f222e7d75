import pytest
from CardioAILib.errors import CohortError, InputError
from CardioAILib.system import Classes
from helpers_learning import declared, examination

TASK = Classes("scar", ("no scar", "scar"))


@pytest.mark.parametrize(
    ("cell", "label"), [(0.0, 0), (1.0, 1), ("no scar", 0), ("scar", 1), (1, 1), (0, 0)]
)
def test_a_label_is_read_from_its_number_or_its_name(cell: str | float, label: int):
    assert TASK.label(examination(facts={"scar": cell})) == label


def test_an_empty_cell_is_no_label():
    assert TASK.label(examination()) is None
    assert TASK.label(examination(facts={"age": 61.0})) is None


@pytest.mark.parametrize("cell", [2.0, -1.0, 0.5, float("nan"), "Scar", "maybe", "yes"])
def test_another_cell_is_refused_with_subject_choices_and_cure(cell: str | float):
    with pytest.raises(CohortError) as raised:
        TASK.label(examination(facts={"scar": cell}))
    assert raised.value.got == f"'{cell}' in column 'scar' of subject s1"
    assert raised.value.wanted == "0 to 1, or one of no scar, scar"
    assert "correct the cell, or leave it empty" in raised.value.fix


def test_the_labels_of_many_classes_follow_the_order_of_names():
    task = Classes("grade", ("none", "mild", "severe"))
    assert [task.label(examination(facts={"grade": name})) for name in task.names] == [0, 1, 2]
    assert task.label(examination(facts={"grade": 2.0})) == 2


def test_a_mode_chooses_the_declaration():
    published = declared(title="As it was published")
    system = declared(as_published=published)
    assert system.in_mode("sound") is system
    assert system.in_mode("paper") is published


def test_a_system_without_a_published_form_is_the_same_in_both_modes():
    system = declared()
    assert system.in_mode("paper") is system


def test_an_arm_is_found_by_name():
    assert declared().arm("size") == "a table"


def test_an_unknown_arm_is_refused_with_the_names_of_all():
    with pytest.raises(InputError) as raised:
        declared().arm("forest")
    assert raised.value.got == "arm 'forest'"
    assert raised.value.wanted == "one of dl, size"
    assert "small" in raised.value.fix
