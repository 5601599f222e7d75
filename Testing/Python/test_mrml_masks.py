"""Segmentations and labelmaps become masks: the right segment, at the right voxels."""

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import EmptyMaskError, InputError, MissingInputError
from CardioAILib.io import read_cohort, save_cohort
from CardioAILib.mrml import InputNodes, mask_from_node, structure_candidates, study_from_nodes
from CardioAILib.mrml.terminology import terminology_entry
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY, Cohort, same_grid
from CardioAILib.systems import FAHMY_2022

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

REGION_OF_SCAR = (
    "any~SCT^49755003^Morphologically Altered Structure~SCT^55641003^Infarct~^^~"
    "Anatomic codes - DICOM master list~SCT^74281007^Myocardium~^^"
)


@pytest.fixture
def cine(scene):
    return made.volume(scene, made.pixels(), made.ijk_to_ras())


def labelmap(scene, array, names: dict[int, str], name: str = "labels"):
    """A labelmap with a color table of its own."""
    node = made.volume(scene, array, made.ijk_to_ras(), kind="vtkMRMLLabelMapVolumeNode", name=name)
    colors = scene.AddNewNodeByClass("vtkMRMLColorTableNode", "label colors")
    colors.SetTypeToUser()
    colors.SetNumberOfColors(8)
    for value in range(8):
        colors.SetColor(value, names.get(value, f"region {value}"), 0.5, 0.5, 0.5, 1.0)
    node.GetDisplayNode().SetAndObserveColorNodeID(colors.GetID())
    return node


def mask_of(image, mask, **how):
    return mask_from_node(InputNodes(image, mask, **how))


# Which segment


def test_terminology_finds_the_myocardium_under_any_name(scene, cine):
    entry = terminology_entry(MYOCARDIUM)
    mask = made.segmentation(
        scene,
        made.ijk_to_ras(),
        first=~made.ring(),
        Segment_7=(made.ring(), entry),
        scar=(made.ring(), REGION_OF_SCAR),
    )
    read, findings = mask_of(cine, mask)
    assert np.array_equal(read.of(MYOCARDIUM)[0], made.ring())
    assert not findings


def test_the_code_of_the_left_ventricular_myocardium_counts_too(scene):
    entry = (
        "c~SCT^123037004^Anatomical Structure~SCT^49848007^Left ventricular myocardium~^^~r~^^~^^"
    )
    mask = made.segmentation(scene, made.ijk_to_ras(), a=(made.ring(), entry))
    assert [one.id for one in structure_candidates(mask)] == ["a"]


@pytest.mark.parametrize("name", ["Myocardium", "LV_Myo", "lv-myocardium", "MYO_1", "LVM"])
def test_without_terminology_the_name_finds_it(scene, name):
    mask = made.segmentation(scene, made.ijk_to_ras(), **{"other": made.ring(), name: made.ring()})
    assert [one.name for one in structure_candidates(mask)] == [name]


def test_terminology_goes_before_the_name(scene):
    lv = terminology_entry(LV_CAVITY)
    mask = made.segmentation(
        scene,
        made.ijk_to_ras(),
        myocardium=(made.ring(), lv),
        x=(made.ring(), terminology_entry(MYOCARDIUM)),
    )
    assert [one.id for one in structure_candidates(mask)] == ["x"]
    assert [one.id for one in structure_candidates(mask, LV_CAVITY)] == ["myocardium"]


def test_a_segmentation_without_the_myocardium_lists_its_segments(scene, cine):
    mask = made.segmentation(scene, made.ijk_to_ras(), Liver=made.ring(), Segment_1=made.ring())
    with pytest.raises(
        MissingInputError, match=r"has 'Liver' \(Liver\), 'Segment_1' \(Segment_1\)"
    ):
        mask_of(cine, mask)


def test_a_single_segment_of_another_name_is_not_taken(scene, cine):
    mask = made.segmentation(scene, made.ijk_to_ras(), Segment_1=made.ring())
    with pytest.raises(MissingInputError, match="no segment that is the myocardium"):
        mask_of(cine, mask)


def test_two_that_could_be_it_are_listed_until_the_user_chooses(scene, cine):
    mask = made.segmentation(
        scene, made.ijk_to_ras(), **{"LV myocardium": made.ring(), "myo": ~made.ring()}
    )
    with pytest.raises(InputError, match=r"'LV myocardium' .*, 'myo' .*segment=ID"):
        mask_of(cine, mask)
    read, _ = mask_of(cine, mask, segment="myo")
    assert np.array_equal(read.of(MYOCARDIUM)[0], ~made.ring())


def test_a_chosen_segment_that_is_gone_is_refused(scene, cine):
    mask = made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring())
    with pytest.raises(InputError, match="does not have; it has 'myocardium'"):
        mask_of(cine, mask, segment="deleted")


