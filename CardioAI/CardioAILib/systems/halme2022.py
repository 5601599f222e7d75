"""Perugini grade of cardiac uptake from the anterior view of bone scintigraphy.

Halme et al., EJNMMI Res 2022; 12:27. Class weights, the place of batch normalization and of the
skips are our reading of the text and figures.
"""

from dataclasses import replace

from CardioAILib.decide import Argmax, Mean, Threshold
from CardioAILib.explain import ActivationMaps, GradCAM
from CardioAILib.learning import Adam, Affine, Network, OneChannel, Plateau, Recipe
from CardioAILib.networks import FourBlockCNN, StandardCNN
from CardioAILib.prepare import LogCounts, Thorax
from CardioAILib.study import HEART, Role
from CardioAILib.system import Classes, CrossValidation, Input, Slices, System
from CardioAILib.systems.halme2022_published import (
    PUBLISHED,
    PUBLISHED_GRADE_3,
    PUBLISHED_POSITIVE,
)

SIZE = 128

CNN = Network(
    architecture=FourBlockCNN(size=SIZE),
    channels=OneChannel(),
    recipe=Recipe(
        Adam(rate=1e-4),
        batch=128,
        epochs=50,
        keep="best validation loss",
        class_weights="balanced",
        plateau=Plateau(patience=2, factor=0.1, floor=1e-7),
    ),
    augment=Affine(rotate=20.0, zoom=(0.8, 1.2), shift=0.10),
    copies=5,
    standardize="pixel",
)


def networks(classes: int) -> dict[str, Network]:
    """Return the six arms: the paper's own two networks, then four standard ones."""
    own = {
        name: replace(CNN.architecture, skips=skips, classes=classes)
        for name, skips in (("linear", False), ("residual", True))
    }
    standard = {
        name: StandardCNN(name, classes, SIZE)
        for name in ("vgg16", "resnet50", "inception3", "mobilenet")
    }
    return {
        name: replace(CNN, architecture=declared) for name, declared in {**own, **standard}.items()
    }


def with_paper(system: System) -> System:
    """Return the system with the published protocol, which keeps the last epoch, beside it."""
    arms = {
        name: replace(arm, recipe=replace(arm.recipe, keep="last"))
        for name, arm in system.arms.items()
    }
    return replace(system, as_published=replace(system, arms=arms, as_published=None))


SOUND_HALME = System(
    name="halme2022",
    title="Perugini grade 0 to 3 from anterior bone scintigraphy",
    task=Classes(
        "grade",
        ("grade 0", "grade 1", "grade 2", "grade 3"),
        positive=("grade 2", "grade 3"),
    ),
    inputs={
        "anterior": Input(
            Role("NM", "planar", "anterior"),
            Role("NM", "mask", "anterior"),
            structure=HEART,
            stack=False,
            mask_optional=True,
        )
    },
    examples=Slices(training=None),
    prepare=(Thorax(SIZE, height=0.85), LogCounts()),
    arms=networks(4),
    primary="residual",
    pool=Mean(),
    decide=Argmax(),
    protocol=CrossValidation(folds=5, validation=0.10),
    # Half a cell of the map, and what the region of the heart leaves out beside the sternum.
    explain=GradCAM("residual", "block4_relu6", heart_margin=20.0),
    published=PUBLISHED,
    activations=ActivationMaps(
        ("linear", "residual"), tuple(f"block{block}_relu1" for block in (1, 2, 3, 4))
    ),
)

HALME_2022 = with_paper(SOUND_HALME)

HALME_2022_POSITIVE = with_paper(
    replace(
        SOUND_HALME,
        name="halme2022_positive",
        title="Perugini grade 2 or 3 against 0 or 1 from anterior bone scintigraphy",
        task=Classes(
            "grade",
            ("grade 0 or 1", "grade 2 or 3"),
            also={
                "0": "grade 0 or 1",
                "1": "grade 0 or 1",
                "2": "grade 2 or 3",
                "3": "grade 2 or 3",
            },
        ),
        arms=networks(2),
        decide=Threshold(0.5),
        published=PUBLISHED_POSITIVE,
    )
)

HALME_2022_GRADE_3 = with_paper(
    replace(
        SOUND_HALME,
        name="halme2022_grade3",
        title="Perugini grade 3 against 0 to 2 from anterior bone scintigraphy",
        task=Classes(
            "grade",
            ("grade 0 to 2", "grade 3"),
            also={"0": "grade 0 to 2", "1": "grade 0 to 2", "2": "grade 0 to 2", "3": "grade 3"},
        ),
        arms=networks(2),
        decide=Threshold(0.5),
        published=PUBLISHED_GRADE_3,
    )
)
