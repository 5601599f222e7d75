"""How stable each feature is: the agreement of its readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import CohortError, GridMismatchError
from CardioAILib.evaluate import icc_of_features, within_subject_variation
from CardioAILib.progress import Progress, silent, tracked
from CardioAILib.radiomics.names import feature_names
from CardioAILib.radiomics.settings import Settings
from CardioAILib.radiomics.stability.defaults import PERTURBATIONS
from CardioAILib.radiomics.stability.reading import Perturbation
from CardioAILib.radiomics.stability.readings import (
    Engine,
    SubjectReadings,
    one_reading,
    read_subject,
)

STABLE = 0.75
"""ICC from which on agreement is called good (Koo and Li, J Chiropr Med 2016;15:155)."""


@dataclass(frozen=True, eq=False)
class Stability:
    """The stability of features under perturbation.

    Args:
        names: Feature names.
        icc: ICC(2,1) over the unperturbed reading and all that a repeated reading by the same
            protocol may differ by, shape (F,); nan where `reasons` says why. Where no perturbation
            keeps the protocol, over all.
        lower: Lower bound of its 95 % interval, shape (F,).
        upper: Upper bound, shape (F,).
        variation: Within-subject coefficient of variation over the same readings, as a fraction,
            shape (F,); nan for features of either sign.
        complete: Subjects that count for each feature, shape (F,).
        reasons: Why a feature has no ICC, empty where it has one.
        by_kind: ICC(2,1) of the unperturbed reading with those of one kind of perturbation, (F,).
        spared: For each kind, slices that it left as they were.
        settings: What was computed.
        perturbations: What differed between readings.
        seed: Seed of every random choice.
        subjects: Number of subjects N.
        slices: Number of slices.
    """

    names: tuple[str, ...]
    icc: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    variation: NDArray[np.float64]
    complete: NDArray[np.int64]
    reasons: tuple[str, ...]
    by_kind: Mapping[str, NDArray[np.float64]]
    spared: Mapping[str, int]
    settings: Settings
    perturbations: tuple[Perturbation, ...]
    seed: int
    subjects: int
    slices: int

    @property
    def readings(self) -> int:
        """Number of readings K that `icc` is taken over, the unperturbed one included."""
        return len(repeated(self.perturbations))

    def worst_kinds(self) -> tuple[str, ...]:
        """Return the kind of perturbation, of those `icc` knows, that hurts each feature most."""
        places = set(repeated(self.perturbations))
        every = places_by_kind(self.perturbations)
        kinds = [kind for kind, own in every.items() if places & set(own)]
        values = np.array([self.by_kind[kind] for kind in kinds])
        lowest = np.where(np.isnan(values), np.inf, values).argmin(axis=0)
        absent = np.isnan(values).all(axis=0)
        return tuple("" if gone else kinds[k] for k, gone in zip(lowest, absent, strict=True))


def measure_stability(
    images: ArrayLike,
    masks: ArrayLike,
    spacing: ArrayLike,
    subjects: ArrayLike,
    settings: Settings,
    perturbations: Sequence[Perturbation] = PERTURBATIONS,
    seed: int = 0,
    engine: Engine = "auto",
    progress: Progress = silent,
) -> Stability:
    """Measure how well features of perturbed slices agree with one another.

    A subject's value in a reading is the mean over its slices: slices of one heart are no
    independent rows, and what a feature has to do is to tell patients apart. To rate slices as
    such, pass a name of its own for each.

    Args:
        images: Shape (N, H, W).
        masks: Shape (N, H, W); the region is where they equal ``settings.label``.
        spacing: Row and column spacing in mm, shape (2,) or (N, 2).
        subjects: Subject of each slice, shape (N,).
        settings: What is computed.
        perturbations: What differs between readings, one reading each; give a random one twice
            to have it drawn twice.
        seed: Seed of every random choice.
        engine: See `radiomics.extract`.
        progress: Told the share done.

    Raises:
        InputError: Images, masks or spacing cannot be used (see `radiomics.extract`).
        CohortError: Fewer than two subjects, or no perturbation.
    """
    names, whose = np.unique(np.asarray(subjects).astype(str), return_inverse=True)
    whole = one_reading(images, masks, spacing, settings)
    if whose.shape != (len(whole),):
        raise GridMismatchError(
            got=f"{whose.size} subjects for {len(whole)} slices",
            wanted="the subject of each slice",
            fix="repeat a subject's name for each of its slices",
        )
    require_spread(len(names), perturbations)
    read = [
        read_subject(str(names[k]), [whole.take(whose == k)], perturbations, seed, engine)
        for k in tracked(range(len(names)), progress, "stability of subject")
    ]
    return summarize(read, settings, perturbations, seed)


def summarize(
    read: Sequence[SubjectReadings],
    settings: Settings,
    perturbations: Sequence[Perturbation],
    seed: int,
) -> Stability:
    """Return the agreement of readings that were made with these perturbations.

    Raises:
        CohortError: Fewer than two subjects, or no perturbation.
    """
    require_spread(len(read), perturbations)
    values = np.array([own.values for own in read])
    spared = np.sum([own.spared for own in read], axis=0)
    places = places_by_kind(perturbations)
    again = values[:, repeated(perturbations)]
    found = icc_of_features(again)
    return Stability(
        names=feature_names(settings),
        icc=found.icc,
        lower=found.lower,
        upper=found.upper,
        variation=within_subject_variation(again),
        complete=found.complete,
        reasons=found.reasons,
        by_kind={k: icc_of_features(values[:, [0, *own]]).icc for k, own in places.items()},
        spared={k: int(spared[own].sum()) for k, own in places.items()},
        settings=settings,
        perturbations=tuple(perturbations),
        seed=seed,
        subjects=len(read),
        slices=sum(own.slices for own in read),
    )


def only(stability: Stability, kept: NDArray[np.bool_]) -> Stability:
    """Return the stability of the features that are kept (F,)."""
    names, reasons = (
        tuple(np.array(part)[kept].tolist()) for part in (stability.names, stability.reasons)
    )
    return replace(
        stability,
        names=names,
        reasons=reasons,
        icc=stability.icc[kept],
        lower=stability.lower[kept],
        upper=stability.upper[kept],
        variation=stability.variation[kept],
        complete=stability.complete[kept],
        by_kind={kind: values[kept] for kind, values in stability.by_kind.items()},
    )


def repeated(perturbations: Sequence[Perturbation]) -> list[int]:
    """Return the readings by the same protocol; all where there is only the unperturbed one."""
    places = [k for k, one in enumerate(perturbations, start=1) if one.same_protocol]
    return [0, *(places or range(1, len(perturbations) + 1))]


def places_by_kind(perturbations: Sequence[Perturbation]) -> dict[str, list[int]]:
    """Return the readings of each kind of perturbation; reading 0 is the unperturbed one."""
    places: dict[str, list[int]] = {}
    for place, perturbation in enumerate(perturbations, start=1):
        places.setdefault(perturbation.kind, []).append(place)
    return places


def require_spread(subjects: int, perturbations: Sequence[Perturbation]) -> None:
    """Refuse what has no agreement to measure.

    Raises:
        CohortError: Fewer than two subjects, or no perturbation.
    """
    if subjects < 2 or not perturbations:
        raise CohortError(
            got=f"subjects: {subjects}, perturbations: {len(perturbations)}",
            wanted="two subjects or more, and a perturbation",
            fix="add subjects: whether a feature tells them apart cannot be seen on one",
        )


def stable_features(
    stability: Stability, icc: float = STABLE, *, every_kind: bool = False
) -> NDArray[np.bool_]:
    """Say which features (F,) agree well enough; one without an ICC does not.

    Args:
        stability: What was measured.
        icc: Least ICC.
        every_kind: Whether that must hold under every kind of perturbation by itself as well,
            those of another protocol included.
    """
    enough = stability.icc >= icc
    if every_kind:
        enough &= (np.array(list(stability.by_kind.values())) >= icc).all(axis=0)
    return enough
