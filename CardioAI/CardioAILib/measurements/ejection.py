"""What the ventricles eject: stroke volume, ejection fraction, cardiac output."""

from __future__ import annotations

ML_PER_L = 1000.0
PERCENT = 100.0


def ejection(
    edv_ml: float, esv_ml: float, heart_rate_per_min: float | None = None
) -> tuple[float, float, float]:
    """Return stroke volume (ml), ejection fraction (%) and cardiac output (l/min).

    Negative where the end-systolic volume is the larger one, nan where a volume is.

    Args:
        edv_ml: End-diastolic volume.
        esv_ml: End-systolic volume.
        heart_rate_per_min: Beats a minute during the cine; without it the output is nan.
    """
    stroke = edv_ml - esv_ml
    fraction = PERCENT * stroke / edv_ml if edv_ml else float("nan")
    rate = float("nan") if heart_rate_per_min is None else heart_rate_per_min
    return stroke, fraction, stroke * rate / ML_PER_L
