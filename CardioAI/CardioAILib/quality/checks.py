"""The checks of a whole study: what every image and mask must be, whatever it shows."""

from __future__ import annotations

import numpy as np

from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.quality.clips import check_clip, check_clip_mask, is_clip
from CardioAILib.quality.enhancement import NO_LGE, check_enhancement, is_enhancement
from CardioAILib.quality.needed import require
from CardioAILib.quality.places import check_places
from CardioAILib.quality.planar import check_planar, is_planar
from CardioAILib.results import Finding
from CardioAILib.study import Image, Mask, Study, same_grid
from CardioAILib.system import CineSets, Input, System

COARSE_MM = 2.5
FEWEST_SLICES = 5
SAME_SPACING = 1e-3
"""Relative difference of pixel sizes that counts as none."""


def check_study(system: System, study: Study) -> tuple[Finding, ...]:
    """Check every input of a study against what the system needs.

    Args:
        system: The declaration.
        study: The examination.

    Returns:
        Warnings, none of which forbids a result.

    Raises:
        MissingInputError: An image or mask is absent.
        GridMismatchError: Image and mask, or images prepared as one, lie on different grids.
        EmptyMaskError: The mask shows nothing of the structure.
        InputError: The image is no stack, is constant, holds NaN or infinity, or cannot be the
            late enhancement that it is called.
    """
    findings: list[Finding] = []
    for needed in system.inputs.values():
        image = require(study, needed.image)
        if is_clip(needed):
            findings += check_view_clip(system, study, needed)
            continue
        planar = check_planar(study, needed) if is_planar(needed) else None
        check_pixels(image, needed)
        findings += warn_of_geometry(image, needed) if planar is None else planar
        findings += check_enhancement(study, needed)
        if needed.mask is None:
            continue
        if needed.mask_optional and study.find(needed.mask) is None:
            message = f"no {needed.mask.column}: a heatmap of that image cannot be audited"
            findings.append(Finding("mask", message))
            continue
        mask = require(study, needed.mask)
        check_mask(image, mask, needed)
        findings += warn_of_mask(mask, needed)
    if isinstance(system.examples, CineSets):
        findings += check_together(system, study)
    findings += check_places(system, study)
    return tuple(findings)


def check_view_clip(system: System, study: Study, needed: Input) -> list[Finding]:
    """Check an echo clip and its segmentation, where there is one.

    Raises:
        InputError: See `quality.clips`.
    """
    image = require(study, needed.image)
    findings = check_clip(image, needed, system.examples)
    if needed.mask is None or study.find(needed.mask) is None:
        return findings
    return findings + check_clip_mask(image, require(study, needed.mask), needed)


def check_together(system: System, study: Study) -> list[Finding]:
    """Check images that are prepared as one: their pixels must fit, their places should.

    Raises:
        GridMismatchError: They differ in slices, rows, columns or spacing.
    """
    first, *others = system.inputs.values()
    image = require(study, first.image)
    findings = []
    for needed in others:
        other = require(study, needed.image)
        alike = np.allclose(image.spacing, other.spacing, rtol=SAME_SPACING)
        if image.array.shape[1:] != other.array.shape[1:] or not alike:
            raise GridMismatchError(
                got=f"{needed.image.column} of {_grid(other)}",
                wanted=f"the grid of {first.image.column}, {_grid(image)}",
                fix="take both frames from the same cine",
            )
        if np.array_equal(image.array, other.array):
            message = f"{first.image.column} and {needed.image.column} are the same image"
            findings.append(Finding("phases", message))
        if not same_grid(image, other):
            message = f"{first.image.column} and {needed.image.column} lie in different places"
            findings.append(Finding("places", message))
    return findings


