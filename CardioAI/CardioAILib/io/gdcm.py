"""Single frames of DICOM files, by ITK's codecs where pydicom lacks a decoder."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from CardioAILib.errors import DependencyError, UnreadableFileError
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


JPEG_XL = tuple(f"1.2.840.10008.1.2.4.{number}" for number in (110, 111, 112))
"""Transfer syntaxes that are younger than pydicom's own list of names."""
MPEG = "1.2.840.10008.1.2.4.10"
"""What the UIDs of MPEG-2, MPEG-4 and HEVC begin with."""


def decode_by_gdcm(path: Path, index: int, cause: Exception) -> np.ndarray:
    """Decode with ITK, which brings the codecs of GDCM along: JPEG lossless and JPEG-LS too.

    Args:
        path: The file.
        index: Number of the frame, from 0.
        cause: What pydicom raised.

    Returns:
        The frame (H, W), or (H, W, 3) of a color image.

    Raises:
        UnreadableFileError: The pixels are damaged.
        DependencyError: No decoder for their compression is installed.
    """
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
    samples = int(header.get("SamplesPerPixel") or 1)
    shape = (header.Rows, header.Columns, samples) if samples > 1 else (header.Rows, header.Columns)
    return np.ascontiguousarray(pixels.reshape(shape))


def _capture(header: Dataset, index: int) -> Dataset:
    """Return one compressed frame as a plain image: of nuclear medicine GDCM asks for a place."""
    from pydicom import Dataset, FileMetaDataset
    from pydicom.encaps import encapsulate, get_frame
    from pydicom.uid import SecondaryCaptureImageStorage, generate_uid

    made = Dataset()
    for name in PIXEL_MODULE:
        setattr(made, name, header[name].value)
    if made.SamplesPerPixel > 1:
        made.PlanarConfiguration = int(header.get("PlanarConfiguration") or 0)
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
    name = "JPEG XL" if syntax in JPEG_XL else syntax.name
    export = "export the scan uncompressed (Explicit VR Little Endian)"
    if syntax in JPEG_XL or syntax.startswith(MPEG):
        wanted, fix = "pixels without compression, or as JPEG", export
    else:
        wanted = "a decoder, or pixels without compression"
        fix = f"{export}, or install pylibjpeg with pylibjpeg-libjpeg and pylibjpeg-openjpeg"
    return DependencyError(
        got=f"pixels compressed as {name}, for which no decoder is installed",
        wanted=wanted,
        fix=fix,
    )
