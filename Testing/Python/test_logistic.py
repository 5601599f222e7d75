import json
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.codec import from_json, to_json
from CardioAILib.errors import ArmUnavailable, CohortError, InputError
from CardioAILib.examples import Examples
from CardioAILib.learning import (
    Facts,
    L1Logistic,
    LassoTop,
    Logistic,
    Measurements,
    Run,
    Tabular,
)
from CardioAILib.learning.logistic import Development
from CardioAILib.learning.measured import FACT, MEASURED, READ_AGAIN, WHOLE
from CardioAILib.learning.scaling import development_spread, scale
from CardioAILib.measurements import MEASUREMENTS
from helpers_learning import examples_of
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

NAMES = (
    "LV_EDV_index_ml_per_m2",
    "LV_EF_percent",
    "wall_thickness_ED_max_mm",
    "RV_EF_percent",
)
ARM = Tabular((Measurements(NAMES),), Logistic((1.0,)))
CENTERS = np.array([[70, 60, 10, 55], [70, 68, 20, 58], [150, 20, 9, 30]], float)
SPREADS = np.array([15, 6, 1.5, 8])


def hearts(each: int = 8, seed: int = 0, slices: int = 1) -> Examples:
    """Three classes of hearts: normal, thick, and wide; few other measurements are known."""
    random = np.random.default_rng(seed)
    labels = np.repeat([0, 1, 2], each)
    values = CENTERS[labels] + SPREADS * random.normal(size=(len(labels), 4))
    table = np.full((len(labels), len(MEASUREMENTS)), np.nan)
    table[:, [MEASUREMENTS.index(name) for name in WHOLE]] = 100.0
    table[:, [MEASUREMENTS.index(name) for name in NAMES]] = values
    names = np.array([f"s{index:02d}" for index in range(len(labels))])
    rows = np.repeat(np.arange(len(labels)), slices)
    return examples_of(names[rows], labels[rows], tables={MEASURED: table[rows]})


def values_of(examples: Examples) -> np.ndarray:
    return examples.tables[MEASURED][:, [MEASUREMENTS.index(name) for name in NAMES]]


def with_value(examples: Examples, name: str, value: float) -> Examples:
    table = examples.tables[MEASURED].copy()
    table[:, MEASUREMENTS.index(name)] = value
    return examples.with_table(MEASURED, table)


def test_probabilities_equal_those_of_scikit_learn():
    learn, new = hearts(), hearts(seed=1)
    scaler = StandardScaler().fit(values_of(learn))
    model = LogisticRegression(C=1.0, max_iter=10_000)
    model.fit(scaler.transform(values_of(learn)), learn.labels)
    expected = model.predict_proba(scaler.transform(values_of(new)))
    found = ARM.fit(learn, Run()).predict(new, {})
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert (found.argmax(axis=1) == new.labels).mean() > 0.9


def test_two_classes_give_the_probability_of_the_second():
    two = hearts().take(hearts().labels < 2)
    found = ARM.fit(two, Run()).predict(two, {})
    assert found.shape == (16,)
    assert ((found > 0.5) == (two.labels == 1)).all()


def test_the_penalty_with_the_smallest_inner_loss_is_chosen():
    learn = hearts(20)
    shuffled = np.random.default_rng(0).permutation(learn.labels)
    candidates = Logistic((1e-4, 1.0))
    table = scale(values_of(learn), *development_spread(values_of(learn)))
    clear = Development(table, learn.labels, learn.subjects, 0)
    assert candidates.chosen(clear) == 1.0
    assert candidates.chosen(replace(clear, labels=shuffled)) == 1e-4


def test_inner_folds_never_divide_a_subject():
    # Each subject's twin row carries its label in plain sight: seen across folds, a weak penalty
    # would look best.
    random = np.random.default_rng(0)
    code = random.normal(size=(30, 200))
    subjects = np.repeat([f"s{index:02d}" for index in range(30)], 2)
    labels = np.repeat(random.permutation(np.repeat([0, 1, 2], 10)), 2)
    twins = Development(np.repeat(code, 2, axis=0), labels, subjects, 0)
    assert Logistic((1e-4, 0.1)).chosen(twins) == 1e-4
    strangers = replace(twins, subjects=np.array([f"r{index:02d}" for index in range(60)]))
    assert Logistic((1e-4, 0.1)).chosen(strangers) == 0.1


def test_fewer_subjects_than_inner_folds_shorten_the_choice_not_the_fit():
    assert Tabular((Measurements(NAMES),), Logistic()).fit(hearts(3), Run()).columns_


def test_a_class_without_a_single_example_is_refused():
    broken = hearts().take(hearts().labels != 1)
    with pytest.raises(CohortError, match="8 of class 0, 0 of class 1, 8 of class 2"):
        ARM.fit(broken, Run())


