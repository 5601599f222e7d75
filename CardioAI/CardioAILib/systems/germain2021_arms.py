"""The arms of Germain 2021: the paper's networks, and our own on measurements.

The layers that are fine-tuned and SGD's momentum, which the paper does not state, are our reading.
"""

from CardioAILib.learning import (
    SGD,
    Affine,
    Frames,
    Logistic,
    Measurements,
    Network,
    Recipe,
    Tabular,
)
from CardioAILib.measurements import READINGS
from CardioAILib.networks import VGG16

SIZE = 160
"""Side of the images in the paper's best setting, in pixels of 1.5 mm."""

MEASURED = (
    "LV_EDV_ml",
    "LV_EF_percent",
    "RV_EDV_ml",
    "RV_EF_percent",
    "RV_LV_ESV_ratio",
    "LV_mass_g",
    "wall_thickness_ED_sixth_max_mm",
    "wall_thickness_ES_cv_percent",
)
"""What the definitions of the diseases ask for, no more: size and function of both ventricles,
mass, the thickest wall, and how unevenly it thickens, as after an infarct (Khened 2019). Values by
body surface would do no better and are not there where nobody noted height and weight."""


def vgg(*frames: int, classes: int, size: int = SIZE) -> Network:
    """Return a network with a VGG16 branch for each frame that it sees, 0 for ED and 1 for ES."""
    return Network(
        architecture=VGG16(branches=len(frames), classes=classes, size=size),
        channels=Frames(frames),
        recipe=Recipe(SGD(rate=1e-4, momentum=0.9), batch=32, epochs=100),
        augment=Affine(rotate=20.0, zoom=(0.85, 1.15), shift=0.15),
    )


def networks(classes: int, size: int = SIZE) -> dict[str, Network]:
    """Return the paper's three networks: one frame, the other, and both."""
    return {
        "vgg_ed": vgg(0, classes=classes, size=size),
        "vgg_es": vgg(1, classes=classes, size=size),
        "vgg_dual": vgg(0, 1, classes=classes, size=size),
    }


def measured() -> dict[str, Tabular]:
    """Return the arms that know the segmentations alone; the paper has none.

    `five_readings` reads each segmentation five times, as different readers would have drawn it.
    """
    readings = {"measurements": (), "five_readings": READINGS}
    return {
        name: Tabular((Measurements(MEASURED, again),), Logistic(), unit="study")
        for name, again in readings.items()
    }
