"""The numbers that decide what is enhanced and which pattern is suggested."""

from __future__ import annotations

from CardioAILib.measurements.lge import (
    bysegment,
    contrast,
    darkening,
    pattern,
    presence,
    reference,
    threshold,
)


def constants() -> dict[str, float]:
    """Return every constant by a name that says what it does."""
    return {
        "reference_sector_degrees": 10.0 * reference.WIDTH,
        "reference_fewest_pixels": reference.FEWEST_PIXELS,
        "reference_least_share_of_sixth": reference.LEAST_SHARE,
        "speck_share_of_myocardium": threshold.SPECK,
        "maximum_seed_sd": threshold.SEED_DEVIATIONS,
        "maximum_percentile": threshold.MAXIMUM,
        "brightest_share": contrast.BRIGHTEST,
        "no_remote_blood_sd": contrast.LEAST_CONTRAST,
        "pattern_least_percent": pattern.LEAST_PERCENT,
        "pattern_least_layer_share": pattern.LEAST_LAYER,
        "pattern_involved_share": pattern.INVOLVED,
        "contiguous_segments_over": bysegment.CONTIGUOUS,
        "presence_least_percent": presence.LEAST_PERCENT,
        "insertion_near_degrees": presence.NEAR_DEGREES,
        "insertion_limited_share": presence.LIMITED,
        "darkening_positive_percent": darkening.POSITIVE_PERCENT,
        "darkening_within_minutes": darkening.WITHIN_MINUTES,
    }
