import json
import math
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.errors import CohortError
from CardioAILib.examples import Examples
from CardioAILib.learning import L1Logistic, LassoTop, Radiomics, Run, Tabular
from CardioAILib.learning.scaling import development_range, scale
from CardioAILib.learning.splits import folds_by_subject
from CardioAILib.radiomics import SOUND
from helpers_learning import examples_of
from sklearn.feature_selection import SelectFromModel
from sklearn.linear_model import LassoCV, LogisticRegression

SHAPE = Radiomics("shape", SOUND)
FEATURES = len(SHAPE.names({}))


def sample(seed: int = 0, subjects: int = 24) -> Examples:
    """Examples whose label moves three of many features, on scales of 0.001 to 1000."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(subjects) % 2, 3)
    names = np.repeat([f"s{index:02d}" for index in range(subjects)], 3)
    table = random.normal(size=(len(labels), FEATURES))
    table[:, [3, 11, 40]] += 1.5 * labels[:, None]
    table *= 10.0 ** random.uniform(-3, 3, FEATURES)
    return examples_of(names, labels, tables={"shape": table})


def with_column(examples: Examples, column: int, values: np.ndarray | float) -> Examples:
    table = examples.tables["shape"].copy()
    table[:, column] = values
    return examples.with_table("shape", table)


def arm(count: int | None = 10, c: float = 1.0, *, by_subject: bool = True) -> Tabular:
    select = None if count is None else LassoTop(count, by_subject=by_subject)
    return Tabular((SHAPE,), L1Logistic(c), select)


def explicit(learn: Examples, new: Examples, count: int, *, by_subject: bool) -> np.ndarray:
    """The same arm written down with scikit-learn's own parts."""
    table = learn.tables["shape"]
    low, span = table.min(axis=0), np.ptp(table, axis=0) + 1e-6
    scaled = (table - low) / span
    folds = 5
    if by_subject:
        rows = np.arange(len(learn))
        folds = [
            (rows[np.isin(learn.subjects, a)], rows[np.isin(learn.subjects, b)])
            for a, b in folds_by_subject(learn.subjects, learn.labels, 5, 2021)
        ]
    lasso = LassoCV(cv=folds, random_state=2021).fit(scaled, learn.labels)
    chosen = SelectFromModel(lasso, prefit=True, threshold=-np.inf, max_features=count)
    model = LogisticRegression(
        l1_ratio=1, C=1.0, solver="liblinear", class_weight="balanced", random_state=7
    ).fit(chosen.transform(scaled), learn.labels)
    ready = chosen.transform((new.tables["shape"] - low) / span)
    return model.predict_proba(ready)[:, 1]


@pytest.mark.parametrize("by_subject", [True, False])
@pytest.mark.parametrize("count", [5, 10])
def test_predictions_equal_an_explicit_pipeline(count: int, by_subject: bool):
    learn, new = sample(0), sample(1)
    fitted = arm(count, by_subject=by_subject).fit(learn, Run(seed=7))
    expected = explicit(learn, new, count, by_subject=by_subject)
    np.testing.assert_allclose(fitted.predict(new, {}), expected, rtol=0, atol=1e-12)
    assert len(fitted.columns_) == count


def test_the_features_that_move_with_the_label_are_among_those_kept():
    fitted = arm(10).fit(sample(), Run())
    names = SHAPE.names({})
    kept = {column.name for column in fitted.columns_}
    assert {names[index] for index in (3, 11, 40)} <= kept
    assert all(names[column.index] == column.name for column in fitted.columns_)


def test_without_a_selection_every_feature_is_kept():
    assert len(arm(None).fit(sample(), Run()).columns_) == FEATURES


def test_a_strong_penalty_sets_weights_to_exactly_zero():
    # A squared penalty only shrinks them.
    examples = sample()
    weights = arm(10, c=0.3).fit(examples, Run()).weights_.values()
    assert any(weight == 0.0 for weight in weights)
    assert any(weight != 0.0 for weight in weights)
    table = arm(10).fit(examples, Run()).weights_.values()
    assert sum(weight == 0 for weight in weights) > sum(weight == 0 for weight in table)


def test_rare_positives_weigh_as_much_as_frequent_negatives():
    # One feature that says nothing: a balanced intercept predicts a half, not the share.
    labels = np.repeat([0, 0, 0, 0, 1], 6)
    names = [f"s{index:02d}" for index in range(30)]
    examples = examples_of(names, labels, tables={"shape": np.zeros((30, FEATURES))})
    predicted = arm(None).fit(examples, Run()).predict(examples, {})
    np.testing.assert_allclose(predicted, 0.5, atol=0.02)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_counts_as_the_development_median(value: float):
    learn, new = sample(0), sample(1)
    median = float(np.median(learn.tables["shape"][:, 11]))
    fitted = arm(10).fit(learn, Run())
    assert 11 in {column.index for column in fitted.columns_}
    holed, filled = with_column(new, 11, value), with_column(new, 11, median)
    assert np.array_equal(fitted.predict(holed, {}), fitted.predict(filled, {}))


def test_holes_in_development_are_filled_before_anything_is_learned():
    learn = sample(0)
    column = learn.tables["shape"][:, 11].copy()
    column[[2, 30]] = np.nan, np.inf
    finite = column[np.isfinite(column)]
    filled = np.where(np.isfinite(column), column, np.median(finite))
    one = arm(10).fit(with_column(learn, 11, column), Run())
    other = arm(10).fit(with_column(learn, 11, filled), Run())
    new = sample(1)
    assert np.array_equal(one.predict(new, {}), other.predict(new, {}))


