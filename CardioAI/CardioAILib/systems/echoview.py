"""View of an echo clip: A4C, A2C, PLAX or another, from a few of its frames.

Our own small network, trained as the systems beside it are; Sahashi 2024 chose its clips by a
classifier of the same purpose, which it does not describe.
"""

from CardioAILib.decide import Argmax, Mean
from CardioAILib.learning import Adam, Affine, Network, OneChannel, Recipe
from CardioAILib.networks import FourLayerCNN
from CardioAILib.prepare import ClipPercentile, Downsample, Sector, Square, ZScore
from CardioAILib.published import Published
from CardioAILib.study import Role
from CardioAILib.system import Classes, CrossValidation, Input, Stills, System
from CardioAILib.systems.sahashi2024_published import WALL_MOTION as SAHASHI

OTHER = "other"

ECHO_VIEW = System(
    name="echo_view",
    title="View of an echo clip: A4C, A2C, PLAX or other",
    task=Classes("view", ("A4C", "A2C", "PLAX", OTHER)),
    inputs={"clip": Input(Role("US", "echo"), stack=False)},
    examples=Stills(frames=8),
    prepare=(Sector(), Square(), Downsample(64), ClipPercentile(1, 99), ZScore()),
    arms={
        "frames": Network(
            architecture=FourLayerCNN(classes=4, width=0.5),
            channels=OneChannel(),
            recipe=Recipe(Adam(rate=1e-3), batch=32, epochs=20, keep="best validation loss"),
            augment=Affine(rotate=10.0, zoom=(0.85, 1.15), shift=0.06),
        )
    },
    primary="frames",
    pool=Mean(),
    decide=Argmax(),
    protocol=CrossValidation(folds=5, validation=0.2),
    published=Published(
        citation="A classifier of our own, for the purpose that Sahashi Y et al., medRxiv 2024, "
        "name without describing theirs.",
        doi=SAHASHI.doi,
        caution="It knows three views and calls every other one 'other'. The model that ships "
        "learned from simulated clips alone and names less than half of real four-chamber images "
        "rightly: train it on clips of your own before you let it name any.",
    ),
    unit="clip",
)
