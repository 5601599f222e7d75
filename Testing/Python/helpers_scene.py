"""Small nodes with known voxels at known places, for the tests of the scene."""

from __future__ import annotations

from typing import Any

import numpy as np
from CardioAILib.embedded import start
from CardioAILib.mrml.geometry import as_vtk, image_data

SHAPE = (6, 20, 24)
SPACING = (1.25, 1.5, 8.0)
"""Millimeters along column, row, slice."""


def fresh_scene() -> Any:
    """The process's scene without what earlier tests left."""
    scene = start()
    scene.Clear(False)
    return scene


def oblique(angles: tuple[float, float, float] = (20.0, -35.0, 50.0)) -> np.ndarray:
    """A rotation by three angles in degrees, (3, 3)."""
    turned = np.eye(3)
    for axis, angle in enumerate(np.radians(angles)):
        c, s = np.cos(angle), np.sin(angle)
        one, two = [other for other in range(3) if other != axis]
        step = np.eye(3)
        step[[one, one, two, two], [one, two, one, two]] = c, -s, s, c
        turned = step @ turned
    return turned


def ijk_to_ras(spacing: tuple[float, ...] = SPACING, origin: tuple[float, ...] = (-31, 12, 77)):
    """An oblique, anisotropic grid, (4, 4)."""
    matrix = np.eye(4)
    matrix[:3, :3] = oblique() * spacing
    matrix[:3, 3] = origin
    return matrix


def pixels(shape: tuple[int, ...] = SHAPE, seed: int = 0) -> np.ndarray:
    """Values (S, H, W) that tell every voxel from every other."""
    return np.random.default_rng(seed).permutation(int(np.prod(shape))).reshape(shape).astype("f4")


def volume(scene: Any, array: np.ndarray, matrix: np.ndarray, **how: Any) -> Any:
    """A volume node; `kind` and `name` may be given."""
    kind = how.get("kind", "vtkMRMLScalarVolumeNode")
    node = scene.AddNewNodeByClass(kind, how.get("name", "cine"))
    node.SetIJKToRASMatrix(as_vtk(matrix))
    node.SetAndObserveImageData(image_data(array))
    node.CreateDefaultDisplayNodes()
    return node


def transform(scene: Any, matrix: np.ndarray, *children: Any) -> Any:
    """A linear transform over nodes."""
    node = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "moved")
    node.SetMatrixTransformToParent(as_vtk(matrix))
    for child in children:
        child.SetAndObserveTransformNodeID(node.GetID())
    return node


def moved(scale: float = 1.0) -> np.ndarray:
    """A rotation, a translation and a scaling alike along all axes, (4, 4)."""
    matrix = np.eye(4)
    matrix[:3, :3] = oblique((-10.0, 25.0, 5.0)) * scale
    matrix[:3, 3] = 14.0, -9.0, 3.5
    return matrix


def segmentation(scene: Any, matrix: np.ndarray, **segments: Any) -> Any:
    """A segmentation node; each segment an array (S, H, W), or (array, terminology)."""
    import slicer

    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "segmentation")
    node.CreateDefaultDisplayNodes()
    for name, given in segments.items():
        array, entry = given if isinstance(given, tuple) else (given, None)
        labelmap = slicer.vtkOrientedImageData()
        labelmap.DeepCopy(image_data(array.astype(np.uint8)))
        labelmap.SetGeometryFromImageToWorldMatrix(as_vtk(matrix))
        segment = slicer.vtkSegment()
        segment.SetName(name)
        segment.AddRepresentation("Binary labelmap", labelmap)
        if entry is not None:
            segment.SetTag("TerminologyEntry", entry)
        node.GetSegmentation().AddSegment(segment, name)
    return node


def ring(shape: tuple[int, ...] = SHAPE) -> np.ndarray:
    """A myocardium-like ring in the middle slices, boolean (S, H, W)."""
    array = np.zeros(shape, bool)
    s, h, w = shape
    rows, columns = np.ogrid[:h, :w]
    distance = np.hypot(rows - h / 2, columns - w / 2)
    array[1 : s - 1] = (distance > 3) & (distance < 7)
    return array


def geometry_of(node: Any) -> np.ndarray:
    """The matrix (4, 4) of a volume from its indices to its own coordinates."""
    from CardioAILib.mrml.geometry import volume_to_local

    return volume_to_local(node)


def of_class(scene: Any, name: str) -> list[Any]:
    """The nodes of a class."""
    return [
        scene.GetNthNodeByClass(index, name) for index in range(scene.GetNumberOfNodesByClass(name))
    ]
