"""pyradiomics 3.0.1 for benchmarks: an environment of its own, and processes that wait in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".cache" / "pyradiomics-3.0.1"
CHILD = Path(__file__).with_name("_radiomics_reference_child.py")

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Each process computes on one core, so that processes and threads compare."""


def reference_python() -> Path:
    """Return the interpreter of an environment with pyradiomics, made at the first call."""
    python = ENVIRONMENT / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if python.exists() and subprocess.run([python, "-c", "import radiomics"]).returncode == 0:
        return python
    base = sys.executable if sys.version_info[:2] == (3, 11) else shutil.which("python3.11")
    if base is None:
        sys.exit("pyradiomics 3.0.1 needs Python 3.11: install python3.11 and run this again")
    pip = [str(python), "-m", "pip", "install", "--quiet"]
    try:
        subprocess.run([base, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        subprocess.run([*pip, "numpy", "versioneer", "setuptools", "wheel", "cython"], check=True)
        subprocess.run([*pip, "--no-build-isolation", "pyradiomics==3.0.1"], check=True)
    except subprocess.CalledProcessError as error:
        sys.exit(f"pyradiomics could not be built ({error}); it needs a C compiler and the network")
    return python


class Reference:
    """Processes of pyradiomics that hold the same slices and wait for work.

    Args:
        processes: How many.
        slices: Arrays ``images`` (N, H, W), ``masks`` (N, H, W) and ``spacing`` (N, 2).
        settings: Each setting's fields by its name.
        folder: Where files are exchanged.
    """

    def __init__(
        self,
        processes: int,
        slices: dict[str, np.ndarray],
        settings: dict[str, dict],
        folder: Path,
    ) -> None:
        self.folder = folder
        source = folder / "slices.npz"
        np.savez(source, settings=json.dumps(settings), **slices)
        command = [str(reference_python()), "-W", "ignore", str(CHILD), str(source)]
        self.children = [
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=os.environ | ONE_THREAD,
            )
            for _ in range(processes)
        ]

    def __enter__(self) -> Reference:
        """Return itself, at work until the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let every process end."""
        for child in self.children:
            child.stdin.close()
            child.wait()

    def seconds(self, setting: str, shares: list[list[int]]) -> float:
        """Measure how long it takes until every share of slices is done, a process each."""
        start = time.perf_counter()
        self._work(setting, shares, [None] * len(shares))
        return time.perf_counter() - start

    def features(self, setting: str, count: int) -> tuple[tuple[str, ...], np.ndarray]:
        """Return names and values (count, F) of the first slices, shared among the processes."""
        shares = [part.tolist() for part in np.array_split(np.arange(count), len(self.children))]
        shares = [share for share in shares if share]
        files = [str(self.folder / f"features{number}.npz") for number in range(len(shares))]
        self._work(setting, shares, files)
        tables = [np.load(file) for file in files]
        return tuple(tables[0]["names"].tolist()), np.concatenate([t["values"] for t in tables])

    def _work(self, setting: str, shares: list[list[int]], files: list[str | None]) -> None:
        used = self.children[: len(shares)]
        for child, share, file in zip(used, shares, files, strict=True):
            child.stdin.write(json.dumps({"setting": setting, "slices": share, "out": file}) + "\n")
            child.stdin.flush()
        for child in used:
            if not child.stdout.readline():
                sys.exit(f"pyradiomics ended with status {child.wait()}")
