"""The uptake measured on a scan of the scene: values, movable regions, a table. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CardioAILib.io.cohort import ONLY_STUDY
from CardioAILib.io.table import write_lines
from CardioAILib.measurements.planar import PlanarUptake, Suggestion
from CardioAILib.mrml.images import image_from_node
from CardioAILib.mrml.inputs import InputNodes
from CardioAILib.mrml.making import remove_nodes
from CardioAILib.mrml.masks import PLANAR_LABELS, mask_from_node
from CardioAILib.mrml.planar import ANTERIOR, POSTERIOR
from CardioAILib.mrml.planarellipses import ellipses_on, show_ellipses
from CardioAILib.mrml.planarfacts import facts_of
from CardioAILib.mrml.planarregions import make_regions, read_regions, regions_on
from CardioAILib.mrml.uptaketable import HEADER, show_uptake, uptake_of, uptake_rows
from CardioAILib.results import RESEARCH_ONLY, Finding
from CardioAILib.study import HEART, Image, Role, Study
from CardioAILib.verbs.planar import POSTERIOR as BEHIND
from CardioAILib.verbs.scanuptake import ANTERIOR as SCAN
from CardioAILib.verbs.scanuptake import checked_uptake

COLUMNS = ("scan", "views", *HEADER, "note")
"""Columns of a file of values."""


@dataclass(frozen=True, eq=False)
class MeasuredUptake:
    """The uptake of a scan in the scene.

    Args:
        values: Ratios and counts by name, nan where one could not be measured.
        regions: Markups ROI nodes by name; move them and measure again.
        table: The vtkMRMLTableNode, a row a value.
        suggestion: What the visual rule says, to be confirmed by a reader.
        findings: What a reader should know, of the scan and of the ratios.
        scan: Name of the scan's volume.
        views: What was measured, as in ("anterior", "posterior").
    """

    values: Mapping[str, float]
    regions: Mapping[str, Any]
    table: Any
    suggestion: Suggestion
    findings: tuple[Finding, ...]
    scan: str
    views: tuple[str, ...]


def measure_scan(
    scene: Any,
    anterior: Any,
    posterior: Any = None,
    regions: Mapping[str, Any] | None = None,
    *,
    segmentation: Any = None,
    csv: Path | str | None = None,
) -> MeasuredUptake:
    """Measure the uptake on a scan and show regions and table in the scene.

    Args:
        scene: The scene.
        anterior: Volume of the anterior view.
        posterior: Volume of the posterior view, or None.
        regions: Markups by name, as they were moved; None to place them automatically.
        segmentation: Segmentation of the heart, which the heart's region is placed by; or None.
        csv: File to write too, or None.

    Raises:
        CardioAIError: The scan cannot be measured; the scene is left as it was.
        OSError: The file cannot be written; the table is there all the same.
    """
    found = _measured(anterior, posterior, regions, segmentation)
    nodes = regions or make_regions(scene, anterior, found.regions)
    show_ellipses(scene, anterior, {**regions_on(scene, anterior), **nodes})
    table = show_uptake(scene, anterior, found.values, found.findings)
    views = (ANTERIOR,) if posterior is None else (ANTERIOR, POSTERIOR)
    told = (found.suggestion, found.findings, anterior.GetName(), views)
    measured = MeasuredUptake(found.values, nodes, table, *told)
    if csv is not None:
        write_uptake(measured, Path(csv))
    return measured


def remove_uptake(scene: Any, anterior: Any) -> None:
    """Remove regions, their ellipses and the table of a scan from the scene."""
    table = uptake_of(scene, anterior)
    drawn = (*regions_on(scene, anterior).values(), *ellipses_on(scene, anterior).values())
    remove_nodes(scene, [*drawn, *([table] if table else [])])


def write_uptake(measured: MeasuredUptake, path: Path) -> None:
    """Write values as the table shows them, the visual grade, and findings; see `COLUMNS`.

    What could not be measured is an empty cell.

    Raises:
        OSError: The file cannot be written.
    """
    whose = (measured.scan, " and ".join(measured.views))
    values = (
        (name, "" if number != number else repr(number), *more)
        for name, number, *more in uptake_rows(measured.values)
    )
    found = ((f"finding: {one.check}", "", "", one.message, "") for one in measured.findings)
    rows = (*values, _visual(measured.suggestion), *found)
    lines = ((*whose, *row, RESEARCH_ONLY) for row in rows)
    write_lines([COLUMNS, *lines], path)


def _visual(suggestion: Suggestion) -> tuple[str, ...]:
    grade = "" if suggestion.grade is None else str(suggestion.grade)
    return ("visual grade", grade, "", suggestion.reason, "")


def _measured(
    anterior: Any, posterior: Any, regions: Mapping[str, Any] | None, segmentation: Any
) -> PlanarUptake:
    """Measure; regions that are not shown to be moved are placed on the scan each time."""
    image, _ = image_from_node(anterior, what="the anterior view")
    images: dict[Role, Image] = {SCAN.image: image}
    if posterior is not None:
        images[BEHIND], _ = image_from_node(posterior, what="the posterior view")
    if segmentation is not None and SCAN.mask is not None:
        nodes = InputNodes(anterior, segmentation)
        images[SCAN.mask], _ = mask_from_node(nodes, HEART, known=PLANAR_LABELS)
    study = Study(anterior.GetName(), ONLY_STUDY, images, facts_of(anterior))
    return checked_uptake(study, image, read_regions(regions, anterior) if regions else None)
