"""Selection by stability, as the first step of an arm that learns from a table."""

import json
from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.codec import canonical, digest, from_json, to_json
from CardioAILib.errors import CohortError
from CardioAILib.examples import Examples
from CardioAILib.learning import (
    Deep,
    L1Logistic,
    LassoTop,
    Radiomics,
    Run,
    Stable,
    Tabular,
)
from CardioAILib.radiomics import Settings, feature_names
from CardioAILib.radiomics.stability import (
    AddNoise,
    Bins,
    Dilate,
    Erode,
    Rotate,
    Translate,
    Waver,
    measure_stability,
)
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs.feasible import splits_within
from helpers_learning import examples_of

SETTINGS = Settings(bin_count=8, image_types=("original",), classes=("firstorder", "glcm"))
TABLE = Radiomics("few", SETTINGS)
NAMES = feature_names(SETTINGS)
AGAIN = (Waver(), AddNoise())
FAHMY_DIGESTS = {
    "sound": "9747355ad0f7b67aa8037b4f5801d214d91ddb64db0fa7740f99fe6f6784c6f8",
    "paper": "4d03f593f3f08ee4ff317854f89fd7ad3df68c3e1c3eea88e506c1661781590f",
}


def hearts(subjects: int = 20, seed: int = 0) -> Examples:
    """Squares whose brightness follows the subject, and the label; their texture is noise.

    Brightness differs between subjects far more than between readings; what single noisy pixels
    decide (the minimum, the range) does not.
    """
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(subjects) % 2, 2)
    names = np.repeat([f"s{index:02d}" for index in range(subjects)], 2)
    light = np.repeat(random.normal(0.5, 0.1, subjects), 2) + 0.3 * labels
    images = light[:, None, None] + random.normal(0, 0.05, (len(labels), 16, 16))
    return examples_of(names, labels, images.astype(np.float32))


def fitted(examples: Examples, *steps, seed: int = 0):
    return Tabular((TABLE,), L1Logistic(), steps).fit(examples, Run(seed=seed))


def kept(model) -> set[str]:
    return {column.name for column in model.columns_}


@pytest.fixture(scope="module")
def measured():
    own = hearts()
    return measure_stability(own.images, own.masks, own.spacing, own.subjects, SETTINGS, AGAIN)


def test_an_unstable_feature_is_dropped_and_a_stable_one_stays(measured):
    model = fitted(hearts(), Stable(0.75, AGAIN))
    names = kept(model)
    assert "original_firstorder_Mean" in names
    assert "original_firstorder_Range" not in names
    expected = {name for name, icc in zip(NAMES, measured.icc, strict=True) if icc >= 0.75}
    assert names == expected
    assert 0 < len(names) < len(NAMES)


def test_an_unstable_feature_is_dropped_however_well_it_tells_the_classes_apart(measured):
    examples = TABLE.add_to(hearts())
    place = NAMES.index("original_firstorder_Range")
    table = examples.tables["few"].copy()
    table[:, place] = examples.labels
    planted = examples.with_table("few", table)
    assert NAMES[place] in kept(fitted(planted, LassoTop(3)))
    assert NAMES[place] not in kept(fitted(planted, Stable(0.75, AGAIN), LassoTop(3)))


def test_the_icc_of_each_feature_kept_is_remembered(measured, tmp_path):
    arm = Tabular((TABLE,), L1Logistic(), (Stable(0.75, AGAIN), LassoTop(3)))
    model = arm.fit(hearts(), Run())
    assert len(model.columns_) == 3
    for column in model.columns_:
        assert column.icc == pytest.approx(measured.icc[NAMES.index(column.name)])
    model.save(tmp_path)
    stored = json.loads((tmp_path / "classifier.json").read_text(encoding="utf-8"))
    assert all(0.75 <= column["icc"] <= 1 for column in stored["columns"])
    again = arm.load(tmp_path)
    assert again.columns_ == model.columns_
    new = hearts(seed=1)
    assert np.array_equal(again.predict(new, {}), model.predict(new, {}))


