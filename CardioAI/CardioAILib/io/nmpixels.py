"""The counts of one frame of a nuclear medicine file, as the camera stored them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import DependencyError, InputError, UnreadableFileError
from CardioAILib.io.dicomframes import quiet
from CardioAILib.io.itk import quiet_itk
from CardioAILib.io.nmfiles import damaged

if TYPE_CHECKING:
    from pydicom import Dataset

PIXEL_MODULE = (
    *("Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation"),
    *("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"),
)
"""What says how pixels are stored."""

BY_GDCM = (
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81",
)
"""JPEG lossless and JPEG-LS, which GDCM decodes where pydicom lacks a decoder."""


@dataclass(frozen=True)
class Stored:
    """Where the counts of one view are.

    Args:
        path: The file.
        index: Number of the frame, from 0.
        inverted: Whether bright and dark are exchanged.
        lossy: Whether they were compressed with loss, which makes small values below 0.
    """

    path: Path = field(default_factory=Path, repr=False)
    index: int = 0
    inverted: bool = False
    lossy: bool = False

    def read(self) -> np.ndarray:
        """Read the counts (H, W) as they are stored.

        Raises:
            InputError: Some are below 0.
            UnreadableFileError: The file is gone or truncated.
            DependencyError: No decoder for its compression is installed.
        """
        counts = read_frame(self.path, self.index)
        if self.inverted:
            counts = counts.max() - counts
        if self.lossy:
            counts = np.maximum(counts, 0)
        if counts.dtype.kind == "i" and counts.min() < 0:
            raise InputError(
                got="counts below 0",
                wanted="counts as the camera stored them",
                fix="export the original scan, not one that was filtered or subtracted",
            )
        return counts


def read_frame(path: Path, index: int) -> np.ndarray:
    """Read one frame without the others, and without rescaling.

    Args:
        path: The file.
        index: Number of the frame, from 0.

    Returns:
        Stored values (H, W).

    Raises:
        UnreadableFileError: The file is gone or truncated.
        DependencyError: No decoder for its compression is installed.
    """
    from pydicom.pixels import pixel_array

    try:
        with quiet():
            pixels = pixel_array(path, index=index, raw=True)
    # A lack of decoders is told as RuntimeError or NotImplementedError, by their kinds.
    except (RuntimeError, NotImplementedError) as error:
        return _by_itk(path, index, error)
    except Exception as error:
        raise damaged(f"pixels that cannot be decoded ({type(error).__name__})") from error
    return np.ascontiguousarray(pixels)


def digest_of(path: Path, index: int) -> str:
    """Return the SHA-256 of a file's bytes, and of which of its frames is meant.

    Raises:
        UnreadableFileError: The file is gone.
    """
    try:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise damaged("no file any more") from error
    return hashlib.sha256(f"{content}/{index}".encode()).hexdigest()


def _by_itk(path: Path, index: int, cause: Exception) -> np.ndarray:
    """Decode with ITK, which brings the codecs of GDCM along: JPEG lossless and JPEG-LS too."""
    import SimpleITK as sitk
    from pydicom import dcmread

    header = dcmread(path)
    try:
        with TemporaryDirectory() as folder, quiet_itk():
            alone = Path(folder) / "frame.dcm"
            _capture(header, index).save_as(alone, enforce_file_format=True)
            pixels = sitk.GetArrayFromImage(sitk.ReadImage(str(alone), imageIO="GDCMImageIO"))
    # Damaged pixels break pydicom's unpacking, or ITK.
    except (RuntimeError, ValueError, AttributeError):
        raise _undecodable(header, cause) from cause
    return np.ascontiguousarray(pixels.reshape(pixels.shape[-2:]))


def _capture(header: Dataset, index: int) -> Dataset:
    """Return one compressed frame as a plain image: of nuclear medicine GDCM asks for a place."""
    from pydicom import Dataset, FileMetaDataset
    from pydicom.encaps import encapsulate, get_frame
    from pydicom.uid import SecondaryCaptureImageStorage, generate_uid

    made = Dataset()
    for name in PIXEL_MODULE:
        setattr(made, name, header[name].value)
    frames = int(header.get("NumberOfFrames") or 1)
    made.PixelData = encapsulate([get_frame(header.PixelData, index, number_of_frames=frames)])
    made["PixelData"].is_undefined_length = True
    made.SOPClassUID, made.SOPInstanceUID = SecondaryCaptureImageStorage, generate_uid()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = header.file_meta.TransferSyntaxUID
    return made


def _undecodable(header: Dataset, cause: Exception) -> DependencyError | UnreadableFileError:
    from pydicom.pixels import get_decoder

    syntax = header.file_meta.TransferSyntaxUID
    try:
        known = get_decoder(syntax).is_available or syntax in BY_GDCM
    except NotImplementedError:
        known = False
    if known:
        return damaged(f"pixels that cannot be decoded ({type(cause).__name__})")
    return DependencyError(
        got=f"pixels compressed as {syntax.name}, for which no decoder is installed",
        wanted="a decoder, or pixels without compression",
        fix="export the scan uncompressed (Explicit VR Little Endian), or install pylibjpeg with "
        "pylibjpeg-libjpeg and pylibjpeg-openjpeg",
    )