@pytest.mark.parametrize("constant", [0.0, 7.0, -1e6, np.nan, np.inf])
def test_a_feature_constant_in_development_says_nothing(constant: float):
    learn, new = with_column(sample(0), 5, constant), sample(1)
    for count in (10, None):
        fitted = arm(count).fit(learn, Run())
        assert fitted.weights_.get(SHAPE.names({})[5], 0.0) == 0.0
        first = fitted.predict(new, {})
        assert np.isfinite(first).all()
        assert np.array_equal(first, fitted.predict(with_column(new, 5, 1e5), {}))


def test_the_range_of_a_column_as_worked_by_hand():
    table = np.array([[1.0, np.nan], [4.0, np.inf], [np.nan, np.nan], [2.0, np.nan]])
    fill, low, span = development_range(table)
    assert fill.tolist() == [2.0, 0.0]
    assert low.tolist() == [1.0, 0.0]
    assert span.tolist() == pytest.approx([3 + 1e-6, 1e-6])
    assert scale(table, fill, low, span)[:, 0] == pytest.approx([0, 1, 1 / 3, 1 / 3], abs=1e-6)
    assert not scale(table, fill, low, span)[:, 1].any()


def test_development_values_are_scaled_into_0_to_1():
    table = sample().tables["shape"]
    scaled = scale(table, *development_range(table))
    assert scaled.min() == 0.0
    assert scaled.max() <= 1.0


def test_a_far_value_gives_a_certain_probability_without_overflow():
    learn = sample()
    fitted = arm(10).fit(learn, Run())
    with np.errstate(all="raise"):
        for value in (-1e12, 1e12):
            predicted = fitted.predict(with_column(learn, 11, value), {})
            assert ((predicted >= 0) & (predicted <= 1)).all()


def test_a_saved_classifier_predicts_bit_for_bit_the_same(tmp_path):
    fitted = arm(10).fit(sample(0), Run())
    fitted.save(tmp_path / "arm")
    again = arm(10).load(tmp_path / "arm")
    new = sample(1)
    assert np.array_equal(fitted.predict(new, {}), again.predict(new, {}))
    assert again.columns_ == fitted.columns_


def test_the_file_holds_only_names_and_numbers(tmp_path):
    arm(10).fit(sample(), Run()).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["classifier.json"]
    stored = json.loads((tmp_path / "classifier.json").read_text(encoding="utf-8"))
    assert set(stored) == {"intercept", "columns"}
    assert math.isfinite(stored["intercept"])
    names = set(SHAPE.names({}))
    for column in stored["columns"]:
        assert set(column) == {"name", "index", "fill", "low", "span", "weight"}
        assert column.pop("name") in names
        assert all(isinstance(value, int | float) for value in column.values())
        assert all(math.isfinite(value) for value in column.values())


def test_the_same_seed_gives_the_same_classifier():
    one, other = (arm(10).fit(sample(), Run(seed=3)) for _ in range(2))
    assert one.columns_ == other.columns_
    assert one.weights_ == other.weights_
    assert one.classifier_.intercept == other.classifier_.intercept


def test_subjects_that_cannot_be_divided_are_refused():
    few = sample(subjects=6)
    with pytest.raises(CohortError, match="3 of class 0, 3 of class 1"):
        arm(10).fit(few, Run())


def test_of_examples_in_two_phases_the_declared_one_is_measured():
    random = np.random.default_rng(0)
    images = random.random((2, 2, 16, 16), np.float32)
    masks = np.zeros(images.shape, bool)
    masks[..., 4:12, 4:12] = True
    both = replace(examples_of(["a", "b"], [0, 1], images), masks=masks)
    gray = replace(SOUND, classes=("firstorder",), image_types=("original",))
    for frame in (0, 1):
        single = replace(both, images=images[:, frame], masks=masks[:, frame])
        expected = Radiomics("one", gray).table(single, {})
        found = Radiomics("one", gray, frame=frame).table(both, {})
        assert np.array_equal(found, expected)
    assert not np.array_equal(Radiomics("one", gray).table(both, {}), found)


def test_a_file_of_an_earlier_version_predicts_what_its_numbers_say(tmp_path):
    # Written by hand in the layout of format 1: a weight in each column, the intercept beside.
    names = SHAPE.names({})
    first = {"name": names[3], "index": 3, "fill": 0.5, "low": -1.0, "span": 2.0, "weight": 1.5}
    second = {"name": names[11], "index": 11, "fill": 0.0, "low": 0.0, "span": 4.0, "icc": 0.9}
    stored = {"intercept": -0.25, "columns": [first, {**second, "weight": -2.0}]}
    (tmp_path / "classifier.json").write_text(json.dumps(stored), encoding="utf-8")
    fitted = arm(2).load(tmp_path)
    new = with_column(with_column(sample(1), 3, 2.0), 11, np.nan)
    # The missing second value takes 0: 1.5 * (2 + 1) / 2 - 0.25 = 2.
    np.testing.assert_allclose(fitted.predict(new, {}), 1 / (1 + math.exp(-2.0)), rtol=1e-15)
    assert [column.icc for column in fitted.columns_] == [None, 0.9]
    fitted.save(tmp_path / "again")
    assert json.loads((tmp_path / "again" / "classifier.json").read_text("utf-8")) == stored
