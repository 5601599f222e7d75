"""Doubts that the headers of a study's files raise."""

from __future__ import annotations

from CardioAILib.io.headers import spacing_conflict
from CardioAILib.results import Finding
from CardioAILib.study import Study


def header_findings(study: Study) -> tuple[Finding, ...]:
    """Return a finding for each image whose file states two voxel sizes.

    Images in memory have no header to doubt.

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
    return tuple(Finding("spacing", f"{column}: {conflict}") for column, conflict in sorted(told))
