"""What `slicer.app.coreIOManager()` is outside the application: the same logics read and write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

ENDINGS = {
    ".mrb": "SceneFile",
    ".mrml": "SceneFile",
    ".seg.nrrd": "SegmentationFile",
    ".seg.nhdr": "SegmentationFile",
    ".seq.nrrd": "SequenceFile",
    ".seq.nhdr": "SequenceFile",
    ".seq.mrb": "SequenceFile",
    ".csv": "TableFile",
    ".tsv": "TableFile",
    ".txt": "TextFile",
    ".json": "TextFile",
    ".h5": "TransformFile",
    ".tfm": "TransformFile",
}
"""Kind of file by its ending; any other is taken for a volume."""

KINDS = {
    "vtkMRMLScene": "SceneFile",
    "vtkMRMLSegmentationNode": "SegmentationFile",
    "vtkMRMLSequenceNode": "SequenceFile",
    "vtkMRMLTableNode": "TableFile",
    "vtkMRMLTextNode": "TextFile",
    "vtkMRMLTransformNode": "TransformFile",
    "vtkMRMLVolumeNode": "VolumeFile",
}
"""Kind of file by class of the node."""


class IOManager:
    """Reads files into the scene and writes nodes, under the names that `slicer.util` calls.

    Args:
        logic: The vtkSlicerApplicationLogic.
        scene: The vtkMRMLScene.
    """

    def __init__(self, logic: Any, scene: Any) -> None:
        self._logic, self._scene = logic, scene

    def fileType(self, name: str) -> str:
        """Return the kind of a file by its ending."""
        low = str(name).lower()
        return next((kind for end, kind in ENDINGS.items() if low.endswith(end)), "VolumeFile")

    def fileWriterFileType(self, node: Any, file_format: str = "") -> str:
        """Return the kind of file that a node is written to."""
        return next((kind for name, kind in KINDS.items() if node.IsA(name)), "NodeFile")

    def loadNodes(
        self, kind: str, properties: Mapping[str, Any], found: Any = None, messages: Any = None
    ) -> bool:
        """Read a file.

        Args:
            kind: Kind of file, as `fileType` returns it.
            properties: `fileName`, and what the reader of the kind takes.
            found: The vtkCollection that nodes are added to.
            messages: The vtkMRMLMessageCollection for what went wrong.

        Returns:
            Whether it could be read.
        """
        from CardioAILib.embedded import readers

        path = str(properties["fileName"])
        if not Path(path).exists():
            readers.tell(messages, f"{path} does not exist")
            return False
        if kind == "SceneFile":
            return readers.read_scene(self._scene, path, properties, messages)
        name = properties.get("name") or readers.plain_name(path)
        node = readers.READERS.get(kind, readers.read_nothing)(path, name, properties, messages)
        if node is not None and found is not None:
            found.AddItem(node)
        return node is not None

    def saveNodes(self, kind: str, properties: Mapping[str, Any], messages: Any = None) -> bool:
        """Write the node `nodeID`, or the scene, to `fileName`."""
        from CardioAILib.embedded import writers

        path = Path(str(properties["fileName"]))
        if kind == "SceneFile":
            return writers.write_scene(self._logic, self._scene, path, messages)
        node = self._scene.GetNodeByID(properties["nodeID"])
        return writers.write_node(node, path, properties, messages)