@pytest.mark.parametrize(
    ("arm", "advice"),
    [
        (replace(ARM, classify=L1Logistic()), "declare Logistic"),
        (replace(ARM, select=LassoTop(2)), "without a selection"),
    ],
)
def test_what_is_made_for_two_classes_says_so(arm: Tabular, advice: str):
    with pytest.raises(CohortError, match=advice):
        arm.fit(hearts(), Run())


def test_a_classifier_of_several_classes_is_read_back_bit_for_bit(tmp_path):
    fitted, new = ARM.fit(hearts(), Run()), hearts(seed=1)
    fitted.save(tmp_path)
    again = ARM.load(tmp_path)
    assert np.array_equal(fitted.predict(new, {}), again.predict(new, {}))
    assert again.columns_ == fitted.columns_
    stored = json.loads((tmp_path / "classifier.json").read_text(encoding="utf-8"))
    assert all(len(column["weight"]) == 3 for column in stored["columns"])
    assert len(stored["intercept"]) == 3


def test_declarations_survive_json():
    whole = replace(ARM, features=(Measurements(NAMES), Facts(("age",))), unit="study")
    assert from_json(to_json(whole)) == whole
    assert "unit" not in to_json(ARM)


# What a case's features say


def test_contributions_add_up_to_the_difference_of_logits_from_a_typical_case():
    fitted = ARM.fit(hearts(), Run())
    one = hearts(seed=1).take(np.array([20]))
    typical = one
    for column in fitted.columns_:
        typical = with_value(typical, column.name, column.fill)

    def centered(examples: Examples) -> np.ndarray:
        logits = np.log(fitted.predict(examples, {})[0])
        return logits - logits.mean()

    for klass in range(3):
        told = fitted.contributions(one, klass)
        difference = (centered(one) - centered(typical))[klass]
        assert sum(c.evidence for c in told) == pytest.approx(difference, abs=1e-9)


def test_the_strongest_contribution_of_a_thick_heart_is_its_wall():
    fitted, new = ARM.fit(hearts(), Run()), hearts(seed=1)
    thick = new.take(np.flatnonzero(new.labels == 1)[:1])
    first, *rest = fitted.contributions(thick, 1)
    assert first.feature == "wall_thickness_ED_max_mm"
    assert first.value == values_of(thick)[0, 2]
    assert first.evidence > 0
    assert all(abs(first.evidence) >= abs(other.evidence) for other in rest)
    assert len(fitted.contributions(thick, 1, most=2)) == 2


def test_of_two_classes_evidence_for_one_is_evidence_against_the_other():
    two = hearts().take(hearts().labels < 2)
    fitted, one = ARM.fit(two, Run()), two.take(np.array([9]))
    yes, no = fitted.contributions(one, 1), fitted.contributions(one, 0)
    assert [c.evidence for c in yes] == [-c.evidence for c in no]
    assert yes[0].evidence > 0


def test_what_could_not_be_measured_is_named_and_says_nothing():
    fitted = ARM.fit(hearts(), Run())
    one = with_value(hearts(seed=1).take(np.array([3])), "RV_EF_percent", np.nan)
    told = {c.feature: c for c in fitted.contributions(one, 0)}
    assert told["RV_EF_percent"].value is None
    assert told["RV_EF_percent"].evidence == 0.0
    assert fitted.filled(one) == ("RV_EF_percent",)
    median = with_value(one, "RV_EF_percent", fitted.columns_[3].fill)
    assert np.array_equal(fitted.predict(one, {}), fitted.predict(median, {}))


# Studies of several examples


def test_a_study_counts_once_however_many_slices_it_shows():
    by_study = replace(ARM, unit="study")
    few, many = hearts(slices=1), hearts(slices=4)
    one, other = by_study.fit(few, Run()), by_study.fit(many, Run())
    assert one.weights_ == other.weights_
    found = other.predict(many, {})
    np.testing.assert_array_equal(found[::4], one.predict(few, {}))
    np.testing.assert_array_equal(found[::4], found[3::4])


def test_a_study_has_the_mean_of_its_slices():
    by_study = replace(ARM, unit="study").fit(hearts(), Run())
    pair = hearts(seed=1, slices=2).take(np.array([0, 1]))
    table = pair.tables[MEASURED].copy()
    column = MEASUREMENTS.index("LV_EF_percent")
    table[:, column] = 50.0, 60.0
    spread = by_study.predict(pair.with_table(MEASURED, table), {})
    table[:, column] = 55.0
    np.testing.assert_array_equal(spread, by_study.predict(pair.with_table(MEASURED, table), {}))
    table[:, column] = 55.0, np.nan
    np.testing.assert_array_equal(spread, by_study.predict(pair.with_table(MEASURED, table), {}))


# Where columns come from


