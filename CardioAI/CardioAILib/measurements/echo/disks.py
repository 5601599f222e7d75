"""Volumes by the method of disks, and what they eject.

Lang et al., J Am Soc Echocardiogr 28:1, 2015: 20 disks of equal height, circular from one plane,
elliptical from two. Of two planes' lengths the longer one counts (Schiller 1989).
"""

from __future__ import annotations

import numpy as np

MM3_PER_ML = 1000.0


def one_plane_ml(widths: np.ndarray, length: float) -> float:
    """Return the volume of round disks.

    Args:
        widths: Diameter of each disk (20,), in mm.
        length: Of the long axis, in mm.
    """
    return biplane_ml(widths, widths, length)


def biplane_ml(widths: np.ndarray, others: np.ndarray, length: float) -> float:
    """Return the volume of elliptical disks.

    Args:
        widths: Diameter of each disk (20,) in one plane, base first, in mm.
        others: The same in the other plane.
        length: Of the long axis, in mm.
    """
    return float(np.pi / 4 * (widths * others).mean() * length / MM3_PER_ML)
