"""What went wrong, in words that a user can act on."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from CardioAILib.errors import CardioAIError
from CardioAILib.worker.job import LOG

FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
LITTLE_BYTES = 1 << 20
"""Free space below which any failure to write is laid to the disk."""
LONGEST_ON_WINDOWS = 240


def in_words(error: BaseException, folder: Path) -> tuple[str, str]:
    """Return the kind of an error and a message.

    Args:
        error: What was raised.
        folder: The job folder.
    """
    if isinstance(error, CardioAIError):
        return type(error).__name__, str(error)
    if isinstance(error, MemoryError) or _is_of_memory(error):
        return "MemoryError", (
            "The computer ran out of memory. Close other programs or volumes, or use fewer or "
            "smaller images, and start again."
        )
    # Image and tensor writers hide the system's reason in a text of their own.
    if _number(error) in FULL or (isinstance(error, Exception) and _free(folder) < LITTLE_BYTES):
        return "DiskFull", (
            f"The disk that holds {folder} is full. Free some space and start again; nothing "
            "half-written was left as a result."
        )
    if isinstance(error, ImportError):
        return type(error).__name__, (
            f"A Python package cannot be loaded ({error}). Install it again, PyTorch with the "
            "PyTorch extension of 3D Slicer, and restart the application."
        )
    if isinstance(error, OSError):
        return type(error).__name__, _of_system(error, folder)
    return type(error).__name__, (
        f"CardioAI stopped on an error that it does not know ({type(error).__name__}: {error}). "
        f"{folder / LOG} has the details; please report it with that file."
    )


def _of_system(error: OSError, folder: Path) -> str:
    place = error.filename or folder
    if error.errno in FORBIDDEN:
        return (
            f"There is no permission to write {place}. Choose a folder of your own, or ask for "
            "the right to write there."
        )
    too_long = error.errno == errno.ENAMETOOLONG
    if too_long or (os.name == "nt" and len(str(place)) > LONGEST_ON_WINDOWS):
        return f"The path {place} is too long for this system. Choose a folder with a shorter path."
    return f"The system refused {place} ({error.strerror or error}). Check that folder."


def _is_of_memory(error: BaseException) -> bool:
    """Say whether PyTorch, which has no class for it, speaks of the computer's memory."""
    told = str(error).lower()
    words = "not enough memory", "can't allocate memory"
    return isinstance(error, RuntimeError) and any(word in told for word in words)


def _number(error: BaseException) -> int | None:
    return error.errno if isinstance(error, OSError) else None


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return LITTLE_BYTES
