"""Wall motion abnormality of cardiac MR from echo video.

Sahashi et al., medRxiv 2024; its questions about tissue are in sahashi2024_tissue. Blanking
outside the sector, the penalty of the combination, its fallback where a view is missing, the
division by patient and the control by measured motion are our reading and our addition.
"""

from dataclasses import replace

from CardioAILib.decide import MeanOfInputs, Youden
from CardioAILib.explain import GradCAM
from CardioAILib.learning import (
    AdamW,
    Clip,
    Ensemble,
    Logistic,
    Motion,
    Network,
    RandomStart,
    Recipe,
    Stack,
    Tabular,
)
from CardioAILib.measurements.echo import ECHO_COLUMNS
from CardioAILib.networks import R2Plus1D
from CardioAILib.prepare import Downsample, Sector, Square
from CardioAILib.study import MYOCARDIUM, Role
from CardioAILib.system import Classes, Clips, HoldOut, Input, System
from CardioAILib.systems.sahashi2024_published import WALL_MOTION as PUBLISHED

VIEWS = ("A4C", "A2C", "PLAX")

VIDEO = Network(
    architecture=R2Plus1D(),
    channels=Clip(frames=16, stride=2),
    recipe=Recipe(AdamW(rate=1e-3), batch=10, epochs=50, keep="best validation AUC", patience=10),
    augment=RandomStart(),
)


MOTION = Tabular((Motion(ECHO_COLUMNS),), Logistic(), unit="study")
"""The control: what segmentations of the clips tell without a network."""


def view(name: str) -> Input:
    """Return a view, which a study may lack."""
    image, mask = Role("US", "echo", name), Role("US", "mask", name)
    return Input(image, mask, structure=MYOCARDIUM, stack=False, mask_optional=True, optional=True)


def with_paper(system: System) -> System:
    """Return the system with the published protocol beside it.

    Clips of fewer than 32 frames are refused there, nothing is smoothed before sampling down, and
    the combination has no penalty.
    """
    prepare = (*system.prepare[:-1], replace(system.prepare[-1], smooth=False))
    arms = {**system.arms, "combined": replace(system.arms["combined"], penalty=0.0)}
    examples = replace(system.examples, fewest=system.examples.span)
    published = replace(system, prepare=prepare, arms=arms, examples=examples, as_published=None)
    return replace(system, as_published=published)


WALL_MOTION = System(
    name="sahashi2024",
    title="Wall motion abnormality of cardiac MR from echo video",
    task=Classes("wma", ("normal wall motion", "wall motion abnormality"), by_view=True),
    inputs={name: view(name) for name in VIEWS},
    examples=Clips(frames=16, stride=2),
    prepare=(Sector(), Square(), Downsample(112)),
    arms={
        "motion": MOTION,
        "views": Ensemble(dict.fromkeys(VIEWS, VIDEO)),
        "combined": Stack("views"),
    },
    primary="combined",
    pool=MeanOfInputs(),
    decide=Youden(),
    protocol=HoldOut(train=0.8, validation=0.1, test=0.1),
    explain=GradCAM("views", "layer4"),
    published=PUBLISHED,
    least_inputs=1,
)


SAHASHI_2024 = with_paper(WALL_MOTION)
