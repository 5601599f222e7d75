"""Drawn echo clips for tests: a bright ring that beats inside a sector full of speckle."""

import numpy as np
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, Cohort, Image, Mask, Role, Study

VIEWS = ("A4C", "A2C", "PLAX")
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


def echo_cohort(count, **drawn):
    """Studies of which every second one hardly moves, and says so."""
    studies = []
    for index in range(count):
        still = index % 2
        facts = {"wma": float(still), "t1_ms": 1000.0 + 10.0 * index}
        studies.append(
            echo_study(f"s{index:02d}", 0.1 if still else 1.0, seed=index, facts=facts, **drawn)
        )
    return Cohort(tuple(studies))
