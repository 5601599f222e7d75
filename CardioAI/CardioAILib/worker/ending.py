"""How workers end: ended with all their children, or by themselves with a code."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

CRASHES = ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE")
WINDOWS_CRASHES = range(0xC0000000, 0xD0000000)
SHELL_SIGNALS = 128
"""Launchers report a child that died of signal N as the code 128 + N."""
LAST_WORDS = 3


def end_tree(process: int) -> None:
    """End a worker and everything that it started; nothing happens where it is gone."""
    if process <= 1:
        # Group 0 is our own, and 1 is the system's first process.
        return
    if os.name == "nt":
        subprocess.run(
            ["taskkill", "/F", "/T", "/PID", str(process)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        # Only the worker leads a group by its own number: no other group is ever hit.
        os.killpg(process, signal.SIGKILL)


def why_it_ended(code: int, words: Sequence[str], log: Path) -> tuple[str, str]:
    """Return the kind and the message of an end without a last event.

    Args:
        code: Exit code; negative for a signal.
        words: Output that was no event, oldest first.
        log: The worker's log, where there is one.
    """
    name = signal_name(code)
    last = " ".join(words[-LAST_WORDS:]).strip()
    told = f" Its last words: {last}" if last else f" Details, if any, are in {log}."
    if name == "SIGKILL":
        return "Killed", (
            "The worker was ended from outside, most often by the system because memory ran "
            "out. Close other programs, or use fewer or smaller images, and start again." + told
        )
    if name in CRASHES or code % 0x100000000 in WINDOWS_CRASHES:
        return "Crashed", (
            f"The worker crashed ({name or hex(code % 0x100000000)}); the window and your data "
            "are untouched. Start again; if it happens again, report it with the log." + told
        )
    if name:
        return "Killed", f"The worker was ended from outside ({name}). Start again." + told
    return "Ended", f"The worker ended with code {code} before it had finished." + told


def signal_name(code: int) -> str | None:
    """Return the name of the signal that an exit code speaks of, or None."""
    number = -code if code < 0 else code - SHELL_SIGNALS
    try:
        return signal.Signals(number).name
    except ValueError:
        return None
