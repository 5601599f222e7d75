"""The things that come in: roles, images, masks, studies, cohorts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from types import MappingProxyType

import numpy as np

from CardioAILib.errors import InputError

MYOCARDIUM = "myocardium"
LV_CAVITY = "lv_cavity"
RV_CAVITY = "rv_cavity"
LEFT_ATRIUM = "left_atrium"
HEART = "heart"
"""The ventricles: myocardium and both cavities, as far as a segmentation shows them."""

SCAR = "scar"
NO_REFLOW = "no_reflow"
"""Parts of the myocardium that a segmentation of late enhancement may label by themselves."""

PERICARDIAL_EFFUSION = "pericardial_effusion"
PLEURAL_EFFUSION = "pleural_effusion"

SAME_GRID_TOLERANCE_MM = 0.01

Fact = str | float
"""A value of a cohort table's cell: number where it reads as one, else text."""


@dataclass(frozen=True)
class Role:
    """What an image is for; `None` matches anything.

    Args:
        modality: DICOM Modality ("MR", "NM", "US").
        kind: Sequence or acquisition ("cine", "LGE"), or "mask" for a segmentation.
        view: View plane ("SAX", "2C", "4C", "A4C", "anterior").
        phase: Cardiac phase ("ED", "ES"); "LGE" of a segmentation of late enhancement; of a second,
            third, ... clip of one echo view its number ("2", "3").
    """

    modality: str | None = None
    kind: str | None = None
    view: str | None = None
    phase: str | None = None

    def matches(self, other: Role) -> bool:
        """Say whether `other` is an instance of this role."""
        pairs = zip(self._parts(), other._parts(), strict=True)
        return all(mine is None or mine == theirs for mine, theirs in pairs)

    @property
    def column(self) -> str:
        """The name of this role's column in a cohort table, as in `cine_SAX_ES`."""
        return "_".join(part for part in (self.kind, self.view, self.phase) if part)

    def _parts(self) -> tuple[str | None, ...]:
        return self.modality, self.kind, self.view, self.phase


@dataclass(frozen=True, eq=False)
class Image:
    """Pixels with their place in the patient.

    Args:
        array: Values, axes (T, S, H, W) = time, slice, row, column.
        ijk_to_ras: 4x4 matrix from (column, row, slice) indices to RAS millimetres.
        source: File names (never folders, which may carry a patient's name).
        digest: SHA-256 of the stored bytes, or empty for images made in memory.
        times_ms: Time of each frame (T,) after the first, in ms; empty where it is not known.
        calibrated: Whether the spacing is known; where it is not, a pixel counts as 1 mm wide and
            nothing is to be measured in mm.
        doubts: What reading its pixels showed and a reader should know, as that it was cut short.
    """

    array: np.ndarray
    ijk_to_ras: np.ndarray
    source: tuple[str, ...] = ()
    digest: str = ""
    times_ms: tuple[float, ...] = ()
    calibrated: bool = True
    doubts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.array.ndim != 4 or np.shape(self.ijk_to_ras) != (4, 4):
            raise InputError(
                got=f"an array {self.array.shape} with a matrix {np.shape(self.ijk_to_ras)}",
                wanted="axes (T, S, H, W) and a 4x4 IJK-to-RAS matrix",
                fix="add the missing axes with numpy.newaxis",
            )

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Distance between neighbors along (S, H, W), in mm."""
        column, row, layer = np.linalg.norm(self.ijk_to_ras[:3, :3], axis=0)
        return float(layer), float(row), float(column)


@dataclass(frozen=True, eq=False)
class Mask(Image):
    """A segmentation: integer labels on a grid.

    Args:
        labels: Label value of each structure, as in `{"myocardium": 2}`.
    """

    labels: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({MYOCARDIUM: 1}))

    def of(self, structure: str) -> np.ndarray:
        """Return the pixels of one structure, boolean (T, S, H, W); none if it has no label.

        `HEART` is all of myocardium and cavities together, unless it has a label of its own; the
        myocardium takes in what is labeled scar or no-reflow.
        """
        if structure == HEART and HEART not in self.labels:
            parts = (self.of(part) for part in (MYOCARDIUM, LV_CAVITY, RV_CAVITY))
            return np.logical_or.reduce(tuple(parts))
        if structure == MYOCARDIUM:
            known = (MYOCARDIUM, SCAR, NO_REFLOW)
            return np.isin(self.array, [self.labels[part] for part in known if part in self.labels])
        if structure not in self.labels:
            return np.zeros(self.array.shape, bool)
        return self.array == self.labels[structure]


def same_grid(one: Image, other: Image) -> bool:
    """Say whether two images share (S, H, W) and all corners lie within 0.01 mm of each other."""
    if one.array.shape[1:] != other.array.shape[1:]:
        return False
    sizes = one.array.shape[:0:-1]
    corners = np.array([*product(*((0, size) for size in sizes))])
    difference = (one.ijk_to_ras - other.ijk_to_ras)[:3]
    apart = difference[:, :3] @ corners.T + difference[:, 3:]
    return bool(np.abs(apart).max() <= SAME_GRID_TOLERANCE_MM)


@dataclass(frozen=True, eq=False)
class Study:
    """One examination of one subject.

    Args:
        subject: Pseudonym of the subject; splits never divide it.
        study: Name of the examination within the subject.
        images: Image or mask of each role; may read its file at each access.
        facts: Targets, groups and measurements from the cohort table.
    """

    subject: str
    study: str
    images: Mapping[Role, Image]
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def find(self, role: Role) -> Role | None:
        """Return the role itself where it is present, else the first that it matches, or None."""
        if role in self.images:
            return role
        return next((own for own in self.images if role.matches(own)), None)

    @property
    def key(self) -> tuple[str, str]:
        """The pair that names this examination in tables and results."""
        return self.subject, self.study


@dataclass(frozen=True, eq=False)
class Cohort:
    """Examinations in a fixed order.

    Args:
        studies: The examinations; (subject, study) is unique.
        name: Name shown in tables.
    """

    studies: tuple[Study, ...]
    name: str = "cohort"

    def __iter__(self) -> Iterator[Study]:
        return iter(self.studies)

    def __len__(self) -> int:
        return len(self.studies)

    def where(self, keep: Callable[[Study], bool]) -> Cohort:
        """Return the cohort of the studies for which `keep` is true, in the same order."""
        return replace(self, studies=tuple(study for study in self.studies if keep(study)))
