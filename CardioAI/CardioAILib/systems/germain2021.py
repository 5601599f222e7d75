"""Normal, hypertrophic or dilated heart, and view plane, from cine MR at ED and ES.

Germain et al., Diagnostics 2021; 11:1554. The paper's preparation was manual; the automatic one
here, the layers that are fine-tuned and SGD's momentum, which it does not state, are our reading.
"""

from dataclasses import replace
from typing import Literal, get_args

from CardioAILib.decide import Argmax, Mean
from CardioAILib.errors import InputError
from CardioAILib.explain import GradCAM
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
from CardioAILib.prepare import CropPad, Resample, Rescale, Window
from CardioAILib.study import HEART, Role
from CardioAILib.system import CineSets, Classes, CrossValidation, Input, System
from CardioAILib.systems.germain2021_published import PUBLISHED, PUBLISHED_PLANE

Matrix = Literal["128", "160", "256", "raw"]
MATRICES: tuple[Matrix, ...] = get_args(Matrix)

SIZE = 160
"""Side of the images in the paper's best setting, in pixels of 1.5 mm."""

PHASES = ("ED", "ES")

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


def with_paper(system: System) -> System:
    """Return the system with the published protocol beside the sound one.

    The paper divided its cine sets, up to six a patient, without regard to patients, and the part
    held out was all that the training could be watched on.
    """
    only = {name: arm for name, arm in system.arms.items() if isinstance(arm, Network)}
    protocol = CrossValidation(folds=6, validation=0.0, by="study")
    paper = replace(system, arms=only, protocol=protocol, unit="slice", as_published=None)
    return replace(system, as_published=paper)


SOUND_GERMAIN = System(
    name="germain2021",
    title="Normal, hypertrophic or dilated heart from cine at ED and ES",
    task=Classes(
        "pathology", ("normal", "HCM", "DCM"), also={"NOR": "normal", "MINF": None, "RV": None}
    ),
    inputs={
        phase: Input(
            Role("MR", "cine", None, phase),
            Role("MR", "mask", None, phase),
            structure=HEART,
            stack=False,
            mask_optional=True,
        )
        for phase in PHASES
    },
    examples=CineSets(slices=3),
    prepare=(Resample(1.5), CropPad(SIZE, centre="heart"), Window(99.5)),
    arms={**measured(), **networks(3)},
    primary="vgg_dual",
    pool=Mean(),
    decide=Argmax(),
    protocol=CrossValidation(folds=6, validation=0.2),
    explain=GradCAM("vgg_dual", "block5_conv3"),
    published=PUBLISHED,
    unit="cine set",
)

GERMAIN_2021 = with_paper(SOUND_GERMAIN)

GERMAIN_2021_ACDC = with_paper(
    replace(
        SOUND_GERMAIN,
        name="germain2021_acdc",
        title="Normal heart, HCM, DCM, infarct or abnormal right ventricle from cine at ED and ES",
        task=Classes("pathology", ("normal", "HCM", "DCM", "MINF", "RV"), also={"NOR": "normal"}),
        arms={**measured(), **networks(5)},
        published=replace(PUBLISHED, tests={}),
    )
)

GERMAIN_2021_PLANE = with_paper(
    replace(
        SOUND_GERMAIN,
        name="germain2021_plane",
        title="View plane of a cine: left or right vertical long axis, four chambers, short axis",
        task=Classes(
            "plane",
            ("VLA-left", "VLA-right", "4C", "SAX"),
            also={"2C": "VLA-left", "RV2C": "VLA-right"},
        ),
        # Segmentations would tell the plane: who draws them knows it.
        inputs={phase: Input(Role("MR", "cine", None, phase), stack=False) for phase in PHASES},
        arms=networks(4),
        published=PUBLISHED_PLANE,
    )
)


def at_matrix(system: System, matrix: Matrix) -> System:
    """Return the system at another size of its images, as in the paper's table 4.

    Args:
        system: A declaration of this module, or one made from it.
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
