"""Sample data made on the spot: a simulated cine with or without scar, and its segmentation.

Both show the same heart: they differ in the scar alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from CardioAILib.errors import InputError
from CardioAILib.mrml import InputNodes, add_segment
from CardioAILib.mrml.cines import shown_node, timed_sequence
from CardioAILib.mrml.geometry import as_vtk
from CardioAILib.mrml.making import Maker, all_or_nothing, hierarchy_of, remove_nodes
from CardioAILib.panel import lgesample
from CardioAILib.panel.sampledata import Entry, list_samples
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY, Image, Role
from CardioAILib.system import System

if TYPE_CHECKING:
    from CardioAILib.phantoms import Cine

SEED = (2022, 3)
"""The first of the hearts (2022, n) with a scar above the phantoms' median of 7 % of the wall."""

SUBJECT = "CardioAI simulated"
"""Name of the subject that all samples belong to."""

STRUCTURES = (MYOCARDIUM, LV_CAVITY, RV_CAVITY)
SHOWN = Role("MR", "cine", "SAX")


@dataclass(frozen=True)
class Sample:
    """One entry of the module Sample Data.

    Args:
        title: Text under its picture, and name of the nodes.
        label: 1 with scar, 0 without.
        icon: File name of its picture.
    """

    title: str
    label: int
    icon: str


SAMPLES = {
    "scar": Sample("CardioAI simulated cine, scar", 1, "CardioAISimulatedCineScar.png"),
    "no scar": Sample("CardioAI simulated cine, no scar", 0, "CardioAISimulatedCineNoScar.png"),
}


@dataclass(frozen=True, eq=False)
class SampleNodes:
    """The nodes of a sample.

    Args:
        volume: The frame that is shown: end systole at first.
        segmentation: Myocardium and both cavities in that frame.
        sequence: All frames of the cine; index is the time in ms.
        segmentations: The segmentation of every frame.
        browser: What plays both.
        es: Index of the end-systolic frame.
    """

    volume: Any
    segmentation: Any
    sequence: Any
    segmentations: Any
    browser: Any
    es: int


def load(scene: Any, name: str = "scar") -> SampleNodes:
    """Simulate a heartbeat and put it into a scene, standing at end systole.

    Args:
        scene: The vtkMRMLScene.
        name: A key of `SAMPLES`.

    Raises:
        InputError: There is no such sample.
    """
    # Drawing needs scipy, which Slicer's start does not wait for.
    from CardioAILib.phantoms import CLEAR_EFFECT, hcm_cine

    sample = _named(name)
    cine = hcm_cine(sample.label, SEED, effect=CLEAR_EFFECT)
    with all_or_nothing(scene) as maker:
        return _make(maker, sample, cine)


def load_sample(scene: Any, system: System, name: str = "scar") -> Mapping[str, InputNodes]:
    """Load a sample, show it, and return it as the inputs of a system.

    Args:
        scene: The vtkMRMLScene.
        system: A system of short-axis cines, or of late enhancement.
        name: Which cine, a key of `SAMPLES`; of late enhancement there is one, with what the
            system looks for.

    Raises:
        InputError: There is no such sample, or the system reads something else than late
            enhancement, or than a short-axis cine at end diastole or end systole.
    """
    if lgesample.reads_enhancement(system):
        made = lgesample.load_enhancement(scene, system.task.names[-1]).nodes
        return {own: made[needed.image.view] for own, needed in system.inputs.items()}
    for needed in system.inputs.values():
        phase = needed.image.phase
        if phase not in ("ED", "ES") or not needed.image.matches(replace(SHOWN, phase=phase)):
            raise InputError(
                got=f"{system.name}, which reads {needed.image.column}",
                wanted="a system that reads short-axis cines at end-diastole or end-systole, or "
                "late enhancement",
                fix="load images of your own",
            )
    nodes = load(scene, name)
    show(nodes)
    frames = {"ED": 0, "ES": nodes.es}
    return {
        own: InputNodes(nodes.volume, nodes.segmentation, frame=frames[needed.image.phase])
        for own, needed in system.inputs.items()
    }


def register() -> None:
    """List the samples in Slicer's module Sample Data, once; the panel has them without it too."""
    own = [Entry(one.title, one.icon, partial(download, name)) for name, one in SAMPLES.items()]
    list_samples([*own, Entry(lgesample.TITLE, lgesample.ICON, lgesample.download)])


