"""Nodes and scenes into files, through the storage nodes that the application uses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_node(node: Any, path: Path, properties: Mapping[str, Any], messages: Any) -> bool:
    """Write one node's data.

    Args:
        node: A storable node of the scene.
        path: The file.
        properties: `useCompression`, where it is not to be the usual.
        messages: The vtkMRMLMessageCollection for what went wrong.

    Returns:
        Whether it was written.
    """
    if node is None or not node.IsA("vtkMRMLStorableNode"):
        return False
    storage = storage_of(node, path)
    storage.SetFileName(str(path))
    if "useCompression" in properties:
        storage.SetUseCompression(bool(properties["useCompression"]))
    written = bool(storage.WriteData(node))
    if messages is not None:
        messages.AddMessages(storage.GetUserMessages())
    return written


def storage_of(node: Any, path: Path) -> Any:
    """Return the storage node of a node, made where it has none."""
    node.AddDefaultStorageNode(str(path))
    if node.GetStorageNode() is None:
        # A short text is kept in the scene itself, and makes no storage node unasked.
        made = node.GetScene().AddNewNodeByClass("vtkMRMLTextStorageNode")
        node.SetAndObserveStorageNodeID(made.GetID())
    return node.GetStorageNode()


def write_scene(logic: Any, scene: Any, path: Path, messages: Any) -> bool:
    """Write the scene as .mrb, as .mrml without data, or into a folder with its data."""
    ending = path.suffix.lower()
    if ending == ".mrb":
        return bool(scene.WriteToMRB(str(path), None, messages))
    if ending == ".mrml":
        scene.SetURL(str(path))
        return bool(scene.Commit(str(path), messages))
    path.mkdir(parents=True, exist_ok=True)
    return bool(logic.SaveSceneToSlicerDataBundleDirectory(str(path), None, messages))
