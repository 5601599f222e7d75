"""Between ITK's images and ours: pixels (T, S, H, W) and matrices in RAS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.io.nifti import alone, has_bad_floats, is_whole, stated_spacing
from CardioAILib.io.pictures import breaks_off
from CardioAILib.study import Image

if TYPE_CHECKING:
    import SimpleITK as sitk

RAS_OF_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])

ORTHOGONALITY_TOLERANCE = 1e-3
"""Largest dot product between two unit axes of a volume that can be stored."""


def load(path: Path) -> sitk.Image:
    """Read a file with whichever of ITK's readers knows it.

    Raises:
        UnreadableFileError: The file is missing, truncated or no image.
        InputError: Its voxels have no size, or it is a NIfTI file with NaN or infinity, which
            ITK would turn into 0.
    """
    import SimpleITK as sitk

    if not path.is_file():
        raise _unreadable(path, "no file", "check the path")
    damage = f"{path.stat().st_size} bytes that are no whole image"
    if not is_whole(path) or breaks_off(path):
        raise _unreadable(path, damage, "copy or export the file again")
    if has_bad_floats(path):
        raise InputError(
            got=f"pixels that are NaN or infinite in '{path.name}'",
            wanted="finite intensities",
            fix="export the image again, or replace those pixels",
        )
    if not all(step > 0 for step in stated_spacing(path)):
        raise _no_size(path)
    try:
        with quiet_itk(), alone(path) as file:
            return sitk.ReadImage(str(file))
    except RuntimeError as error:
        if "spacing" in str(error).replace(str(path), "").lower():
            raise _no_size(path) from error
        raise _unreadable(path, damage, "copy or export the file again") from error


def pixels_of(stored: sitk.Image, name: str) -> np.ndarray:
    """Return the pixels (T, S, H, W) of an image of two to four axes.

    Args:
        stored: As read; a 2-D image becomes S = 1, a 3-D one T = 1.
        name: File name for the message.

    Raises:
        InputError: The pixels are colors, vectors or complex numbers.
    """
    import SimpleITK as sitk

    array = sitk.GetArrayFromImage(stored)
    components = stored.GetNumberOfComponentsPerPixel()
    if components > 1 and _is_time_series(stored):
        array = np.ascontiguousarray(np.moveaxis(array, -1, 0))
    elif components > 1 or array.dtype.kind not in "iuf" or array.ndim > 4:
        raise InputError(
            got=f"{components} {array.dtype} values a pixel on {stored.GetDimension()} axes "
            f"in '{name}'",
            wanted="one real number a pixel on 2 to 4 axes",
            fix="export the image as a gray-level volume, or as a time series",
        )
    return array.reshape((1,) * (4 - array.ndim) + array.shape)


def matrix_of(stored: sitk.Image) -> np.ndarray:
    """Return the 4x4 matrix from (column, row, slice) to RAS mm; ITK itself works in LPS."""
    axes = stored.GetDimension()
    known = min(axes, 3)
    direction = np.reshape(stored.GetDirection(), (axes, axes))[:known, :known]
    lps = np.eye(4)
    lps[:known, :known] = direction * stored.GetSpacing()[:known]
    lps[:known, 3] = stored.GetOrigin()[:known]
    return RAS_OF_LPS @ lps


def to_itk(image: Image) -> sitk.Image:
    """Return an ITK image of three axes, or of four where there are several time points.

    Raises:
        InputError: The voxel axes are not at right angles, which files cannot store.
    """
    import SimpleITK as sitk

    frames = image.array.shape[0]
    array = _storable(image.array)
    stored = sitk.GetImageFromArray(array if frames > 1 else array[0], isVector=False)
    lps = RAS_OF_LPS @ image.ijk_to_ras
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    axes = stored.GetDimension()
    direction = np.eye(axes)
    direction[:3, :3] = lps[:3, :3] / spacing
    _require_right_angles(direction[:3, :3])
    time = [0.0] * (axes - 3)
    stored.SetOrigin([*lps[:3, 3], *time])
    stored.SetSpacing([*spacing, *(1.0 for _ in time)])
    stored.SetDirection(direction.ravel())
    return stored


@contextmanager
def quiet_itk() -> Iterator[None]:
    """Keep ITK's warnings off the console: they print full paths, which may name a patient."""
    import SimpleITK as sitk

    shown = sitk.ProcessObject.GetGlobalWarningDisplay()
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    try:
        yield
    finally:
        sitk.ProcessObject.SetGlobalWarningDisplay(shown)


def _unreadable(path: Path, got: str, fix: str) -> UnreadableFileError:
    return UnreadableFileError(
        got=f"{got} at '{path.name}'",
        wanted="an image in NIfTI, NRRD or MetaImage format",
        fix=fix,
    )


def _no_size(path: Path) -> InputError:
    return InputError(
        got=f"a voxel size in '{path.name}' that is 0, negative or no number",
        wanted="a spacing above 0 along each axis",
        fix="correct the spacing in the file's header, or export the image again",
    )


def _is_time_series(stored: sitk.Image) -> bool:
    """Say whether components are time points, as 3D Slicer stores its sequences."""
    key = "NRRD_kinds[pixel]"
    is_list = stored.HasMetaDataKey(key) and stored.GetMetaData(key) == "list"
    return is_list and stored.GetDimension() == 3


def _storable(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind in "iu":
        return array
    return array.astype(np.uint8 if array.dtype.kind == "b" else np.float32, copy=False)


def _require_right_angles(axes: np.ndarray) -> None:
    if not np.allclose(axes.T @ axes, np.eye(3), atol=ORTHOGONALITY_TOLERANCE):
        raise InputError(
            got="voxel axes that are not at right angles",
            wanted="a matrix of rotations, flips and spacings only",
            fix="resample the image onto a rectangular grid first",
        )
