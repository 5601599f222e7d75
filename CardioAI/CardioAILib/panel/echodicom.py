"""What Slicer's DICOM browser asks about echo: which clips there are, and to load one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from CardioAILib.panel import dicomloading
from CardioAILib.panel.dicomloading import Offer, Reader

NAME = "CardioAIEchoPlugin"
"""Key among Slicer's DICOM plugins."""
LOAD_TYPE = "Echo clip (CardioAI)"
ULTRASOUND = "US"


def offers_of(file_lists: Iterable[Sequence[Path]]) -> list[Offer]:
    """Return the clips among the files of several series, each by itself.

    Only headers are read. Stills, and volumes of 4-D probes, are left to other readers.

    Args:
        file_lists: Files of each series.
    """
    from CardioAILib.errors import CardioAIError
    from CardioAILib.io.usfiles import frames_stated, us_headers

    offers = []
    for path, header in us_headers(path for files in file_lists for path in files):
        if not isinstance(header, CardioAIError) and frames_stated(header) > 1:
            offers.append(Offer((path,), _name(header), _warning(header)))
    return offers


def load_offer(scene: Any, files: Iterable[Path]) -> Any:
    """Put a clip into a scene, blank outside the sector, and show it.

    Args:
        scene: The scene.
        files: Files of an offer: one.

    Returns:
        The `CardioAILib.mrml.clips.ClipNodes`, at the top of the subject hierarchy.

    Raises:
        CardioAIError: The clip cannot be read, or shows something else than gray tissue.
    """
    from CardioAILib.io.us import read_clip
    from CardioAILib.mrml.clips import add_clip
    from CardioAILib.mrml.clipviews import show_clips
    from CardioAILib.mrml.making import hierarchy_of
    from CardioAILib.verbs.prepared import INPUT_NOTE

    (path,) = files
    clip = read_clip(path)
    told = "; ".join(one.message for one in clip.findings)
    facts = {**clip.facts, **({INPUT_NOTE: told} if told else {})}
    name = "echo clip" if clip.view is None else f"echo {clip.view}"
    top = hierarchy_of(scene).GetSceneItemID()
    nodes = add_clip(scene, clip.image, name=name, view=clip.view, facts=facts, parent=top)
    show_clips(scene, {name: nodes.volume})
    return nodes


def register() -> None:
    """Add the reader to Slicer's plugins; does nothing where Slicer was built without DICOM."""
    own = Reader(NAME, LOAD_TYPE, ULTRASOUND, offers_of, load_offer, "echo clip")
    dicomloading.register(own)


def _name(header: Any) -> str:
    from CardioAILib.io.usfiles import frames_stated
    from CardioAILib.io.usviews import view_of

    frames = f"{frames_stated(header)} frames"
    return ", ".join(part for part in ("Echo clip", view_of(header), frames) if part)


def _warning(header: Any) -> str:
    from CardioAILib.io.usfacts import recording_doubts

    return "; ".join(one.message for one in recording_doubts(header))
