"""The values of late gadolinium enhancement by name, each with its unit and meaning."""

from __future__ import annotations

from typing import Literal

from CardioAILib.measurements.names import AHA, DIMENSIONLESS, Definition
from CardioAILib.measurements.segments import LAYERS, SEGMENTS

Method = Literal["2sd", "3sd", "4sd", "5sd", "6sd", "fwhm", "midpoint"]
DEVIATIONS: dict[Method, int] = {"2sd": 2, "3sd": 3, "4sd": 4, "5sd": 5, "6sd": 6}
"""Methods by deviations above the mean of the reference, and how many."""
METHODS: tuple[Method, ...] = (*DEVIATIONS, "fwhm", "midpoint")
DEFAULT: Method = "5sd"
"""Method of the values by segment, layer and slice, where none is asked for."""

PATTERNS = ("subendocardial", "mid-wall", "subepicardial", "transmural")
NO_PATTERN = "none"
SUGGESTION = "suggestion, to be confirmed by a reader"

AMADO = "Amado et al., J Am Coll Cardiol 44:2383, 2004"
FLETT = "Flett et al., JACC Cardiovasc Imaging 4:150, 2011"
MARTINI = "Martini et al., JCMR 22:84, 2020"
ARBITRARY = "a.u."

ABOVE = {
    **{name: f"{count} SD above the mean of the reference" for name, count in DEVIATIONS.items()},
    "fwhm": "half of the maximum of the brightest region",
    "midpoint": "halfway from reference to maximum of the brightest region",
}
"""What the threshold of each method is."""

ABOVE_BLOOD = "1 SD above the mean of the blood, as no myocardium is remote"


def segment_column(number: int) -> str:
    """Return the name of the extent in a segment from 1 to 17."""
    return f"LGE_extent_segment_{number:02d}_percent"


def pattern_column(pattern: str) -> str:
    """Return the name of the number of segments with a pattern."""
    return f"LGE_segments_{pattern.replace('-', '')}"


SIGNALS = (
    Definition("LGE_remote_mean", ARBITRARY, "mean signal of the reference"),
    Definition("LGE_remote_sd", ARBITRARY, "standard deviation of the signal of the reference"),
    Definition("LGE_remote_pixels", DIMENSIONLESS, "pixels of the reference"),
    Definition("LGE_blood_mean", ARBITRARY, "mean signal of the LV cavity"),
    Definition("LGE_myocardium_mean", ARBITRARY, "mean signal of the whole myocardium"),
    Definition("LGE_myocardium_sd", ARBITRARY, "standard deviation of the myocardium's signal"),
    Definition(
        "LGE_blood_myocardium_ratio", DIMENSIONLESS, "mean signal of LV cavity over myocardium"
    ),
    Definition("LGE_blood_remote_ratio", DIMENSIONLESS, "mean signal of LV cavity over reference"),
    Definition(
        "LGE_CNR_blood_myocardium",
        DIMENSIONLESS,
        "mean of LV cavity minus mean of myocardium, over SD of the reference",
    ),
    Definition(
        "LGE_CNR_blood_remote",
        DIMENSIONLESS,
        "mean of LV cavity minus mean of reference, over SD of the reference",
    ),
    Definition(
        "LGE_CNR_myocardium_remote",
        DIMENSIONLESS,
        "mean of myocardium minus mean of reference, over SD of the reference",
    ),
    Definition(
        "LGE_CNR_brightest_remote",
        DIMENSIONLESS,
        "mean of the myocardium's brightest twentieth minus mean of reference, over its SD",
    ),
    Definition("LGE_myocardium_ml", "ml", "volume of the myocardium on the images of enhancement"),
    Definition("LGE_myocardium_g", "g", "mass of the same, 1.05 g/ml"),
)


def _extents(method: Method) -> tuple[Definition, ...]:
    source = FLETT if method in DEVIATIONS else AMADO if method == "fwhm" else ""
    above = ABOVE[method]
    start = f"LGE_extent_{method}"
    return (
        Definition(f"LGE_threshold_{method}", ARBITRARY, f"threshold: {above}", source),
        Definition(f"{start}_percent", "%", f"share of the myocardium from {above} on", source),
        Definition(f"{start}_ml", "ml", f"myocardium from {above} on", source),
        Definition(f"{start}_g", "g", f"myocardium from {above} on, 1.05 g/ml", source),
        Definition(
            f"LGE_largest_{method}_percent",
            "%",
            f"share of the myocardium in the largest connected region from {above} on",
        ),
    )


PRESENT = "LGE_present_suggestion"
PATTERN_PRESENT = "LGE_subendocardial_to_transmural_suggestion"
NOT_ASSESSABLE = "not assessable"
EXTENT_ABOVE_BLOOD = "LGE_extent_above_blood_percent"

PLACES = (
    Definition(
        EXTENT_ABOVE_BLOOD,
        "%",
        f"share of the myocardium from {ABOVE_BLOOD} on; not known where some is",
    ),
    *(
        Definition(
            f"LGE_extent_{layer}_percent", "%", f"enhanced share of the wall's {layer} third"
        )
        for layer in LAYERS
    ),
    Definition("LGE_extent_slice_max_percent", "%", "enhanced share of the most enhanced slice"),
    Definition("LGE_slices_percent", "%", "share of the slices that show enhancement"),
    *(
        Definition(segment_column(number), "%", f"enhanced share, {name}", AHA)
        for number, name in enumerate(SEGMENTS, start=1)
    ),
)

SUGGESTIONS = (
    *(
        Definition(pattern_column(one), DIMENSIONLESS, f"segments with {one} pattern: {SUGGESTION}")
        for one in PATTERNS
    ),
    Definition(
        "LGE_contiguous_segments",
        DIMENSIONLESS,
        f"largest group of adjacent subendocardial or transmural segments: {SUGGESTION}",
        MARTINI,
    ),
    Definition(
        PRESENT,
        DIMENSIONLESS,
        f"LGE present, 0 or 1; not known where little passes a threshold above the blood: "
        f"{SUGGESTION}",
    ),
    Definition(
        PATTERN_PRESENT,
        DIMENSIONLESS,
        f"subendocardial or transmural in more than 5 contiguous segments, in the territories of "
        f"all three coronary arteries, 0 or 1: {SUGGESTION}",
        MARTINI,
    ),
)

LGE_DEFINITIONS = (
    *SIGNALS,
    *(one for method in METHODS for one in _extents(method)),
    *PLACES,
    *SUGGESTIONS,
)
LGE_MEASUREMENTS = tuple(one.name for one in LGE_DEFINITIONS)
"""Names of all values of late enhancement, in the order of tables."""

LGE_COLUMNS = (
    "LGE_extent_5sd_percent",
    "LGE_largest_5sd_percent",
    "LGE_extent_midpoint_percent",
    "LGE_extent_endo_percent",
    "LGE_extent_slice_max_percent",
    "LGE_CNR_brightest_remote",
    "LGE_CNR_blood_remote",
)
"""What tells enhanced hearts from others and hangs on neither voxel size nor scale of the signal;
chosen before any was tried on patients."""