def download(name: str, source: Any = None) -> list[Any]:
    """Load a sample and show it; what a click in Sample Data calls.

    Args:
        name: A key of `SAMPLES`.
        source: The entry that was clicked.

    Returns:
        The volume and its segmentation.
    """
    import slicer

    nodes = load(slicer.mrmlScene, name)
    show(nodes)
    return [nodes.volume, nodes.segmentation]


def show(nodes: SampleNodes) -> None:
    """Show a sample in all slice views, along its own slices where there are windows."""
    import slicer

    windows = slicer.app.layoutManager() is not None
    slicer.util.setSliceViewerLayers(
        background=nodes.volume,
        foreground=None,
        label=None,
        fit=windows,
        rotateToVolumePlane=windows,
    )
    if windows:
        slicer.modules.sequences.setToolBarActiveBrowserNode(nodes.browser)


def _named(name: str) -> Sample:
    if name not in SAMPLES:
        raise InputError(
            got=f"the sample '{name}'", wanted=f"one of {', '.join(SAMPLES)}", fix="choose one"
        )
    return SAMPLES[name]


def _make(maker: Maker, sample: Sample, cine: Cine) -> SampleNodes:
    sequence = timed_sequence(maker, f"{sample.title}: all frames")
    segmentations = timed_sequence(maker, f"{sample.title}: all segmentations")
    _fill(maker, cine, sequence, segmentations)
    browser = maker.node("vtkMRMLSequenceBrowserNode", f"{sample.title}: browser")
    browser.SetAndObserveMasterSequenceNodeID(sequence.GetID())
    browser.AddSynchronizedSequenceNode(segmentations)
    browser.SetSelectedItemNumber(cine.es)
    browser.SetPlaybackRateFps(1000 / cine.times_ms[1])
    volume = shown_node(maker, browser, sequence, sample.title)
    segmentation = shown_node(maker, browser, segmentations, f"{sample.title}: segmentation")
    segmentation.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    # Outlines alone: a filled heart would hide the heatmap.
    segmentation.GetDisplayNode().SetVisibility2DFill(False)
    _file(maker.scene, sample, (volume, segmentation))
    return SampleNodes(volume, segmentation, sequence, segmentations, browser, cine.es)


def _fill(maker: Maker, cine: Cine, sequence: Any, segmentations: Any) -> None:
    """Copy every frame into the sequences, by way of one volume and one segmentation."""
    from slicer.util import updateSegmentBinaryLabelmapFromArray, updateVolumeFromArray

    volume = maker.node("vtkMRMLScalarVolumeNode", "frame")
    volume.SetIJKToRASMatrix(as_vtk(_right_handed(cine.image)))
    segmentation = maker.node("vtkMRMLSegmentationNode", "segmentation")
    segments = {structure: add_segment(segmentation, structure) for structure in STRUCTURES}
    for frame, time in enumerate(cine.times_ms):
        # Scanners store whole numbers; half of the memory is saved.
        updateVolumeFromArray(volume, cine.image.array[frame, ::-1].astype(np.int16))
        segmentation.SetReferenceImageGeometryParameterFromVolumeNode(volume)
        for structure, segment in segments.items():
            pixels = cine.mask.of(structure)[frame, ::-1].astype(np.uint8)
            updateSegmentBinaryLabelmapFromArray(pixels, segmentation, segment, volume)
        sequence.SetDataNodeAtValue(volume, f"{time:g}")
        segmentations.SetDataNodeAtValue(segmentation, f"{time:g}")
    shown = [node.GetDisplayNode() for node in (volume, segmentation)]
    remove_nodes(maker.scene, (volume, segmentation, *filter(None, shown)))


def _right_handed(image: Image) -> np.ndarray:
    """Return the matrix (4, 4) of an image whose slices are reversed.

    The phantoms' slices run from base to apex, which makes a left-handed grid. Slicer turns such
    a volume when it reads it from a file: the sample comes as if it had been read.
    """
    turned = np.eye(4)
    turned[2, 2:] = -1, image.array.shape[1] - 1
    return image.ijk_to_ras @ turned


def _file(scene: Any, sample: Sample, nodes: tuple[Any, ...]) -> None:
    """Put nodes under a study of their own, so that results come to lie beside them."""
    hierarchy = hierarchy_of(scene)
    top = hierarchy.GetSceneItemID()
    subject = hierarchy.GetItemChildWithName(top, SUBJECT)
    subject = subject or hierarchy.CreateSubjectItem(top, SUBJECT)
    study = hierarchy.CreateStudyItem(subject, sample.title)
    for node in nodes:
        hierarchy.CreateItem(study, node)
