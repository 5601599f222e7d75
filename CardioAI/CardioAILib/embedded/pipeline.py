"""The VTK parts of a slice view: window, renderers, displayable managers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from CardioAILib.embedded.probe import require_rendering
from CardioAILib.embedded.quiet import quiet_vtk

MANAGERS = (
    "vtkMRMLCrosshairDisplayableManager",
    "vtkMRMLOrientationMarkerDisplayableManager",
    "vtkMRMLRulerDisplayableManager",
    "vtkMRMLScalarBarDisplayableManager",
    "vtkMRMLSegmentationsDisplayableManager2D",
    "vtkMRMLModelSliceDisplayableManager",
    "vtkMRMLMarkupsDisplayableManager",
    "vtkMRMLColorLegendDisplayableManager",
)
"""What the application registers for slice views, and we can have shown."""

DISPLAY_WINDOW, DISPLAY_LEVEL = 255.0, 127.5
"""The blended slice has display values already: 0 to 255 go to the screen unchanged."""


@dataclass(frozen=True, eq=False)
class Pipeline:
    """What draws a slice logic's picture into memory.

    Args:
        window: The offscreen vtkRenderWindow.
        image: The vtkActor2D of the blended slice.
        text: The vtkCornerAnnotation.
        group: The displayable managers; they live as long as this does.
        interactor: What the managers ask for the window.
    """

    window: Any
    image: Any
    text: Any
    group: Any
    interactor: Any

    def connect(self, connection: Any) -> None:
        """Show what comes through a VTK connection; nothing where it is None."""
        self.image.GetMapper().SetInputConnection(connection)
        self.image.SetVisibility(connection is not None)

    def pixels(self) -> np.ndarray:
        """Draw, and return the picture (H, W, 3), uint8, first row on top."""
        return pixels_of(self.window)

    def release(self) -> None:
        """Give the graphics memory back."""
        # The managers warn that they have no scene any more.
        with quiet_vtk():
            self.group.SetMRMLDisplayableNode(None)
            self.group.SetRenderer(None)
        self.connect(None)
        self.window.Finalize()
        self.interactor.SetRenderWindow(None)


def make_pipeline(application_logic: Any, slice_node: Any, size: tuple[int, int]) -> Pipeline:
    """Build the parts for a slice node.

    Args:
        application_logic: The vtkSlicerApplicationLogic.
        slice_node: The vtkMRMLSliceNode of the view.
        size: Width and height in pixels.
    """
    import vtk

    window = offscreen_window(size)
    below, above = vtk.vtkRenderer(), vtk.vtkRenderer()
    window.SetNumberOfLayers(2)
    for layer, renderer in enumerate((below, above)):
        renderer.SetLayer(layer)
        renderer.GetActiveCamera().ParallelProjectionOn()
        window.AddRenderer(renderer)
    interactor = vtk.vtkRenderWindowInteractor()
    interactor.SetInteractorStyle(vtk.vtkInteractorStyleUser())
    interactor.SetRenderWindow(window)
    image = add_image(below)
    text = add_text(above)
    group = displayable_managers(application_logic, above)
    group.SetMRMLDisplayableNode(slice_node)
    return Pipeline(window, image, text, group, interactor)


def offscreen_window(size: tuple[int, int]) -> Any:
    """Return a render window in memory.

    Raises:
        DependencyError: Nothing can be drawn here; going on would end the process.
    """
    import vtk

    require_rendering()
    # Without an X server VTK warns before it goes on without one.
    with quiet_vtk():
        window = vtk.vtkRenderWindow()
    window.SetOffScreenRendering(True)
    window.SetShowWindow(False)
    window.SetMultiSamples(0)
    window.SetSize(*size)
    return window


def add_image(renderer: Any) -> Any:
    """Return the actor that shows the blended slice in a renderer."""
    import vtk

    mapper = vtk.vtkImageMapper()
    mapper.SetColorWindow(DISPLAY_WINDOW)
    mapper.SetColorLevel(DISPLAY_LEVEL)
    actor = vtk.vtkActor2D()
    actor.SetMapper(mapper)
    actor.GetProperty().SetDisplayLocationToBackground()
    renderer.AddViewProp(actor)
    return actor


def add_text(renderer: Any) -> Any:
    """Return the texts in the corners of a renderer."""
    import vtk

    text = vtk.vtkCornerAnnotation()
    text.SetMaximumFontSize(15)
    text.SetMinimumFontSize(9)
    text.SetNonlinearFontScaleFactor(0.35)
    look = text.GetTextProperty()
    look.SetFontFamilyToArial()
    look.ShadowOn()
    renderer.AddViewProp(text)
    return text


def displayable_managers(application_logic: Any, renderer: Any) -> Any:
    """Return the group of managers that draw nodes into a renderer."""
    import slicer

    factory = slicer.vtkMRMLSliceViewDisplayableManagerFactory.GetInstance()
    factory.SetMRMLApplicationLogic(application_logic)
    for name in MANAGERS:
        if not factory.IsDisplayableManagerRegistered(name):
            factory.RegisterDisplayableManager(name)
    group = slicer.vtkMRMLDisplayableManagerGroup()
    group.Initialize(factory, renderer)
    return group


def pixels_of(window: Any) -> np.ndarray:
    """Draw a window and return it (H, W, 3), uint8, first row on top."""
    import vtk
    from vtk.util.numpy_support import vtk_to_numpy

    window.Render()
    grab = vtk.vtkWindowToImageFilter()
    grab.SetInput(window)
    grab.SetInputBufferTypeToRGB()
    grab.ReadFrontBufferOff()
    grab.Update()
    found = grab.GetOutput()
    width, height, _ = found.GetDimensions()
    pixels = vtk_to_numpy(found.GetPointData().GetScalars()).reshape(height, width, 3)
    return pixels[::-1].copy()
