"""A result becomes nodes under the study that its images lie in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from textwrap import fill

from CardioAILib.errors import InputError
from CardioAILib.mrml.charts import slice_chart
from CardioAILib.mrml.clipheatmaps import every_copy, make_clip_heatmap
from CardioAILib.mrml.clipstudies import each_clip
from CardioAILib.mrml.frames import Frame, image_frame
from CardioAILib.mrml.hearttable import ROLE as MEASUREMENTS
from CardioAILib.mrml.hearttable import measurement_table
from CardioAILib.mrml.heatmaps import make_heatmap
from CardioAILib.mrml.inputs import InputNodes, Node
from CardioAILib.mrml.making import (
    FRAME,
    SLICES,
    Maker,
    all_or_nothing,
    place_beside,
    remove_nodes,
    require_present,
    write_attributes,
)
from CardioAILib.mrml.resultrows import HEADER, result_attributes, result_rows
from CardioAILib.mrml.tables import new_table
from CardioAILib.quality.clips import is_clip
from CardioAILib.results import Result
from CardioAILib.study import Image
from CardioAILib.system import System

NARROW = 14
"""Characters of a line of a legend's title where several clips stand side by side."""
SHOWN_IN_HIERARCHY = (
    "vtkMRMLTableNode",
    "vtkMRMLScalarVolumeNode",
    "vtkMRMLPlotChartNode",
    "vtkMRMLPlotSeriesNode",
)


@dataclass(frozen=True, eq=False)
class ResultNodes:
    """The nodes that show one result.

    Args:
        table: The result table.
        heatmaps: Heatmap volume of each input, by its name.
        charts: Chart of the score by slice of each input with several slices.
        measurements: Table of what was measured on the segmentations, or None.
        made: All nodes, displays, legends and series too, in the order of making.
    """

    table: Node
    heatmaps: Mapping[str, Node] = field(default_factory=dict)
    charts: Mapping[str, Node] = field(default_factory=dict)
    measurements: Node | None = None
    made: tuple[Node, ...] = ()


def show_result(
    scene: Node,
    result: Result,
    system: System,
    heatmaps: Mapping[str, Image],
    nodes: Mapping[str, InputNodes],
    sex: str | None = None,
) -> ResultNodes:
    """Make the nodes of a result: all of them, or none where one cannot be made.

    Args:
        scene: The scene.
        result: The result.
        system: The system that made it.
        heatmaps: Heatmap (1, S, H, W) of each input that has one, by its name; of an echo clip
            (T, 1, H, W), which becomes a sequence in the browser of its clip.
        nodes: The nodes that the study was read from, by name of the input.
        sex: "female" or "male" for the ranges of healthy adults; None for those of both.

    Returns:
        The nodes, each with the result's provenance as attributes.

    Raises:
        MissingInputError: A node that the study was read from was deleted, or the scene closed.
        GridMismatchError: An image has another size than its heatmap by now.
        InputError: There is a heatmap of an input without nodes.
    """
    clips = any(map(is_clip, system.inputs.values()))
    nodes = each_clip(nodes) if clips else nodes
    frames = _frames(scene, heatmaps, nodes, clips=clips)
    with all_or_nothing(scene) as maker:
        shown = _make(maker, result, system, heatmaps, frames, sex)
        for node in maker.made:
            if node.GetClassName() in SHOWN_IN_HIERARCHY:
                write_attributes(node, result_attributes(result))
        for name, node in shown.heatmaps.items():
            told = {"Role": "heatmap", "Input": name}
            for copy in every_copy(node) if clips else ():
                write_attributes(copy, result_attributes(result) | told)
            slices = "" if clips else ";".join(map(str, decisive_slices(result, name)))
            write_attributes(node, told | {SLICES: slices})
            if not clips and (value := frames[name].value) is not None:
                write_attributes(node, {FRAME: value})
        write_attributes(shown.table, {"Role": "result"})
        if shown.measurements is not None:
            write_attributes(shown.measurements, {"Role": MEASUREMENTS})
        listed = [node for node in maker.made if node.GetClassName() in SHOWN_IN_HIERARCHY]
        place_beside(scene, listed, next(iter(frames.values())).placed)
    return replace(shown, made=tuple(maker.made))


def remove_result(scene: Node, shown: ResultNodes) -> None:
    """Remove the nodes of a result from the scene; those deleted already are passed over."""
    with all_or_nothing(scene):
        remove_nodes(scene, reversed(shown.made))


def decisive_slices(result: Result, name: str) -> tuple[int, ...]:
    """Return the slices of an input that set the score of the arm whose heatmap is shown."""
    attention = result.attention
    if attention is None:
        return ()
    explained = result.arms.get(attention.arm)
    if explained is None or not explained.by_input:
        return attention.slices
    own = {example.slice for example in explained.examples if example.input == name}
    return tuple(index for index in dict.fromkeys(attention.slices) if index in own)


def explained_class(result: Result, system: System) -> str:
    """Return the class whose evidence a heatmap shows: of several, the one decided for.

    Of a measured quantity it is a higher value.
    """
    if system.task.measures:
        return f"higher {system.task.label_text}"
    explained = None if result.attention is None else result.arms.get(result.attention.arm)
    if not system.task.several or explained is None:
        return system.task.names[-1]
    return explained.decision or system.task.names[-1]


def _frames(
    scene: Node, heatmaps: Mapping[str, Image], nodes: Mapping[str, InputNodes], *, clips: bool
) -> dict[str, Frame]:
    """Return where the image of each input lies, refusing nodes that are gone.

    Of a clip it is the first frame.
    """
    if not nodes or (unknown := [name for name in heatmaps if name not in nodes]):
        raise InputError(
            got=f"no nodes for {', '.join(unknown) if nodes else 'any input'}",
            wanted="the nodes that the study was read from",
            fix="give the mapping that was given to study_from_nodes",
        )
    for name, own in nodes.items():
        require_present(scene, own.image, f"the image {name}")
    return {
        name: image_frame(own.image, 0 if clips else own.frame, name) for name, own in nodes.items()
    }


def _make(
    maker: Maker,
    result: Result,
    system: System,
    heatmaps: Mapping[str, Image],
    frames: Mapping[str, Frame],
    sex: str | None,
) -> ResultNodes:
    rows = result_rows(result, system)
    columns = dict(zip(HEADER, map(list, zip(*rows, strict=True)), strict=True))
    table = new_table(maker, f"{system.name} result", columns)
    title = f"evidence for\n{explained_class(result, system)}"
    volumes = {}
    for name, heatmap in heatmaps.items():
        called = f"{system.name} {name} heatmap"
        if len(heatmap.array) > 1:
            narrow = fill(title, NARROW)
            volumes[name] = make_clip_heatmap(maker, called, heatmap, frames[name].placed, narrow)
            continue
        decisive = decisive_slices(result, name)
        volumes[name] = make_heatmap(maker, called, heatmap, frames[name], title, decisive)
    named = [name for name in frames if name in system.inputs and not is_clip(system.inputs[name])]
    charts = {name: slice_chart(maker, result, system, name) for name in named}
    measured = None
    if result.measurements:
        name = f"{system.name} measurements"
        measured = measurement_table(maker, name, result.measurements, sex)
    shown = {name: chart for name, chart in charts.items() if chart}
    return ResultNodes(table, volumes, shown, measured)
