"""Scar screening in hypertrophic cardiomyopathy from contrast-free cine.

Fahmy et al., J Cardiovasc Magn Reson 2022; 24:40. Where the text, the tables and the released
code differ, the reading chosen is said beside it.
"""

from dataclasses import replace

from CardioAILib.decide import AtSensitivity, Max
from CardioAILib.explain import GradCAM
from CardioAILib.learning import (
    Adam,
    Affine,
    Deep,
    ImageMaskProduct,
    L1Logistic,
    LassoTop,
    Network,
    Penalty,
    Radiomics,
    Recipe,
    Tabular,
)
from CardioAILib.networks import SevenBlockCNN
from CardioAILib.prepare import CropPad, Resample, Rescale
from CardioAILib.published import Published, PublishedArm
from CardioAILib.radiomics import PAPER, SOUND, Settings
from CardioAILib.study import Role
from CardioAILib.system import (
    Classes,
    CrossValidation,
    Input,
    Slices,
    System,
)

PUBLISHED = Published(
    citation="Fahmy AS et al. Radiomics and deep learning for myocardial scar screening in "
    "hypertrophic cardiomyopathy. J Cardiovasc Magn Reson 2022; 24:40.",
    doi="10.1186/s12968-022-00869-x",
    tests={
        "internal (n = 159)": {
            "radiomics": PublishedArm(0.75, 0.03, specificity=0.36, specificity_sd=0.05),
            "dl": PublishedArm(0.76, 0.01, specificity=0.40, specificity_sd=0.06),
            "dl_radiomics": PublishedArm(0.81, 0.02, specificity=0.42, specificity_sd=0.06),
        },
        "external (n = 100)": {
            "radiomics": PublishedArm(0.64, specificity=0.16),
            "dl": PublishedArm(0.71, specificity=0.23),
            "dl_radiomics": PublishedArm(0.74, specificity=0.28),
        },
    },
    caution="At a sensitivity of 0.90 the published specificity is 0.36 to 0.42 on patients of "
    "the same centers and 0.16 to 0.28 on those of another. The published threshold and "
    "fold were chosen on the test cohort. Size and shape of the heart alone may explain such "
    "results: read the 'size' arm first.",
)

# The text describes augmentation in percent where the released code has Keras' degrees: shear 0.2.
CNN = Network(
    architecture=SevenBlockCNN(width=1.0),
    channels=ImageMaskProduct(crop=128),
    recipe=Recipe(
        Adam(rate=1e-4),
        batch=8,
        epochs=100,
        steps=60,
        keep="best validation accuracy",
        penalty=Penalty(("fc1", "fc2"), l2=1e-3, l1_activity=1e-4),
    ),
    augment=Affine(rotate=30.0, shear=0.2, zoom=(0.8, 1.2), flip_horizontal=True),
)


def arms(settings: Settings, *, by_subject: bool, inner: int | None) -> dict[str, object]:
    """Return the four arms; `size` is the control that sees only the mask's shape."""
    radiomics = Radiomics("radiomics", settings)
    shape = Radiomics("shape", replace(settings, classes=("shape",)))
    deep = Deep("dl", "fc2", width=256, inner=inner)
    top10 = LassoTop(10, by_subject=by_subject)
    top20 = LassoTop(20, by_subject=by_subject)
    return {
        "size": Tabular((shape,), L1Logistic()),
        "radiomics": Tabular((radiomics,), L1Logistic(), top10),
        "dl": CNN,
        "dl_radiomics": Tabular((deep, radiomics), L1Logistic(), top20),
    }


def inputs(*phases: str) -> dict[str, Input]:
    """Return a short-axis cine stack with its mask for each phase, "ED" or "ES"."""
    return {
        phase: Input(Role("MR", "cine", "SAX", phase), Role("MR", "mask", "SAX", phase))
        for phase in phases
    }


SOUND_FAHMY = System(
    name="fahmy2022",
    title="Scar screening in hypertrophic cardiomyopathy from contrast-free cine",
    task=Classes("scar", ("no scar", "scar")),
    inputs=inputs("ES"),
    examples=Slices(training=6),
    prepare=(Resample(1.0), CropPad(256, centre="mask"), Rescale()),
    arms=arms(SOUND, by_subject=True, inner=3),
    primary="dl_radiomics",
    pool=Max(),
    decide=AtSensitivity(0.90),
    protocol=CrossValidation(folds=5, validation=0.2),
    explain=GradCAM("dl", "relu3"),
    published=PUBLISHED,
)

FAHMY_2022 = replace(
    SOUND_FAHMY,
    as_published=replace(
        SOUND_FAHMY,
        arms=arms(PAPER, by_subject=False, inner=None),
        decide=AtSensitivity(0.90, chosen_on="test cohort"),
        protocol=CrossValidation(folds=5, validation=0.0),
        combine="best",
    ),
)
