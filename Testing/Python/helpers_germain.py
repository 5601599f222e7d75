"""Small hearts of several classes, and Germain's system small enough for a test."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from CardioAILib.learning import Affine, Network
from CardioAILib.phantoms import SMALL
from CardioAILib.phantoms.cardiomyopathy import cardiomyopathy_cohort
from CardioAILib.prepare import CropPad, Resample, Window
from CardioAILib.study import Cohort, Image, Role, Study
from CardioAILib.system import System

SIDE = 32
"""Pixels of 4 mm: enough to tell a large heart from a small one."""


@cache
def hearts(n: int, seed: int = 0, classes: tuple[str, ...] = ("normal", "HCM", "DCM")) -> Cohort:
    """Simulated hearts, drawn once and kept in memory."""
    drawn = cardiomyopathy_cohort(n, seed, classes, SMALL)
    return replace(drawn, studies=tuple(replace(s, images=dict(s.images)) for s in drawn))


def small_germain(system: System, folds: int = 2, width: float = 0.03) -> System:
    """The declaration with thin networks that see small images."""
    arms = {name: _small(arm, width) for name, arm in system.arms.items()}
    prepare = (Resample(4.0), CropPad(SIDE, centre="heart"), Window(99.5))
    protocol = replace(system.protocol, folds=folds)
    published = system.as_published and small_germain(system.as_published, folds, width)
    return replace(
        system,
        arms=arms,
        prepare=prepare,
        protocol=protocol,
        as_published=published,
        examples=replace(system.examples, minimum_pixels=4),
    )


def _small(arm: object, width: float) -> object:
    if not isinstance(arm, Network):
        return arm
    architecture = replace(arm.architecture, size=SIDE, width=width)
    recipe = replace(arm.recipe, batch=8)
    return replace(arm, architecture=architecture, recipe=recipe, augment=Affine())


def without(study: Study, *roles: Role) -> Study:
    """The study without the images of these roles."""
    images = {own: image for own, image in study.images.items() if own not in roles}
    return replace(study, images=images)


def in_views(study: Study, *views: str | None) -> Study:
    """A study that shows the short-axis images of another in several views."""
    images = {replace(r, view=view): i for view in views for r, i in study.images.items()}
    return replace(study, images=images)


def cine(phase: str | None, view: str | None = "SAX") -> Role:
    return Role("MR", "cine", view, phase)


def mask(phase: str | None, view: str | None = "SAX") -> Role:
    return Role("MR", "mask", view, phase)


def shrunk(image: Image) -> Image:
    """The image without its last column of pixels."""
    return replace(image, array=np.ascontiguousarray(image.array[..., :-1]))
