"""Ways to start a worker: lines, environment and exit code come back on the main thread."""

import sys
import time

import pytest

pytest.importorskip("PySide6.QtWidgets", reason="PySide6 cannot be used", exc_type=ImportError)
pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import slicer  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.panel.launcher import best_launch, pump, slicer_launch  # noqa: E402
from CardioAILib.worker import SubprocessLauncher  # noqa: E402
from qt_standins import process_events  # noqa: E402
from qt_standins.opened import panel_module  # noqa: E402

PATIENCE = 60.0
"""Seconds to wait for a real process on a busy machine."""


@pytest.fixture(autouse=True)
def qt():
    """Slicer's launcher polls with Qt's timers."""
    panel_module()


def test_slicers_own_launcher_is_taken_where_it_calls_back():
    assert best_launch() is slicer_launch


def test_an_older_slicer_gets_a_launcher_that_is_pumped(monkeypatch):
    monkeypatch.setattr(slicer.util, "launchConsoleProcess", lambda args, blocking=True: None)
    assert isinstance(best_launch(), SubprocessLauncher)


@pytest.mark.parametrize("make", [lambda: slicer_launch, SubprocessLauncher])
def test_both_launchers_bring_lines_environment_and_exit_code(make):
    launch, lines, codes = make(), [], []
    code = "import os; print('one'); print(os.environ['CARDIOAI_TEST']); raise SystemExit(3)"
    launch([sys.executable, "-c", code], {"CARDIOAI_TEST": "two"}, lines.append, codes.append)
    deadline = time.monotonic() + PATIENCE
    while not codes and time.monotonic() < deadline:
        process_events(0.02)
        pump(launch)
    assert (lines, codes) == (["one", "two"], [3])
