"""The files of each EMIDEC case, in whichever form the data set is at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from CardioAILib.errors import CohortError
from CardioAILib.io.cohort import listing

CASE = re.compile(r"Case_([NP]?)\d{3}")
"""N is a normal examination, P an infarct; cases of the test set bear neither, nor contours."""

SLICE = re.compile(r"(Case_[NP]?\d{3})_slice\d+\.png")


@dataclass(frozen=True)
class Case:
    """The files of one case.

    Args:
        name: As the data set calls it.
        images: One volume, or pictures of the slices in order.
        masks: The contours alike; none in the test set.
        pictures: Whether the slices are pictures.
    """

    name: str
    images: tuple[Path, ...]
    masks: tuple[Path, ...]
    pictures: bool = False

    @property
    def letter(self) -> str:
        """N, P, or nothing for a case of the test set."""
        match = CASE.fullmatch(self.name)
        return match[1] if match else ""


def find_cases(folder: Path) -> list[Case]:
    """Return all cases below a folder, in order of name.

    A case found in several forms is taken in the first of these: folders as distributed, loose
    volumes, pictures.

    Raises:
        CohortError: No case is found, a folder bears no case's name, or files are missing.
    """
    found = {**_pictured(folder), **_loose(folder), **_distributed(folder)}
    if not found:
        raise CohortError(
            got=f"no case below '{folder.name}'",
            wanted="the EMIDEC folder, with Case_N001/Images/Case_N001.nii.gz or alike below it",
            fix="unpack the data set and name its folder",
        )
    _require_files(found.values())
    return [found[name] for name in sorted(found)]


def _distributed(folder: Path) -> dict[str, Case]:
    """Cases as `Case_N001/Images/Case_N001.nii.gz`, with `Contours` beside `Images`."""
    folders = sorted({images.parent for images in folder.rglob("Images") if images.is_dir()})
    unknown = [case.name for case in folders if not CASE.fullmatch(case.name)]
    if unknown:
        raise CohortError(
            got=f"{len(unknown)} folders that bear no case's name: {listing(unknown)}",
            wanted="Case_N001, Case_P001 or alike (Case_101 in the test set)",
            fix="give the folders back their names, or move others away",
        )
    return {case.name: _of_folder(case) for case in folders}


def _of_folder(folder: Path) -> Case:
    image, mask = (_volume(folder / part, folder.name) for part in ("Images", "Contours"))
    case = Case(folder.name, (image,), (mask,))
    return case if case.letter or mask.is_file() else Case(folder.name, (image,), ())


def _loose(folder: Path) -> dict[str, Case]:
    """Cases as `Case_P100.nii.gz` beside `Case_P100_gt.nii.gz`."""
    masks = [*folder.rglob("Case_*_gt.nii.gz"), *folder.rglob("Case_*_gt.nii")]
    named = {mask.name.partition("_gt.nii")[0]: mask for mask in sorted(masks)}
    return {
        name: Case(name, (_volume(mask.parent, name),), (mask,))
        for name, mask in named.items()
        if CASE.fullmatch(name)
    }


def _pictured(folder: Path) -> dict[str, Case]:
    """Cases as `images/Case_N006_slice000.png`, with the same names in `masks`."""
    slices: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("images/Case_*_slice*.png")):
        if match := SLICE.fullmatch(path.name):
            slices.setdefault(match[1], []).append(path)
    return {
        name: Case(name, tuple(paths), tuple(_picture_mask(path) for path in paths), True)
        for name, paths in slices.items()
    }


def _picture_mask(image: Path) -> Path:
    return image.parent.parent / "masks" / image.name


def _volume(folder: Path, name: str) -> Path:
    packed = folder / f"{name}.nii.gz"
    plain = packed.with_suffix("")
    return plain if plain.is_file() else packed


def _require_files(cases: Iterable[Case]) -> None:
    files = (file for case in cases for file in (*case.images, *case.masks))
    missing = [f"{file.parent.name}/{file.name}" for file in files if not file.is_file()]
    if missing:
        raise CohortError(
            got=f"{len(missing)} missing files: {listing(missing)}",
            wanted="an image and its contours for each case, as .nii.gz, .nii, or slices as .png",
            fix="copy the files again from the data set, or leave the case out",
        )
