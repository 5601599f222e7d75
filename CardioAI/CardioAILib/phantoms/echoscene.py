"""What one frame of a simulated echo shows: the heart in its place before the probe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from CardioAILib.phantoms.echoscanner import Field
from CardioAILib.phantoms.echoshell import Seen, Shell
from CardioAILib.phantoms.echowalls import Ventricle
from CardioAILib.study import LEFT_ATRIUM, LV_CAVITY, MYOCARDIUM

BLOOD, MUSCLE, TISSUE, VALVE, PERICARDIUM = -50.0, -21.0, -32.0, -10.0, -5.0
"""Echo of each, dB below the brightest."""

LABELS: Mapping[str, int] = {LV_CAVITY: 1, MYOCARDIUM: 2, LEFT_ATRIUM: 3}


@dataclass(frozen=True)
class Pose:
    """Where the heart lies in the fan.

    Args:
        apex: Place of the apex: to the right of the probe and away from it, mm.
        turn: Angle from straight down to the heart's axis, radians, positive to the left.
        mirrored: Whether the heart's x runs the other way round.
    """

    apex: tuple[float, float]
    turn: float
    mirrored: bool = False

    def heart(self, place: Field) -> tuple[np.ndarray, np.ndarray]:
        """Return places in the heart's own axes (x, z), mm."""
        return self.turned(place.x - np.float32(self.apex[0]), place.y - np.float32(self.apex[1]))

    def turned(self, right: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return directions in the heart's own axes."""
        cos, sin = np.float32(np.cos(self.turn)), np.float32(np.sin(self.turn))
        x = right * cos + down * sin
        return (-x if self.mirrored else x), down * cos - right * sin


@dataclass(frozen=True)
class Anatomy:
    """All that chance decided about a heart and its surroundings; lengths in mm.

    Args:
        ventricle: The left ventricle.
        atrium: Length and width of the left atrium at end diastole.
        right: Width of the right ventricle, and length of the right atrium.
        free_wall: Thickness of the right ventricle's wall.
        papillary: Radius of the papillary muscle.
        aorta: Width of the aortic root.
        leaflets: Lengths of the anterior and the posterior mitral leaflet.
        sway: How far the heart moves to the side and down in systole.
    """

    ventricle: Ventricle
    atrium: tuple[float, float]
    right: tuple[float, float]
    free_wall: float
    papillary: float
    aorta: float
    leaflets: tuple[float, float]
    sway: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Moment:
    """The heart in one frame.

    Args:
        contraction: 0 at end diastole, 1 at end systole.
        mitral: Opening of the mitral and tricuspid valve, 0 to 1.
        aortic: Opening of the aortic valve, 0 to 1.
        shell: The left ventricle's wall.
        hinges: Ends of the mitral annulus (2, 2), (x, z), mm.
    """

    contraction: float
    mitral: float
    aortic: float
    shell: Shell
    hinges: np.ndarray


@dataclass(frozen=True, eq=False)
class Looked:
    """Places in the heart's axes, what they see of the wall, and how the beam meets it.

    Args:
        x: Across, mm.
        z: Toward the base, mm.
        wall: What they see of the left ventricle's wall.
        facing: Square of the cosine between the beam and the wall's normal.
    """

    x: np.ndarray
    z: np.ndarray
    wall: Seen
    facing: np.ndarray
