"""Maps of echo clips: on their own frames and pixels, and where they lie."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from CardioAILib.decide import MeanOfInputs, Threshold
from CardioAILib.explain import GradCAM
from CardioAILib.learning import AdamW, Clip, Ensemble, Network, RandomStart, Recipe
from CardioAILib.learning.ensemble import FittedEnsemble
from CardioAILib.learning.network import FittedNetwork
from CardioAILib.networks import R2Plus1D
from CardioAILib.networks.staged import Staged
from CardioAILib.prepare import Downsample, Square
from CardioAILib.report.wording import near_heart
from CardioAILib.results import Provenance
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, Image, Mask, Role, Study
from CardioAILib.system import Classes, Clips, Input, System
from CardioAILib.verbs.clipmaps import over_frames, seen_times
from CardioAILib.verbs.explain import Explanation, explain
from CardioAILib.verbs.mapcheck import check_maps
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.prepared import prepare_study
from helpers_learning import declared, placed
from torch import nn

SEEN = Clip(frames=8, stride=2)
SIZE, FRAMES = (48, 64), 20
HEART_AT, FAR_AT = (24, 32), (6, 14)
VIEWS = ("A4C", "A2C")

pytestmark = pytest.mark.usefixtures("single_thread")


@dataclass(frozen=True)
class Flash:
    """The brightest pixel of any frame speaks for the finding."""

    width: float = 1.0

    def build(self) -> Staged:
        logits = nn.Linear(1, 1)
        with torch.no_grad():
            logits.weight.fill_(1.0)
            logits.bias.zero_()
        pool = nn.AdaptiveMaxPool3d(1)
        return Staged(OrderedDict(relu=nn.ReLU(), pool=pool, flat=nn.Flatten(), logits=logits))


PART = Network(Flash(), SEEN, Recipe(AdamW(1e-3), 1, 1), RandomStart())
ARM = Ensemble(dict.fromkeys(VIEWS, PART))


def role(column: str, kind: str = "echo") -> Role:
    view, _, number = column.partition("_")
    return Role("US", kind, view, number or None)


def system() -> System:
    inputs = {
        view: Input(role(view), role(view, "mask"), stack=False, mask_optional=True, optional=True)
        for view in VIEWS
    }
    return declared(
        task=Classes("wma", ("normal", "abnormal"), by_view=True),
        inputs=inputs,
        examples=Clips(frames=8, stride=2, kept=24, fewest=4),
        prepare=(Square(), Downsample(24)),
        arms={"views": ARM},
        primary="views",
        pool=MeanOfInputs(),
        decide=Threshold(0.5),
        explain=GradCAM("views", "relu", heart_margin=3.0),
        least_inputs=1,
    )


def clip(where: tuple[int, int], when: int, frames: int = FRAMES) -> Image:
    """A clip with a little noise and one flash."""
    pixels = (np.random.default_rng(when).random((frames, 1, *SIZE)) > 0.98).astype(np.uint8)
    pixels[when, 0, where[0] - 2 : where[0] + 2, where[1] - 2 : where[1] + 2] = 250
    times = tuple(33.3 * frame for frame in range(frames))
    return Image(pixels, placed((0.5, 0.5, 1.0)), times_ms=times)


def heart(frames: tuple[int, ...], count: int = FRAMES) -> Mask:
    """A wall that is open below, around a cavity, on some frames."""
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    radius = np.hypot(rows - HEART_AT[0], columns - HEART_AT[1])
    labels = np.where(radius <= 6, 2, np.where((radius <= 9) & (rows < 26), 1, 0))
    array = np.zeros((count, 1, *SIZE), np.uint8)
    array[list(frames), 0] = labels
    return Mask(array, placed((0.5, 0.5, 1.0)), labels={MYOCARDIUM: 1, LV_CAVITY: 2})


def explained(clips: Mapping[str, Image], masks: Mapping[str, Mask] | None = None) -> Explanation:
    images = {role(name): image for name, image in clips.items()}
    images |= {role(name, "mask"): mask for name, mask in (masks or {}).items()}
    own = system()
    networks = {view: FittedNetwork(PART, Flash().build().eval(), (), "cpu") for view in VIEWS}
    prepared = prepare_study(own, Study("s1", "1", images))
    return explain(own, prepared, [{"views": FittedEnsemble(ARM, networks)}])


def peak(found: Image) -> tuple[int, int, int]:
    frame, _, row, column = np.unravel_index(found.array.argmax(), found.array.shape)
    return int(frame), int(row), int(column)


@pytest.mark.parametrize(("where", "when"), [(HEART_AT, 6), (FAR_AT, 10)])
def test_a_flash_is_found_at_its_frame_and_pixel(where: tuple[int, int], when: int):
    given = clip(where, when)
    found = explained({"A4C": given}).heatmaps["A4C"]
    assert found.array.shape == given.array.shape
    assert found.times_ms == given.times_ms
    frame, row, column = peak(found)
    assert frame == when
    assert np.hypot(row + 0.5 - where[0], column + 0.5 - where[1]) < 1.5
    assert found.array.max() == pytest.approx(1.0, abs=0.2)


def test_frames_between_seen_ones_are_interpolated_and_those_after_the_pass_are_zero():
    given = clip(HEART_AT, 6)
    given.array[14:, :, 20:24, 30:34] = 60
    array = explained({"A4C": given}).heatmaps["A4C"].array
    top = array.max(axis=(1, 2, 3))
    np.testing.assert_allclose(top[[5, 7]], (top[[4, 6]] + top[[6, 8]]) / 2, rtol=0.02)
    assert top[14] > 0
    assert not array[15:].any()


def test_every_clip_of_a_view_has_a_map_of_its_own():
    given = {"A4C": clip(HEART_AT, 2), "A4C_2": clip(FAR_AT, 8), "A2C": clip(HEART_AT, 12)}
    found = explained(given).heatmaps
    assert {name: peak(image)[0] for name, image in found.items()} == {
        "A4C": 2, "A4C_2": 8, "A2C": 12,
    }  # fmt: skip


def test_a_short_clip_that_is_played_in_a_loop_has_a_map_on_its_own_frames():
    found = explained({"A4C": clip(HEART_AT, 4, frames=10)}).heatmaps["A4C"]
    assert found.array.shape[0] == 10
    assert peak(found)[0] == 4


def test_a_pass_shows_frames_again_in_a_loop():
    times = seen_times(Clip(frames=4, stride=2), 5)
    assert [own.tolist() for own in times] == [[0.0, 2.5], [0.5, 3.0], [1.0], [1.5], [2.0]]
    assert len(seen_times(Clip(frames=4, stride=2), 9)[7]) == 0


def test_cells_cover_the_pass_evenly():
    # Two cells of four frames each have their middles at the times 1.5 and 5.5.
    cells = np.array([0.0, 1.0]).reshape(2, 1, 1)
    found = over_frames(cells, Clip(frames=8, stride=1), 10)[:, 0, 0]
    np.testing.assert_allclose(found, [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1, 0, 0])


@pytest.mark.parametrize(("where", "region"), [(HEART_AT, "heart"), (FAR_AT, "elsewhere")])
def test_only_frames_with_a_mask_are_audited(where: tuple[int, int], region: str):
    given = {"A4C": clip(where, 6), "A2C": clip(FAR_AT, 8)}
    found = explained(given, {"A4C": heart((4, 6, 8))}).attention
    assert found.shares[region] > 0.9
    assert found.flagged == (region == "elsewhere")
    assert found.slices == ()
    unseen = explained({"A4C": clip(FAR_AT, 6)}, {"A4C": heart((1, 2, 18))}).attention
    assert unseen.inside != found.inside


def test_a_mask_after_the_pass_is_no_mask():
    assert explained({"A4C": clip(HEART_AT, 6)}, {"A4C": heart((17, 18))}).attention is None


def test_the_cavity_counts_as_heart_though_the_wall_is_open():
    found = explained({"A4C": clip(HEART_AT, 6)}, {"A4C": heart((6,))}).attention
    assert found.zone == "heart"


def test_where_no_mm_are_known_the_heart_alone_counts_and_nobody_says_mm():
    clips = {"A4C": clip(HEART_AT, 6)}
    sized = explained(clips, {"A4C": heart((4, 6, 8))}).attention
    bare = {name: replace(own, calibrated=False) for name, own in clips.items()}
    unsized = explained(bare, {"A4C": heart((4, 6, 8))}).attention
    assert "margin" in sized.shares
    assert set(unsized.shares) == {"heart", "elsewhere"}
    assert unsized.inside == pytest.approx(unsized.shares["heart"])
    assert unsized.area < sized.area
    assert near_heart(system(), sized) == "on the heart or within 3 mm of it"
    assert near_heart(system(), unsized) == "on the heart"


def test_maps_change_when_the_last_layers_forget():
    images = {role("A4C"): clip(HEART_AT, 6)}
    thin = replace(PART, architecture=R2Plus1D(width=0.04))
    arm = Ensemble({"A4C": thin})
    own = replace(system(), arms={"views": arm}, explain=GradCAM("views", "layer2"))
    network = FittedNetwork(thin, thin.fresh(seed=0).eval(), (), "cpu")
    told = Provenance("small", "sound", "", "", 0, {})
    member = {"views": FittedEnsemble(arm, {"A4C": network})}
    model = Model(own, "sound", ("views",), (member,), {"views": 0.5}, {}, told)
    found = check_maps(model, Study("s1", "1", images))
    assert 0.2 < found.change <= 2.0
