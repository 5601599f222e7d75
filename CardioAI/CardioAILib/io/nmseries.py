"""One view of a planar examination, whose counts are read when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import CardioAIError, InputError
from CardioAILib.io.nmfacts import nm_facts
from CardioAILib.io.nmfiles import damaged, is_capture
from CardioAILib.io.nmkinds import Kind, called, kind_of, values
from CardioAILib.io.nmpixels import Stored, digest_of
from CardioAILib.io.nmplaces import Place, places_of
from CardioAILib.io.nmtimes import acquired_at
from CardioAILib.io.nmviews import ANTERIOR, POSTERIOR, View, views_of
from CardioAILib.io.nmwindows import numbers_of, window_of
from CardioAILib.quality.landmarks import STATURE_MM, likely_spacing
from CardioAILib.results import Finding
from CardioAILib.study import Fact, Image, Role

if TYPE_CHECKING:
    from pydicom import Dataset

SIZES = ("PixelSpacing", "NominalScannedPixelSpacing", "ImagerPixelSpacing")
"""Where headers say the size of a pixel, the best first."""


@dataclass(frozen=True, eq=False)
class PlanarSeries:
    """One view of a planar examination.

    Args:
        role: `Role("NM", "planar", "anterior")` or the posterior one.
        stored: Where its counts are.
        place: How it is turned, and where it lies.
        spacing: Distance between rows and between columns, in mm; None where it is not told.
        kind: "whole body" or "static".
        shape: Rows and columns.
        acquired: When, or None.
        facts: What the header says of body, tracer and acquisition, without names and dates.
        study: Study Instance UID; to keep examinations apart, never to be shown.
        patient: Patient ID, likewise.
        findings: What a reader should know of how it was read.
        original: Whether its pixels are as they were acquired.
        chest: Whether its name says that it shows the chest.
        error: Why there is nothing to read; raised when pixels are asked for.
        files: Every file of the examination, those not taken among them.
    """

    role: Role
    stored: Stored = field(default_factory=Stored)
    place: Place = field(default_factory=lambda: Place(ANTERIOR))
    spacing: tuple[float, float] | None = None
    kind: Kind = "whole body"
    shape: tuple[int, int] = (0, 0)
    acquired: datetime | None = field(default=None, repr=False)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    study: str = field(default="", repr=False)
    patient: str = field(default="", repr=False)
    findings: tuple[Finding, ...] = ()
    original: bool = True
    chest: bool = False
    error: CardioAIError | None = None
    files: tuple[Path, ...] = field(default=(), repr=False)

    @property
    def image(self) -> Image:
        """The counts (1, 1, H, W), head up, in place; read anew at each access.

        Raises:
            CardioAIError: The examination was refused, the file is truncated, or no decoder for
                its compression is installed.
        """
        if self.error is not None:
            raise self.error
        pixels = self.place.turn(self.stored.read())
        matrix = self.place.matrix(pixels.shape, self.spacing or likely_spacing(pixels))
        path, index = self.stored.path, self.stored.index
        return Image(pixels[np.newaxis, np.newaxis], matrix, (path.name,), digest_of(path, index))


def series_of(path: Path, header: Dataset, untold: str = ANTERIOR) -> list[PlanarSeries]:
    """Return the anterior and posterior frames of a file.

    Args:
        path: The file.
        header: Its header.
        untold: View of a single frame of which nothing tells it.

    Raises:
        InputError: It is of another kind, its frames cannot be told apart, or shows neither view.
        UnreadableFileError: The header breaks off, or the file holds fewer pixels than it says.
    """
    kind = kind_of(header)
    shape = int(header.get("Rows") or 0), int(header.get("Columns") or 0)
    if min(shape) < 1:
        raise damaged("a header without rows and columns")
    frames = int(header.get("NumberOfFrames") or 1)
    windows, detectors = numbers_of(header, frames)
    window, findings = window_of(header, windows)
    kept = [index for index in range(frames) if windows[index] == window]
    named, told = _named(views_of(header, [detectors[i] for i in kept]), untold)
    facts, doubts = nm_facts(header, kind, window)
    findings = (*findings, *told, *doubts, *_doubts(header))
    chosen = [(i, view) for i, view in zip(kept, named, strict=True) if view]
    places = places_of(header, [detectors[i] for i, _ in chosen], [view for _, view in chosen])
    spacing = _spacing(header)
    return [
        PlanarSeries(
            role=Role("NM", "planar", place.view),
            stored=Stored(path, index, _is_inverted(header), _is_lossy(header)),
            place=place,
            spacing=spacing,
            kind=kind,
            shape=shape,
            acquired=acquired_at(header),
            facts=facts,
            study=str(header.get("StudyInstanceUID") or path),
            patient=str(header.get("PatientID") or ""),
            findings=(*findings, *place.findings),
            original="DERIVED" not in values(header, "ImageType")[:1],
            chest=any(word in called(header) for word in ("THORA", "CHEST", "HEART", "HERZ")),
        )
        for (index, _), place in zip(chosen, places, strict=True)
    ]


def _named(views: list[View], untold: str) -> tuple[list[str | None], list[Finding]]:
    """Return the view of each frame to take, None of others, and doubts.

    Raises:
        InputError: Nothing tells the views of several frames, several frames show one view, or
            there is neither view.
    """
    names = [view.name for view in views]
    if names == [None]:
        message = f"nothing in the header tells the view; taken for the {untold} one: check it"
        return [untold], [Finding("view", message)]
    both = [name for name in names if name in (ANTERIOR, POSTERIOR)]
    if not both or len({*both}) < len(both):
        raise _unclear(names)
    rules = [view.by for view in views if view.name in both and not view.sure]
    findings = []
    if rules:
        message = f"told by {' and '.join(dict.fromkeys(rules))} alone: check which is the anterior"
        findings.append(Finding("view", message))
    if len(both) < len(names):
        message = f"{len(names)} views are in the file; taken: {' and '.join(both)}"
        findings.append(Finding("views", message))
    return [name if name in both else None for name in names], findings


def _doubts(header: Dataset) -> list[Finding]:
    """Return what about a file's pixels a reader should know."""
    found = []
    if is_capture(header):
        found.append(("capture", "a secondary capture, whose pixels may not be counts"))
    if _scale(header) != (1.0, 0.0):
        slope, offset = _scale(header)
        message = f"the header rescales by {slope:g} and {offset:g}; the stored counts were taken"
        found.append(("rescaled", message))
    if _is_lossy(header):
        found.append(("compression", "the pixels were compressed with loss"))
    if str(header.get("PhotometricInterpretation") or "") not in ("MONOCHROME2", ""):
        taken = "turned, so that uptake is bright" if _is_inverted(header) else "counts as stored"
        found.append(("display", f"stored as {header.PhotometricInterpretation}; {taken}"))
    if int(header.get("BitsStored") or 16) <= 8:
        found.append(("8 bits", "counts stored in 8 bits, which end at 255"))
    if _spacing(header) is None:
        message = "the header states no pixel size; that which makes a whole body "
        told = f"{STATURE_MM / 1000:.2f} m tall stands for it, else 1 mm"
        found.append(("spacing unknown", message + told))
    return [Finding(check, message) for check, message in found]


