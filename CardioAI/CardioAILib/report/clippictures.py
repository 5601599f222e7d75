"""Pictures of a result on echo clips: each clip playing, and its frames in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from CardioAILib.report.byview import shares_in_words, told_as, view_scores
from CardioAILib.report.clipplayer import moving_picture
from CardioAILib.report.filmstrip import draw_montage, draw_strips
from CardioAILib.report.picture import Picture
from CardioAILib.report.shownclips import ShownClip, shown_clips
from CardioAILib.report.style import save, webp_of
from CardioAILib.results import Result
from CardioAILib.study import Study
from CardioAILib.system import System
from CardioAILib.task import Quantity
from CardioAILib.verbs.clips import view_name

COARSE = (
    "A map has few cells in space and time, with smooth steps between them: it tells a region and "
    "a part of the heartbeat, not an edge and not a frame."
)


def clip_pictures(result: Result, study: Study, system: System, results: Path) -> list[Picture]:
    """Draw every clip of a result, with its heatmap where there is one.

    Args:
        result: The result.
        study: The study with its clips.
        system: The declaration.
        results: Folder that the result's file names are relative to.

    Returns:
        Each clip as an animated picture, then all of them in rows of frames.
    """
    clips = shown_clips(system, result, study, results)
    if not clips:
        return []
    playing = [
        Picture(_playing(system, result, clip), moving_picture(clip), "webp") for clip in clips
    ]
    titles = [clip_title(system, result, clip) for clip in clips]
    return [*playing, Picture(_strip(system, clips), webp_of(draw_strips(clips, titles)), "webp")]


def draw_clip_cases(
    system: System,
    cases: Sequence[tuple[str, Result]],
    studies: Mapping[Any, Study],
    results: Path,
    path: Path,
) -> Path | None:
    """Draw a montage of cases: every clip at the frame with most evidence.

    Args:
        system: The declaration.
        cases: What stands above a case, and its result.
        studies: Study of each result, by (subject, study).
        results: Folder that the results' file names are relative to.
        path: The picture.

    Returns:
        The picture's path, or None where no case has a clip.
    """
    rows, titles = [], []
    for words, result in cases:
        clips = shown_clips(system, result, studies[result.subject, result.study], results)
        if clips:
            rows.append(clips)
            own = [clip_title(system, result, clip) for clip in clips]
            titles.append([f"{words}\n{own[0]}", *own[1:]])
    if not rows:
        return None
    return save(draw_montage(rows, titles, max(len(row) for row in rows)), path)


def clip_title(system: System, result: Result, clip: ShownClip) -> str:
    """Say which clip it is, what its view says, and where its map lies."""
    score = view_scores(result).get(view_name(clip.name))
    words, told = told_as(system)
    said = "" if score is None else f", {words} {told(score)}"
    lies = shares_in_words(result.attention, clip.name)
    return f"{clip.name}{said}" + (f"; map: {lies}" if lies else "")


def evidence_for(system: System) -> str:
    """Say what a heatmap is evidence for."""
    if isinstance(system.task, Quantity):
        return f"higher {system.task.label_text}"
    return system.task.names[1]


def _playing(system: System, result: Result, clip: ShownClip) -> str:
    own = f"{clip_title(system, result, clip)}."
    pace = "At its own pace" if clip.times_ms else "Its pace is not known"
    if clip.heat is None:
        return f"{own} {pace}."
    return f"{own} {pace}; right: where the network sees evidence for {evidence_for(system)}."


def _strip(system: System, clips: Sequence[ShownClip]) -> str:
    outlined = any(clip.outline.any() for clip in clips)
    lines = " Lines are the segmentation, which the network does not see." if outlined else ""
    if all(clip.heat is None for clip in clips):
        return f"Frames of each clip that the network passes over.{lines}"
    return (
        "Frames of each clip that the network passes over, and below them its evidence for "
        f"{evidence_for(system)} (Grad-CAM, mean over the members).{lines} {COARSE}"
    )
