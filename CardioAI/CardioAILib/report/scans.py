"""Planar scans as reading rooms show them: logarithm of counts, bright places dark, regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.io import read_image
from CardioAILib.prepare import Stack, Step, prepare
from CardioAILib.quality import require
from CardioAILib.quality.body import body_extent
from CardioAILib.report.drawing import CaseImages
from CardioAILib.results import Result
from CardioAILib.study import HEART, Fact, Image, Mask, Study
from CardioAILib.system import System
from CardioAILib.verbs.batch import HEATMAP
from CardioAILib.verbs.prepared import load
from CardioAILib.verbs.worklistpictures import DARKEST, lifted

CONTRALATERAL = "contralateral"
CHEST = (1.0, 99.7)
"""Percentiles of what the network sees that are shown white and black there."""
AIR_ROWS = 12
"""Rows left above and below the patient."""
AROUND_MM = 75.0
"""Tissue shown around heart and contralateral region."""


@dataclass(frozen=True, eq=False)
class Scan:
    """A planar scan with what was done to it.

    Args:
        name: Name of the system's input.
        image: The scan (1, 1, H, W), counts.
        regions: Pixels (H, W), bool, of heart and contralateral region, as far as they were placed.
        crop: The prepared scan (h, w).
        steps: How it was prepared.
    """

    name: str
    image: Image
    regions: Mapping[str, np.ndarray]
    crop: np.ndarray
    steps: tuple[Step, ...]

    @property
    def counts(self) -> np.ndarray:
        """The counts (H, W)."""
        return self.image.array[0, 0]

    @property
    def frame(self) -> tuple[slice, slice]:
        """Rows and columns that the network sees; they may reach over the edge of the scan."""
        first = self.steps[0]
        spans = zip(first.offset, first.scale, first.output_shape, strict=True)
        return tuple(slice(round(at), round(at + n * scale)) for at, scale, n in spans)


def read_scan(system: System, study: Study, name: str = "") -> Scan:
    """Read a study's scan, place the regions and prepare it as the network sees it.

    Args:
        system: The declaration.
        study: The study with its images.
        name: Name of the input; the first where empty.

    Raises:
        CardioAIError: The scan cannot be read or prepared.
    """
    name = name or next(iter(system.inputs))
    needed = system.inputs[name]
    loaded, _ = load(system, study, resample_masks=True)
    image = require(loaded, needed.image)
    role = None if needed.mask is None else loaded.find(needed.mask)
    mask = None if role is None else loaded.images[role]
    regions = placed(image, mask if isinstance(mask, Mask) else None, study.facts)
    pixels = image.array[0].astype(np.float32)
    stack = prepare(Stack(pixels, np.zeros(pixels.shape, bool), image.spacing[1:]), system.prepare)
    return Scan(name, image, regions, stack.image[0], stack.steps)


def placed(image: Image, mask: Mask | None, facts: Mapping[str, Fact]) -> dict[str, np.ndarray]:
    """Return the pixels (H, W) of heart and contralateral region; none where they have no place."""
    from CardioAILib.measurements.planar import planar_of

    try:
        regions = planar_of(image, mask, facts).regions
    except InputError:
        return {}
    shape = image.array.shape[2:]
    return {n: regions[n].mask(shape) for n in (HEART, CONTRALATERAL) if n in regions}


def logarithmic(counts: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """Return counts on the logarithmic scale, and what of it is shown white and black."""
    shown = lifted(np.clip(counts, 0, None).astype(np.float32) / black_at(counts))
    return shown, (0.0, 1.0)


def black_at(counts: np.ndarray) -> float:
    """Return the counts that are shown black."""
    there = counts[counts > 0]
    return float(np.percentile(there, DARKEST)) if there.size else 1.0


def case_of(scan: Scan, system: System, result: Result, heat: np.ndarray | None) -> CaseImages:
    """Return a scan as a case to be drawn, whole.

    Args:
        scan: The scan.
        system: The declaration.
        result: The result.
        heat: Heatmap (H, W), or None for none.
    """
    shown, window = logarithmic(scan.counts)
    labels = {name: number for number, name in enumerate(scan.regions, start=1)}
    pixels = np.zeros(scan.counts.shape, np.uint8)
    for name, number in labels.items():
        pixels[scan.regions[name]] = number
    heat = np.zeros(shown.shape, np.float32) if heat is None else heat
    highest = max(float(heat.max()), np.finfo(np.float32).tiny)
    matrix = scan.image.ijk_to_ras
    return CaseImages(
        system=system,
        result=result,
        input=scan.name,
        image=replace(scan.image, array=shown[np.newaxis, np.newaxis]),
        mask=Mask(pixels[np.newaxis, np.newaxis], matrix, labels=labels),
        heatmap=Image(np.clip(heat / highest, 0, 1)[np.newaxis, np.newaxis], matrix),
        slice=0,
        window=window,
        margin=float("inf"),
        inverted=True,
        place="logarithm of counts",
    )


def heat_of(result: Result, results: Path, name: str) -> np.ndarray | None:
    """Read an input's heatmap (H, W); None where there is none."""
    file = result.files.get(HEATMAP + name)
    return None if file is None else read_image(results / file).array[0, 0]


def without_empty_ends(case: CaseImages) -> CaseImages:
    """Return the same case without the rows above and below the patient that hold no count."""
    height = case.image.array.shape[2]
    first, last = body_extent(case.image.array[0, 0]) or (0, height)
    rows = slice(max(0, first - AIR_ROWS), min(height, last + AIR_ROWS))
    matrix = case.image.ijk_to_ras.copy()
    matrix[:, 3] = matrix @ (0.0, rows.start, 0.0, 1.0)

    def cut_out(image: Image) -> Image:
        return replace(image, array=image.array[:, :, rows], ijk_to_ras=matrix)

    image, mask, heatmap = map(cut_out, (case.image, case.mask, case.heatmap))
    return replace(case, image=image, mask=mask, heatmap=heatmap)


def around_heart(case: CaseImages) -> CaseImages:
    """Return the same case around heart and contralateral region, with the contrast of these."""
    _, down, across = case.image.spacing
    rows, columns = (
        slice(max(0, int(at.min() - AROUND_MM / mm)), int(at.max() + AROUND_MM / mm))
        for at, mm in zip(np.nonzero(case.outline), (down, across), strict=True)
    )
    window = chest_window(case.image.array[0, 0, rows, columns])
    return replace(case, margin=AROUND_MM, window=window)


def chest_window(shown: np.ndarray) -> tuple[float, float]:
    """Return what of the logarithm of counts (h, w) is shown white and black on a chest."""
    white, black = np.percentile(shown, CHEST)
    return float(white), max(float(black), float(white) + np.finfo(np.float32).eps)


def cut(whole: np.ndarray, scan: Scan) -> np.ndarray:
    """Return the part (h, w) of an image on the scan's grid that the network sees."""
    rows, columns = scan.frame
    part = np.zeros((rows.stop - rows.start, columns.stop - columns.start), whole.dtype)
    (top, bottom, down), (left, right, across) = (
        (max(0, own.start), min(n, own.stop), max(0, -own.start))
        for own, n in zip((rows, columns), whole.shape, strict=True)
    )
    part[down : down + bottom - top, across : across + right - left] = whole[top:bottom, left:right]
    return part
