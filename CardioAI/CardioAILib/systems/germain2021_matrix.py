"""The other image sizes of Germain 2021, as in its table 4."""

from dataclasses import replace
from typing import Literal, get_args

from CardioAILib.errors import InputError
from CardioAILib.learning import Network, Tabular
from CardioAILib.prepare import CropPad, Resample, Rescale, Window
from CardioAILib.system import CineSets, System

Matrix = Literal["128", "160", "256", "raw"]
MATRICES: tuple[Matrix, ...] = get_args(Matrix)


def at_matrix(system: System, matrix: Matrix) -> System:
    """Return the system at another size of its images, as in the paper's table 4.

    Args:
        system: A declaration of Germain 2021, or one made from it.
        matrix: Side of the crop around the heart in pixels of 1.5 mm; "256" is the whole image,
            "raw" the whole image with the pixels, places and gray values that the scanner gave.

    Raises:
        InputError: The system is of another paper.
    """
    if not isinstance(system.examples, CineSets):
        raise InputError(
            got=f"another matrix for {system.name}",
            wanted="a system of Germain 2021",
            fix="leave --matrix away",
        )
    steps = {
        "256": (Resample(1.5), CropPad(256, centre="image"), Window(99.5)),
        "raw": (CropPad(256, centre="image"), Rescale()),
    }
    size = 256 if matrix == "raw" else int(matrix)
    around = (Resample(1.5), CropPad(size, centre="heart"), Window(99.5))
    arms = {name: _at_size(arm, size) for name, arm in system.arms.items()}
    published = system.as_published and at_matrix(system.as_published, matrix)
    prepare = steps.get(matrix, around)
    return replace(system, prepare=prepare, arms=arms, as_published=published)


def _at_size(arm: Network | Tabular, size: int) -> Network | Tabular:
    if not isinstance(arm, Network):
        return arm
    return replace(arm, architecture=replace(arm.architecture, size=size))
