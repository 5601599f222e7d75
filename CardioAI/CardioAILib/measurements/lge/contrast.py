"""How the signals of blood, myocardium and reference differ, and what is odd about that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from CardioAILib.measurements.lge.names import DEVIATIONS, Method
from CardioAILib.measurements.lge.reference import Reference
from CardioAILib.measurements.tidy import Heart
from CardioAILib.results import Finding

BRIGHTEST = 0.05
"""Share of the myocardium whose mean is that of its brightest part."""
LEAST_CONTRAST = 2.0
"""Blood that is less SD above the reference leaves no myocardium that can be called remote. Of
the 60 hearts of EMIDEC the median slice is about 4."""
NO_REMOTE = "no remote"
"""The check that tells so."""


def contrast_values(signal: np.ndarray, heart: Heart, reference: Reference) -> dict[str, float]:
    """Return means, ratios and contrast-to-noise ratios.

    Contrast is counted in standard deviations of each slice's reference, so it depends on neither
    scale nor zero of the signal. The ratios do: they hold for magnitude images alone.

    Args:
        signal: Image (S, H, W).
        heart: Its myocardium and cavity.
        reference: The remote myocardium.
    """
    used = reference.mask.any(axis=(1, 2))
    wall, blood = signal[heart.wall], signal[heart.cavity]
    remote, spread = float(reference.mean[used].mean()), float(reference.sd[used].mean())
    deviations = reference.deviations(signal)
    of_wall, of_blood = np.sort(deviations[heart.wall]), float(deviations[heart.cavity].mean())
    brightest = of_wall[-max(1, round(BRIGHTEST * len(of_wall))) :]
    return {
        "LGE_remote_mean": remote,
        "LGE_remote_sd": spread,
        "LGE_remote_pixels": float(reference.mask.sum()),
        "LGE_blood_mean": float(blood.mean()),
        "LGE_myocardium_mean": float(wall.mean()),
        "LGE_myocardium_sd": float(wall.std(ddof=1)),
        "LGE_blood_myocardium_ratio": _ratio(blood.mean(), wall.mean()),
        "LGE_blood_remote_ratio": _ratio(blood.mean(), remote),
        "LGE_CNR_blood_myocardium": of_blood - float(of_wall.mean()),
        "LGE_CNR_blood_remote": of_blood,
        "LGE_CNR_myocardium_remote": float(of_wall.mean()),
        "LGE_CNR_brightest_remote": float(brightest.mean()),
    }


def no_remote(values: Mapping[str, float]) -> bool:
    """Say whether blood is so dark beside the reference that no myocardium may be remote."""
    return values["LGE_CNR_blood_remote"] < LEAST_CONTRAST


def dark_blood(values: Mapping[str, float]) -> bool:
    """Say whether the blood is darker than the whole myocardium."""
    return values["LGE_CNR_blood_myocardium"] < 0


def beyond_blood(values: Mapping[str, float], method: Method) -> bool:
    """Say whether a method asks for more than blood, which little enhancement exceeds."""
    return values["LGE_CNR_blood_remote"] < DEVIATIONS.get(method, 0)


def warn_beyond_blood(values: Mapping[str, float], method: Method) -> Finding:
    """Return the warning that a method asks for more than blood, and which ones do not."""
    blood = values["LGE_CNR_blood_remote"]
    within = [name for name, count in DEVIATIONS.items() if count <= blood]
    return Finding(
        "threshold",
        f"blood is only {blood:.1f} SD above the reference: {DEVIATIONS[method]} SD asks for more "
        f"than blood; take {' or '.join(['midpoint', *within[-1:]])}",
    )


def oddities(values: Mapping[str, float]) -> Iterator[Finding]:
    """Yield what speaks against remote myocardium, and a dark pool of blood."""
    if no_remote(values):
        message = (
            f"blood is only {values['LGE_CNR_blood_remote']:.1f} SD above the reference: no "
            "myocardium may be remote, as where all of it is enhanced; extent above a reference "
            "means little then"
        )
        yield Finding(NO_REMOTE, message)
    if dark_blood(values):
        message = (
            "the myocardium is brighter than the blood: the blood pool is dark, as in "
            "amyloidosis, or the image's contrast is inverted"
        )
        yield Finding("dark blood", message)


def _ratio(over: float, under: float) -> float:
    """Return a ratio of signals, nan where the lower one is not above 0."""
    return float(over / under) if under > 0 else float("nan")