def test_the_ventricles_come_along_under_the_same_labels_in_every_mask(scene, cine):
    cavity = np.zeros(made.SHAPE, bool)
    cavity[2, 9:11, 11:13] = True
    both = made.segmentation(
        scene, made.ijk_to_ras(), myocardium=made.ring(), **{"LV cavity": cavity}
    )
    alone = made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring())
    read, _ = mask_of(cine, both)
    assert np.array_equal(read.of(LV_CAVITY)[0], cavity)
    assert not read.of(RV_CAVITY).any()
    assert read.labels == mask_of(cine, alone)[0].labels


def test_where_segments_overlap_the_structure_asked_for_keeps_its_voxels(scene, cine):
    mask = made.segmentation(
        scene, made.ijk_to_ras(), myocardium=made.ring(), lv=np.ones(made.SHAPE, bool)
    )
    assert np.array_equal(mask_of(cine, mask)[0].of(MYOCARDIUM)[0], made.ring())


def test_segments_that_share_a_labelmap_are_told_apart(scene, cine):
    import slicer

    values = np.where(made.ring(), 3, 5).astype("u1")
    mask = made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring(), rest=~made.ring())
    mask.GetSegmentation().CollapseBinaryLabelmaps(True)
    assert mask.GetSegmentation().GetNumberOfLayers() == 1
    assert isinstance(mask, slicer.vtkMRMLSegmentationNode)
    assert np.array_equal(mask_of(cine, mask)[0].of(MYOCARDIUM)[0], values == 3)


# Where its voxels are


def test_segmentation_and_image_under_the_same_transform_agree_voxel_by_voxel(scene, cine):
    mask = made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring())
    made.transform(scene, made.moved(1.3), cine, mask)
    read, findings = mask_of(cine, mask)
    assert np.array_equal(read.of(MYOCARDIUM)[0], made.ring())
    assert not findings


def test_a_point_of_a_mask_on_another_grid_and_transform_lands_in_its_voxel(scene, cine):
    """A few small voxels around a known point of the world, under a transform of their own."""
    made.transform(scene, made.moved(1.3), cine)
    point = made.moved(1.3) @ made.ijk_to_ras() @ [7, 13, 4, 1]
    placed = made.moved(0.8)
    grid = np.diag([-2.0, 1.5, 0.5, 1.0])
    grid[:3, 3] = (np.linalg.inv(placed) @ point - grid @ [5, 5, 5, 0])[:3]
    cube = np.zeros((11, 11, 11), bool)
    cube[4:7, 5, 5] = True
    mask = made.segmentation(scene, grid, myocardium=cube)
    made.transform(scene, placed, mask)
    read, findings = mask_of(cine, mask)
    assert np.argwhere(read.of(MYOCARDIUM)[0]).tolist() == [[4, 13, 7]]
    assert [finding.check for finding in findings] == ["mask grid"]


def test_a_mask_under_a_transform_that_shears_it_is_still_placed_right(scene, cine):
    squeeze = np.diag([1.0, 1.0, 0.5, 1.0])
    grid = np.linalg.inv(squeeze) @ made.ijk_to_ras()
    mask = made.segmentation(scene, grid, myocardium=made.ring())
    made.transform(scene, squeeze, mask)
    read, _ = mask_of(cine, mask)
    assert np.array_equal(read.of(MYOCARDIUM)[0], made.ring())


def test_a_segment_cropped_to_its_extent_is_on_the_same_grid(scene, cine):
    shift = np.eye(4)
    shift[:3, 3] = 2, 3, 1
    mask = made.segmentation(
        scene, made.ijk_to_ras() @ shift, myocardium=made.ring()[1:, 3:18, 2:22]
    )
    read, findings = mask_of(cine, mask)
    expected = np.zeros(made.SHAPE, bool)
    expected[1:, 3:18, 2:22] = made.ring()[1:, 3:18, 2:22]
    assert np.array_equal(read.of(MYOCARDIUM)[0], expected)
    assert not findings


def test_voxels_outside_a_cropped_image_are_left_out_and_told(scene):
    shift = np.eye(4)
    shift[:3, 3] = 12, 0, 0
    cropped = made.volume(scene, made.pixels()[:, :, 12:], made.ijk_to_ras() @ shift)
    mask = made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring())
    read, findings = mask_of(cropped, mask)
    assert np.array_equal(read.of(MYOCARDIUM)[0], made.ring()[:, :, 12:])
    lost = int(made.ring()[:, :, :12].sum())
    assert findings[0].check == "mask outside"
    assert f"{lost} voxels" in findings[0].message


def test_a_surface_becomes_voxels_and_the_users_segmentation_stays_as_it_is(scene, cine):
    ball = np.zeros(made.SHAPE, bool)
    ball[1:5, 4:17, 5:20] = True
    mask = made.segmentation(scene, made.ijk_to_ras(), myocardium=ball)
    mask.CreateClosedSurfaceRepresentation()
    mask.SetSourceRepresentationToClosedSurface()
    mask.RemoveBinaryLabelmapRepresentation()
    made.transform(scene, made.moved(1.3), cine, mask)
    read, findings = mask_of(cine, mask)
    found = read.of(MYOCARDIUM)[0]
    assert 2 * (found & ball).sum() / (found.sum() + ball.sum()) > 0.9
    assert [finding.check for finding in findings] == ["mask surface"]
    assert not mask.GetSegmentation().ContainsRepresentation("Binary labelmap")


