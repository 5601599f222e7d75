"""The truth of one view of the heart, where views are labeled apart."""

from __future__ import annotations

from CardioAILib.study import Study
from CardioAILib.task import SEGMENTS_OF_VIEW, Classes, Task


def view_label(task: Task, study: Study, view: str | None) -> int | float | None:
    """Return the truth of what one view of a study shows, or None where it is unknown.

    That is its own column, as in `wma_A4C`; else whether one of the listed segments is in view;
    else the study's.

    Args:
        task: What is asked.
        study: The study with its facts.
        view: The view, as in A4C.

    Raises:
        CohortError: A cell cannot be read.
    """
    if not task.by_view or view is None:
        return task.label(study)
    own = task.read(study, f"{task.target}_{view}")
    if own is not None:
        return own
    listed = task.segments(study) if isinstance(task, Classes) else None
    if listed is not None and view in SEGMENTS_OF_VIEW:
        return int(bool(listed & SEGMENTS_OF_VIEW[view]))
    return task.label(study)
