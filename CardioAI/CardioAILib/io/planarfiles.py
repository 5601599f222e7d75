"""Planar scans that a cohort table names: DICOM files, gray pictures and volumes of one slice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from CardioAILib.errors import CardioAIError, MissingInputError
from CardioAILib.io.nm import read_planar
from CardioAILib.io.nmfiles import SUFFIX, says_dicom
from CardioAILib.io.nmseries import PlanarSeries
from CardioAILib.io.nmviews import ANTERIOR, POSTERIOR
from CardioAILib.io.pictures import are_pictures
from CardioAILib.io.planarpictures import read_planar_picture
from CardioAILib.io.volumes import read_image
from CardioAILib.quality.landmarks import STATURE_MM
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image, Role

Files = Mapping[Role, Sequence[Path]]


def is_planar(role: Role) -> bool:
    """Say whether a role is a planar scan of nuclear medicine."""
    return (role.modality, role.kind) == ("NM", "planar")


def read_view(path: Path, role: Role, spacing: tuple[float, float, float] | None = None) -> Image:
    """Read one view of a planar scan.

    Args:
        path: File of DICOM, of a picture, or of a volume.
        role: The view.
        spacing: Distances between columns, rows and slices in mm, assumed of pictures.

    Raises:
        MissingInputError: The file shows other views.
        CardioAIError: It cannot be read, or is no planar scan.
    """
    if are_pictures([path]):
        known = None if spacing is None else (spacing[1], spacing[0])
        return read_planar_picture(path, str(role.view), known)
    return _series(path, role).image if _is_dicom(path) else read_image(path)


def with_posterior(files: Files) -> Files:
    """Return files with the posterior view that lies in the anterior one's file, if none is named.

    Args:
        files: Files of each role of a study.
    """
    front, back = (Role("NM", "planar", view) for view in (ANTERIOR, POSTERIOR))
    own = files.get(front, ())
    if back in files or len(own) != 1 or not _is_dicom(own[0]):
        return files
    try:
        both = any(back.matches(series.role) for series in read_planar(own[0]))
    except CardioAIError:
        # Whoever asks for the pixels is told.
        return files
    return {**files, back: own} if both else files


def header_facts(files: Files) -> dict[str, Fact]:
    """Return what the headers of a study's planar scans say; of damaged ones nothing."""
    facts: dict[str, Fact] = {}
    for series in _readable(files):
        facts = {**series.facts, **facts}
    return facts


def planar_findings(files: Files) -> list[Finding]:
    """Return what a reader should know of how a study's planar scans were stored."""
    found = [
        Finding(own.check, f"{series.role.view}: {own.message}")
        for series in _readable(files)
        for own in series.findings
    ]
    pictures = [role for role, paths in files.items() if is_planar(role) and are_pictures(paths)]
    message = (
        "a picture, whose gray levels are not counts: ratios and the logarithm are not those of "
        "counts; an inverted display was turned; where no pixel size is given, that which makes a "
        f"whole body {STATURE_MM / 1000:.2f} m tall was taken, else 1 mm; use the original NM image"
    )
    return [*found, *(Finding("picture", f"{role.view}: {message}") for role in pictures)]


def _readable(files: Files) -> Iterator[PlanarSeries]:
    for role, paths in files.items():
        for path in paths if is_planar(role) else ():
            if not _is_dicom(path):
                continue
            try:
                yield _series(path, role)
            except CardioAIError:
                # Whoever asks for the pixels is told.
                continue


def _is_dicom(path: Path) -> bool:
    """Say whether a file is DICOM by its first bytes, or calls itself so."""
    return says_dicom(path) or path.suffix.lower() == SUFFIX


def _series(path: Path, role: Role) -> PlanarSeries:
    series = read_planar(path, untold=role.view or ANTERIOR)
    for one in series:
        if role.matches(one.role):
            return one
    shown = " and ".join(str(one.role.view) for one in series)
    raise MissingInputError(
        got=f"a scan of the {shown} view in the column '{role.view}'",
        wanted=f"the {role.view} view",
        fix="name each view's file in its own column",
    )