def test_a_mask_beside_the_image_and_an_empty_segment_are_refused(scene, cine):
    mask = made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring())
    away = np.eye(4)
    away[0, 3] = 500
    made.transform(scene, away, mask)
    with pytest.raises(EmptyMaskError, match="lies outside the image"):
        mask_of(cine, mask)
    blank = made.segmentation(scene, made.ijk_to_ras(), myocardium=np.zeros(made.SHAPE))
    with pytest.raises(EmptyMaskError, match="empty"):
        mask_of(cine, blank)
    blank.GetSegmentation().AddEmptySegment("new", "LV myo")
    with pytest.raises(EmptyMaskError, match=r"'LV myo'.*empty"):
        mask_of(cine, blank, segment="new")


# Labelmaps


def test_a_labelmap_is_read_by_the_names_of_its_colors(scene, cine):
    array = np.where(made.ring(), 2, 0).astype("u1")
    array[2, 10, 12] = 3
    node = labelmap(scene, array, {2: "LV myocardium", 3: "LV blood pool"})
    read, findings = mask_of(cine, node)
    assert np.array_equal(read.of(MYOCARDIUM)[0], array == 2)
    assert np.array_equal(read.of(LV_CAVITY)[0], array == 3)
    assert not findings


def test_a_labelmap_without_names_asks_and_takes_the_users_choice(scene, cine):
    array = np.where(made.ring(), 2, 1).astype("u1")
    node = labelmap(scene, array, {})
    with pytest.raises(MissingInputError, match=r"has 'region 1' \(1\), 'region 2' \(2\)"):
        mask_of(cine, node)
    assert np.array_equal(mask_of(cine, node, segment="2")[0].of(MYOCARDIUM)[0], made.ring())


def test_a_labelmap_whose_colors_carry_terminology_is_read_by_it(scene, cine):
    node = labelmap(scene, np.where(made.ring(), 2, 1).astype("u1"), {1: "myocardium", 2: "b"})
    colors = node.GetDisplayNode().GetColorNode()
    colors.SetTerminologyFromString(1, terminology_entry(LV_CAVITY))
    colors.SetTerminologyFromString(2, terminology_entry(MYOCARDIUM))
    read, _ = mask_of(cine, node)
    assert np.array_equal(read.of(MYOCARDIUM)[0], made.ring())
    assert np.array_equal(read.of(LV_CAVITY)[0], ~made.ring())


def test_a_single_label_counts_where_the_nodes_name_says_so(scene, cine):
    array = made.ring().astype("u1")
    assert structure_candidates(labelmap(scene, array, {}, name="LV myocardium"))
    assert not structure_candidates(labelmap(scene, array, {}, name="Segmentation-label"))
    array[0, 0, 0] = 2
    assert not structure_candidates(labelmap(scene, array, {}, name="LV myocardium"))


def test_a_model_node_is_no_segmentation(scene, cine):
    with pytest.raises(InputError, match="wanted a segmentation or a labelmap volume"):
        mask_of(cine, scene.AddNewNodeByClass("vtkMRMLModelNode", "surface"))


def test_a_volume_without_segmentation_says_what_to_do(scene, cine):
    with pytest.raises(MissingInputError, match=r"no node for the segmentation ES.*segment it"):
        study_from_nodes(FAHMY_2022, {"ES": InputNodes(cine)})


def test_a_study_holds_image_and_mask_on_one_grid_under_the_systems_roles(scene, cine):
    mask = made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring())
    study, findings = study_from_nodes(
        FAHMY_2022, {"ES": InputNodes(cine, mask)}, subject="p1", facts={"scar": 1.0}
    )
    needed = FAHMY_2022.inputs["ES"]
    assert study.key == ("p1", "1")
    assert study.facts == {"scar": 1.0}
    assert np.array_equal(study.images[needed.mask].of(MYOCARDIUM)[0], made.ring())
    assert np.array_equal(study.images[needed.image].ijk_to_ras, made.ijk_to_ras())
    assert not findings


def test_a_study_of_the_scene_survives_the_way_through_files(scene, cine, tmp_path):
    """Panels hand studies to their worker as a cohort on disk."""
    mask = made.segmentation(scene, made.ijk_to_ras(), myocardium=made.ring())
    made.transform(scene, made.moved(1.3), cine, mask)
    study, _ = study_from_nodes(FAHMY_2022, {"ES": InputNodes(cine, mask)})
    (again,) = read_cohort(save_cohort(Cohort((study,)), tmp_path / "job"))
    for role, image in study.images.items():
        assert same_grid(again.images[role], image)
        assert np.array_equal(again.images[role].array, image.array)
    assert again.images[FAHMY_2022.inputs["ES"].mask].labels == dict(mask_labels(study))


def mask_labels(study):
    return study.images[FAHMY_2022.inputs["ES"].mask].labels
