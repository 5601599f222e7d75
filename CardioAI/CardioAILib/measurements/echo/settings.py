"""The constants of motion on echo, by name, for tables that say how they were made."""

from __future__ import annotations

from CardioAILib.measurements.echo import axis, beat, curves, doubts, outline, score, walls


def constants() -> dict[str, float]:
    """Return every constant by a name that says what it does."""
    return {
        "disks": outline.DISKS,
        "wall_near_share_of_root_area": axis.NEAR,
        "ring_least_share_of_root_area": axis.LEAST_OPENING,
        "apex_share_of_farthest_pixels": axis.FARTHEST,
        "border_levels": outline.LEVELS,
        "border_points_a_wall": outline.POINTS,
        "sector_edge_pixels": outline.EDGE,
        "bare_wall_share_of_median": outline.BARE,
        "beat_least_change": beat.LEAST_CHANGE,
        "beat_frames_a_smoothing_pass": beat.FRAMES_A_PASS,
        "beat_high": beat.HIGH,
        "beat_low": beat.LOW,
        "cap_level": walls.CAP,
        "segment_least_seen": curves.LEAST_SEEN,
        "normal_thickening_over_percent": score.NORMAL_OVER,
        "akinetic_thickening_below_percent": score.AKINETIC_BELOW,
        "foreshortened_share": doubts.FORESHORTENED,
        "beats_differ_percent": doubts.BEATS_DIFFER,
        "hidden_share": doubts.HIDDEN,
    }
