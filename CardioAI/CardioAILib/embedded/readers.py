"""One reader for each kind of file, calling the logic that the application's reader calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from CardioAILib.embedded.writers import storage_of

PLAIN_ENDINGS = (".seg.nrrd", ".seg.nhdr", ".seq.nrrd", ".seq.nhdr", ".nii.gz")


def plain_name(path: str) -> str:
    """Return a file's name without folder and ending, as Slicer names nodes."""
    name = Path(path).name
    for ending in PLAIN_ENDINGS:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return Path(name).stem


def read_volume(path: str, name: str, properties: Mapping[str, Any], messages: Any) -> Any:
    """Read a scalar volume or, where `labelmap` is set, a label volume."""
    import slicer
    import vtk

    flags = ("labelmap", "center", "singleFile", "autoWindowLevel", "discardOrientation")
    options = sum(1 << bit for bit, flag in enumerate(flags) if properties.get(flag))
    files = None
    if properties.get("fileNames"):
        files = vtk.vtkStringArray()
        for file in properties["fileNames"]:
            files.InsertNextValue(str(file))
    logic = slicer.modules.volumes.logic()
    node = logic.AddArchetypeVolume(path, name, options, files, messages)
    color = properties.get("colorNodeID")
    if node is not None and color:
        node.GetDisplayNode().SetAndObserveColorNodeID(color)
    return node


def read_segmentation(path: str, name: str, properties: Mapping[str, Any], messages: Any) -> Any:
    """Read a segmentation, from a labelmap file too."""
    import slicer

    logic = slicer.modules.segmentations.logic()
    automatic = bool(properties.get("autoOpacities", True))
    return logic.LoadSegmentationFromFile(path, automatic, name, None, messages)


def read_sequence(path: str, name: str, properties: Mapping[str, Any], messages: Any) -> Any:
    """Read a sequence, and show it through a browser unless `show` is false."""
    import slicer

    logic = slicer.modules.sequences.logic()
    sequence = logic.AddSequence(path, messages)
    if sequence is None:
        return None
    sequence.SetName(name)
    if properties.get("show", True):
        browser = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSequenceBrowserNode")
        browser.SetName(slicer.mrmlScene.GenerateUniqueName(f"{name} browser"))
        browser.SetAndObserveMasterSequenceNodeID(sequence.GetID())
        logic.UpdateAllProxyNodes()
    return sequence


def read_table(path: str, name: str, properties: Mapping[str, Any], messages: Any) -> Any:
    """Read a table."""
    import slicer

    return slicer.modules.tables.logic().AddTable(path, name, True, "", messages)


def read_text(path: str, name: str, properties: Mapping[str, Any], messages: Any) -> Any:
    """Read a text."""
    return read_by_storage("vtkMRMLTextNode", path, name, messages)


def read_transform(path: str, name: str, properties: Mapping[str, Any], messages: Any) -> Any:
    """Read a transform."""
    import slicer

    node = slicer.modules.transforms.logic().AddTransform(path, slicer.mrmlScene, messages)
    if node is not None:
        node.SetName(name)
    return node


def read_by_storage(class_name: str, path: str, name: str, messages: Any) -> Any:
    """Read a node through its own storage node; None where that fails."""
    import slicer

    node = slicer.mrmlScene.AddNewNodeByClass(class_name, name)
    storage = storage_of(node, Path(path))
    storage.SetFileName(path)
    if storage.ReadData(node):
        return node
    slicer.mrmlScene.RemoveNode(node)
    return None


def read_nothing(path: str, name: str, properties: Mapping[str, Any], messages: Any) -> None:
    """Say that there is no reader for this kind of file."""
    tell(messages, f"there is no reader for {path}")


def tell(messages: Any, text: str) -> None:
    """Add an error to a vtkMRMLMessageCollection, where there is one."""
    import vtk

    if messages is not None:
        messages.AddMessage(vtk.vtkCommand.ErrorEvent, text)


def read_scene(scene: Any, path: str, properties: Mapping[str, Any], messages: Any) -> bool:
    """Read .mrb or .mrml into a scene, in place of what is in it where `clear` is set."""
    clear = bool(properties.get("clear", False))
    if path.lower().endswith(".mrb"):
        return bool(scene.ReadFromMRB(path, clear, messages))
    scene.SetURL(path)
    return bool(scene.Connect(messages) if clear else scene.Import(messages))


READERS: dict[str, Callable[[str, str, Mapping[str, Any], Any], Any]] = {
    "VolumeFile": read_volume,
    "SegmentationFile": read_segmentation,
    "SequenceFile": read_sequence,
    "TableFile": read_table,
    "TextFile": read_text,
    "TransformFile": read_transform,
}
