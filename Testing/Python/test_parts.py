"""What each subject of development data served for."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.learning import Run
from CardioAILib.learning.network import divided
from CardioAILib.system import CrossValidation
from CardioAILib.systems import MARTINI_2020
from CardioAILib.verbs import Fitted
from CardioAILib.verbs.crossfit import NEVER, CrossFit, held_parts
from CardioAILib.verbs.member import validation_share
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import provenance
from CardioAILib.verbs.parts import parts_of
from helpers_learning import examples_of

SEED = 3


@pytest.fixture
def examples():
    return examples_of([f"s{index:02d}" for index in range(40)], np.arange(40) % 2)


@pytest.fixture
def held(examples):
    (held,) = held_parts(MARTINI_2020.protocol, examples, SEED)
    return held


@pytest.fixture
def fitted(examples, held):
    origin = provenance(MARTINI_2020, "sound", seed=SEED, device="cpu")
    model = Model(MARTINI_2020, "sound", (), (), {}, {}, origin)
    return Fitted(model, examples, CrossFit((), np.where(held, 0, NEVER), {}))


def test_the_parts_are_those_that_networks_learn_from_and_are_tested_on(fitted, examples, held):
    share = validation_share(MARTINI_2020.protocol)
    learn, chose = divided(examples.take(~held), Run(seed=SEED, validation=share))
    parts = parts_of(fitted)
    assert parts == {
        **dict.fromkeys(learn.subjects.tolist(), "training"),
        **dict.fromkeys(chose.subjects.tolist(), "validation"),
        **dict.fromkeys(examples.subjects[held].tolist(), "test"),
    }
    sizes = [[*parts.values()].count(part) for part in ("training", "validation", "test")]
    assert sizes == [26, 6, 8]


def test_a_cross_validation_has_no_parts(fitted):
    crossed = replace(MARTINI_2020, protocol=CrossValidation())
    assert parts_of(replace(fitted, model=replace(fitted.model, system=crossed))) == {}
