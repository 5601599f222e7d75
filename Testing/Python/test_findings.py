import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.codec import from_json, to_json
from CardioAILib.decide import Mean, Threshold
from CardioAILib.errors import ArmUnavailable, CohortError, InputError, ResumeError
from CardioAILib.learning import Facts, Findings, GradientBoosting, Logistic, Run, Tabular
from CardioAILib.learning.findings import CELL
from CardioAILib.study import Cohort
from CardioAILib.system import CrossValidation, Slices
from CardioAILib.systems.martini2020_findings import ITEMS, MEASURED, prefilled
from CardioAILib.verbs import check, fit, load_model, predict, save_model
from helpers_learning import declared, examination, examples_of, sound_image, sound_mask

ITEM = {item.column: item for item in ITEMS}
EF, AGE, SEX, PATTERN = (
    ITEM[name] for name in ("LVEF_percent", "age", "sex", "LGE_subendocardial_to_transmural")
)
FEW = Findings((AGE, SEX, EF, PATTERN))
BOOST = GradientBoosting(trees=(10,), depths=(1,), rates=(0.1,), leaves=(1,), folds=2)
SYSTEM = declared(
    examples=Slices(),
    arms={
        "weight": Tabular((Facts(("weight_kg",)),), Logistic((1.0,)), unit="study"),
        "gbm": Tabular((FEW,), BOOST, unit="study"),
    },
    primary="gbm",
    pool=Mean(),
    decide=Threshold(0.5),
    protocol=CrossValidation(folds=2),
)


def patient(number: int, **cells):
    """A patient whose pattern tells the class three times of four."""
    random = np.random.default_rng(number)
    positive = number % 2
    facts = {
        "scar": float(positive),
        "age": float(random.integers(40, 80)),
        "sex": str(random.choice(["F", "M"])),
        "LVEF_percent": float(random.integers(40, 70)),
        PATTERN.column: "yes" if positive != (number % 8 == 0) else "no",
        "weight_kg": float(random.integers(60, 90)),
    } | cells
    known = {name: cell for name, cell in facts.items() if cell is not None}
    study = examination(sound_image(), sound_mask(), known)
    return replace(study, subject=f"p{number:02d}")


def cohort(count: int = 24, **changed):
    return Cohort(
        (*(patient(number) for number in range(count - 1)), patient(count - 1, **changed))
    )


def rows(*cells_of_each) -> object:
    """Examples of subjects with the cells of FEW."""
    count = len(cells_of_each)
    tables = {}
    for index, name in enumerate(FEW.columns):
        column = np.empty((count, 1), object)
        column[:, 0] = [cells[index] for cells in cells_of_each]
        tables[CELL + name] = column
    return examples_of([f"s{index}" for index in range(count)], np.zeros(count, int), tables=tables)


@pytest.fixture(scope="module")
def fitted():
    return fit(SYSTEM, cohort())


@pytest.fixture(scope="module")
def model(fitted):
    return fitted.model


# One finding


@pytest.mark.parametrize("cell", [None, "", "  ", math.nan])
@pytest.mark.parametrize("item", [EF, SEX, PATTERN], ids=lambda item: item.column)
def test_an_empty_cell_is_not_assessed(item, cell):
    assert math.isnan(item.read(cell))


@pytest.mark.parametrize(
    ("cell", "value"),
    [("yes", 1), ("No", 0), ("TRUE", 1), ("false", 0), (1.0, 1), (0, 0), (True, 1)],
)
def test_a_question_takes_yes_and_no_true_and_false_1_and_0(cell, value):
    assert PATTERN.read(cell) == value


@pytest.mark.parametrize("cell", [2.0, -1, 0.5, "ja", "oui", "y", "present", math.inf])
def test_a_question_takes_nothing_else(cell):
    with pytest.raises(CohortError, match="0 or 1, no or yes, false or true"):
        PATTERN.read(cell)


@pytest.mark.parametrize(
    ("cell", "value"), [("F", 0), ("m", 1), ("female", 0), ("Male", 1), (0.0, 0), (1, 1)]
)
def test_sex_is_a_letter_a_word_or_a_number(cell, value):
    assert SEX.read(cell) == value


def test_numbers_are_taken_within_their_limits():
    assert EF.read(55.0) == 55.0
    assert (EF.read(EF.low), EF.read(EF.high)) == (EF.low, EF.high)


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("LVEF_percent", 0.55, r"'0.55' in column 'LVEF_percent' .*a fraction: 55 %"),
        ("LVEF_percent", 130.0, r"'130' in column 'LVEF_percent' \(out of range\)"),
        ("LVEF_percent", "about 50", r"'about 50' .*text where a number belongs"),
        ("LVEF_percent", "yes", r"'yes' .*text where a number belongs"),
        ("CO_l_per_min", 4800.0, r"ml/min: 4.8 l/min"),
        ("LA_area_index_cm2_per_m2", 1300.0, r"mm²/m²: 13 cm²/m²"),
        ("BSA_m2", 18500.0, r"cm²: 1.85 m²"),
        ("age", 720.0, r"a number of months: 60 years"),
        ("age", -5.0, r"out of range"),
        ("age", math.inf, r"out of range"),
        ("sex", 2.0, r"'2' in column 'sex'; wanted Sex: F or M"),
    ],
)
def test_what_cannot_be_is_named_with_its_column_value_and_remedy(column, cell, told):
    with pytest.raises(CohortError, match=told) as caught:
        ITEM[column].read(cell)
    assert "not assessed" in str(caught.value)
    assert "correct the cell, or empty it" in str(caught.value)


