"""A slice view in memory: what a Slicer user sees, as an array."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any

import numpy as np

from CardioAILib.embedded.pipeline import Pipeline, make_pipeline
from CardioAILib.embedded.planes import dimensions, ras_of, set_plane
from CardioAILib.errors import InputError

CORNERS = {"lower left": 0, "lower right": 1, "upper left": 2, "upper right": 3}
BRIGHT, DARK = (1.0, 1.0, 1.0), (0.15, 0.15, 0.15)
ORIENTATIONS = ("Axial", "Sagittal", "Coronal")


class SliceView:
    """One of the application's slice views, offscreen.

    The picture follows the scene: volumes, segmentations and color legends are shown as their
    display nodes say.

    Example:
        >>> with SliceView(start()) as view:
        ...     view.show(volume, heatmap, opacity=0.5)
        ...     view.align(volume, slice_index=5)
        ...     picture = view.picture()

    Args:
        scene: The vtkMRMLScene that `start` returned.
        name: Layout name of the slice node; views of one name share it.
        size: Width and height in pixels.

    Raises:
        DependencyError: Nothing can be drawn here; `rendering_problem()` tells beforehand.
    """

    def __init__(self, scene: Any, name: str = "Red", size: tuple[int, int] = (480, 480)) -> None:
        self._scene, self._size = scene, size
        self._logic = slice_logic(scene, name)
        self._pipeline: Pipeline | None = make_pipeline(application_logic(), self.slice_node, size)
        self.slice_node.SetDimensions(*size, 1)
        wake_legends(scene)

    @property
    def slice_node(self) -> Any:
        """The vtkMRMLSliceNode: where the slice lies, ruler, orientation marker."""
        return self._logic.GetSliceNode()

    @property
    def composite_node(self) -> Any:
        """The vtkMRMLSliceCompositeNode: which volumes are shown."""
        return self._logic.GetSliceCompositeNode()

    def show(self, background: Any = None, foreground: Any = None, opacity: float = 0.5) -> None:
        """Choose the volumes.

        Args:
            background: Volume node below, or None.
            foreground: Volume node above, or None.
            opacity: Opacity of the one above, 0 to 1.
        """
        node = self.composite_node
        node.SetBackgroundVolumeID(None if background is None else background.GetID())
        node.SetForegroundVolumeID(None if foreground is None else foreground.GetID())
        node.SetForegroundOpacity(opacity)

    def align(self, volume: Any, slice_index: float | None = None) -> None:
        """Show a slice as it was acquired: rows across, first row on top, whole.

        Args:
            volume: The volume node.
            slice_index: The slice along its last index axis; the middle where None.
        """
        depth, height, width = dimensions(volume)
        index = (depth - 1) / 2 if slice_index is None else slice_index
        center = ras_of(volume, ((width - 1) / 2, (height - 1) / 2, index))
        origin, right, above = (ras_of(volume, at) for at in ((0, 0, 0), (1, 0, 0), (0, -1, 0)))
        set_plane(self.slice_node, right - origin, above - origin)
        self.fit(volume)
        self.jump(center)

    def orient(self, orientation: str) -> None:
        """Turn the view to "Axial", "Sagittal" or "Coronal"."""
        if orientation not in ORIENTATIONS:
            raise InputError(
                got=f"the orientation {orientation}",
                wanted=f"one of {', '.join(ORIENTATIONS)}",
                fix="use one of these, or align the view to a volume",
            )
        self.slice_node.SetOrientation(orientation)

    def fit(self, volume: Any) -> None:
        """Show a volume whole, in the present orientation."""
        self._logic.FitSliceToVolume(volume, *self._size)

    def jump(self, ras: Sequence[float]) -> None:
        """Put a point, in RAS mm, into the middle of the picture."""
        self.slice_node.JumpSliceByCentering(*map(float, ras))

    def zoom(self, ras: Sequence[float], width: float) -> None:
        """Show a region around a point.

        Args:
            ras: Its center, in RAS mm.
            width: How much of the patient the picture is wide, in mm.
        """
        across, down = self._size
        depth = self.slice_node.GetFieldOfView()[2]
        self.slice_node.SetFieldOfView(width, width * down / across, depth)
        self.jump(ras)

    def ruler(self, shown: bool = True) -> None:
        """Show the ruler, or not."""
        node = self.slice_node
        node.SetRulerType(node.RulerTypeThin if shown else node.RulerTypeNone)

    def text(self, text: str, corner: str = "upper left", *, dark: bool = False) -> None:
        """Write into a corner: "lower left", "lower right", "upper left" or "upper right".

        Args:
            text: What is written.
            corner: Where.
            dark: Whether all corners' letters are dark, as on bright images, and not bright.
        """
        if corner not in CORNERS:
            raise InputError(
                got=f"the corner {corner}", wanted=f"one of {', '.join(CORNERS)}", fix="use one"
            )
        self._open.text.SetText(CORNERS[corner], text)
        look = self._open.text.GetTextProperty()
        look.SetColor(*(DARK if dark else BRIGHT))
        look.SetShadow(not dark)

    def picture(self) -> np.ndarray:
        """Draw what the view shows now.

        Returns:
            The picture (H, W, 3), uint8, first row on top.
        """
        pipeline = self._open
        self.slice_node.SetDimensions(*self._size, 1)
        # Outlines of a scene that was just loaded are drawn once the slice changes.
        self.slice_node.Modified()
        refresh_legends(self._scene, self.composite_node)
        self._logic.UpdatePipeline()
        # There is no connection while the view shows no volume, and another one once it does.
        pipeline.connect(self._logic.GetImageDataConnection())
        return pipeline.pixels()

    def close(self) -> None:
        """Give the graphics memory back; the nodes stay in the scene."""
        if self._pipeline is not None:
            self._pipeline.release()
            self._pipeline = None
            application_logic().GetSliceLogics().RemoveItem(self._logic)

    def __enter__(self) -> SliceView:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _open(self) -> Pipeline:
        if self._pipeline is None:
            raise InputError(got="a closed slice view", wanted="an open one", fix="make a new one")
        return self._pipeline


def application_logic() -> Any:
    """Return the vtkSlicerApplicationLogic."""
    import slicer

    return slicer.app.applicationLogic()


def slice_logic(scene: Any, name: str) -> Any:
    """Return a new slice logic with the slice node of a layout name, made where it is missing."""
    import slicer

    logic = slicer.vtkMRMLSliceLogic()
    logic.SetMRMLApplicationLogic(application_logic())
    logic.SetMRMLScene(scene)
    present = scene.GetSingletonNode(name, "vtkMRMLSliceNode")
    if present is None:
        logic.AddSliceNode(name)
    else:
        logic.SetSliceNode(present)
    application_logic().GetSliceLogics().AddItem(logic)
    return logic


def wake_legends(scene: Any) -> None:
    """Tell the view's color legends that nodes were there before it."""
    # Their manager looks for nodes only at the end of a batch.
    scene.StartState(scene.BatchProcessState)
    scene.EndState(scene.BatchProcessState)


def refresh_legends(scene: Any, composite: Any) -> None:
    """Have the color legends drawn anew: their manager waits for a user's interaction."""
    import slicer

    composite.SetInteractionFlags(
        composite.BackgroundVolumeFlag | composite.ForegroundVolumeFlag | composite.LabelVolumeFlag
    )
    composite.Modified()
    for node in slicer.util.getNodesByClass("vtkMRMLColorLegendDisplayNode", scene):
        node.Modified()
