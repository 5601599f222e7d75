"""Series of stripes whose type and view their width and direction tell."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from CardioAILib.learning import Adam, Affine, Ensemble, Network, OneChannel, Recipe, Run
from CardioAILib.networks import FourLayerCNN
from CardioAILib.prepare import ClipPercentile, CropPad, Resample, ZScore
from helpers_learning import declared

THIN = FourLayerCNN(width=0.05)
NETWORK = Network(THIN, OneChannel(), Recipe(Adam(1e-2), batch=8, epochs=2), Affine())
SYSTEM = declared(
    arms={"dl": Ensemble({"SAX": NETWORK})},
    prepare=(Resample(1.0), CropPad(32), ClipPercentile(), ZScore()),
)
CPU = Run(seed=1, device="cpu", precision="float32", epochs=12)
KINDS, VIEWS = ("LGE", "cine"), ("4C", "SAX")


@dataclass(frozen=True)
class Drawn:
    """A series of stripes: wide ones are LGE, lying ones are the short axis."""

    type: str
    orientation: str
    subject: str
    slices: int = 1
    spacing: tuple[float, float] = (1.0, 1.0)
    told_by: tuple[str, str] = ("several cardiac phases", "name")
    fingerprint: str = ""

    def read(self) -> np.ndarray:
        random = np.random.default_rng(int(self.subject[1:]))
        wave = np.sin(np.arange(32) * (0.6 if self.type == "LGE" else 1.8) + random.uniform(0, 6))
        image = np.broadcast_to(wave[:, None] if self.orientation == "SAX" else wave, (32, 32))
        return (image + random.normal(0, 0.1, (self.slices, 32, 32))).astype(np.float32)


def drawn(subjects: int = 8, kinds=KINDS, views=VIEWS) -> tuple[Drawn, ...]:
    every = product(range(subjects), kinds, views)
    return tuple(Drawn(kind, view, f"s{subject}") for subject, kind, view in every)
