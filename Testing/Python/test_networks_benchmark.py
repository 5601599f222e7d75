"""The benchmark of networks compares protocols, so they may differ in nothing but the folds."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from CardioAILib.errors import InputError

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import _cardiomyopathy_networks_runs as found

    monkeypatch.delitem(sys.modules, found.__name__)
    return found


def test_both_protocols_train_the_same_network_on_equally_prepared_images(runs: ModuleType):
    sound, leaking = (
        runs.system_of(runs.Plan(), protocol, "vgg_dual")
        for protocol in (runs.BY_PATIENT, runs.BY_SLICE)
    )
    assert (sound.protocol.by, leaking.protocol.by) == ("subject", "study")
    assert (sound.unit, leaking.unit) == ("cine set", "slice")
    assert replace(leaking, protocol=sound.protocol, unit=sound.unit) == sound


def test_nobody_chooses_the_epoch_on_what_is_held_out(runs: ModuleType):
    for protocol in (runs.BY_PATIENT, runs.BY_SLICE):
        system = runs.system_of(runs.Plan(), protocol, "vgg_es")
        assert system.protocol.validation == 0.0
        assert system.arms["vgg_es"].recipe.keep == "last"


def test_the_thin_network_takes_the_images_of_the_plan(runs: ModuleType):
    plan = runs.Plan(side=64, width=0.05)
    (network,) = runs.system_of(plan, runs.BY_PATIENT, "vgg_dual").arms.values()
    assert network.architecture.size == plan.side
    assert network.architecture.branches == 2
    assert network.architecture.width == plan.width


def test_the_published_protocol_has_no_arm_of_measurements(runs: ModuleType):
    with pytest.raises(InputError, match="measurements"):
        runs.system_of(runs.Plan(), runs.BY_SLICE, "measurements")
