"""The audit of late enhancement: a label told outside the heart is caught, one inside is not."""

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
import pytest
from CardioAILib import codec
from CardioAILib.cli.demopart import one_thread
from CardioAILib.explain import GradCAM
from CardioAILib.learning import Adam, Affine, Ensemble, Run
from CardioAILib.networks.staged import Staged
from CardioAILib.phantoms import Grid, lge_cohort
from CardioAILib.prepare import CropPad, Resample
from CardioAILib.systems import MARTINI_2020
from CardioAILib.verbs import evaluate, fit, predict
from torch import nn

WIDE = Grid(slices=3, pixels=72, pixel_mm=3.0, step_mm=20.0)
FIELD = 52
"""Coarse, with the fluid beside the lung in view."""


VIEWS = ("4C", "SAX")


@dataclass(frozen=True)
class ThreeConvolutions:
    """A network that learns what is bright within seconds, and keeps its place.

    Its logits are means over places, so that its maps say what each place gives.
    """

    width: float = 1.0

    def build(self) -> Staged:
        return Staged(
            OrderedDict(
                conv1=nn.Conv2d(1, 8, 5, stride=2, padding=2),
                bn1=nn.BatchNorm2d(8),
                relu1=nn.ReLU(),
                conv2=nn.Conv2d(8, 16, 5, stride=2, padding=2),
                bn2=nn.BatchNorm2d(16),
                relu2=nn.ReLU(),
                conv3=nn.Conv2d(16, 16, 3, padding=1),
                bn3=nn.BatchNorm2d(16),
                relu3=nn.ReLU(),
                top=nn.AdaptiveAvgPool2d(1),
                flatten=nn.Flatten(),
                logits=nn.Linear(16, 2),
            )
        )


def quick():
    """The declaration with that network for two views, in a field that shows heart and fluid."""

    def part(network):
        recipe = replace(network.recipe, optimizer=Adam(5e-3), batch=16, steps=5, keep="last")
        augment = Affine(flip_horizontal=True, flip_vertical=True, rotate=15.0)
        return replace(network, architecture=ThreeConvolutions(), recipe=recipe, augment=augment)

    parts = {view: part(MARTINI_2020.arm("dl").parts[view]) for view in VIEWS}
    grid = Resample(WIDE.pixel_mm), CropPad(FIELD, centre="image")
    return replace(
        MARTINI_2020,
        inputs={view: MARTINI_2020.inputs[view] for view in VIEWS},
        arms={"dl": Ensemble(parts)},
        prepare=(*grid, *MARTINI_2020.prepare[2:]),
        explain=GradCAM("dl", "relu3"),
        as_published=None,
    )


def hearts(n, seed, **how):
    return lge_cohort(
        n, seed=seed, diagnoses=("amyloidosis", "normal"), size=WIDE, views=VIEWS, **how
    )


@pytest.fixture
def audited(monkeypatch):
    """Train on hearts of a kind; return the AUC on others, and what the audit says of them."""
    monkeypatch.setattr(codec, "ALLOWED", (*codec.ALLOWED, ThreeConvolutions))

    def look(**how):
        run = Run(epochs=14, device="cpu", precision="float32")
        test = hearts(12, 4, **how)
        with one_thread():
            fitted = fit(quick(), hearts(32, 3, **how), run=run)
            results = [predict(fitted.model, study, explain=True)[0] for study in test]
        auc = evaluate(fitted.model.system, results, test).arms["dl"].auc.value
        ill = [found for found, study in zip(results, test, strict=True)
               if study.facts["amyloidosis"]]  # fmt: skip
        return auc, [found.attention for found in ill]

    return look


def test_networks_that_look_at_the_heart_pass(audited):
    auc, attention = audited(clear=True)
    assert auc >= 0.9
    assert np.median([found.inside for found in attention]) >= 0.5
    assert sum(found.flagged for found in attention) < len(attention) / 2


def test_networks_that_look_at_fluid_beside_the_lung_are_flagged(audited):
    auc, attention = audited(signal=False, shortcut=True)
    assert auc >= 0.9
    assert np.median([found.inside for found in attention]) < 0.3
    assert sum(found.flagged for found in attention) > len(attention) / 2
