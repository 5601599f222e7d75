"""From examinations to what one result speaks of: a study, a cine set, a slice, or a clip."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from CardioAILib.quality import require
from CardioAILib.study import Cohort, Image, Mask, Study
from CardioAILib.system import System
from CardioAILib.verbs.clipunits import clips_apart
from CardioAILib.verbs.phases import lazily_phased
from CardioAILib.verbs.preparedsets import chosen_slices, slices_showing
from CardioAILib.verbs.unitviews import SomeImages, View, at_view, only_view, views_of

logger = logging.getLogger(__name__)

PLANE = "plane"
"""Fact that names the view of a cine set, in Germain's words."""

PLANE_OF_VIEW = {"2C": "VLA-left", "RV2C": "VLA-right", "4C": "4C", "SAX": "SAX"}


def units(system: System, cohort: Cohort) -> Cohort:
    """Return a study for each result that the system gives.

    Studies that lack an image stay as they are, so that whoever uses them says what is missing.

    Args:
        system: The declaration.
        cohort: Examinations as they were read, or their units.

    Raises:
        InputError: Slices are wanted and a study's images do not fit each other.
        UnreadableFileError: Slices are wanted and a file cannot be read.
    """
    if system.unit == "study":
        return cohort
    return replace(cohort, studies=tuple(unit for study in cohort for unit in of(system, study)))


def of(system: System, study: Study) -> Iterator[Study]:
    """Yield the units of one study."""
    if system.unit == "clip":
        yield from clips_apart(system, study)
        return
    phased = lazily_phased(system, study)
    views = views_of(system, phased)
    if not views:
        yield study
    # A whole cine stays whole until its unit is prepared, which then tells the frames taken.
    for view in views:
        if system.unit == "slice":
            yield from slices_of(system, cine_set(phased, view, alone=len(views) == 1))
        else:
            yield cine_set(study, view, alone=len(views) == 1)


def cine_set(study: Study, view: View, *, alone: bool) -> Study:
    """Return one view of a study, its key unchanged where it is the only one."""
    own = only_view(study, view)
    facts = dict(study.facts)
    if view in PLANE_OF_VIEW:
        facts.setdefault(PLANE, PLANE_OF_VIEW[view])
    name = study.study if alone else f"{study.study} {view or 'unknown view'}"
    return replace(own, study=name, facts=facts)


def named(study: Study) -> str:
    """Return how messages name a study or a unit: by its key, and the views that this leaves open.

    Only the roles of its images are looked at; none is read.
    """
    views = dict.fromkeys(role.view for role in study.images if role.kind == "cine" and role.view)
    open_views = [view for view in views if view not in study.study.split()]
    shown = f" ({', '.join(open_views)})" if open_views else ""
    return f"subject {study.subject}, study {study.study}{shown}"


def slices_of(system: System, study: Study) -> Iterator[Study]:
    """Yield each chosen slice of a cine set as a study of its own."""
    named, own, _ = at_view(system, study)
    image = require(own, next(iter(named.inputs.values())).image)
    if image.array.shape[1] == 1:
        yield study
        return
    for index in chosen_slices(system.examples, shown_slices(named, own, image)):
        images = SomeImages(own.images, tuple(own.images), partial(one_slice, index=int(index)))
        yield replace(study, study=f"{study.study} slice {index}", images=images)


def shown_slices(system: System, study: Study, image: Image) -> np.ndarray:
    """Return the slices of an image on which the study's masks show the structure."""
    found = [(needed, study.find(needed.mask)) for needed in system.inputs.values() if needed.mask]
    masks = [(needed.structure, study.images[role]) for needed, role in found if role]
    stacks = [mask.of(structure)[0] for structure, mask in masks if isinstance(mask, Mask)]
    fewest = system.examples.minimum_pixels if stacks else 0
    shape = image.array.shape[1:]
    return slices_showing(stacks or [np.zeros(shape, bool)], fewest)


def one_slice(image: Image, index: int) -> Image:
    """Return one slice (T, 1, H, W) of an image, where it lies."""
    matrix = np.array(image.ijk_to_ras, float)
    matrix[:3, 3] += index * matrix[:3, 2]
    return replace(image, array=image.array[:, index : index + 1], ijk_to_ras=matrix)
