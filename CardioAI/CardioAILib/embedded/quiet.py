"""VTK's messages kept off the terminal where they tell nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_vtk() -> Iterator[None]:
    """Keep VTK's messages off the terminal for a while."""
    from vtk import vtkObject

    before = vtkObject.GetGlobalWarningDisplay()
    vtkObject.GlobalWarningDisplayOff()
    try:
        yield
    finally:
        vtkObject.SetGlobalWarningDisplay(before)
