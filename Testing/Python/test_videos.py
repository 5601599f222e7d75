from dataclasses import replace

import numpy as np
import pytest
import torch
from CardioAILib.errors import InputError
from CardioAILib.examples import CLIP_FRAMES, Examples
from CardioAILib.learning import Affine, Clip, Network, OneChannel, RandomStart, Recipe, Run
from CardioAILib.learning.loop import as_seen
from CardioAILib.learning.recipe import AdamW
from helpers_handmade import ShallowVideo, clips

pytestmark = pytest.mark.usefixtures("single_thread")

CLIP = Clip(frames=4, stride=2)
RECIPE = Recipe(AdamW(1e-2), batch=4, epochs=1)
NETWORK = Network(ShallowVideo(), CLIP, RECIPE, RandomStart())


def numbered(lengths: list[int], held: int = 20) -> Examples:
    """Clips whose gray level is the number of the frame, played in a loop where they are short."""
    examples = clips(np.arange(len(lengths)) % 2, views=("A4C",), frames=held, size=2)
    images = np.array([np.arange(held) % own for own in lengths], np.uint8)
    images = np.broadcast_to(images[:, :, None, None], examples.images.shape).copy()
    table = np.array(lengths, float)[:, None]
    return replace(examples, images=images).with_table(CLIP_FRAMES, table)


def frames_of(seen: torch.Tensor) -> np.ndarray:
    return np.rint(seen[:, 0, :, 0, 0].numpy() * 255).astype(int)


def test_prediction_sees_every_second_frame_from_the_first():
    array = CLIP.array(numbered([20, 20]))
    assert array.shape == (2, 1, 4, 2, 2)
    assert array.dtype == np.float32
    np.testing.assert_array_equal(frames_of(torch.from_numpy(array)), [[0, 2, 4, 6]] * 2)
    assert CLIP.seen().tolist() == [0, 2, 4, 6]
    assert CLIP.reach == 7


def test_clips_stay_bytes_until_a_batch_is_read():
    examples = numbered([20, 20, 20])
    videos = NETWORK.batches(examples).images
    assert videos.source is examples.images
    assert [len(some) for some in videos.split(2)] == [2, 1]
    assert torch.equal(torch.cat(list(videos.split(2))), torch.from_numpy(CLIP.array(examples)))
    assert float(torch.cat(list(videos.split(2))).max()) <= 1.0


def test_training_starts_anywhere_that_stays_within_the_clip():
    videos = CLIP.videos(numbered([20, 9, 7, 5]))
    assert videos.last_starts.tolist() == [13, 2, 0, 4]
    rows = torch.arange(4).repeat(200)
    first = frames_of(RandomStart().played(videos, rows, torch.Generator().manual_seed(0)))[:, 0]
    starts = [set(first[clip::4].tolist()) for clip in range(4)]
    assert starts == [set(range(14)), set(range(3)), {0}, set(range(5))]


def test_frames_of_a_pass_are_evenly_spaced_and_follow_the_generator():
    videos = CLIP.videos(numbered([20] * 6))
    one, other = (
        as_seen(videos, torch.arange(6), RandomStart(), torch.Generator().manual_seed(3))
        for _ in range(2)
    )
    assert torch.equal(one, other)
    assert (np.diff(frames_of(one), axis=1) == 2).all()
    assert len(set(frames_of(one)[:, 0].tolist())) > 1


def test_images_without_enough_frames_are_refused():
    with pytest.raises(InputError, match="clips of 6 frames"):
        CLIP.array(numbered([6], held=6))
    few = numbered([20])
    with pytest.raises(InputError, match="examples without frames"):
        CLIP.array(replace(few, images=few.images[:, 0]))


@pytest.mark.parametrize(
    "changes",
    [
        {"augment": Affine()},
        {"noise": 0.1},
        {"copies": 2},
        {"standardize": "pixel"},
        {"channels": OneChannel()},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_changes_that_clips_do_not_undergo_are_refused(changes):
    with pytest.raises(InputError, match="clips that start anywhere"):
        replace(NETWORK, **changes).fit(clips(np.arange(8) % 2, views=("A4C",)), Run())


def test_a_network_of_clips_learns_and_comes_back_from_disk(tmp_path):
    examples = clips(np.arange(12) % 2, views=("A4C",))
    recipe = replace(RECIPE, optimizer=AdamW(0.1), epochs=12, keep="best validation AUC")
    arm = replace(NETWORK, recipe=recipe)
    fitted = arm.fit(examples, Run(precision="float32", device="cpu"))
    scores = fitted.predict(examples, {})
    assert scores[examples.labels == 1].min() > scores[examples.labels == 0].max()
    assert fitted.history_[-1]["validation AUC"] == 1.0
    fitted.save(tmp_path / "dl")
    again = arm.load(tmp_path / "dl", "cpu")
    np.testing.assert_array_equal(again.predict(examples, {}), scores)
