"""The numbers that decide where regions lie, what is measured, and which grade is suggested."""

from __future__ import annotations

from CardioAILib.measurements.planar import excretion, perugini, place, uptake
from CardioAILib.quality import body, heartplace, landmarks


def constants() -> dict[str, float | tuple[float, ...]]:
    """Return every constant by a name that says what it does."""
    return {
        "coarse_pixel_mm": body.COARSE_MM,
        "air_share": body.AIR,
        "stature_mm": landmarks.STATURE_MM,
        "heart_below_top": landmarks.HEART_BELOW_TOP,
        "heart_below_shoulders_mm": landmarks.HEART_BELOW_SHOULDERS_MM,
        "heart_left_mm": landmarks.HEART_LEFT_MM,
        "heart_reach_mm": heartplace.REACH_MM,
        "heart_spread_mm": heartplace.SPREAD_MM,
        "heart_kernel_mm": heartplace.KERNEL_MM,
        "heart_noticeable": heartplace.NOTICEABLE,
        "heart_mm": place.HEART_MM,
        "sternum_free_mm": place.STERNUM_FREE_MM,
        "ribs_mm": place.RIBS_MM,
        "ribs_right_mm": place.RIBS_RIGHT_MM,
        "sternum_mm": place.STERNUM_MM,
        "sternum_above_mm": place.STERNUM_ABOVE_MM,
        "thigh_mm": place.THIGH_MM,
        "thigh_right_mm": place.THIGH_RIGHT_MM,
        "thigh_below": place.THIGH_BELOW,
        "kidney_mm": excretion.KIDNEY_MM,
        "kidney_below": excretion.KIDNEY_BELOW,
        "kidney_aside_mm": excretion.KIDNEY_ASIDE_MM,
        "bladder_below": excretion.BLADDER_BELOW,
        "bladder_mm": excretion.BLADDER_MM,
        "bladder_share_of_peak": excretion.SIDE_OF_PEAK,
        "bladder_margin": excretion.MARGIN,
        "on_ribs_percentile": uptake.ON_RIBS,
        "between_ribs_percentile": uptake.BETWEEN_RIBS,
        "grade_absent": perugini.ABSENT,
        "grade_alike": perugini.ALIKE,
        "grade_deviations": perugini.DEVIATIONS,
    }