# The twenty of the paper


def test_there_are_the_twenty_findings_each_with_a_definition_and_limits():
    assert len(ITEMS) == len(ITEM) == 20
    assert sum(item.kind == "yes/no" for item in ITEMS) == 5
    for item in ITEMS:
        assert item.low < item.high
        assert item.definition.endswith(".")
        assert bool(item.unit) == (item.kind == "number")
    assert "more than 5 contiguous segments" in PATTERN.definition
    assert "50 %" in ITEM["early_darkening"].definition


def test_columns_of_numbers_end_with_their_unit():
    endings = {"%": "percent", "ml/m²": "ml_per_m2", "g/m²": "g_per_m2", "cm²/m²": "cm2_per_m2"}
    endings |= {"l/min": "l_per_min", "m²": "m2", "years": "age"}
    for item in ITEMS:
        if item.kind == "number":
            assert item.column.endswith(endings[item.unit])


def test_the_findings_are_written_and_read_as_declared():
    assert from_json(to_json(Findings(ITEMS))) == Findings(ITEMS)


def test_what_is_measured_has_a_measurement():
    from CardioAILib.measurements import MEASUREMENTS

    assert set(MEASURED) < set(ITEM)
    assert set(MEASURED.values()) <= set(MEASUREMENTS)


def test_a_form_starts_with_entries_then_with_plausible_measurements():
    measurements = {"LV_EF_percent": 61.0, "LV_EDV_index_ml_per_m2": 75.5, "RV_EF_percent": 0.5}
    measurements["RV_SV_index_ml_per_m2"] = math.nan
    form = prefilled(measurements, {"age": 70.0, "LVEF_percent": 58.0, "pleural_effusion": "no"})
    assert form == {
        "age": 70.0,
        "LVEDVI_ml_per_m2": 75.5,
        "LVEF_percent": 58.0,
        "pleural_effusion": "no",
    }
    assert prefilled({}, {}) == {}


# Columns of an arm


def test_cells_become_columns_in_the_declared_order():
    table = FEW.table(rows((60.0, "M", 55.0, "yes"), (70.0, "F", None, 0.0)), {})
    np.testing.assert_array_equal(table, [[60, 1, 55, 1], [70, 0, np.nan, 0]])
    assert FEW.names({}) == ("age", "sex", "LVEF_percent", PATTERN.column)


def test_a_study_without_half_of_the_findings_cannot_be_judged():
    with pytest.raises(ArmUnavailable, match="no finding was given"):
        FEW.table(rows((60.0, "M", 55.0, "yes"), (None, None, "", None)), {})
    with pytest.raises(ArmUnavailable, match="1 of 4 findings of subject s1") as refused:
        FEW.table(rows((60.0, "M", 55.0, "yes"), (60.0, None, "", None)), {})
    assert "at least 2 of the columns age" in str(refused.value)


def test_half_of_the_findings_are_enough():
    table = FEW.table(rows((60.0, "M", None, None)), {})
    assert np.isfinite(table).sum() == 2


def test_an_implausible_cell_makes_the_arm_unavailable_and_names_whose_it_is():
    with pytest.raises(ArmUnavailable, match=r"'0\.6' in column 'LVEF_percent' .* of subject s0"):
        FEW.table(rows((60.0, "M", 0.6, "yes")), {})


def test_examples_without_the_cells_are_refused():
    with pytest.raises(InputError, match="without the table 'cell age'"):
        FEW.table(examples_of(["a"], [0]), {})


# The verbs


def test_a_check_names_each_implausible_cell_and_its_remedy():
    bad = cohort(4, LVEF_percent=0.55, age="old", **{PATTERN.column: 2.0})
    found, failures = check(SYSTEM, bad)
    assert failures == []
    *sound, last = found.values()
    assert not any(finding.check == "reader's findings" for own in sound for finding in own)
    told = [finding.message for finding in last if finding.check == "reader's findings"]
    assert len(told) == 3
    assert "'old' in column 'age' (text where a number belongs)" in told[0]
    assert "it looks like a fraction: 55 %" in told[1]
    assert f"'2' in column '{PATTERN.column}'" in told[2]
    assert all(message.endswith("correct the cell, or empty it") for message in told)
    assert last[-1].message == "the arm 'gbm' cannot learn from it: see the reader's findings"


def test_a_check_names_the_arms_that_training_refuses_a_study_for():
    found, failures = check(SYSTEM, cohort(4, **dict.fromkeys(FEW.columns[:3])))
    assert failures == []
    *sound, last = found.values()
    assert not any(finding.check == "arm" for own in sound for finding in own)
    (told,) = [finding.message for finding in last if finding.check == "arm"]
    assert told.startswith("the arm 'gbm' cannot learn from it: 1 of 4 findings of subject p03")
    assert told.endswith("fill in what was assessed, or take an arm that reads images alone")


