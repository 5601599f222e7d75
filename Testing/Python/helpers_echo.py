"""Drawn echo clips for tests: a bright ring that beats inside a sector full of speckle."""

from dataclasses import replace

import numpy as np
from CardioAILib.learning import Clip, Ensemble
from CardioAILib.prepare import Downsample, Rescale, Sector, Square
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, Cohort, Image, Mask, Role, Study
from CardioAILib.system import Clips
from CardioAILib.verbs.adapt import adapt

VIEWS = ("A4C", "A2C", "PLAX")
TINY = {"size": (48, 60), "frames": 18}
"""Clips as small as the networks of `small_echo` take them."""

PLACE = np.diag([-0.5, -0.5, 1.0, 1.0])


def ring(strength=1.0, *, frames=36, size=(96, 120), center=0.55, seed=0):
    """A clip (T, 1, H, W) and its mask; `strength` 0 is a wall that does not move."""
    random = np.random.default_rng(seed)
    height, width = size
    y, x = np.mgrid[:height, :width]
    apart = np.abs(np.arctan2(x - width / 2, y + 1.0))
    sector = (apart < 0.65) & (np.hypot(y, x - width / 2) < height - 6)
    distance = np.hypot(y - height * center, x - width / 2)
    radii = height * 0.2 * (1 - 0.35 * strength * (1 - np.cos(np.arange(frames) / 4.0)) / 2)
    inside = distance < radii[:, None, None]
    wall = ~inside & (distance < radii[:, None, None] + height * 0.07)
    gray = 70.0 * random.rayleigh(0.6, (frames, *size)) * np.where(inside, 0.2, 1.0)
    gray = np.where(sector, np.clip(gray * np.where(wall, 1.8, 1.0), 1, 255), 0)
    times = tuple(20.0 * frame for frame in range(frames))
    image = Image(gray.astype(np.uint8)[:, None], PLACE, times_ms=times)
    marks = (inside + 2 * wall).astype(np.uint8)[:, None]
    return image, Mask(marks, PLACE, labels={LV_CAVITY: 1, MYOCARDIUM: 2})


def clip(view, number=None):
    """The role of a clip."""
    return Role("US", "echo", view, number)


def echo_study(subject, strength=1.0, views=VIEWS, *, seed=0, facts=None, **drawn):
    """A study of drawn clips, one a view, each a little different."""
    places = {view: 0.5 + 0.05 * index for index, view in enumerate(VIEWS)}
    images = {}
    for index, view in enumerate(views):
        place = places.get(view, 0.6)
        images[clip(view)], _ = ring(strength, seed=seed * 10 + index, center=place, **drawn)
    return Study(subject, "1", images, facts or {})


def tissue(index):
    """Values that are low in the first four studies, high in the others."""
    return {"t1_ms": 1020.0 + 10 * index, "t2_ms": 54.0 + index, "ecv_percent": 29.0 + index}


def echo_cohort(count, **drawn):
    """Studies of which every second one hardly moves, and says so."""
    studies = []
    for index in range(count):
        still = index % 2
        facts = {"wma": float(still), "lge": float(still), **tissue(index)}
        studies.append(
            echo_study(f"s{index:02d}", 0.1 if still else 1.0, seed=index, facts=facts, **drawn)
        )
    return Cohort(tuple(studies))


PLACES = {"A4C": 0.3, "A2C": 0.5, "PLAX": 0.7, "PSAX": 0.9}
"""Where the ring lies in a clip of each view, as a share of the height."""


def view_study(subject, seed, **drawn):
    """A study whose views differ by where the ring lies."""
    study = echo_study(subject, views=())
    for index, (view, place) in enumerate(PLACES.items()):
        how = {"center": place, "seed": 10 * seed + index, "frames": 12, **drawn}
        study.images[clip(view)], _ = ring(**how)
    return study


def clips_of_views(count, **drawn):
    """Studies of clips of four views."""
    return Cohort(tuple(view_study(f"s{index:02d}", index, **drawn) for index in range(count)))


def small_echo(system, width=0.1):
    """A system of clips with thin networks, 8 frames of 32 x 32 pixels, without the control."""
    networks = {
        view: replace(network, channels=Clip(8, 1))
        for view, network in system.arms["views"].parts.items()
    }
    examples = Clips(frames=8, stride=1, kept=16, fewest=8)
    arms = {"views": Ensemble(networks), "combined": system.arms["combined"]}
    small = (Sector(), Square(), Downsample(32))
    return adapt(replace(system, prepare=small, examples=examples, arms=arms), width=width)


def small_views(system, folds=2):
    """A system of echo views with a thin network and images of 32 x 32 pixels."""
    small = (Sector(), Square(), Downsample(32), Rescale())
    return adapt(replace(system, prepare=small), width=0.125, folds=folds)
