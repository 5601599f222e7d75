"""Cardiac-MR findings from echo video: wall motion, scar, T1, T2, extracellular volume.

Sahashi et al., medRxiv 2024. Blanking outside the sector, the penalty of the combination, its
fallback where a view is missing and the division by patient, which the paper leaves open, are our
reading.
"""

from dataclasses import replace

from CardioAILib.decide import MeanOfInputs, Youden
from CardioAILib.explain import GradCAM
from CardioAILib.learning import AdamW, Clip, Ensemble, Network, RandomStart, Recipe, Stack
from CardioAILib.networks import R2Plus1D
from CardioAILib.prepare import Downsample, Sector, Square
from CardioAILib.published import Published
from CardioAILib.study import MYOCARDIUM, Role
from CardioAILib.system import Classes, Clips, HoldOut, Input, Quantity, System
from CardioAILib.systems import sahashi2024_published as printed

VIEWS = ("A4C", "A2C", "PLAX")

VIDEO = Network(
    architecture=R2Plus1D(),
    channels=Clip(frames=16, stride=2),
    recipe=Recipe(AdamW(rate=1e-3), batch=10, epochs=50, keep="best validation AUC", patience=10),
    augment=RandomStart(),
)


def view(name: str) -> Input:
    """Return a view, which a study may lack."""
    image, mask = Role("US", "echo", name), Role("US", "mask", name)
    return Input(image, mask, structure=MYOCARDIUM, stack=False, mask_optional=True, optional=True)


def with_paper(system: System) -> System:
    """Return the system with the published protocol beside it.

    Clips of fewer than 32 frames are refused there, and the combination has no penalty.
    """
    arms = {**system.arms, "combined": replace(system.arms["combined"], penalty=0.0)}
    examples = replace(system.examples, fewest=system.examples.span)
    published = replace(system, arms=arms, examples=examples, as_published=None)
    return replace(system, as_published=published)


def about(name: str, title: str, task: Classes | Quantity, published: Published) -> System:
    """Return the same method, asked for another finding."""
    network = VIDEO
    if task.measures:
        network = replace(VIDEO, recipe=replace(VIDEO.recipe, keep="best validation error"))
    arms = {"views": Ensemble(dict.fromkeys(VIEWS, network)), "combined": Stack("views")}
    named = replace(WALL_MOTION, name=name, title=title, task=task, arms=arms, published=published)
    return with_paper(named)


def yes_no(target: str, no: str, yes: str) -> Classes:
    """Return a question that each view may answer for the segments that it shows."""
    return Classes(target, (no, yes), by_view=True)


def from_on(target: str, label: str, least: float, unit: str) -> Classes:
    """Return the question whether a measured value reaches a limit."""
    names = (f"{label} below {least:g} {unit}", f"{label} {least:g} {unit} or more")
    return Classes(target, names, by_view=True, at_least=least)


def quantity(target: str, label: str, unit: str, low: float, high: float) -> Quantity:
    """Return a question for a value that each view may have of its own."""
    return Quantity(target, label, unit, low, high, by_view=True)


WALL_MOTION = System(
    name="sahashi2024",
    title="Wall motion abnormality of cardiac MR from echo video",
    task=yes_no("wma", "normal wall motion", "wall motion abnormality"),
    inputs={name: view(name) for name in VIEWS},
    examples=Clips(frames=16, stride=2),
    prepare=(Sector(), Square(), Downsample(112)),
    arms={"views": Ensemble(dict.fromkeys(VIEWS, VIDEO)), "combined": Stack("views")},
    primary="combined",
    pool=MeanOfInputs(),
    decide=Youden(),
    protocol=HoldOut(train=0.8, validation=0.1, test=0.1),
    explain=GradCAM("views", "layer4"),
    published=printed.PUBLISHED,
    least_inputs=1,
)


SAHASHI_2024 = with_paper(WALL_MOTION)
SAHASHI_2024_SCAR = about(
    "sahashi2024_scar",
    "Late gadolinium enhancement (scar) from echo video",
    yes_no("lge", "no scar", "scar"),
    printed.SCAR,
)
SAHASHI_2024_T1 = about(
    "sahashi2024_t1",
    "Native T1 of 1060 ms or more from echo video",
    from_on("t1_ms", "T1", 1060.0, "ms"),
    printed.T1,
)
SAHASHI_2024_T2 = about(
    "sahashi2024_t2",
    "T2 of 58 ms or more from echo video",
    from_on("t2_ms", "T2", 58.0, "ms"),
    printed.T2,
)
SAHASHI_2024_ECV = about(
    "sahashi2024_ecv",
    "Extracellular volume of 33 % or more from echo video",
    from_on("ecv_percent", "ECV", 33.0, "%"),
    printed.ECV,
)
SAHASHI_2024_T1_MS = about(
    "sahashi2024_t1_ms",
    "Native T1 in ms from echo video",
    quantity("t1_ms", "native T1", "ms", 700.0, 1800.0),
    printed.T1_MS,
)
SAHASHI_2024_T2_MS = about(
    "sahashi2024_t2_ms",
    "T2 in ms from echo video",
    quantity("t2_ms", "T2", "ms", 20.0, 150.0),
    printed.T2_MS,
)
SAHASHI_2024_ECV_PERCENT = about(
    "sahashi2024_ecv_percent",
    "Extracellular volume in percent from echo video",
    quantity("ecv_percent", "extracellular volume", "%", 10.0, 80.0),
    printed.ECV_PERCENT,
)
