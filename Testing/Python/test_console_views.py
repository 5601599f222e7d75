"""What scripts give to systems of late enhancement: nodes by view, findings, models by name."""

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import InputError, MissingInputError, ModelError
from CardioAILib.panel import console, samples
from CardioAILib.panel.viewfinding import require_used, view_nodes
from CardioAILib.systems import FAHMY_2022, MARTINI_2020, MARTINI_2020_EMIDEC

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

UNGIVEN = {"lge": None, "lge_segmentations": None}


@pytest.fixture
def nodes(scene):
    """The sample of late enhancement, as inputs of the system."""
    return samples.load_sample(scene, MARTINI_2020)


def judged(scene, nodes, **how):
    images = {name: own.image for name, own in nodes.items()}
    return console.judge(scene, model="martini2020", lge=images, explain=False, **how)


def told(result):
    return [found.message for found in result.findings]


def test_a_finding_that_cannot_be_leaves_the_networks_their_say(scene, nodes):
    done = judged(scene, nodes, findings={"LVEF_percent": "preserved", "age": 71})
    assert set(done.result.arms) == {"dl"}
    (why,) = [text for text in told(done.result) if "'gbm' gave no result" in text]
    assert "'preserved' in column 'LVEF_percent'" in why


def test_without_findings_the_arm_that_asks_for_them_says_so(scene, nodes):
    done = judged(scene, nodes)
    assert "the arm 'gbm' gave no result: no finding was given" in told(done.result)


def test_one_volume_is_refused_where_views_are_read(scene, nodes):
    own = nodes["SAX"]
    before = scene.GetNumberOfNodes()
    with pytest.raises(
        InputError, match=r"volume=, segmentation=.*martini2020 .*wanted lge= and lge_segm.*'2C'"
    ):
        console.judge(scene, own.image, own.mask, "martini2020")
    assert scene.GetNumberOfNodes() == before


def test_views_are_refused_where_one_stack_is_read(scene, nodes):
    with pytest.raises(InputError, match="lge=, which fahmy2022 does not read; wanted volume="):
        console.judge(scene, lge={"SAX": nodes["SAX"].image})
    require_used(MARTINI_2020_EMIDEC, {"volume": nodes["SAX"].image}, UNGIVEN)
    require_used(MARTINI_2020_EMIDEC, {"volume": None}, UNGIVEN | {"lge": {"SAX": 1}})
    with pytest.raises(InputError, match="leave out volume"):
        require_used(MARTINI_2020_EMIDEC, {"volume": 1}, UNGIVEN | {"lge": {"SAX": 1}})
    require_used(FAHMY_2022, {"volume": 1}, UNGIVEN)


def test_segmentations_go_with_the_views_that_were_found(scene, nodes):
    other = made.segmentation(scene, np.eye(4), Myocardium=made.ring())
    found = view_nodes(scene, MARTINI_2020, None, {"2C": other, "SAX": None})
    assert found["2C"].mask is other
    assert found["SAX"].mask is nodes["SAX"].mask
    with pytest.raises(InputError, match="segmentation of 4C without its image"):
        view_nodes(scene, MARTINI_2020, {"2C": nodes["2C"].image}, {"4C": other})
    with pytest.raises(InputError, match="VolumeNode for lge; wanted nodes by view: 2C, 4C, SAX"):
        view_nodes(scene, MARTINI_2020, nodes["2C"].image, None)


def test_a_system_without_a_demonstration_model_says_so(scene):
    with pytest.raises(ModelError, match="martini2020_emidec, which has no demonstration model"):
        console.judge(scene, model="martini2020_emidec")
    with pytest.raises(ModelError, match="no folder at martini; wanted a model folder"):
        console.judge(scene, model="martini")


def test_the_scene_of_a_single_view_is_refused(scene, nodes):
    with pytest.raises(MissingInputError, match="2 or more of the nodes for 2C, 4C, SAX"):
        console.judge(scene, model="martini2020", lge={"2C": nodes["2C"].image})
