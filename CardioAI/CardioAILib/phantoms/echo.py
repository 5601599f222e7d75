"""Simulated echo clips of a moving left ventricle whose wall motion is known.

A speckled heart in views of Sahashi 2024, with or without segments that move badly. Scar, T1, T2
and extracellular volume are drawn for each patient and shown by nothing.
"""

from __future__ import annotations

from CardioAILib.errors import InputError
from CardioAILib.phantoms.echomotion import as_cell, shows
from CardioAILib.phantoms.echoorder import (
    ECHO_VIEWS,
    OTHER_VIEWS,
    SIZE,
    EchoImages,
    Order,
    abnormal_of,
    anatomy_of,
    beat_of,
    chances_of,
)
from CardioAILib.phantoms.echopatient import tissue_facts
from CardioAILib.phantoms.echowalls import ejection_fraction
from CardioAILib.study import Cohort, Fact, Role, Study
from CardioAILib.task import SEGMENTS_OF_VIEW

SIMULATED = "simulated"
TARGETS = ("wma", "lge", "t1_ms", "t2_ms", "ecv_percent")
"""Columns of truth, each of which says where it is from."""

VIEW_KEY = 78
"""Sets chance of views apart from that of studies."""


def echo_cohort(
    n: int,
    seed: int = 0,
    signal: bool = True,
    views: tuple[str, ...] = ECHO_VIEWS,
    frames: int = 40,
    size: tuple[int, int] = SIZE,
    shared: float = 0.3,
    missing: float = 0.0,
    clips: int = 1,
) -> Cohort:
    """Simulate a cohort of echo studies, half of them with a wall motion abnormality.

    A subject is the same in a cohort of any size: chance comes from the seed and its number.

    Args:
        n: Number of subjects.
        seed: Seed of the cohort.
        signal: False draws every ventricle as normal, whatever its label.
        views: Of `ECHO_VIEWS`.
        frames: Frames of each clip, which show at least one heartbeat.
        size: Rows and columns of a frame.
        shared: Chance that an abnormality is of the whole ventricle, and so in every view;
            otherwise it is of one coronary territory, which some views do not show.
        missing: Chance that a view is missing; one is always there.
        clips: Clips of each view.

    Returns:
        Studies with the roles `echo_A4C` ... and `mask_A4C` ..., labeled as `LABELS`; the facts
        `wma`, `wma_segments`, `wma_A4C` ..., `ef_percent` (biplane, of the segmentations), `lge`,
        `lge_segments`, `t1_ms`, `t2_ms`, `ecv_percent` (none of which an image shows),
        `heart_rate`, `frame_rate_hz`, `age`, `sex`, `source_note`.

    Raises:
        InputError: A view is unknown.
    """
    given = {
        "views": tuple(views),
        "frames": frames,
        "size": tuple(size),
        "signal": signal,
        "shared": shared,
        "missing": missing,
        "clips": clips,
    }
    studies = (
        echo_study(f"ECHO{number:04d}", Order(number % 2, (seed, number), **given))
        for number in range(1, n + 1)
    )
    return Cohort(tuple(studies), name="simulated echo")


def echo_study(subject: str, order: Order) -> Study:
    """Simulate one patient's echo, drawn when it is asked for.

    Raises:
        InputError: A view is unknown.
    """
    _require_views(order.views)
    roles = [
        Role("US", kind, view, phase)
        for view in _present(order)
        for phase in (None, *(str(clip) for clip in range(2, order.clips + 1)))
        for kind in ("echo", "mask")
    ]
    return Study(subject, "1", EchoImages(order, tuple(roles)), _facts(order))


def view_cohort(n: int, seed: int = 0, frames: int = 16, size: tuple[int, int] = SIZE) -> Cohort:
    """Simulate clips of views that nobody named: A4C, A2C, PLAX and others in turn.

    Args:
        n: Number of subjects, of one clip each.
        seed: Seed of the cohort.
        frames: Frames of each clip.
        size: Rows and columns of a frame.

    Returns:
        Studies with the role `echo`, the facts `view` ("A4C", "A2C", "PLAX" or "other"),
        `view_drawn`, which names the other ones too, and those of `echo_cohort` on the person.
    """
    return Cohort(
        tuple(_one_view(number, seed, frames, size) for number in range(1, n + 1)),
        name="simulated echo views",
    )


def _one_view(number: int, seed: int, frames: int, size: tuple[int, int]) -> Study:
    turn, group = (number - 1) % (len(ECHO_VIEWS) + 1), (number - 1) // (len(ECHO_VIEWS) + 1)
    named = turn < len(ECHO_VIEWS)
    view = ECHO_VIEWS[turn] if named else OTHER_VIEWS[group % len(OTHER_VIEWS)]
    order = Order(group % 2, (seed, VIEW_KEY, number), (view,), frames, size, varied=True)
    facts = _facts(order)
    kept = {name: facts[name] for name in ("heart_rate", "age", "sex", "source_note")}
    told = {"view": view if named else "other", "view_drawn": view, "view_source": SIMULATED}
    images = EchoImages(order, (Role("US", "echo"),))
    return Study(f"VIEW{number:04d}", "1", images, {**told, **kept})


def _facts(order: Order) -> dict[str, Fact]:
    abnormal, beat = abnormal_of(order), beat_of(order)
    person = chances_of(order)[4]
    return {
        "wma": float(order.wma),
        "wma_segments": as_cell(tuple(abnormal)),
        **{f"wma_{view}": float(shows(view, tuple(abnormal))) for view in SEGMENTS_OF_VIEW},
        "wma_kind": next(iter(abnormal.values()), "normal"),
        "ef_percent": round(ejection_fraction(anatomy_of(order).ventricle), 2),
        **tissue_facts(person),
        "heart_rate": beat.rate,
        "frame_rate_hz": round(1000 / beat.frame_ms, 2),
        "age": float(person.integers(35, 86)),
        "sex": str(person.choice(["F", "M"])),
        **{f"{target}_source": SIMULATED for target in TARGETS},
        "source_note": SIMULATED,
    }


def _present(order: Order) -> tuple[str, ...]:
    """Return the views that are not missing, at least one."""
    rng = chances_of(order)[5]
    chance = rng.random(len(ECHO_VIEWS))
    kept = tuple(v for v in order.views if chance[ECHO_VIEWS.index(v)] >= order.missing)
    return kept or (order.views[int(rng.integers(len(order.views)))],)


def _require_views(views: tuple[str, ...]) -> None:
    for view in views:
        if view not in ECHO_VIEWS:
            raise InputError(
                got=f"the view '{view}'",
                wanted=f"one of {', '.join(ECHO_VIEWS)}",
                fix="choose views that can be simulated",
            )
