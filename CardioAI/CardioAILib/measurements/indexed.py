"""Measurements related to the size of the body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from CardioAILib.errors import InputError

HEIGHT_CM = (100.0, 230.0)
WEIGHT_KG = (25.0, 300.0)
"""Beyond these a body size is a slip of unit or of column, in an adult."""


def mosteller(height_cm: float, weight_kg: float) -> float:
    """Return the body surface area, m² (Mosteller, N Engl J Med 317:1098, 1987)."""
    return (height_cm * weight_kg / 3600.0) ** 0.5


def dubois(height_cm: float, weight_kg: float) -> float:
    """Return the body surface area, m² (Du Bois and Du Bois, Arch Intern Med 17:863, 1916)."""
    return 0.007184 * height_cm**0.725 * weight_kg**0.425


FORMULAS: dict[str, Callable[[float, float], float]] = {"mosteller": mosteller, "dubois": dubois}


@dataclass(frozen=True)
class Body:
    """The person whose heart it is, as far as known.

    Args:
        height_cm: Height.
        weight_kg: Weight.
        heart_rate_per_min: Beats a minute during the cine.
        formula: Of body surface area, "mosteller" or "dubois".
    """

    height_cm: float | None = None
    weight_kg: float | None = None
    heart_rate_per_min: float | None = None
    formula: str = "mosteller"


def body_surface_m2(body: Body) -> float:
    """Return the body surface area, m²; nan where height or weight is unknown or no adult's.

    Raises:
        InputError: The formula is none of `FORMULAS`.
    """
    if body.formula not in FORMULAS:
        raise InputError(
            got=f"the formula {body.formula!r} of body surface area",
            wanted=" or ".join(FORMULAS),
            fix="use one of these",
        )
    if not is_plausible(body):
        return float("nan")
    assert body.height_cm is not None
    assert body.weight_kg is not None
    return FORMULAS[body.formula](body.height_cm, body.weight_kg)


def is_plausible(body: Body) -> bool:
    """Say whether height and weight are known and those of an adult."""
    if body.height_cm is None or body.weight_kg is None:
        return False
    tall = HEIGHT_CM[0] <= body.height_cm <= HEIGHT_CM[1]
    return tall and WEIGHT_KG[0] <= body.weight_kg <= WEIGHT_KG[1]
