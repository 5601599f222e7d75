"""Simulated bone scintigraphy with uptake in the heart of known strength.

A patient is a skeleton and organs of points that give off counts, within soft tissue. A camera
sees them through the tissue before them, blurs, scatters and counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.phantoms.bonescandrawing import Drawn, draw
from CardioAILib.phantoms.bonescanpatient import Person, Uptake, random_person, random_uptake
from CardioAILib.phantoms.bonescanreaders import readings_of
from CardioAILib.phantoms.bonescansources import LABELS
from CardioAILib.phantoms.drawn import DrawnImages
from CardioAILib.study import Cohort, Fact, Image, Mask, Role, Study

PLANAR_VIEWS = ("anterior", "posterior")

GRADES = (0, 1, 2, 3)
"""Of Perugini et al., J Am Coll Cardiol 2005; 46:1076."""

PAPER = (991, 296, 23, 24)
"""Patients of each grade in Halme 2022."""

PAPER_STATIC = 15 / 1334
"""Share of them of whom the thorax alone was imaged."""

WHOLE_BODY = (1024, 256)


@dataclass(frozen=True)
class Order:
    """All that decides a study.

    Args:
        grade: Perugini grade, 0 to 3.
        seed: Numbers that seed all chance.
        views: Of `PLANAR_VIEWS`.
        metastases: Chance of metastases in bone.
        static: Chance that the thorax alone was imaged.
        signal: Whether the heart shows the grade.
        shortcut: Whether an injection port tells grades 2 and 3 by itself.
        size: Rows and columns of a whole body.
    """

    grade: int
    seed: tuple[int, ...]
    views: tuple[str, ...] = ("anterior",)
    metastases: float = 0.1
    static: float = 0.0
    signal: bool = True
    shortcut: bool = False
    size: tuple[int, int] = WHOLE_BODY


def bone_cohort(
    n: int,
    seed: int = 0,
    grades: Sequence[int] = GRADES,
    prevalences: Sequence[float] | None = None,
    metastases: float = 0.1,
    static: float = 0.0,
    views: tuple[str, ...] = ("anterior",),
    signal: bool = True,
    shortcut: bool = False,
    size: tuple[int, int] | None = None,
) -> Cohort:
    """Simulate a cohort of bone scans; images are drawn when they are asked for.

    A subject is the same in a cohort of any size: chance comes from the seed and its number.

    Args:
        n: Number of subjects.
        seed: Seed of the cohort.
        grades: Perugini grades, one a subject in turn.
        prevalences: How frequent each of the grades is, as in `PAPER`; None for all alike.
        metastases: Chance of metastases in bone.
        static: Chance that the thorax alone was imaged, 256 x 256.
        views: Of `PLANAR_VIEWS`.
        signal: False draws all hearts as of grade 0, whatever their label.
        shortcut: The tracer of every patient of grade 2 or 3, and of no other, was injected
            through a port in the chest that still shows, so that the label can be told outside
            the heart.
        size: Rows and columns of a whole body; None for 1024 x 256. Pixels grow as rows get fewer.

    Returns:
        Studies with the roles `planar_anterior`, `planar_posterior` where asked for, and
        `mask_anterior`, labeled as `LABELS`; the facts `grade`, `grade_source`, `heart_to_bone`
        (mean counts a pixel from the heart's walls over those from the front of the ribs, before
        blur, scatter and noise), `bone_metastases`, `acquisition`, `camera`, `dose_MBq`,
        `delay_min`, `counts_anterior` (expected) and more, and grades of two simulated readers,
        one of whom read twice.

    Raises:
        InputError: A grade or a view is unknown, or not every grade has a prevalence.
    """
    _require_known("grade", grades, GRADES)
    _require_known("view", views, PLANAR_VIEWS)
    shares = tuple(prevalences) if prevalences is not None else (1.0,) * len(grades)
    if len(shares) != len(grades) or min(shares) < 0 or not sum(shares):
        raise InputError(
            got=f"{len(shares)} prevalences of {len(grades)} grades: {shares}",
            wanted="a prevalence of each grade, none below 0",
            fix="give as many prevalences as grades",
        )
    given = {
        "views": tuple(views),
        "metastases": metastases,
        "static": static,
        "signal": signal,
        "shortcut": shortcut,
        "size": size or WHOLE_BODY,
    }
    studies = (
        bone_study(f"NM{number:04d}", Order(grade, (seed, number), **given))
        for number, grade in enumerate(_in_turn(n, tuple(grades), shares), start=1)
    )
    return Cohort(tuple(studies), name="simulated bone scintigraphy")


def bone_study(subject: str, order: Order) -> Study:
    """Simulate one patient's planar scan, drawn when it is asked for."""
    planar = [Role("NM", "planar", view) for view in order.views]
    roles = (*planar, Role("NM", "mask", "anterior"))
    return Study(subject, "1", DrawnImages(order, roles, _images), _facts(order))


def drawn(order: Order) -> Drawn:
    """Draw a study: its views, labels and counts."""
    person, uptake = patient_of(order)
    port = order.shortcut and order.grade >= 2
    return draw(person, uptake, order.size, order.views, port, _chances(order)[2:])


def patient_of(order: Order) -> tuple[Person, Uptake]:
    """Return the patient of a study, as drawn."""
    anatomy, tracer, *_ = _chances(order)
    person = random_person(
        order.grade if order.signal else 0, order.static, order.metastases, anatomy
    )
    return person, random_uptake(order.grade if order.signal else 0, tracer)


# As many as of other phantoms: a study and its neighbors are drawn once, not once a role.
@lru_cache(maxsize=4)
def _images(order: Order) -> Mapping[Role, Image]:
    made = drawn(order)
    images: dict[Role, Image] = {
        Role("NM", "planar", view): Image(counts[None, None], made.matrices[view])
        for view, counts in made.counts.items()
    }
    matrix = made.matrices["anterior"]
    images[Role("NM", "mask", "anterior")] = Mask(
        made.labels[None, None], matrix, labels=dict(LABELS)
    )
    return images


def _facts(order: Order) -> dict[str, Fact]:
    person, uptake = patient_of(order)
    reader = _chances(order)[-1]
    return {
        "grade": float(order.grade),
        "grade_source": "simulated",
        "heart_to_bone": round(uptake.heart_to_bone, 4),
        "bone_metastases": float(person.metastases),
        "age": person.age,
        "sex": person.sex,
        "camera": person.camera,
        "acquisition": "static" if person.static else "whole body",
        "isotope": "99mTc",
        "radiopharmaceutical": "HMDP",
        "dose_MBq": person.dose,
        "delay_min": person.delay_min,
        "counts_anterior": person.counts,
        **readings_of(uptake.heart_to_bone, reader),
    }


def _in_turn(n: int, grades: tuple[int, ...], shares: tuple[float, ...]) -> list[int]:
    """Return a grade a subject, always of the grade that lags most behind its share."""
    wanted = np.array(shares, float) / sum(shares)
    given = np.zeros(len(grades))
    order = []
    for number in range(1, n + 1):
        next_one = int(np.argmax(wanted * number - given))
        given[next_one] += 1
        order.append(grades[next_one])
    return order


def _chances(order: Order) -> list[np.random.Generator]:
    """Return one source each for body, tracer, lesions, camera and the readers."""
    return np.random.default_rng(order.seed).spawn(5)


def _require_known(what: str, named: Sequence[object], known: Sequence[object]) -> None:
    for name in named:
        if name not in known:
            raise InputError(
                got=f"the {what} '{name}'",
                wanted=f"one of {', '.join(map(str, known))}",
                fix=f"choose a {what} that can be simulated",
            )
