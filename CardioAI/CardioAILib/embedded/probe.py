"""Whether this computer can draw: asked in another process, since the answer may be a crash."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

from CardioAILib.errors import DependencyError

PACKAGES = ("libegl1", "libgl1-mesa-dri")
"""What Debian and Ubuntu call the libraries that draw without a display."""
SECONDS = 120
"""Longest time for the first picture, on a slow disk too."""

DRAW = """
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow
import vtkmodules.vtkRenderingOpenGL2
window = vtkRenderWindow()
window.SetOffScreenRendering(True)
window.SetShowWindow(False)
window.SetSize(8, 8)
renderer = vtkRenderer()
renderer.SetBackground(1.0, 1.0, 1.0)
window.AddRenderer(renderer)
window.Render()
pixel = vtkUnsignedCharArray()
window.GetPixelData(4, 4, 4, 4, 0, pixel, 0)
assert pixel.GetTuple(0) == (255, 255, 255), pixel.GetTuple(0)
"""
NO_VTK = "slice views need slicer-core: pip install slicer-core"


@cache
def rendering_problem(command: tuple[str, ...] = (sys.executable, "-c", DRAW)) -> str | None:
    """Say in one line why no slice view can be drawn here, or return None.

    A missing graphics library ends a Python process without a word, so a picture is tried in
    another one; asked once a process.

    Args:
        command: What draws; anything but exit status 0 means that it could not.
    """
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{advice(sys.platform)} ({type(error).__name__})"
    if b"ModuleNotFoundError" in done.stderr:
        return NO_VTK
    return advice(sys.platform) if done.returncode else None


def require_rendering() -> None:
    """Refuse to go on where nothing can be drawn.

    Raises:
        DependencyError: The graphics libraries are missing.
    """
    problem = rendering_problem()
    if problem is not None:
        raise DependencyError(
            got="a computer without graphics libraries", wanted="somewhere to draw", fix=problem
        )


def advice(platform: str) -> str:
    """Return what to do about missing graphics libraries on a platform, in one line."""
    if platform == "linux":
        return (
            "slice views cannot be drawn here; on Debian and Ubuntu install the packages "
            f"{' and '.join(PACKAGES)}: apt-get install {' '.join(PACKAGES)}"
        )
    return "slice views cannot be drawn here: this computer offers no OpenGL 3.2"
