"""A cine in the scene: frames in order, at their place, playable."""

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.mrml import add_cine, image_from_node
from CardioAILib.study import Image
from helpers_scene import fresh_scene, ijk_to_ras


def cine(frames: int = 3) -> Image:
    array = np.arange(frames * 2 * 4 * 5, dtype=np.float32).reshape(frames, 2, 4, 5)
    return Image(array, ijk_to_ras())


def test_the_shown_frame_lies_where_the_image_does() -> None:
    import slicer

    nodes = add_cine(fresh_scene(), cine(), (0.0, 40.5, 81.0), "short axis", shown=1)
    np.testing.assert_array_equal(slicer.util.arrayFromVolume(nodes.volume), cine().array[1])
    image, _ = image_from_node(nodes.volume)
    np.testing.assert_allclose(image.ijk_to_ras, ijk_to_ras(), atol=1e-6)
    assert nodes.volume.GetName() == "short axis"


def test_a_browser_plays_every_frame_by_its_time() -> None:
    import slicer

    nodes = add_cine(fresh_scene(), cine(), (0.0, 40.5, 81.0))
    assert [nodes.sequence.GetNthIndexValue(frame) for frame in range(3)] == ["0", "40.5", "81"]
    for frame in range(3):
        nodes.browser.SetSelectedItemNumber(frame)
        slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(nodes.browser)
        shown = slicer.util.arrayFromVolume(nodes.volume)
        np.testing.assert_array_equal(shown, cine().array[frame])


@pytest.mark.parametrize(
    ("times", "shown"), [((0, 1), 0), ((0, 2, 1), 0), ((0, 1, 2), 3), ((0, 0, 1), 0)]
)
def test_times_and_frames_that_do_not_fit_are_refused(times: tuple[int, ...], shown: int) -> None:
    scene = fresh_scene()
    before = scene.GetNumberOfNodes()
    with pytest.raises(InputError, match="a rising time for each frame"):
        add_cine(scene, cine(), times, shown=shown)
    assert scene.GetNumberOfNodes() == before


def test_nothing_but_the_cine_is_left_in_the_scene() -> None:
    scene = fresh_scene()
    add_cine(scene, cine(), (0, 1, 2))
    assert scene.GetNodesByClass("vtkMRMLScalarVolumeNode").GetNumberOfItems() == 1
