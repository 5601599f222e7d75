"""Doubts that the headers of a study's files raise."""

from __future__ import annotations

from CardioAILib.io.headers import spacing_conflict
from CardioAILib.io.pictures import SPACING_COLUMN
from CardioAILib.io.planarfiles import planar_findings
from CardioAILib.io.usclips import echo_findings
from CardioAILib.results import Finding
from CardioAILib.study import Study


def header_findings(study: Study) -> tuple[Finding, ...]:
    """Return a finding for each image whose file states two voxel sizes, and those of planar scans.

    Images in memory have no header to doubt, unless the study says that their size was assumed.

    Args:
        study: The study as the cohort table gives it.
    """
    files = getattr(study.images, "files", {})
    told = {
        (role.column, conflict)
        for role, paths in files.items()
        for path in paths
        if (conflict := spacing_conflict(path))
    }
    doubts = [Finding("spacing", f"{column}: {conflict}") for column, conflict in sorted(told)]
    return (*doubts, *planar_findings(files), *echo_findings(files), *_assumed_spacing(study))


def _assumed_spacing(study: Study) -> list[Finding]:
    spacing = study.facts.get(SPACING_COLUMN)
    if spacing is None:
        return []
    message = (
        f"the pixel size is not stored; {spacing} mm is assumed: lengths, volumes and masses are "
        "not to be trusted; use the original volume"
    )
    return [Finding("spacing unknown", message)]
