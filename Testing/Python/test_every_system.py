"""What every system must do, whatever the paper."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib import codec
from CardioAILib.decide import Argmax, Mean
from CardioAILib.learning import Run
from CardioAILib.phantoms import SMALL
from CardioAILib.phantoms.lge import lge_cohort
from CardioAILib.phantoms.planes import plane_cohort
from CardioAILib.system import HoldOut
from CardioAILib.systems import ALL, named
from CardioAILib.verbs import evaluate, fit, held_out_results, predict, units
from CardioAILib.verbs.adapt import adapt
from CardioAILib.verbs.clips import shows_clips
from CardioAILib.verbs.crossfit import held_parts
from CardioAILib.verbs.gather import static_features
from conftest import small, small_cohort
from helpers_echo import TINY, clips_of_views, echo_cohort, small_echo
from helpers_echo import small_views as small_echo_views
from helpers_germain import hearts, small_germain
from helpers_halme import COARSE, scans, small_halme
from helpers_learning import examples_of
from helpers_rings import small_views
from shallow import ShallowCNN, shallow

SYSTEMS = [pytest.param(system, id=system.name) for system in ALL]
TEXTURED = [pytest.param(s, id=s.name) for s in ALL if any(static_features(s, s.arms))]
SEVERAL = [pytest.param(s, id=s.name) for s in ALL if s.task.several]


@pytest.mark.parametrize("system", SYSTEMS)
def test_it_is_found_by_its_name_and_names_its_source(system):
    assert named(system.name) is system
    assert system.published.doi.startswith("10.")
    assert system.published.caution
    assert system.primary in system.arms


@pytest.mark.parametrize("system", TEXTURED)
def test_it_has_a_control_that_sees_only_size_and_shape(system):
    (feature,) = system.arms["size"].features
    assert feature.settings.classes == ("shape",)


@pytest.mark.parametrize("system", SEVERAL)
def test_several_classes_are_pooled_and_decided_without_a_threshold(system):
    assert isinstance(system.pool, Mean)
    assert isinstance(system.decide, Argmax)


@pytest.mark.parametrize("mode", ["sound", "paper"])
@pytest.mark.parametrize("system", SEVERAL)
def test_every_mode_of_several_classes_runs_from_study_to_evaluation(system, mode):
    cohort = cases_of(system)
    tiny = small_classes(system.in_mode(mode))
    fitted = fit(tiny, cohort, mode, run=Run(epochs=1, device="cpu", precision="float32"))
    few = replace(cohort, studies=cohort.studies[: len(cohort) // 2])
    results = [predict(fitted.model, study)[0] for study in units(tiny, few)]
    evaluation = evaluate(fitted.model.system, results, few)
    assert set(evaluation.arms) == set(tiny.arms)
    assert sum(evaluation.counts) == len(results)
    assert all(len(found.folds) == 2 for found in evaluation.arms.values())


def small_classes(system):
    """A small version of a system of several classes."""
    if system.task.target == "grade":
        return small_halme(system, arms=("residual",))
    if system.task.target == "view":
        return small_echo_views(system)
    return small_germain(system)


def cases_of(system):
    """A few simulated cases of every class of a system."""
    if system.task.target == "grade":
        return scans(16, seed=1, size=COARSE)
    if system.task.target == "view":
        return clips_of_views(8, size=(48, 60))
    if system.task.target == "plane":
        return plane_cohort(8, seed=1, size=SMALL)
    return hearts(4 * len(system.task.names), seed=1, classes=system.task.names)


@pytest.mark.parametrize(
    ("system", "mode"),
    [
        pytest.param(system, mode, id=f"{system.name}-{mode}")
        for system in ALL
        for mode in ("sound", "paper")
        if not system.task.several and (mode == "sound" or system.as_published)
    ],
)
def test_every_mode_runs_from_study_to_evaluation(system, mode, development, test_cohort):
    tiny, cohort, test = small_case(system.in_mode(mode), development, test_cohort)
    fitted = fit(tiny, cohort, mode, run=Run(epochs=1))
    results = [predict(fitted.model, study)[0] for study in test]
    evaluation = evaluate(fitted.model.system, results, test)
    assert set(evaluation.arms) == set(tiny.arms)
    if system.task.measures:
        assert {len(found.told) for found in evaluation.arms.values()} == {len(results)}
        return
    assert all(len(found.folds) == 2 for found in evaluation.arms.values())
    here = getattr(tiny.decide, "chosen_on", "") == "test cohort"
    thresholds = {arm.threshold for result in results for arm in result.arms.values()}
    assert (thresholds == {None}) == here


def small_case(system, development, test):
    """A small version of a system of two classes, and cases that teach and test it."""
    if system.task.target == "scar":
        return small(system, steps=1), development, test
    if shows_clips(system):
        tiny = adapt(small_echo(system), folds=2)
        count = 40 if system.task.measures else 20
        return tiny, echo_cohort(count, **TINY), echo_cohort(10, **TINY)
    if system.task.target == "grade":
        tiny = small_halme(system, arms=("residual",))
        return tiny, scans(16, seed=1, size=COARSE), scans(8, seed=2, size=COARSE)
    classes = ("normal", "infarct" if system.task.target == "pathology" else "amyloidosis")
    cohorts = (lge_cohort(n, seed=n, diagnoses=classes, size=SMALL) for n in (16, 8))
    return adapt(small_views(system), folds=2), *cohorts


@pytest.fixture(scope="module")
def learned(system, development):
    """All four arms, trained long enough to find the scar."""
    return fit(system, development, run=Run(epochs=7, precision="float32"))


def test_the_planted_scar_is_found_and_size_alone_does_not_find_it(learned, test_cohort):
    results = [predict(learned.model, study)[0] for study in test_cohort]
    arms = evaluate(learned.model.system, results, test_cohort).arms
    assert arms["radiomics"].auc.value >= 0.9
    assert arms["dl"].auc.value >= 0.85
    assert arms["dl_radiomics"].auc.value >= 0.9
    assert arms["size"].auc.value <= 0.75


def test_held_out_studies_are_told_apart_as_well(learned, development):
    results = [result for result, _ in held_out_results(learned, development)]
    arms = evaluate(learned.model.system, results, development).arms
    assert arms["radiomics"].auc.value >= 0.9


def test_permuted_labels_give_chance(system):
    cohort = small_cohort(40, seed=5)
    labels = np.random.default_rng(3).permutation([s.facts["scar"] for s in cohort])
    shuffled = replace(
        cohort,
        studies=tuple(
            replace(s, facts={"scar": float(label)})
            for s, label in zip(cohort, labels, strict=True)
        ),
    )
    fitted = fit(system, shuffled, arms=["radiomics"])
    assert 0.2 <= fitted.model.development["auc"]["radiomics"] <= 0.8


@pytest.fixture
def shallow_allowed(monkeypatch):
    monkeypatch.setattr(codec, "ALLOWED", (*codec.ALLOWED, ShallowCNN))


def audited(system, development, test):
    """Train the shallow network and return the attention paid to the positive test studies."""
    fitted = fit(shallow(system), development, arms=["dl"], run=Run(epochs=15, precision="float32"))
    results = [predict(fitted.model, study, explain=True)[0] for study in test]
    assert evaluate(system, results, test).arms["dl"].auc.value >= 0.9
    told = zip(results, test, strict=True)
    return [result.attention for result, study in told if study.facts["scar"] == 1]


@pytest.mark.usefixtures("shallow_allowed")
def test_a_network_that_looks_at_the_scar_passes_the_audit(system, development, test_cohort):
    attention = audited(system, development, test_cohort)
    assert np.median([found.inside for found in attention]) >= 0.5
    assert sum(found.flagged for found in attention) < len(attention) / 2


@pytest.mark.usefixtures("shallow_allowed")
def test_a_network_that_looks_beside_the_heart_is_flagged(system):
    development, test = (marked(small_cohort(n, seed=s, effect=0.0)) for n, s in ((24, 7), (12, 8)))
    attention = audited(system, development, test)
    assert np.median([found.inside for found in attention]) < 0.5
    assert sum(found.flagged for found in attention) > len(attention) / 2


def marked(cohort):
    """The same cohort with stripes in the lung of each positive subject."""
    return replace(cohort, studies=tuple(with_stripes(study) for study in cohort))


def with_stripes(study):
    if study.facts["scar"] != 1:
        return study
    roles = {role.kind: role for role in study.images if role.phase == "ES"}
    image, mask = study.images[roles["cine"]], study.images[roles["mask"]]
    _, _, rows, columns = np.nonzero(mask.of("myocardium"))
    down, across = np.indices(image.array.shape[2:])
    place = (abs(down - rows.mean()) < 6) & (abs(across - columns.max() - 12) < 5)
    stripes = 0.8 * image.array.max() * (down // 2 % 2)
    pixels = np.where(place, stripes, image.array).astype(np.float32)
    images = {roles["cine"]: replace(image, array=pixels), roles["mask"]: mask}
    return replace(study, images=images, facts={"scar": 1.0})


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_subject_is_in_two_folds_of_its_protocol(system):
    count = len(system.task.names) or 10
    each = np.repeat(np.arange(12 * count), 3)
    labels = each + 0.5 if system.task.measures else each % count
    examples = examples_of([f"s{index:02d}" for index in each], labels)
    held = held_parts(system.protocol, examples, 0)
    once = isinstance(system.protocol, HoldOut)
    assert len(held) == (1 if once else system.protocol.folds)
    np.testing.assert_array_equal(np.sum(held, axis=0), held[0] if once else 1)
    for part in held:
        assert not set(examples.subjects[part]) & set(examples.subjects[~part])
        if not system.task.measures:
            assert set(examples.labels[part]) == set(range(count))