def test_an_unmeasured_study_makes_the_arm_unavailable():
    fitted = ARM.fit(hearts(), Run())
    blank = hearts(seed=1)
    blank.tables[MEASURED][5] = np.nan
    with pytest.raises(ArmUnavailable, match="0 of 4 measurements of subject s05") as refused:
        fitted.predict(blank, {})
    assert "the short axis, whichever view is judged" in refused.value.wanted
    assert "DICOM" in refused.value.fix


def test_medians_never_stand_for_half_of_the_measurements():
    fitted = ARM.fit(hearts(), Run())
    three = with_value(hearts(seed=1), NAMES[0], np.nan)
    assert fitted.predict(three, {}).shape == (24, 3)
    with pytest.raises(ArmUnavailable, match="2 of 4 measurements"):
        fitted.predict(with_value(three, NAMES[1], np.nan), {})


@pytest.mark.parametrize("name", WHOLE)
def test_medians_never_stand_for_a_phase_a_cavity_or_a_wall(name):
    fitted = ARM.fit(hearts(), Run())
    with pytest.raises(ArmUnavailable, match=f"of subject s00, without {name}"):
        fitted.predict(with_value(hearts(seed=1), name, np.nan), {})


def test_swapped_phases_make_the_arm_unavailable():
    fitted = ARM.fit(hearts(), Run())
    with pytest.raises(ArmUnavailable, match="an ejection fraction of -40 % of subject s00"):
        fitted.predict(with_value(hearts(seed=1), "LV_EF_percent", -40.0), {})


def test_a_measurement_that_nobody_makes_is_refused():
    with pytest.raises(InputError, match="shoe_size_mm"):
        replace(ARM, features=(Measurements(("shoe_size_mm",)),)).fit(hearts(), Run())


def test_examples_without_the_table_are_refused():
    with pytest.raises(InputError, match="without the table 'measurements'"):
        ARM.fit(examples_of(["a", "b"], [0, 1]), Run())


def test_facts_are_columns_too():
    learn = hearts()
    age = np.where(learn.labels == 2, 70.0, 40.0)[:, None]
    arm = replace(ARM, features=(Facts(("age",)),))
    fitted = arm.fit(learn.with_table(f"{FACT}age", age), Run())
    assert [column.name for column in fitted.columns_] == ["age"]
    with pytest.raises(InputError, match="'fact age'"):
        fitted.predict(learn, {})


def test_a_constant_column_is_centered_and_says_nothing():
    constant = with_value(hearts(), "RV_EF_percent", 55.0)
    fitted = ARM.fit(constant, Run())
    first = fitted.predict(constant, {})
    np.testing.assert_allclose(first, fitted.predict(with_value(constant, NAMES[3], 56.0), {}))


# Further readings of the segmentations

TWICE = replace(ARM, features=(Measurements(NAMES, readings=("outward",)),))


def read_twice(examples: Examples, shift: float) -> Examples:
    """The examples with a further reading in which every measurement is larger by `shift`."""
    return examples.with_table(f"{READ_AGAIN}outward", examples.tables[MEASURED] + shift)


def test_a_second_reading_that_says_the_same_changes_only_the_weight_of_the_penalty():
    learn, new = read_twice(hearts(), 0.0), read_twice(hearts(seed=1), 0.0)
    twice = TWICE.fit(learn, Run()).predict(new, {})
    stronger = replace(ARM, classify=Logistic((2.0,))).fit(hearts(), Run()).predict(new, {})
    np.testing.assert_allclose(twice, stronger, atol=1e-4)


@pytest.mark.parametrize("unit", ["example", "study"])
def test_the_prediction_is_the_mean_over_readings(unit: str):
    fitted = replace(TWICE, unit=unit).fit(read_twice(hearts(), 1.0), Run())
    new = hearts(seed=1)
    one, other = new, new.with_table(MEASURED, new.tables[MEASURED] + 3.0)
    same = [fitted.predict(read_twice(part, 0.0), {}) for part in (one, other)]
    np.testing.assert_allclose(fitted.predict(read_twice(new, 3.0), {}), np.mean(same, axis=0))


def test_evidence_is_the_mean_over_readings_and_values_are_those_first_read():
    fitted = TWICE.fit(read_twice(hearts(), 1.0), Run())
    one = hearts(seed=1).take(np.array([2]))
    other = one.with_table(MEASURED, one.tables[MEASURED] + 3.0)
    told = {c.feature: c for c in fitted.contributions(read_twice(one, 3.0), 1)}
    apart = [
        {c.feature: c.evidence for c in fitted.contributions(read_twice(part, 0.0), 1)}
        for part in (one, other)
    ]
    for name, column in zip(NAMES, values_of(one)[0], strict=True):
        assert told[name].value == column
        assert told[name].evidence == pytest.approx((apart[0][name] + apart[1][name]) / 2)


def test_a_reading_that_was_not_made_is_refused():
    with pytest.raises(InputError, match="'measurements, outward'"):
        TWICE.fit(hearts(), Run())
