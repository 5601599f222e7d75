"""The values of a ventricle's motion on echo by name, each with its unit and meaning."""

from __future__ import annotations

from CardioAILib.measurements.names import DIMENSIONLESS, Definition
from CardioAILib.measurements.segments import SEGMENTS

LANG = "Lang et al., J Am Soc Echocardiogr 28:1, 2015"
SCHILLER = "Schiller et al., J Am Soc Echocardiogr 2:358, 1989"
SHEEHAN = "Sheehan et al., Circulation 74:293, 1986"
VOIGT = "Voigt et al., J Am Soc Echocardiogr 28:183, 2015"

APICAL_VIEWS = ("A4C", "A2C")
MOVING_SEGMENTS = range(1, 17)
"""The apical cap hardly moves inward and is left out of wall motion (Lang 2015)."""


def motion_column(kind: str, segment: int) -> str:
    """Return the name of "excursion" or "thickening" of a segment from 1 to 16."""
    return f"{kind}_segment_{segment:02d}_percent"


def score_column(segment: int) -> str:
    """Return the name of the wall-motion score of a segment from 1 to 16."""
    return f"wall_motion_score_segment_{segment:02d}"


def _view(view: str) -> tuple[Definition, ...]:
    start = f"{view}_"
    area = (
        Definition(f"{start}LV_area_ED_cm2", "cm²", f"LV cavity at ED in {view}", LANG),
        Definition(f"{start}LV_area_ES_cm2", "cm²", f"LV cavity at ES in {view}", LANG),
        Definition(f"{start}FAC_percent", "%", f"fractional area change of the LV in {view}"),
    )
    if view not in APICAL_VIEWS:
        width = f"loss of the LV's mean width in its basal half from ED to ES in {view}"
        return (*area, Definition(f"{start}width_shortening_percent", "%", width))
    single = f"one plane, 20 disks, {view}"
    axis = "middle of the mitral annulus to the farthest point of the cavity"
    return (
        *area,
        Definition(f"{start}length_ED_mm", "mm", f"LV long axis at ED in {view}: {axis}", LANG),
        Definition(f"{start}length_ES_mm", "mm", f"LV long axis at ES in {view}: {axis}", LANG),
        Definition(f"{start}EDV_ml", "ml", f"LV end-diastolic volume: {single}", LANG),
        Definition(f"{start}ESV_ml", "ml", f"LV end-systolic volume: {single}", LANG),
        Definition(f"{start}EF_percent", "%", f"LV ejection fraction: {single}", LANG),
        Definition(
            f"{start}length_shortening_percent", "%", f"loss of long axis from ED to ES in {view}"
        ),
        Definition(
            f"{start}GLS_percent",
            "%",
            f"change of the endocardium's length from ED to ES in {view}, negative where it "
            "shortens",
            VOIGT,
        ),
    )


BIPLANE = (
    Definition("biplane_EDV_ml", "ml", "LV end-diastolic volume: A4C and A2C, 20 disks", LANG),
    Definition("biplane_ESV_ml", "ml", "LV end-systolic volume: A4C and A2C, 20 disks", LANG),
    Definition("biplane_EF_percent", "%", "LV ejection fraction: A4C and A2C, 20 disks", LANG),
)

OVERALL = (
    Definition("EF_percent", "%", "ejection fraction: biplane, else of the one apical view", LANG),
    Definition("FAC_percent", "%", "fractional area change, mean over views"),
    Definition("length_shortening_percent", "%", "loss of long axis, mean over apical views"),
    Definition("GLS_percent", "%", "change of the endocardium's length, mean over apical views"),
    Definition("excursion_mean_percent", "%", "systolic excursion, mean over segments", SHEEHAN),
    Definition("excursion_least_percent", "%", "systolic excursion of the segment with least"),
    Definition("excursion_sd_percent", "%", "SD of systolic excursion over segments"),
    Definition("thickening_mean_percent", "%", "systolic thickening, mean over segments"),
    Definition("thickening_least_percent", "%", "systolic thickening of the segment with least"),
    Definition("thickening_sd_percent", "%", "SD of systolic thickening over segments"),
    Definition("wall_motion_score_index", DIMENSIONLESS, "mean score of the segments", LANG),
    Definition("segments_abnormal_percent", "%", "share of segments with a score above 1"),
)
"""Known of a study with any one view; ratios all, so pixels do where mm are unknown."""


def _segments() -> tuple[Definition, ...]:
    excursion = "inward motion of the endocardium from ED to ES, % of the ventricle's ED radius"
    thickening = "gain of wall thickness from ED to ES"
    score = "1 normal, 2 hypokinetic, 3 akinetic, 4 dyskinetic, suggested by thickening"
    named = [(number, SEGMENTS[number - 1]) for number in MOVING_SEGMENTS]
    return (
        *(Definition(motion_column("excursion", n), "%", f"{s}: {excursion}") for n, s in named),
        *(Definition(motion_column("thickening", n), "%", f"{s}: {thickening}") for n, s in named),
        *(Definition(score_column(n), DIMENSIONLESS, f"{s}: {score}", LANG) for n, s in named),
    )


ECHO_DEFINITIONS = (
    *(one for view in (*APICAL_VIEWS, "PLAX") for one in _view(view)),
    *BIPLANE,
    *OVERALL,
    *_segments(),
)
ECHO_MEASUREMENTS = tuple(one.name for one in ECHO_DEFINITIONS)
"""Every name, in the order of the tables."""

ECHO_COLUMNS = tuple(one.name for one in OVERALL)
"""What a control arm learns from."""
