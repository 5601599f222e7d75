"""The arm that joins the views: a regression over what their networks say."""

import json
import logging
import math
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
from CardioAILib.errors import CohortError, ModelError
from CardioAILib.examples import Examples
from CardioAILib.learning import Run, Stack
from CardioAILib.learning.joined import Joined, regression
from CardioAILib.learning.network import divided
from CardioAILib.learning.stack import FILE, SCORES, FittedStack, by_view, with_scores
from helpers_handmade import VIEWS, clips

LABELS = np.arange(40) % 2
ARMS = {"views": SimpleNamespace(parts=dict.fromkeys(VIEWS)), "combined": Stack("views")}


@dataclass
class Told:
    """What networks say, known beforehand: the brightness of a clip, and how often they said it."""

    asked: int = 0

    def predict(self, examples: Examples, fitted: object) -> np.ndarray:
        self.asked += 1
        return examples.images.mean(axis=(1, 2, 3)) / 255.0


def run_of(told: Told, **changes: object) -> Run:
    return Run(validation=0.5, arms=ARMS, fitted={"views": told}, **changes)


def joined(**changes: object) -> Joined:
    words = {
        "kind": "logistic",
        "views": VIEWS,
        "coefficients": (1.0, 2.0, -1.0),
        "intercept": -0.5,
        "studies": 9,
        "subjects": 8,
    }
    return Joined(**(words | changes))


# The regression


def test_a_whole_study_has_the_regression_and_another_the_mean_as_worked_by_hand():
    table = np.array([[0.5, 1.0, 0.0], [0.4, np.nan, 0.8], [np.nan, 0.7, np.nan]])
    # 0.5 + 2 - 0.5 = 2; then the means 0.6 and 0.7.
    told = joined().predict(table)
    np.testing.assert_allclose(told, [1 / (1 + math.exp(-2.0)), 0.6, 0.7])
    np.testing.assert_allclose(joined(kind="linear").predict(table), [2.0, 0.6, 0.7])


def test_without_penalty_the_linear_regression_is_that_of_least_squares():
    random = np.random.default_rng(0)
    table = random.normal(1000.0, [30.0, 5.0, 80.0], (50, 3))
    values = table @ [0.5, -0.2, 0.4] + 7.0 + random.normal(0, 3, 50)
    weights, intercept = regression(table, values, "linear", 0.0)
    wanted = np.linalg.lstsq(np.column_stack([table, np.ones(50)]), values, rcond=None)[0]
    np.testing.assert_allclose([*weights, intercept], wanted, rtol=1e-6)


def test_without_penalty_the_logistic_regression_is_that_of_greatest_likelihood():
    random = np.random.default_rng(1)
    table = random.uniform(0, 1, (200, 3))
    labels = (random.uniform(0, 1, 200) < 1 / (1 + np.exp(-(4 * table[:, 0] - 2)))).astype(int)
    weights, intercept = regression(table, labels, "logistic", 0.0)
    shares = 1 / (1 + np.exp(-(table @ weights + intercept)))
    # At the greatest likelihood the residuals are orthogonal to every column (McCullagh & Nelder).
    np.testing.assert_allclose(table.T @ (labels - shares), 0, atol=1e-3)
    assert (labels - shares).sum() == pytest.approx(0, abs=1e-3)


def test_the_penalty_is_on_scores_of_unit_deviation_as_worked_by_hand():
    # One view of deviation 2: least squares gives 3 for the scaled score, a weight of n = 4 beside
    # the penalty 4 halves it, and scaled back it is 0.75.
    table, values = np.array([[-2.0], [2.0], [-2.0], [2.0]]), np.array([-3.0, 3.0, -3.0, 3.0])
    weights, intercept = regression(table + 10.0, values + 1.0, "linear", 4.0)
    assert weights.tolist() == pytest.approx([0.75])
    assert intercept == pytest.approx(1.0 - 7.5)
    split = np.array([0, 1, 0, 1])
    steep, shallow = (regression(table, split, "logistic", own)[0][0] for own in (0.01, 1.0))
    assert steep > shallow > 0


