"""Segmented masks made fit to be measured: no overlap, no specks, a cavity in every ring."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.results import Finding

SPECK = 0.05
"""A piece smaller than this share of the largest piece of its slice is no part of the heart."""


@dataclass(frozen=True, eq=False)
class Heart:
    """The parts of a short-axis stack, no voxel in two of them.

    Args:
        wall: Myocardium of the left ventricle, boolean (S, H, W), without specks.
        cavity: Cavity of the left ventricle, (S, H, W), without specks.
        rv: Cavity of the right ventricle, (S, H, W), or None.
        spacing: Millimeters along (S, H, W).
        findings: What a reader should know of the masks.
    """

    wall: np.ndarray
    cavity: np.ndarray
    rv: np.ndarray | None
    spacing: tuple[float, float, float]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def rings(self) -> np.ndarray:
        """Slices with both wall and cavity, in order of the stack."""
        return np.flatnonzero(self.wall.any(axis=(1, 2)) & self.cavity.any(axis=(1, 2)))


def tidy_heart(
    myocardium: np.ndarray,
    lv_cavity: np.ndarray | None,
    rv_cavity: np.ndarray | None,
    spacing: tuple[float, float, float],
) -> Heart:
    """Return the parts of the heart, saying what had to be mended.

    A voxel in several masks counts as myocardium first, then as left ventricle. Without a
    mask of the cavity, the hole of each closed ring is the cavity.

    Args:
        myocardium: Mask (S, H, W), slices across the long axis of the left ventricle.
        lv_cavity: Mask (S, H, W) of its cavity, or None.
        rv_cavity: Mask (S, H, W) of the right ventricle's cavity, or None.
        spacing: Millimeters along (S, H, W).

    Raises:
        InputError: A mask is no stack, or a spacing is no length.
        GridMismatchError: The masks differ in shape.
        EmptyMaskError: There is no myocardium, or no slice shows it with a cavity.
    """
    masks = {"myocardium": myocardium, "LV cavity": lv_cavity, "RV cavity": rv_cavity}
    given = {name: np.asarray(mask, bool) for name, mask in masks.items() if mask is not None}
    _require_stack(given, spacing)
    findings = _overlaps(given)
    wall, specks = _without_specks(given["myocardium"])
    if specks:
        findings.append(
            Finding("wall islands", f"{specks} voxels of myocardium far from the ring left out")
        )
    if "LV cavity" in given:
        cavity, _ = _without_specks(given["LV cavity"] & ~given["myocardium"])
    else:
        cavity = _holes(wall)
        message = "no mask of the LV cavity; the hole of each closed ring is taken for it"
        findings.append(Finding("cavity", message))
    findings += _doubts(wall)
    rv = given.get("RV cavity")
    rv = None if rv is None else rv & ~given["myocardium"] & ~cavity
    heart = Heart(wall, cavity, rv, tuple(map(float, spacing)), tuple(findings))
    _require_rings(heart)
    return heart


def _require_stack(given: dict[str, np.ndarray], spacing: tuple[float, float, float]) -> None:
    shape = given["myocardium"].shape
    if len(shape) != 3:
        raise InputError(
            got=f"a myocardium of shape {shape}",
            wanted="a stack with axes (S, H, W)",
            fix="take one frame of the segmentation",
        )
    for name, mask in given.items():
        if mask.shape != shape:
            raise GridMismatchError(
                got=f"{name} of shape {mask.shape} with myocardium of shape {shape}",
                wanted="all masks on one grid",
                fix="export all segments on the image's grid",
            )
    lengths = np.asarray(spacing, float)
    if lengths.shape != (3,) or not np.isfinite(lengths).all() or (lengths <= 0).any():
        raise InputError(
            got=f"a spacing of {spacing!r}",
            wanted="three lengths above 0 mm, along (S, H, W)",
            fix="correct the geometry of the image",
        )


def _require_rings(heart: Heart) -> None:
    if not heart.wall.any():
        raise EmptyMaskError(
            got="a mask without myocardium",
            wanted="the myocardium of the left ventricle",
            fix="segment it, or name its label",
        )
    if not len(heart.rings):
        raise EmptyMaskError(
            got="no slice with both myocardium and LV cavity",
            wanted="a cavity inside the myocardium, from which its wall is measured",
            fix="segment the LV cavity too, or close the ring of the myocardium",
        )
    if (heart.wall | heart.cavity).all(axis=(1, 2)).any():
        raise InputError(
            got="a slice that is heart from edge to edge",
            wanted="some background around the heart, from which the wall's outside is measured",
            fix="keep a margin of at least a pixel when cropping",
        )


def _overlaps(given: dict[str, np.ndarray]) -> list[Finding]:
    names = list(given)
    pairs = [(one, two) for place, one in enumerate(names) for two in names[place + 1 :]]
    shared = {pair: int((given[pair[0]] & given[pair[1]]).sum()) for pair in pairs}
    return [
        Finding("overlap", f"{count} voxels are both {one} and {two}; they count as {one}")
        for (one, two), count in shared.items()
        if count
    ]


def _doubts(wall: np.ndarray) -> list[Finding]:
    """Say where a wall may not be what was drawn: cut off, in pieces, or left out between."""
    edge = np.ones(wall.shape[1:], bool)
    edge[1:-1, 1:-1] = False
    shown = wall.any(axis=(1, 2))
    pieces = np.array([ndimage.label(slice_, np.ones((3, 3)))[1] for slice_ in wall])
    between = np.zeros_like(shown)
    between[shown.argmax() : len(shown) - shown[::-1].argmax()] = shown.any()
    says = {
        "cut wall": ((wall & edge).any(axis=(1, 2)), "the wall reaches the edge of the image"),
        "wall in pieces": (pieces > 1, "the wall is in several pieces"),
        "missing wall": (between & ~shown, "there is no wall, though there is on both sides"),
    }
    return [
        Finding(check, f"{message} in slices {', '.join(map(str, np.flatnonzero(where)))}")
        for check, (where, message) in says.items()
        if where.any()
    ]


def _without_specks(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """Return a mask without the small pieces of each slice, and how many voxels they had."""
    kept = np.zeros_like(mask)
    for index in np.flatnonzero(mask.any(axis=(1, 2))):
        pieces, _ = ndimage.label(mask[index], np.ones((3, 3)))
        sizes = np.bincount(pieces.ravel())
        sizes[0] = 0
        kept[index] = (sizes >= SPECK * sizes.max())[pieces] & mask[index]
    return kept, int(mask.sum() - kept.sum())


def _holes(wall: np.ndarray) -> np.ndarray:
    holes = np.stack([ndimage.binary_fill_holes(slice_) for slice_ in wall]) & ~wall
    return _without_specks(holes)[0]
