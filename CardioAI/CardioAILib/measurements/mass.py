"""Mass of the left ventricle's myocardium."""

from __future__ import annotations

DENSITY_G_PER_ML = 1.05
"""Density of myocardium, as in Kawel-Boehm et al., JCMR 22:87, 2020."""


def mass_g(myocardium_ml: float) -> float:
    """Return the mass of a volume of myocardium, g."""
    return DENSITY_G_PER_ML * myocardium_ml
