"""Scar, T1, T2 and extracellular volume of cardiac MR from echo video.

Sahashi et al., medRxiv 2024: the method of sahashi2024, asked about tissue, which its source found
near chance; every result says so.
"""

from dataclasses import replace

from CardioAILib.learning import Ensemble, Stack
from CardioAILib.published import Published
from CardioAILib.system import Classes, Quantity, System
from CardioAILib.systems import sahashi2024_published as printed
from CardioAILib.systems.sahashi2024 import MOTION, VIDEO, VIEWS, WALL_MOTION, with_paper


def about(name: str, title: str, task: Classes | Quantity, published: Published) -> System:
    """Return the same method, asked for another finding."""
    network = VIDEO
    if task.measures:
        recipe = replace(VIDEO.recipe, loss="squared error", keep="best validation error")
        network = replace(VIDEO, recipe=recipe)
    arms = {"views": Ensemble(dict.fromkeys(VIEWS, network)), "combined": Stack("views")}
    if not task.measures:
        arms = {"motion": MOTION, **arms}
    named = replace(WALL_MOTION, name=name, title=title, task=task, arms=arms, published=published)
    return with_paper(named)


def from_on(target: str, label: str, least: float, unit: str) -> Classes:
    """Return the question whether a measured value reaches a limit."""
    names = (f"{label} below {least:g} {unit}", f"{label} {least:g} {unit} or more")
    return Classes(target, names, by_view=True, at_least=least)


def quantity(target: str, label: str, unit: str, low: float, high: float) -> Quantity:
    """Return a question for a value that each view may have of its own."""
    return Quantity(target, label, unit, low, high, by_view=True)


SAHASHI_2024_SCAR = about(
    "sahashi2024_scar",
    "Late gadolinium enhancement (scar) from echo video",
    Classes("lge", ("no scar", "scar"), by_view=True),
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