def test_a_view_that_says_the_same_of_all_adds_nothing():
    table = np.column_stack([np.linspace(0, 1, 10), np.full(10, 0.5)])
    weights, _ = regression(table, np.arange(10) // 5, "logistic", 1.0)
    assert weights[1] == 0.0


# The arm


def test_it_is_fitted_on_the_subjects_that_chose_the_epochs_and_show_every_view():
    lacking = {"A2C": list(range(8)), "PLAX": [8]}
    examples, told = clips(LABELS, lacking=lacking, each=2), Told()
    fitted = ARMS["combined"].fit(examples, run_of(told))
    _, choose = divided(examples, run_of(told))
    whole = set(choose.subjects) - {f"s{study:03d}" for study in range(9)}
    assert 2 < len(whole) < 20
    assert (fitted.joined_.studies, fitted.joined_.subjects) == (len(whole), len(whole))
    assert fitted.joined_.kind == "logistic"
    assert fitted.joined_.views == VIEWS
    scores = fitted.predict(examples, {"views": told})
    assert scores[examples.labels == 1].min() > scores[examples.labels == 0].max()
    assert f"fitted on {len(whole)} studies" in fitted.told


def test_every_clip_has_the_score_of_its_study():
    examples, told = clips(LABELS, each=2), Told()
    scores = ARMS["combined"].fit(examples, run_of(told)).predict(examples, {"views": told})
    for study in np.unique(examples.subjects):
        assert len(set(scores[examples.subjects == study])) == 1
    # In another order of the examples each has the same.
    order = np.random.default_rng(0).permutation(len(examples))
    fitted = ARMS["combined"].fit(examples, run_of(told))
    np.testing.assert_allclose(fitted.predict(examples.take(order), {"views": told}), scores[order])


def test_values_are_joined_by_a_linear_regression():
    values = np.linspace(950.0, 1250.0, 40)
    examples, told = clips(values), Told()
    fitted = Stack("views", penalty=0.0).fit(examples, run_of(told))
    assert fitted.joined_.kind == "linear"
    assert np.abs(fitted.predict(examples, {"views": told}) - examples.labels).max() < 10.0


def test_scores_beside_the_examples_are_not_computed_again():
    examples, told = clips(LABELS), Told()
    fitted = ARMS["combined"].fit(examples, run_of(told))
    wanted = fitted.predict(examples, {"views": told})
    asked = told.asked
    beside = with_scores(examples, "views", told.predict(examples, {}))
    assert beside.tables[SCORES + "views"].shape == (len(examples), 1)
    np.testing.assert_array_equal(fitted.predict(beside, {}), wanted)
    assert told.asked == asked + 1


def test_several_clips_of_a_view_are_averaged():
    examples = clips(np.array([0, 1]), ("A4C", "A2C"), each=2)
    table = by_view(VIEWS, examples, np.arange(8.0))
    np.testing.assert_array_equal(table, [[0.5, 2.5, np.nan], [4.5, 6.5, np.nan]])


def test_it_tells_which_views_a_study_lacks():
    fitted = FittedStack(Stack("views"), joined())
    assert fitted.incomplete(clips(np.array([1]))) == ()
    assert fitted.incomplete(clips(np.array([1]), ("A2C",))) == ("A4C", "PLAX")


def test_doubtful_coefficients_are_told_of(caplog):
    with caplog.at_level(logging.WARNING):
        ARMS["combined"].require(clips(LABELS), run_of(Told()))
    assert "20 studies that choose the epoch show all of A4C, A2C, PLAX" in caplog.text
    assert "doubtful" in caplog.text


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [(LABELS, "both of two classes"), (np.linspace(1.0, 2.0, 40), "two different values")],
    ids=["classes", "values"],
)
def test_too_few_whole_studies_are_refused(labels, wanted):
    lacking = {"A2C": list(range(40))}
    with pytest.raises(CohortError, match=f"0 studies that show all.*{wanted}.*'views' alone"):
        ARMS["combined"].require(clips(labels, lacking=lacking), run_of(Told()))


# On disk


def test_a_saved_regression_says_the_same(tmp_path):
    examples, told = clips(LABELS), Told()
    fitted = ARMS["combined"].fit(examples, run_of(told))
    fitted.save(tmp_path / "combined")
    again = ARMS["combined"].load(tmp_path / "combined")
    assert again.joined_ == fitted.joined_
    wanted = fitted.predict(examples, {"views": told})
    np.testing.assert_array_equal(again.predict(examples, {"views": told}), wanted)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ({"coefficients": [1.0, 2.0]}, "a logistic regression of 3 views"),
        ({"kind": "cubic"}, "a cubic regression"),
        ({"intercept": float("nan")}, "not finite"),
        ({"intercept": "1"}, "not finite"),
        ({"views": "A4C"}, "without views"),
        ({"more": 1}, "without a regression"),
    ],
    ids=str,
)
def test_a_file_of_anything_else_is_refused(tmp_path, damage, told):
    FittedStack(Stack("views"), joined()).save(tmp_path)
    stored = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    (tmp_path / FILE).write_text(json.dumps(stored | damage), encoding="utf-8")
    with pytest.raises(ModelError, match=told):
        Stack("views").load(tmp_path)


def test_a_subject_without_a_class_in_the_held_out_part_does_not_matter():
    examples, told = clips(LABELS), Told()
    held = examples.of_subjects(np.array(["s000", "s001", "s002"]))
    fitted = ARMS["combined"].fit(examples, replace(run_of(told), held_out=held))
    assert fitted.joined_.studies == 3
