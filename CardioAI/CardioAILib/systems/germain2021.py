"""Normal, hypertrophic or dilated heart, and view plane, from cine MR at ED and ES.

Germain et al., Diagnostics 2021; 11:1554. The paper's preparation was manual; the automatic one
here is our reading.
"""

from dataclasses import replace

from CardioAILib.decide import Argmax, Mean
from CardioAILib.explain import GradCAM
from CardioAILib.learning import Network
from CardioAILib.prepare import CropPad, Resample, Window
from CardioAILib.study import HEART, Role
from CardioAILib.system import CineSets, Classes, CrossValidation, Input, System
from CardioAILib.systems.germain2021_arms import SIZE, measured, networks
from CardioAILib.systems.germain2021_published import PUBLISHED, PUBLISHED_PLANE

PHASES = ("ED", "ES")


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
