"""The region of a volume: its voxels, their intensities, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.radiomics.settings import Settings


@dataclass(frozen=True)
class VoxelRegion:
    """The voxels of a region in row-major order.

    Attributes:
        coordinates: Index in the bounding box along each axis (S, H, W), three of shape (P,).
        values: Scaled intensities, float32 or float64, shape (P,).
        spacing: Slice, row and column spacing in mm.
    """

    coordinates: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
    values: NDArray[np.floating]
    spacing: tuple[float, float, float]

    def crop(self) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
        """Lay out the bounding box with a border one voxel thick.

        Returns:
            Intensities, 0 outside the region, and mask, both of shape (s + 2, h + 2, w + 2).
        """
        places = tuple(axis + 1 for axis in self.coordinates)
        image = np.zeros([axis.max() + 3 for axis in self.coordinates], self.values.dtype)
        mask = np.zeros(image.shape, np.bool_)
        image[places], mask[places] = self.values, True
        return image, mask


def take_region(
    image: ArrayLike, mask: ArrayLike, spacing: ArrayLike, settings: Settings
) -> VoxelRegion:
    """Take the region out of a volume, or say what is wrong with it.

    Args:
        image: Shape (S, H, W).
        mask: Shape (S, H, W), bool or integer.
        spacing: Slice, row and column spacing in mm, shape (3,).
        settings: Gives scale and label.

    Returns:
        The region.

    Raises:
        InputError: If shapes, values or spacing cannot be used.
    """
    intensities, labels = np.asarray(image), np.asarray(mask)
    check_shapes(intensities, labels)
    found = np.nonzero(labels == settings.label)
    _check_region(labels, found, settings.label)
    inside = intensities[found]
    if not np.isfinite(inside).all():
        raise InputError(
            got=f"nan or infinite intensities at {int((~np.isfinite(inside)).sum())} voxels of the"
            " region",
            wanted="finite intensities",
            fix="repair the image, or take these voxels out of the mask",
        )
    # pyradiomics discretizes single precision in single precision.
    kind = np.float32 if intensities.dtype == np.float32 else np.float64
    values = inside.astype(kind) * kind(settings.scale)
    local = tuple(axis - axis.min() for axis in found)
    return VoxelRegion(local, values, check_spacing(spacing))


def check_shapes(intensities: NDArray, labels: NDArray) -> None:
    """Refuse what is no volume of numbers, or has a mask of another shape.

    Raises:
        InputError: If the image is none.
        GridMismatchError: If the shapes differ.
    """
    if intensities.ndim != 3 or intensities.dtype.kind not in "biuf":
        raise InputError(
            got=f"an image of shape {intensities.shape} and type {intensities.dtype}",
            wanted="numbers of shape (S, H, W)",
            fix="give one volume of one channel",
        )
    if labels.shape != intensities.shape:
        raise GridMismatchError(
            got=f"an image of shape {intensities.shape} and a mask of shape {labels.shape}",
            wanted="one mask voxel for every image voxel",
            fix="resample the mask to the grid of the image",
        )


def _check_region(labels: NDArray, found: tuple[NDArray[np.int64], ...], label: int) -> None:
    """Refuse what pyradiomics refuses, in words."""
    if not found[0].size:
        raise EmptyMaskError(
            got=f"no voxel of value {label} in the mask",
            wanted="a region",
            fix="leave the volume out, or set the label of the structure",
        )
    if found[0].size == labels.size:
        raise InputError(
            got="a mask that covers its whole volume",
            wanted="a region with background around it, as pyradiomics demands",
            fix="check the segmentation, or give a larger image",
        )
    if sum(bool((axis != axis[0]).any()) for axis in found) < 2:
        raise InputError(
            got="a mask of a single voxel or within a single line",
            wanted="a region that extends along two axes at least, as pyradiomics demands",
            fix="leave the volume out",
        )


def check_spacing(spacing: ArrayLike) -> tuple[float, float, float]:
    """Return slice, row and column spacing in mm.

    Raises:
        InputError: If they are not three lengths.
    """
    given = np.asarray(spacing, dtype=np.float64)
    if given.shape != (3,) or not (np.isfinite(given) & (given > 0)).all():
        raise InputError(
            got=f"spacing {given.tolist() if given.size < 5 else given.shape}",
            wanted="slice, row and column spacing in mm above 0, shape (3,)",
            fix="read the voxel spacing from the image",
        )
    return tuple(given.tolist())
