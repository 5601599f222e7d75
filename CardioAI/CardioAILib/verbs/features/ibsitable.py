"""Our values beside the reference values of IBSI 1, with a verdict each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from CardioAILib.errors import MissingInputError
from CardioAILib.io.table import read_rows
from CardioAILib.io.volumes import read_image, read_mask
from CardioAILib.radiomics import ibsi

AGREED, NOT_AGREED, NOT_OFFERED = "agreed", "not agreed", "not offered"
"""The verdicts."""

DIGITS = 3
"""Significant digits that reference values are printed with, trailing zeros left out."""

STAGES = ("img", "vox", "mean", "min", "max", "int", "morph")
"""First words of the tags that describe image and masks; `morph_mask` alone of `morph`."""


@dataclass(frozen=True)
class Case:
    """A phantom, what is done to it, and what should come out.

    Attributes:
        title: How the documentation calls it.
        phantom: Folder of the phantom in IBSI's collection of data sets.
        references: File of reference values.
        settings: What is done.
    """

    title: str
    phantom: str
    references: str
    settings: ibsi.IbsiSettings


_CT = "ibsi_1_ct_radiomics_phantom"

CASES = (
    Case(
        "Digital phantom",
        "ibsi_1_digital_phantom",
        "ibsi_1_dig_phantom.csv",
        ibsi.DIGITAL_PHANTOM,
    ),
    Case("CT, configuration A", _CT, "ibsi_1_chest_config_a.csv", ibsi.CONFIGURATION_A),
    Case("CT, configuration B", _CT, "ibsi_1_chest_config_b.csv", ibsi.CONFIGURATION_B),
    Case("CT, configuration C", _CT, "ibsi_1_chest_config_c.csv", ibsi.CONFIGURATION_C),
    Case("CT, configuration D", _CT, "ibsi_1_chest_config_d.csv", ibsi.CONFIGURATION_D),
    Case("CT, configuration E", _CT, "ibsi_1_chest_config_e.csv", ibsi.CONFIGURATION_E),
)
"""All cases of IBSI 1."""


@dataclass(frozen=True)
class Line:
    """One value beside its reference.

    Attributes:
        tag: IBSI's tag.
        ours: Our value, None where there is none.
        reference: The reference value, None where IBSI has none.
        tolerance: Its tolerance.
    """

    tag: str
    ours: float | None
    reference: float | None
    tolerance: float | None

    @property
    def verdict(self) -> str:
        """One of ``AGREED``, ``NOT_AGREED`` and ``NOT_OFFERED``.

        Agreed is what lies within the tolerance, or reads as the reference value does when it
        is rounded to as many digits.
        """
        if self.ours is None or self.reference is None:
            return NOT_OFFERED
        allowed = max(self.tolerance or 0.0, _half_digit(self.reference))
        # A tolerance that is met exactly must not fail by rounding.
        near = abs(self.ours - self.reference) <= allowed * (1 + 1e-9)
        return AGREED if near else NOT_AGREED

    @property
    def family(self) -> str:
        """The feature family of the tag, or ``stages`` for what describes image and masks."""
        first = self.tag.split("_")[0]
        staged = first in STAGES and not (first == "morph" and "_mask_" not in self.tag)
        return "stages" if staged else first


def compare_with_ibsi(data: Path) -> dict[str, list[Line]]:
    """Compute all cases and set them beside the reference values.

    Args:
        data: A folder that holds, at any depth, the folders of the two phantoms as IBSI's
            collection of data sets has them, and the files of reference values.

    Returns:
        Lines by title of the case, in the order of the reference values.

    Raises:
        MissingInputError: A phantom or a file of reference values is not there.
        UnreadableFileError: A phantom cannot be read.
    """
    return {case.title: list(_lines(case, data)) for case in CASES}


def count_verdicts(lines: list[Line]) -> Mapping[str, int]:
    """Return how many lines there are of each verdict."""
    found = [line.verdict for line in lines]
    return {verdict: found.count(verdict) for verdict in (AGREED, NOT_AGREED, NOT_OFFERED)}


def _lines(case: Case, data: Path) -> Iterator[Line]:
    folder = _find(data, case.phantom)
    image = read_image(folder / "nifti" / "image" / "phantom.nii.gz")
    mask = read_mask(folder / "nifti" / "mask" / "mask.nii.gz")
    given = (image.array[0], mask.array[0], image.spacing, case.settings)
    ours = ibsi.describe_stages(*given) | ibsi.ibsi_features(*given)
    for row in read_rows(_find(data, case.references)):
        tag = row.cells["tag"]
        reference, tolerance = (row.cells.get(name) for name in ("reference value", "tolerance"))
        yield Line(tag, ours.get(tag), _number(reference), _number(tolerance))


def _find(data: Path, name: str) -> Path:
    found = min(data.rglob(name), default=None)
    if found is None:
        raise MissingInputError(
            got=f"no '{name}' in the folder of data",
            wanted="the phantoms of IBSI 1 and their reference values",
            fix="get the phantoms from github.com/theibsi/data_sets and the tables "
            "ibsi_1_*.csv from github.com/oncoray/mirp (test/data), and name their folder",
        )
    return found


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _half_digit(reference: float) -> float:
    """Return half a unit of the last digit that a reference value is printed with."""
    exponent = math.floor(math.log10(abs(reference))) if reference else 0
    return 0.5 * 10.0 ** (exponent - DIGITS + 1)
