"""Late enhancement of one stack of the scene: nodes, values and what they suggest. No Qt here."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from CardioAILib.errors import InputError
from CardioAILib.io.table import write_lines
from CardioAILib.measurements import AUTO, LGE_DEFINITIONS, Orientation
from CardioAILib.measurements.lge import LateEnhancement, Method, enhancement_of
from CardioAILib.measurements.lge.threshold import require_method
from CardioAILib.mrml.enhancement import EnhancementNodes, show_enhancement
from CardioAILib.mrml.images import image_from_node
from CardioAILib.mrml.inputs import InputNodes
from CardioAILib.mrml.masks import LGE_LABELS, mask_from_node
from CardioAILib.mrml.ownviews import draw_like
from CardioAILib.results import RESEARCH_ONLY, Finding
from CardioAILib.verbs.origin import versions

SUGGESTED = {
    "LGE_present_suggestion": "LGE_present",
    "LGE_subendocardial_to_transmural_suggestion": "LGE_subendocardial_to_transmural",
}
"""Finding of a reader that a value suggests."""
HEADER = ("measurement", "value", "unit", "definition", "source", "note")


@dataclass(frozen=True, eq=False)
class Enhanced:
    """Measured late enhancement in the scene.

    Args:
        nodes: Tables and segmentation.
        found: What was measured; `report.lgebullseye.extent_svg` draws it.
        findings: What a reader should know of image, segmentation and values.
    """

    nodes: EnhancementNodes
    found: LateEnhancement
    findings: tuple[Finding, ...]

    @property
    def suggestions(self) -> dict[str, float]:
        """Findings of a reader that the values suggest, 0 or 1 by column."""
        values = {column: self.found.values[name] for name, column in SUGGESTED.items()}
        return {column: value for column, value in values.items() if math.isfinite(value)}


def measure_late_enhancement(
    scene: Any,
    nodes: InputNodes,
    *,
    method: Method = "5sd",
    reference: str | tuple[int, ...] = "auto",
    orientation: Orientation = AUTO,
    csv: Path | str | None = None,
) -> Enhanced:
    """Measure late enhancement inside a segmented myocardium, and show it in the scene.

    Args:
        scene: The scene.
        nodes: Short-axis stack and its segmentation, with myocardium and LV cavity.
        method: "2sd" to "6sd", "fwhm" or "midpoint": of values by segment, layer and slice.
        reference: The remote myocardium: "auto", the darkest 60 degrees of each slice; "stack",
            those of the whole stack; or AHA segments such as (8, 9).
        orientation: What is known of apex and insertion; they are found where it says nothing.
        csv: File to write the values to, too, or None.

    Raises:
        CardioAIError: Image, segmentation, method or reference cannot be used; the scene is left
            as it was.
        OSError: The file cannot be written; the nodes are there all the same.
    """
    require_method(method)
    image, taken = image_from_node(nodes.image, nodes.frame)
    mask, more = mask_from_node(nodes, known=LGE_LABELS)
    found = enhancement_of(image, mask, method=method, reference=reference, orientation=orientation)
    about = {
        "Method": method,
        "Versions": json.dumps(versions(), sort_keys=True),
        "Inputs": json.dumps({"image": image.digest, "mask": mask.digest}),
    }
    shown = show_enhancement(scene, nodes.image, found, nodes.frame, attributes=about)
    draw_like(shown.enhanced, nodes.mask)
    if csv is not None:
        write_values(found.values, Path(csv))
    told = dict.fromkeys((*taken, *more, *found.findings, *found.of_segments))
    return Enhanced(shown, found, tuple(told))


def write_values(values: Mapping[str, float], path: Path) -> None:
    """Write values as CSV; one that is not known is an empty cell."""
    rows = (
        (one.name, _cell(values[one.name]), one.unit, one.meaning, one.source, RESEARCH_ONLY)
        for one in LGE_DEFINITIONS
    )
    write_lines([HEADER, *rows], path)


def reference_of(kind: str, segments: str) -> str | tuple[int, ...]:
    """Return the reference that a choice and a list of segments mean.

    Args:
        kind: "auto", "stack" or "segments".
        segments: Numbers of AHA segments, as in "8, 9".

    Raises:
        InputError: Segments are asked for, and the list holds no numbers.
    """
    if kind != "segments":
        return kind
    try:
        numbers = tuple(int(part) for part in segments.replace(";", ",").split(",") if part.strip())
    except ValueError:
        numbers = ()
    if not numbers:
        raise InputError(
            got=f"'{segments}' for the segments of remote myocardium",
            wanted="numbers of AHA segments from 1 to 17, as in 8, 9",
            fix="correct the list, or have the darkest myocardium found",
        )
    return numbers


def _cell(value: float) -> str:
    return repr(value) if math.isfinite(value) else ""
