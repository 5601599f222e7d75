"""Cardiac amyloidosis from late gadolinium enhancement in three views.

Martini et al., J Cardiovasc Magn Reson 2020; 22:84. Optimizer, image size, intensity scaling and
the ranges of augmentation, which the paper does not state, are our reading.
"""

from dataclasses import replace

from CardioAILib.decide import MeanOfInputs, Threshold
from CardioAILib.explain import GradCAM
from CardioAILib.learning import (
    Adam,
    Affine,
    Enhancement,
    Ensemble,
    Findings,
    GradientBoosting,
    Logistic,
    Network,
    OneChannel,
    Recipe,
    Tabular,
)
from CardioAILib.measurements import LGE_COLUMNS
from CardioAILib.networks import FourLayerCNN
from CardioAILib.prepare import ClipPercentile, CropPad, Resample, ZScore
from CardioAILib.study import HEART, Role
from CardioAILib.system import Classes, CrossValidation, HoldOut, Input, Slices, System
from CardioAILib.systems.martini2020_findings import ITEMS
from CardioAILib.systems.martini2020_published import PUBLISHED, PUBLISHED_ELSEWHERE

VIEWS = ("2C", "4C", "SAX")

CNN = Network(
    architecture=FourLayerCNN(),
    channels=OneChannel(),
    recipe=Recipe(Adam(rate=1e-5), batch=24, epochs=5000, keep="best validation loss"),
    augment=Affine(rotate=15.0, shift=0.10, flip_horizontal=True, flip_vertical=True),
    noise=0.02,
)


def view(name: str, *, alone: bool = False) -> Input:
    """Return late enhancement of a view, which a study may lack unless it stands alone."""
    return Input(
        Role("MR", "LGE", name),
        Role("MR", "mask", name, "LGE"),
        structure=HEART,
        stack=name == "SAX",
        mask_optional=not alone,
        optional=not alone,
        reconstruction=None if alone else "magnitude",
    )


SOUND_MARTINI = System(
    name="martini2020",
    title="Cardiac amyloidosis from late gadolinium enhancement in three views",
    task=Classes("amyloidosis", ("no amyloidosis", "amyloidosis")),
    inputs={name: view(name) for name in VIEWS},
    examples=Slices(training=None),
    prepare=(Resample(1.5), CropPad(224, centre="image"), ClipPercentile(1, 99), ZScore()),
    arms={
        "dl": Ensemble(dict.fromkeys(VIEWS, CNN)),
        "gbm": Tabular((Findings(ITEMS),), GradientBoosting(), unit="study"),
    },
    primary="dl",
    pool=MeanOfInputs(),
    decide=Threshold(0.5, rule_out=0.4),
    protocol=HoldOut(train=0.65, validation=0.15, test=0.20),
    explain=GradCAM("dl", "relu4"),
    published=PUBLISHED,
    least_inputs=2,
)

MARTINI_2020 = replace(SOUND_MARTINI, as_published=replace(SOUND_MARTINI, decide=Threshold(0.5)))

MARTINI_2020_EMIDEC = replace(
    SOUND_MARTINI,
    name="martini2020_emidec",
    title="Infarct from short-axis late gadolinium enhancement (EMIDEC)",
    task=Classes("pathology", ("normal", "infarct")),
    inputs={"SAX": view("SAX", alone=True)},
    arms={
        "dl": Ensemble({"SAX": CNN}),
        "lge": Tabular((Enhancement(LGE_COLUMNS),), Logistic(), unit="study"),
    },
    decide=Threshold(0.5),
    protocol=CrossValidation(folds=5, validation=0.2),
    published=PUBLISHED_ELSEWHERE,
    least_inputs=None,
)