def test_all_implausible_cells_are_told_once_in_prediction(model):
    result, _ = predict(model, patient(99, LVEF_percent="about 50", age="old"))
    told = "; ".join(finding.message for finding in result.findings)
    assert told.count("'about 50' in column 'LVEF_percent'") == 1
    assert told.count("'old' in column 'age'") == 1


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"LVEF_percent": 0.55}, "p23: .*'0.55' in column 'LVEF_percent'"),
        ({"age": "sixty"}, "p23: .*'sixty' in column 'age'"),
        (dict.fromkeys(FEW.columns), "p23: .*no finding was given"),
        (dict.fromkeys(FEW.columns[:3]), "p23: .*1 of 4 findings of the subject"),
    ],
    ids=["fraction", "text", "nothing", "little"],
)
def test_training_lists_the_rows_that_cannot_be_used(cells, told):
    with pytest.raises(CohortError, match=told):
        fit(SYSTEM, cohort(**cells))


def test_a_fit_is_not_taken_up_with_other_findings(tmp_path):
    run = Run(folder=tmp_path / "work")
    fit(SYSTEM, cohort(), arms=["gbm"], run=run)
    with pytest.raises(ResumeError, match="another examples"):
        fit(SYSTEM, cohort(LVEF_percent=20.0), arms=["gbm"], run=run)
    fit(SYSTEM, cohort(), arms=["gbm"], run=run)


def test_arms_that_need_no_findings_train_without_them():
    assert fit(SYSTEM, cohort(**dict.fromkeys(FEW.columns)), arms=["weight"]).model.members


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"LVEF_percent": 0.55}, "'0.55' in column 'LVEF_percent'"),
        ({PATTERN.column: "maybe"}, f"'maybe' in column '{PATTERN.column}'"),
        (dict.fromkeys(FEW.columns), "no finding was given"),
        (dict.fromkeys(FEW.columns[:3]), "1 of 4 findings of subject p99"),
    ],
    ids=["fraction", "word", "nothing", "little"],
)
def test_in_prediction_the_arm_is_silent_and_the_others_go_on(model, cells, told):
    result, _ = predict(model, patient(99, **cells))
    assert set(result.arms) == {"weight"}
    messages = [finding.message for finding in result.findings if finding.check == "arm"]
    assert any("the arm 'gbm' gave no result" in own and told in own for own in messages)


def test_a_finding_not_assessed_takes_the_median_and_is_named(model):
    result, _ = predict(model, patient(99, LVEF_percent=None))
    assert "gbm" in result.arms
    message = "the arm 'gbm' took the development median for LVEF_percent"
    assert message in [finding.message for finding in result.findings]


def test_a_result_tells_what_each_finding_adds(model):
    told = predict(model, patient(99))[0].arms["gbm"].contributions
    assert told[0].feature == PATTERN.column
    assert {own.feature for own in told} <= set(FEW.columns)


def test_a_saved_model_judges_the_same_and_its_card_tells_the_trees(model, tmp_path):
    save_model(model, tmp_path / "model")
    loaded = load_model(tmp_path / "model", device="cpu")
    before, after = (predict(own, patient(99))[0].arms["gbm"] for own in (model, loaded))
    assert before == after
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert "- Arm `gbm`, member 2: 10 trees of depth 1, learning rate 0.1" in card
    assert loaded.development["importance"]["gbm"][0]["feature"] == PATTERN.column


def test_the_importance_of_held_out_findings_is_told_largest_first(model):
    told = model.development["importance"]
    assert set(told) == {"weight", "gbm"}
    assert {own["feature"] for own in told["gbm"]} == set(FEW.columns)
    assert set(told["gbm"][0]) == {"feature", "mean", "low", "high"}
    means = [own["mean"] for own in told["gbm"]]
    assert means == sorted(means, reverse=True)
    assert told["gbm"][0]["feature"] == PATTERN.column
    assert told["gbm"][0]["low"] > 0


def test_importance_scores_each_study_by_the_member_that_never_saw_it(fitted):
    from CardioAILib.evaluate import roc_auc
    from CardioAILib.verbs.development import held_out_scores
    from CardioAILib.verbs.importance import importance_of

    pooled = held_out_scores(SYSTEM, fitted.examples, fitted.crossfit, "gbm")
    assert fitted.model.development["auc"]["gbm"] == roc_auc(pooled.labels, pooled.scores)
    found = importance_of(SYSTEM, "gbm", fitted.examples, fitted.crossfit)
    assert sum(own.mean for own in found) < roc_auc(pooled.labels, pooled.scores)
    assert [vars(own) for own in found] == fitted.model.development["importance"]["gbm"]


def test_the_documentation_lists_every_finding_as_it_is_declared():
    page = Path(__file__).parents[2] / "Resources" / "Documentation" / "findings.md"
    rows = [
        line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    told = [f"| `{i.column}` | {i.label} | {i.expected} | {i.definition} |" for i in ITEMS]
    assert rows == told
