"""Checks of what callers give, so that the kernels need none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.radiomics.settings import Settings

SliceCheck = Callable[[int, NDArray[np.floating], NDArray[np.bool_], int], None]
"""Takes number, image, region and label of one slice, and raises if it cannot be described."""


def check_inputs(
    images: ArrayLike, masks: ArrayLike, spacing: ArrayLike, settings: Settings
) -> tuple[NDArray[np.floating], NDArray[np.bool_], NDArray[np.float64]]:
    """Bring images, masks and spacing into one form, or say what is wrong with them.

    Args:
        images: Shape (N, H, W).
        masks: Shape (N, H, W), bool or integer.
        spacing: Row and column spacing in mm, shape (2,) or (N, 2).
        settings: Gives scale and label.

    Returns:
        Scaled images (N, H, W), in single precision if they came so, else in double; regions
        (N, H, W) and spacing (N, 2).

    Raises:
        InputError: If shapes, values or spacing cannot be used.
    """
    images, labels, mm = check_arrays(images, masks, spacing)
    scaled, regions = _scaled(images, settings.scale), _region(labels, settings.label)
    for number in range(len(scaled)):
        check_slice(number, scaled[number], regions[number], settings.label)
    return scaled, regions, mm


def check_arrays(
    images: ArrayLike, masks: ArrayLike, spacing: ArrayLike
) -> tuple[NDArray, NDArray, NDArray[np.float64]]:
    """Check shapes and spacing, but look at no pixel.

    Args:
        images: Shape (N, H, W).
        masks: Shape (N, H, W).
        spacing: Row and column spacing in mm, shape (2,) or (N, 2).

    Returns:
        Images and masks as they came, as arrays, and spacing (N, 2).

    Raises:
        InputError: If shapes or spacing cannot be used.
    """
    pixels, labels = np.asarray(images), np.asarray(masks)
    if pixels.ndim != 3:
        raise InputError(
            got=f"images of shape {pixels.shape}",
            wanted="shape (N, H, W)",
            fix="stack the slices along the first axis",
        )
    if labels.shape != pixels.shape:
        raise GridMismatchError(
            got=f"images of shape {pixels.shape} and masks of shape {labels.shape}",
            wanted="one mask pixel for every image pixel",
            fix="resample the masks to the grid of the images",
        )
    return pixels, labels, _check_spacing(spacing, len(pixels))


def take_slice(
    number: int,
    image: NDArray,
    labels: NDArray,
    settings: Settings,
    check: SliceCheck | None = None,
) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
    """Scale one slice and find its region, or say what is wrong with them.

    Args:
        number: Which slice it is, for the message.
        image: Shape (H, W).
        labels: Shape (H, W), bool or integer.
        settings: Gives scale and label.
        check: What refuses values in place of ``check_slice``.

    Returns:
        Scaled image (H, W), in single precision if it came so, else in double; region (H, W).

    Raises:
        InputError: If values cannot be used.
    """
    scaled, region = _scaled(image, settings.scale), _region(labels, settings.label)
    (check or check_slice)(number, scaled, region, settings.label)
    return scaled, region


def precision(kind: DTypeLike) -> type[np.floating]:
    """Return what images of a type are computed in: single stays single, all else is double."""
    return np.float32 if kind == np.float32 else np.float64


def _scaled(images: NDArray, scale: float) -> NDArray[np.floating]:
    kind = precision(images.dtype)
    # Kernels compile anew for other memory layouts, so there is one only.
    plain = np.ascontiguousarray(images, dtype=kind)
    return plain if scale == 1 else plain * kind(scale)


def _region(labels: NDArray, label: int) -> NDArray[np.bool_]:
    if labels.dtype == np.bool_ and label == 1:
        return np.ascontiguousarray(labels)
    return np.ascontiguousarray(labels == label)


def _check_spacing(spacing: ArrayLike, slices: int) -> NDArray[np.float64]:
    given = np.asarray(spacing, dtype=np.float64)
    if given.shape not in ((2,), (slices, 2)) or not (np.isfinite(given) & (given > 0)).all():
        raise InputError(
            got=f"spacing {given.tolist() if given.size < 5 else given.shape}",
            wanted=f"row and column spacing in mm above 0, shape (2,) or ({slices}, 2)",
            fix="read the pixel spacing from the image",
        )
    return np.broadcast_to(given, (slices, 2))


def check_slice(
    number: int,
    image: NDArray[np.floating],
    region: NDArray[np.bool_],
    label: int,
) -> None:
    """Refuse what pyradiomics refuses, in words.

    Args:
        number: Which slice it is, for the message.
        image: Shape (H, W).
        region: Shape (H, W).
        label: Value of the mask inside the region, for the message.

    Raises:
        InputError: If the slice cannot be described.
    """
    if not (np.isfinite(image.min()) and np.isfinite(image.max())):
        raise InputError(
            got=f"nan or infinite intensities in slice {number}",
            wanted="finite intensities",
            fix="repair the image or leave the slice out",
        )
    filled_rows = region.any(axis=1)
    if not filled_rows.any():
        raise EmptyMaskError(
            got=f"no pixel of value {label} in mask {number}",
            wanted="a region",
            fix="leave the slice out, or set the label of the structure",
        )
    if region.all():
        raise InputError(
            got=f"mask {number} that covers its whole slice",
            wanted="a region with background around it, as pyradiomics demands",
            fix="check the segmentation, or give a larger image",
        )
    if filled_rows.sum() < 2 or region.any(axis=0).sum() < 2:
        raise InputError(
            got=f"mask {number} within a single row or column",
            wanted="a region that extends over two rows and two columns, as pyradiomics demands",
            fix="leave the slice out",
        )