def _is_lossy(header: Dataset) -> bool:
    from pydicom.uid import JPEG2000, JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless

    syntax = header.file_meta.TransferSyntaxUID
    lossy = (JPEGBaseline8Bit, JPEGExtended12Bit, JPEG2000, JPEGLSNearLossless)
    return syntax in lossy or str(header.get("LossyImageCompression") or "") == "01"


def _is_inverted(header: Dataset) -> bool:
    """Say whether a capture stores its display, in which counts are dark."""
    return is_capture(header) and header.get("PhotometricInterpretation") == "MONOCHROME1"


def _scale(header: Dataset) -> tuple[float, float]:
    slope, offset = header.get("RescaleSlope"), header.get("RescaleIntercept")
    return float(1.0 if slope is None else slope), float(offset or 0.0)


def _spacing(header: Dataset) -> tuple[float, float] | None:
    for name in SIZES:
        stated = header.get(name)
        if stated is not None and len(stated) == 2 and min(map(float, stated)) > 0:
            return float(stated[0]), float(stated[1])
    return None


def _unclear(names: list[str | None]) -> InputError:
    told = ", ".join(name or "unknown" for name in names)
    return InputError(
        got=f"frames whose views are {told}",
        wanted="one anterior frame, and a posterior one beside it if there is one",
        fix="export the anterior view by itself, or name its file in a cohort table",
    )
