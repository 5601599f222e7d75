import json
import math
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from CardioAILib.codec import from_json, to_json
from CardioAILib.errors import CohortError, InputError, ModelError
from CardioAILib.examples import Examples
from CardioAILib.learning import Facts, GradientBoosting, Run, Tabular
from CardioAILib.learning.boosted import Boosted
from CardioAILib.learning.boosting import best_candidate, inner_folds
from CardioAILib.learning.logistic import Development
from CardioAILib.learning.measured import FACT
from CardioAILib.learning.shapley import expected, expected_value, shapley_values
from CardioAILib.learning.trees import LEAF, Tree
from helpers_learning import examples_of
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score

NAMES = ("age", "mass", "pattern", "darkening", "effusion")
SMALL = GradientBoosting(trees=(10, 20), depths=(1, 2), rates=(0.1,), leaves=(1, 2), folds=3)
ONE = GradientBoosting(trees=(40,), depths=(2,), rates=(0.1,), leaves=(2,), folds=2)
ARM = Tabular((Facts(NAMES),), ONE, unit="study")


def patients(count: int = 60, seed: int = 0, *, told: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Two numbers and three answers a patient; the pattern tells most, then the darkening."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    odds = np.where(labels, 0.8, 0.15) if told else np.full(count, 0.5)
    table = np.column_stack(
        [
            random.normal(60, 12, count),
            random.normal(70 + 15 * labels * told, 15),
            random.random(count) < odds,
            random.random(count) < (odds + 0.5) / 2,
            random.random(count) < 0.3,
        ]
    )
    return table.astype(float), labels


def development(count: int = 60, seed: int = 0, each: int = 1) -> Development:
    table, labels = patients(count, seed)
    names = np.repeat([f"s{index:02d}" for index in range(count)], each)
    return Development(np.repeat(table, each, axis=0), np.repeat(labels, each), names, 7)


def examples(table: np.ndarray, labels: np.ndarray) -> Examples:
    tables = {FACT + name: table[:, [index]] for index, name in enumerate(NAMES)}
    return examples_of([f"s{index:02d}" for index in range(len(labels))], labels, tables=tables)


@pytest.fixture(scope="module")
def fitted():
    return ARM.fit(examples(*patients()), Run(seed=7))


@pytest.fixture
def stump() -> Tree:
    """Yes (feature 1 above 0.5): 3 of 4 rows at 2.0; no: 1 row at -2.0."""
    return tree(
        [1, LEAF, LEAF], [0.5, 0, 0], [1, LEAF, LEAF], [2, LEAF, LEAF], [0, -2, 2], [4, 1, 3]
    )


def tree(feature, threshold, left, right, value, rows) -> Tree:
    reals = (np.array(own, float) for own in (threshold, value, rows))
    threshold, value, rows = reals
    return Tree(np.array(feature), threshold, np.array(left), np.array(right), value, rows)


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_probabilities_equal_those_of_scikit_learn(depth: int):
    learn, seed = development(), 7
    ours = replace(ONE, depths=(depth,)).fit(learn)
    theirs = GradientBoostingClassifier(
        n_estimators=40, max_depth=depth, learning_rate=0.1, min_samples_leaf=2, random_state=seed
    ).fit(learn.scaled, learn.labels)
    new = np.vstack([patients(200, seed=1)[0], learn.scaled])
    expected = theirs.predict_proba(new)[:, 1]
    np.testing.assert_allclose(ours.predict(new), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.log_odds(new), theirs.decision_function(new), atol=1e-12)


def test_a_value_on_the_edge_of_a_question_goes_the_way_it_went_in_training(fitted):
    # Thresholds are compared in single precision: 0.1 as a double lies below 0.1 as a float.
    edge = tree([0, LEAF, LEAF], [0.1, 0, 0], [1, -1, -1], [2, -1, -1], [0, -1, 1], [2, 1, 1])
    assert edge.predict(np.array([[0.1], [0.0999999]])).tolist() == [1.0, -1.0]


def test_the_search_takes_the_candidate_of_largest_inner_auc():
    learn = development()
    found = SMALL.fit(learn)
    means = {}
    for depth in SMALL.depths:
        for leaf in SMALL.leaves:
            for trees in SMALL.trees:
                model = GradientBoostingClassifier(
                    n_estimators=trees,
                    max_depth=depth,
                    min_samples_leaf=leaf,
                    learning_rate=0.1,
                    random_state=7,
                )
                means[depth, leaf, trees] = np.mean(
                    [
                        roc_auc_score(
                            learn.labels[hold],
                            model.fit(learn.scaled[own], learn.labels[own]).predict_proba(
                                learn.scaled[hold]
                            )[:, 1],
                        )
                        for own, hold in inner_folds(learn, 3)
                    ]
                )
    best = max(means, key=means.get)
    chosen = found.chosen
    found_best = chosen["max_depth"], chosen["min_samples_leaf"], chosen["n_estimators"]
    assert means[found_best] == pytest.approx(means[best])
    assert found.inner_auc == pytest.approx(means[best])
    assert len(found.trees) == chosen["n_estimators"]
    assert "in inner folds" in found.told


def test_of_equally_good_candidates_the_one_of_least_log_loss_is_taken():
    results = {
        "mean_test_auc": np.array([0.9, 1.0, 1.0, 1.0]),
        "mean_test_loss": np.array([-0.1, -0.6, -0.3, -0.4]),
    }
    assert best_candidate(results) == 2
    rows = np.arange(40)
    rare = Development(
        (rows < 10)[:, np.newaxis].astype(float), (rows < 10).astype(int), rows.astype(str), 0
    )
    scores = GradientBoosting(folds=2).fit(rare).log_odds(rare.scaled)
    assert (scores[:10] > 0).all()
    assert (scores[10:] < 0).all()


def test_the_declared_grid_is_the_published_one():
    grid = GradientBoosting().grid
    assert math.prod(len(values) for values in grid.values()) == 48
    assert max(grid["n_estimators"]) == 40
    assert max(grid["max_depth"]) == max(grid["min_samples_leaf"]) == 2
    assert max(grid["learning_rate"]) == 0.1
    assert from_json(to_json(GradientBoosting())) == GradientBoosting()


def test_inner_folds_never_divide_a_subject():
    learn = development(20, each=3)
    for own, hold in inner_folds(learn, 5):
        assert not set(learn.subjects[own]) & set(learn.subjects[hold])
        assert set(learn.labels[hold]) == {0, 1}


def test_few_subjects_make_fewer_inner_folds_and_one_of_a_class_is_refused():
    assert len(inner_folds(development(6), 5)) == 3
    labels = np.array([0, 0, 0, 1])
    alone = Development(np.zeros((4, 1)), labels, np.array(list("abcd")), 0)
    with pytest.raises(CohortError, match="too few subjects"):
        ONE.fit(alone)


def test_contributions_of_a_stump_as_worked_by_hand(stump):
    # Mean over the development rows: (3 * 2 - 2) / 4 = 1.
    assert expected_value(stump) == 1.0
    assert shapley_values(stump, np.array([9.0, 1.0])).tolist() == [0.0, 1.0]
    assert shapley_values(stump, np.array([9.0, 0.0])).tolist() == [0.0, -3.0]


def test_two_features_that_tell_only_together_share_the_credit():
    both = tree(
        [0, LEAF, 1, LEAF, LEAF],
        [0.5, 0, 0.5, 0, 0],
        [1, LEAF, 3, LEAF, LEAF],
        [2, LEAF, 4, LEAF, LEAF],
        [0, 0, 0, 0, 8],
        [4, 2, 2, 1, 1],
    )
    # Mean 2; with one known alone 4 (feature 0) or 4 (feature 1); with both 8.
    assert expected_value(both) == 2.0
    assert shapley_values(both, np.array([1.0, 1.0])).tolist() == [3.0, 3.0]


def test_contributions_are_means_over_every_order_of_the_features(fitted):
    row = patients(1, seed=5)[0][0].astype(np.float32)
    for own in fitted.classifier_.trees[:5]:
        asked = sorted(set(own.feature[own.feature != LEAF].tolist()))
        orders = list(permutations(asked))
        by_hand = np.zeros(len(NAMES))
        for order in orders:
            for place, feature in enumerate(order):
                before = frozenset(order[:place])
                gain = expected(own, row, before | {feature}) - expected(own, row, before)
                by_hand[feature] += gain / len(orders)
        np.testing.assert_allclose(shapley_values(own, row), by_hand, atol=1e-12)


def test_contributions_and_their_base_add_up_to_the_log_odds(fitted):
    boosted = fitted.classifier_
    for row in patients(10, seed=3)[0]:
        for klass, sign in ((1, 1.0), (0, -1.0)):
            evidence = boosted.evidence(row[None], row, klass)
            assert boosted.base + sign * evidence.sum() == pytest.approx(
                float(boosted.log_odds(row[None])[0]), abs=1e-12
            )


def test_the_base_is_the_mean_log_odds_of_the_development_rows(fitted):
    assert fitted.classifier_.base == pytest.approx(
        float(fitted.classifier_.log_odds(patients()[0]).mean())
    )


def test_a_study_is_told_what_speaks_for_it(fitted):
    case = examples(np.array([[60.0, 85.0, 1.0, 1.0, 0.0]]), np.array([1]))
    told = fitted.contributions(case, 1)
    assert told[0].feature == "pattern"
    assert told[0].evidence > 0
    assert told[0].value == 1.0
    against = {own.feature: own.evidence for own in fitted.contributions(case, 0)}
    assert against["pattern"] == -told[0].evidence


def test_a_hole_takes_the_development_median_and_is_named(fitted):
    table, labels = patients(4, seed=2)
    holed = table.copy()
    holed[:, 1] = np.nan
    filled = table.copy()
    filled[:, 1] = np.median(patients()[0][:, 1])
    given = examples(holed, labels)
    np.testing.assert_array_equal(
        fitted.predict(given, {}), fitted.predict(examples(filled, labels), {})
    )
    assert fitted.filled(given) == ("mass",)


def test_features_need_no_scale(fitted):
    table, labels = patients()
    wide = ARM.fit(examples(table * [1, 1000, 1, 1, 1], labels), Run(seed=7))
    np.testing.assert_allclose(
        wide.predict(examples(table * [1, 1000, 1, 1, 1], labels), {}),
        fitted.predict(examples(table, labels), {}),
        atol=1e-6,
    )
    assert all((column.low, column.span) == (0.0, 1.0) for column in fitted.columns_)


def test_saved_trees_predict_bit_for_bit_the_same(fitted, tmp_path):
    fitted.save(tmp_path)
    again = ARM.load(tmp_path)
    new = examples(*patients(50, seed=4))
    assert np.array_equal(again.predict(new, {}), fitted.predict(new, {}))
    assert again.contributions(new, 1) == fitted.contributions(new, 1)
    assert again.columns_ == fitted.columns_
    assert again.told == fitted.told
    assert again.weights_ == {}


def test_the_file_holds_only_names_and_finite_numbers(fitted, tmp_path):
    fitted.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["classifier.json"]
    stored = json.loads((tmp_path / "classifier.json").read_text(encoding="utf-8"))
    own = stored["boosting"]
    assert own["chosen"] == {
        "learning_rate": 0.1,
        "max_depth": 2,
        "min_samples_leaf": 2,
        "n_estimators": 40,
    }
    assert len(own["trees"]) == 40
    assert 0.5 < own["inner_auc"] <= 1
    assert [column["name"] for column in stored["columns"]] == list(NAMES)


def set_in_first_tree(name, place, value):
    def damage(stored):
        stored["boosting"]["trees"][0][name][place] = value

    return damage


def set_number(name, value):
    def damage(stored):
        stored["boosting"][name] = value

    return damage


def without(name):
    def damage(stored):
        del stored["boosting"][name]

    return damage


DAMAGES = {
    "a column that is not there": set_in_first_tree("feature", 0, 5),
    "a column below the first": set_in_first_tree("feature", 0, -2),
    "a node that is not there": set_in_first_tree("right", 0, 99),
    "a way that leads back": set_in_first_tree("left", 0, 0),
    "a leaf with a child": set_in_first_tree("feature", -1, 0),
    "a threshold that is not finite": set_in_first_tree("threshold", 0, math.nan),
    "a value that is not finite": set_in_first_tree("value", -1, math.inf),
    "a node without rows": set_in_first_tree("rows", -1, 0.0),
    "text for a number": set_in_first_tree("value", 0, "1"),
    "a truth value for a number": set_in_first_tree("value", 0, True),
    "a fraction for a column": set_in_first_tree("feature", 0, 0.5),
    "a rate that is not finite": set_number("rate", math.inf),
    "a start that is text": set_number("start", "0"),
    "no trees": without("trees"),
    "no hyperparameters": without("chosen"),
    "trees that are no list": set_number("trees", {}),
    "a tree that is no tree": set_number("trees", [[]]),
    "a tree of nothing": set_number(
        "trees", [{key: [] for key in ("feature", "left", "right", "threshold", "value", "rows")}]
    ),
    "lists of different lengths": lambda stored: stored["boosting"]["trees"][0]["value"].pop(),
    "another kind of classifier": lambda stored: stored.pop("boosting"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_refused(fitted, tmp_path, damage):
    fitted.save(tmp_path)
    path = tmp_path / "classifier.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    damage(stored)
    path.write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(ModelError, match="train again"):
        ARM.load(tmp_path)


def test_a_file_with_a_tree_too_deep_is_refused(fitted):
    inner = [0, 0, 0, 0]
    chain = {
        "feature": [*inner, -1, -1, -1, -1, -1],
        "left": [4, 5, 6, 7, -1, -1, -1, -1, -1],
        "right": [1, 2, 3, 8, -1, -1, -1, -1, -1],
        "threshold": [0.0] * 9,
        "value": [0.0] * 9,
        "rows": [1.0] * 9,
    }
    stored = fitted.classifier_.written([column.plain() for column in fitted.columns_])
    stored["boosting"]["trees"] = [chain]
    with pytest.raises(ModelError, match="deeper than 3"):
        Boosted.restored(stored)


def test_trees_are_for_two_classes_and_shallow():
    three = replace(development(), labels=np.arange(60) % 3)
    with pytest.raises(CohortError, match="3 classes for GradientBoosting"):
        ONE.fit(three)
    with pytest.raises(InputError, match="trees of depth 4"):
        replace(ONE, depths=(1, 4)).fit(development())


def test_the_same_seed_gives_the_same_trees(fitted):
    again = ARM.fit(examples(*patients()), Run(seed=7))
    assert again.classifier_.written([]) == fitted.classifier_.written([])


def test_where_nothing_tells_the_inner_auc_says_so():
    table, labels = patients(80, told=False, seed=11)
    learn = Development(table, labels, np.array([f"s{i:02d}" for i in range(80)]), 0)
    assert SMALL.fit(learn).inner_auc < 0.7
