"""Missing graphics libraries are told in one line and never end the process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from CardioAILib.embedded.probe import DRAW, NO_VTK, advice, rendering_problem

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("libEGL", "libGL", "libOpenGL", "libGLX", "libOSMesa")


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_a_process_that_draws_is_no_problem():
    assert rendering_problem(python("pass")) is None


@pytest.mark.parametrize(
    "command",
    [
        python("import os; os.abort()"),
        python("raise RuntimeError('no display')"),
        ("/nowhere/python",),
    ],
)
def test_whatever_fails_is_one_line_that_names_the_packages(command):
    text = rendering_problem(command)
    assert "\n" not in text
    if sys.platform == "linux":
        assert "apt-get install libegl1 libgl1-mesa-dri" in text


def test_an_absent_vtk_is_told_apart():
    assert rendering_problem(python("import vtkmodules_that_are_absent")) == NO_VTK


def test_only_linux_is_told_of_debian():
    assert "libegl1" in advice("linux")
    assert "libegl1" not in advice("darwin") + advice("win32")


def test_the_answer_is_asked_for_once(tmp_path):
    command = python(f"open({str(tmp_path / 'asked')!r}, 'a').write('x')")
    assert rendering_problem(command) is rendering_problem(command) is None
    assert (tmp_path / "asked").read_text() == "x"


@pytest.fixture
def without_graphics(tmp_path) -> dict[str, str]:
    """An environment in which the graphics libraries are found and are none."""
    pytest.importorskip("slicer", reason="slicer-core is not installed")
    if sys.platform != "linux":
        pytest.skip("libraries are hidden by LD_LIBRARY_PATH, which Linux has")
    for name in LIBRARIES:
        for ending in ("so", "so.0", "so.1", "so.8"):
            (tmp_path / f"{name}.{ending}").write_text("no library")
    hidden = {"LD_LIBRARY_PATH": str(tmp_path), "PYTHONPATH": str(ROOT / "CardioAI")}
    environment = os.environ | hidden
    environment.pop("DISPLAY", None)
    return environment


def test_without_the_libraries_drawing_crashes_and_asking_does_not(without_graphics):
    drawing = subprocess.run(python(DRAW), env=without_graphics, capture_output=True, check=False)
    assert drawing.returncode != 0
    code = (
        "import sys\n"
        "from CardioAILib.embedded import SliceView, rendering_problem, start\n"
        "from CardioAILib.errors import DependencyError\n"
        "sys.stdout.write(str(rendering_problem()))\n"
        "try:\n"
        "    SliceView(start())\n"
        "except DependencyError:\n"
        "    sys.stdout.write(' and no crash')\n"
    )
    asking = subprocess.run(
        python(code), env=without_graphics, capture_output=True, text=True, check=False
    )
    assert asking.returncode == 0, asking.stderr
    assert asking.stdout == f"{advice('linux')} and no crash"
