"""A worker that leads its own process group, and ends when its parent does."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time

SECONDS_BETWEEN_LOOKS = 1.0
ORPHANED = 3
"""Exit status of a worker whose parent is gone."""


def lead_own_group() -> None:
    """Become a process group of its own, so that it can be ended with all that it starts.

    Windows keeps no groups: there the tree is ended by the links between processes.
    """
    if os.name == "nt":
        return
    # Refused where the process leads a group already, which is what is wanted.
    with contextlib.suppress(PermissionError):
        os.setsid()


def end_with(parent: str | None) -> None:
    """End this process and its group once the parent's process is gone.

    Args:
        parent: Process id in text, or None to outlive everybody.
    """
    if parent and parent.isdecimal():
        watch = threading.Thread(target=_outlive_not, args=(int(parent),), daemon=True)
        watch.start()


def _outlive_not(parent: int) -> None:
    wait_for_end(parent)
    if os.name != "nt" and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(ORPHANED)


if os.name == "nt":

    def wait_for_end(process: int) -> None:
        """Return once a process is gone."""
        import ctypes

        synchronize, forever = 0x00100000, 0xFFFFFFFF
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        kernel.WaitForSingleObject.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
        handle = kernel.OpenProcess(synchronize, False, process)
        if handle:
            kernel.WaitForSingleObject(handle, forever)

else:

    def wait_for_end(process: int) -> None:
        """Return once a process is gone."""
        own = os.getppid() == process
        while os.getppid() == process if own else _lives(process):
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def _lives(process: int) -> bool:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
