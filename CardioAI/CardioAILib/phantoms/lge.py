"""Simulated late-enhancement studies: amyloid, infarct, thick and normal hearts in three views.

All views of a study are cut from one heart in three dimensions, so that a place in the patient
is the same tissue in each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.phantoms.drawn import DrawnImages
from CardioAILib.phantoms.examination import GAINS
from CardioAILib.phantoms.grid import Grid
from CardioAILib.phantoms.lgedrawing import LABELS, draw_case
from CardioAILib.phantoms.lgefindings import findings_of
from CardioAILib.phantoms.lgepatient import DIAGNOSES, Case, random_case
from CardioAILib.phantoms.planning import coil_at, places_of, plan
from CardioAILib.phantoms.scanner import Scanner, acquire
from CardioAILib.study import Cohort, Fact, Image, Mask, Role, Study

LGE_VIEWS = ("2C", "4C", "SAX")
"""Vertical long axis, four chambers, short axis."""

PIXELS, PIXEL_MM, STEP_MM = 256, 1.5, 8.0
"""A field of view of 384 mm and slices without a gap."""

OF_THE_LABEL_MM = 50.0
"""Thickness of the fluid beside the lung that tells the label by itself."""

AMYLOIDOSIS = "amyloidosis"


@dataclass(frozen=True)
class Order:
    """All that decides a study.

    Args:
        diagnosis: One of `DIAGNOSES`.
        seed: Numbers that seed all chance.
        size: The grid, or None for one of a usual protocol.
        views: Views that were acquired.
        shortcut: Whether fluid beside the lung tells amyloidosis by itself.
        signal: Whether the heart shows the diagnosis.
        clear: Whether amyloidosis is advanced.
    """

    diagnosis: str
    seed: tuple[int, ...]
    size: Grid | None = None
    views: tuple[str, ...] = LGE_VIEWS
    shortcut: bool = False
    signal: bool = True
    clear: bool = False


def lge_cohort(
    n: int,
    seed: int = 0,
    diagnoses: tuple[str, ...] = ("normal", AMYLOIDOSIS, "infarct"),
    size: Grid | None = None,
    views: tuple[str, ...] = LGE_VIEWS,
    shortcut: bool = False,
    signal: bool = True,
    clear: bool = False,
) -> Cohort:
    """Simulate a cohort with diagnoses in turn; images are drawn when they are asked for.

    A subject is the same in a cohort of any size: chance comes from the seed and its number.

    Args:
        n: Number of subjects.
        seed: Seed of the cohort.
        diagnoses: Of `DIAGNOSES`, one a subject in turn; one named twice is twice as frequent.
        size: Grid of all subjects, of which long axes have one slice; None for 9 to 11 slices of
            8 mm, 256 pixels of 1.5 mm.
        views: Of `LGE_VIEWS`.
        shortcut: A layer of fluid beside the lung for every amyloidosis and for no other, so
            that the label can be told outside the heart.
        signal: False draws all hearts alike, whatever their label.
        clear: Amyloidosis is advanced in every patient who has it.

    Returns:
        Studies with the roles `LGE_2C`, `LGE_4C`, `LGE_SAX` and their masks (`mask_SAX_LGE`),
        labeled as `LABELS`; the facts `amyloidosis` (0 or 1) and its source, `diagnosis`,
        `pathology` ("normal" or "infarct", where it is one), `prior_infarct`, `centre`, and the
        findings of a reader.

    Raises:
        InputError: A diagnosis or a view is unknown.
    """
    _require_known("diagnosis", diagnoses, DIAGNOSES)
    _require_known("view", views, LGE_VIEWS)
    given = {"size": size, "views": views, "shortcut": shortcut, "signal": signal, "clear": clear}
    orders = (
        Order(diagnoses[(number - 1) % len(diagnoses)], (seed, number), **given)
        for number in range(1, n + 1)
    )
    studies = (lge_study(f"LGE{number:04d}", order) for number, order in enumerate(orders, start=1))
    return Cohort(tuple(studies), name="simulated late enhancement")


def lge_study(subject: str, order: Order) -> Study:
    """Simulate one patient's late-enhancement images, drawn when they are asked for."""
    images = [Role("MR", "LGE", view) for view in order.views]
    masks = [Role("MR", "mask", view, "LGE") for view in order.views]
    return Study(subject, "1", DrawnImages(order, (*images, *masks), _draw), _facts(order))


def case_of(order: Order) -> Case:
    """Return the patient of a study, as drawn."""
    anatomy = _chances(order)[0]
    case = random_case(order.diagnosis if order.signal else "normal", order.clear, anatomy)
    if not order.shortcut:
        return case
    thick = OF_THE_LABEL_MM if order.diagnosis == AMYLOIDOSIS else 0.0
    return replace(case, fluids=replace(case.fluids, pleural_mm=thick))


def _facts(order: Order) -> dict[str, Fact]:
    _, reader, _ = _chances(order)
    case = case_of(order)
    truth: dict[str, Fact] = {
        "amyloidosis": float(order.diagnosis == AMYLOIDOSIS),
        "amyloidosis_source": "simulated",
        "diagnosis": order.diagnosis,
        "prior_infarct": float(case.wall.infarct is not None),
        "centre": str(reader.choice(list(GAINS))),
    }
    if order.diagnosis in ("normal", "infarct"):
        truth |= {"pathology": order.diagnosis, "pathology_source": "simulated"}
    return {**truth, **findings_of(case, reader)}


# As many as of other phantoms: a study and its neighbors are drawn once, not once a role.
@lru_cache(maxsize=4)
def _draw(order: Order) -> Mapping[Role, Image]:
    *_, chance = _chances(order)
    case = case_of(order)
    gain = GAINS[str(_facts(order)["centre"])]
    images: dict[Role, Image] = {}
    for view in LGE_VIEWS:
        own = chance.spawn(1)[0]
        if view in order.views:
            image, mask = _acquired(case, view, _grid(order.size, view, own), gain, own)
            images[Role("MR", "LGE", view)] = image
            images[Role("MR", "mask", view, "LGE")] = mask
    return images


def _acquired(
    case: Case, view: str, grid: Grid, gain: float, rng: np.random.Generator
) -> tuple[Image, Mask]:
    """Return the stored magnitude of a view and its segmentation."""
    matrix = plan(view, case.patient, grid, rng)
    places = places_of(grid, matrix)
    signal, labels = draw_case(case, places, grid.pixel_mm, rng)
    scanner = Scanner(gain, rng.uniform(9, 15), coil_at(places, grid.pixel_mm, rng))
    pixels = acquire(signal, scanner, rng)
    return Image(pixels[None], matrix), Mask(labels[None], matrix, labels=dict(LABELS))


def _grid(size: Grid | None, view: str, rng: np.random.Generator) -> Grid:
    usual = Grid(int(rng.integers(9, 12)), PIXELS, PIXEL_MM, STEP_MM)
    grid = size or usual
    return grid if view == "SAX" else replace(grid, slices=1)


def _chances(order: Order) -> list[np.random.Generator]:
    """Return one source each for the patient, the reader and the pixels."""
    return np.random.default_rng(order.seed).spawn(3)


def _require_known(what: str, named: tuple[str, ...], known: tuple[str, ...]) -> None:
    for name in named:
        if name not in known:
            raise InputError(
                got=f"the {what} '{name}'",
                wanted=f"one of {', '.join(known)}",
                fix=f"choose a {what} that can be simulated",
            )
