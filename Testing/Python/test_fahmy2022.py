"""The declaration against the paper."""

from dataclasses import replace

import pytest
from CardioAILib.decide import AtSensitivity, Max
from CardioAILib.learning import Run
from CardioAILib.systems import FAHMY_2022
from CardioAILib.systems.fahmy2022 import inputs
from CardioAILib.verbs import fit, predict

ARMS = FAHMY_2022.arms


def columns(arm):
    return [len(feature.names(ARMS)) for feature in ARMS[arm].features]


def test_the_arms_see_what_the_paper_says():
    assert columns("radiomics") == [944]
    assert columns("dl_radiomics") == [256, 944]
    assert columns("size") == [14]
    assert ARMS["radiomics"].select.count == 10
    assert ARMS["dl_radiomics"].select.count == 20


def test_the_network_is_trained_as_the_released_code_says():
    recipe = ARMS["dl"].recipe
    assert (recipe.batch, recipe.epochs, recipe.steps) == (8, 100, 60)
    assert recipe.optimizer.rate == 1e-4
    assert (recipe.penalty.l2, recipe.penalty.l1_activity) == (1e-3, 1e-4)
    assert ARMS["dl"].augment.zoom == (0.8, 1.2)


def test_a_patient_is_as_suspicious_as_the_worst_slice():
    assert FAHMY_2022.pool == Max()
    assert FAHMY_2022.decide == AtSensitivity(0.90)


def test_the_modes_differ_where_the_publication_is_unsound():
    paper = FAHMY_2022.in_mode("paper")
    assert paper.decide.chosen_on == "test cohort"
    assert paper.protocol.validation == 0.0
    assert paper.arms["dl_radiomics"].features[0].inner is None
    assert not paper.arms["radiomics"].select.by_subject
    assert paper.arms["radiomics"].features[0].settings.scale == 255
    assert FAHMY_2022.arms["radiomics"].features[0].settings.bin_count == 32


@pytest.mark.parametrize("arm", ["radiomics", "dl", "dl_radiomics"])
def test_printed_results_are_kept(arm):
    internal, external = FAHMY_2022.published.tests.values()
    assert internal[arm].auc > external[arm].auc
    assert internal[arm].specificity > external[arm].specificity


def test_both_phases_can_be_read(system, development, test_cohort):
    two = replace(system, inputs=inputs("ED", "ES"), as_published=None)
    fitted = fit(two, development, arms=["size"], run=Run())
    result, _ = predict(fitted.model, test_cohort.studies[0])
    assert {example.input for example in result.arms["size"].examples} == {"ED", "ES"}
    assert set(result.provenance.inputs) == {
        f"{k}_SAX_{p}" for k in ("cine", "mask") for p in ("ED", "ES")
    }