def check_pixels(image: Image, needed: Input) -> None:
    """Refuse one image for a stack, several time points, and pixels that say nothing.

    Raises:
        InputError: See above.
    """
    frames, slices, height, width = image.array.shape
    where = needed.image.column
    if frames != 1:
        raise InputError(
            got=f"{frames} time points in {where}",
            wanted=f"the one frame {needed.image.column}",
            fix=NO_LGE
            if is_enhancement(needed)
            else "extract the frame of that cardiac phase and name that file in the table",
        )
    if needed.stack and slices < 2:
        raise InputError(
            got=f"one 2-D image of {height} x {width} pixels in {where}",
            wanted=f"a stack of slices as {needed.image.column}",
            fix="give the whole short-axis stack as one file, or its slices separated by ';'",
        )
    if not np.isfinite(image.array).all():
        raise InputError(
            got=f"{int((~np.isfinite(image.array)).sum())} pixels NaN or infinite in {where}",
            wanted="finite intensities",
            fix="export the image again, or replace those pixels",
        )
    if np.ptp(image.array) == 0:
        raise InputError(
            got=f"the same value in every pixel of {where}",
            wanted="an image with contrast",
            fix="export the image again; this one is blank",
        )


def check_mask(image: Image, mask: Image, needed: Input) -> None:
    """Refuse a mask that does not fit its image or shows nothing of the structure.

    Raises:
        InputError: The file read for the role is no segmentation.
        GridMismatchError: The grids differ.
        EmptyMaskError: The structure has no pixel.
    """
    where = "the mask" if needed.mask is None else needed.mask.column
    if not isinstance(mask, Mask):
        raise InputError(
            got=f"{where}, an image",
            wanted="a segmentation with labels",
            fix="give a Mask for that role",
        )
    if len(mask.array) != 1:
        raise InputError(
            got=f"{len(mask.array)} time points in {where}",
            wanted=f"the mask of the one frame {needed.image.column}",
            fix="export the segmentation of that cardiac phase and name that file in the table",
        )
    if not same_grid(image, mask):
        raise GridMismatchError(
            got=f"{where} of {_grid(mask)}",
            wanted=f"the grid of its image, {_grid(image)}",
            fix="resample the mask to the image (nearest neighbor; in Slicer: Segmentations, "
            "export with the image as reference volume), or call prepare.resample_mask, or pass "
            "--resample-masks on the command line",
        )
    if not mask.of(needed.structure).any():
        labels = ", ".join(f"{name}={value}" for name, value in mask.labels.items())
        raise EmptyMaskError(
            got=f"no pixel of {needed.structure} in {where} (labels: {labels})",
            wanted=f"a segmentation of {needed.structure}",
            fix="segment it, or name the label in the cohort table's column 'mask_labels', "
            f"as in '{needed.structure}=2'",
        )


def warn_of_geometry(image: Image, needed: Input) -> list[Finding]:
    """Warn of pixels so coarse that texture is interpolation, and of short stacks."""
    findings, where = [], needed.image.column
    _, row, column = image.spacing
    if max(row, column) > COARSE_MM:
        message = (
            f"pixels of {row:.2f} x {column:.2f} mm in {where} are coarser than {COARSE_MM} mm"
        )
        findings.append(Finding("spacing", message))
    if needed.stack and image.array.shape[1] < FEWEST_SLICES:
        findings.append(Finding("slices", f"only {image.array.shape[1]} slices in {where}"))
    return findings


def warn_of_mask(mask: Mask, needed: Input) -> list[Finding]:
    """Warn of gaps between segmented slices and of masks that touch the image border."""
    findings = []
    pixels = mask.of(needed.structure)[0]
    shown = np.flatnonzero(pixels.any(axis=(1, 2)))
    if len(shown) != shown[-1] - shown[0] + 1:
        findings.append(Finding("mask gap", "segmented slices are not contiguous"))
    if pixels[:, [0, -1], :].any() or pixels[:, :, [0, -1]].any():
        findings.append(Finding("mask border", f"{needed.structure} touches the image border"))
    return findings


def _grid(image: Image) -> str:
    layer, row, column = image.spacing
    _, slices, height, width = image.array.shape
    origin = ", ".join(f"{value:.1f}" for value in image.ijk_to_ras[:3, 3])
    return (
        f"{width} x {height} x {slices} voxels of {column:.2f} x {row:.2f} x {layer:.2f} mm "
        f"from ({origin})"
    )