def test_without_the_step_the_file_says_nothing_of_an_icc(tmp_path):
    fitted(hearts(), LassoTop(3)).save(tmp_path)
    assert "icc" not in (tmp_path / "classifier.json").read_text(encoding="utf-8")


def test_nothing_of_other_subjects_reaches_the_selection():
    everybody = hearts()
    development = everybody.of_subjects(np.unique(everybody.subjects)[:14])
    plain = fitted(development, Stable(0.75, AGAIN))
    images = everybody.images.copy()
    held = ~np.isin(everybody.subjects, development.subjects)
    images[held] = np.random.default_rng(9).random(images[held].shape)
    changed = replace(everybody, images=images).of_subjects(np.unique(development.subjects))
    assert fitted(changed, Stable(0.75, AGAIN)).columns_ == plain.columns_


def test_labels_play_no_part_in_stability():
    examples = hearts()
    other = replace(examples, labels=np.roll(examples.labels, 2))
    assert kept(fitted(examples, Stable(0.75, AGAIN))) == kept(fitted(other, Stable(0.75, AGAIN)))


def test_the_order_of_examples_and_the_seed_of_the_fit_do_not_matter():
    examples = hearts()
    turned = examples.take(np.arange(len(examples))[::-1])
    one, other = (fitted(e, Stable(0.75, AGAIN), seed=s) for e, s in ((examples, 0), (turned, 5)))
    assert kept(one) == kept(other)


def test_columns_that_are_no_radiomics_pass():
    class Noise(Deep):
        """Activations of a network that are noise."""

        def names(self, arms):
            return ("deep_0", "deep_1")

        def table(self, examples, fitted):
            return np.random.default_rng(0).random((len(examples), 2))

    arm = Tabular((Noise("dl", "fc2", 2), TABLE), L1Logistic(), Stable(0.9, AGAIN))
    model = arm.fit(hearts(), Run())
    assert {"deep_0", "deep_1"} <= kept(model)
    assert [column.icc for column in model.columns_[:2]] == [None, None]
    assert all(column.icc >= 0.9 for column in model.columns_[2:])


def test_a_limit_that_no_feature_reaches_is_refused():
    with pytest.raises(CohortError, match="none of 42 features with an ICC of 1"):
        fitted(hearts(), Stable(1.0, AGAIN))


def test_one_subject_shows_no_stability():
    lonely = hearts(1)
    with pytest.raises(CohortError, match="subjects: 1"):
        fitted(lonely, Stable(0.75, AGAIN))


def test_the_declaration_goes_through_json_and_back():
    every = (Erode(), Dilate(0.2), Waver(), Rotate(), Translate(), AddNoise(2.0), Bins(0.5))
    arm = Tabular((TABLE,), L1Logistic(), (Stable(0.8, every, 3), LassoTop(10)))
    again = from_json(json.loads(json.dumps(to_json(arm))))
    assert again == arm
    assert canonical(again) == canonical(arm)


def test_a_single_step_is_declared_as_before():
    declared = to_json(Tabular((TABLE,), L1Logistic(), LassoTop(10)))
    assert declared["select"] == {
        "class": "LassoTop",
        "count": 10,
        "folds": 5,
        "by_subject": True,
        "seed": 2021,
    }
    assert Tabular((TABLE,), L1Logistic(), LassoTop(10)).steps == (LassoTop(10),)
    assert Tabular((TABLE,), L1Logistic()).steps == ()


@pytest.mark.parametrize("mode", ["sound", "paper"])
def test_the_digest_of_fahmy_2022_is_that_of_models_trained_before(mode):
    assert digest(FAHMY_2022.in_mode(mode)) == FAHMY_DIGESTS[mode]


def test_the_folds_of_a_selection_in_several_steps_are_known_before_the_fit():
    arms = {"r": Tabular((TABLE,), L1Logistic(), (Stable(), LassoTop(10, folds=7)))}
    system = replace(FAHMY_2022, arms=arms)
    assert [least for _, _, least in splits_within(system, ("r",))] == [7]
