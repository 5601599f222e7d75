"""Volumes of the scene become images at the right place in the world."""

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.mrml import InputNodes, image_from_node, study_from_nodes
from CardioAILib.mrml.geometry import as_vtk, image_data
from CardioAILib.systems import FAHMY_2022

pytest.importorskip("slicer_core", reason="slicer-core is not installed")


def world_of(node, ijk: tuple[int, int, int]) -> np.ndarray:
    """Where Slicer itself puts a voxel in the world, by its own transform classes."""
    import vtk

    local = [0.0] * 4
    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    matrix.MultiplyPoint([*map(float, ijk), 1.0], local)
    general = vtk.vtkGeneralTransform()
    if node.GetParentTransformNode():
        node.GetParentTransformNode().GetTransformToWorld(general)
    return np.array(general.TransformPoint(local[:3]))


@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_a_voxel_of_an_oblique_volume_under_transforms_lies_where_slicer_shows_it(scene, scale):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    inner = made.transform(scene, made.moved(scale), volume)
    made.transform(scene, made.moved(), inner)
    image, findings = image_from_node(volume)
    assert image.array.shape == (1, *made.SHAPE)
    assert not findings
    for i, j, k in [(0, 0, 0), (23, 19, 5), (7, 3, 2)]:
        assert np.allclose((image.ijk_to_ras @ [i, j, k, 1])[:3], world_of(volume, (i, j, k)))
        assert image.array[0, k, j, i] == volume.GetImageData().GetScalarComponentAsDouble(
            i, j, k, 0
        )
    assert image.spacing == pytest.approx([s * scale for s in made.SPACING[::-1]])


def test_a_cropped_volume_whose_extent_does_not_start_at_zero_keeps_its_place(scene):
    whole = made.volume(scene, made.pixels(), made.ijk_to_ras())
    cropped = made.volume(scene, made.pixels()[2:5, 4:, 6:], made.ijk_to_ras())
    cropped.GetImageData().SetExtent(6, 23, 4, 19, 2, 4)
    image, _ = image_from_node(cropped)
    assert np.allclose((image.ijk_to_ras @ [1, 2, 1, 1])[:3], world_of(whole, (7, 6, 3)))
    assert image.array[0, 1, 2, 1] == made.pixels()[3, 6, 7]


def test_the_image_is_a_copy_without_paths_and_its_digest_tells_pixels_and_place(scene):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras(), name="DOE^JANE")
    first, _ = image_from_node(volume)
    assert first.source == ()
    assert len(first.digest) == 64
    volume.GetImageData().GetPointData().GetScalars().SetValue(0, -5.0)
    second, _ = image_from_node(volume)
    assert first.array[0, 0, 0, 0] == made.pixels()[0, 0, 0]
    made.transform(scene, made.moved(), volume)
    third, _ = image_from_node(volume)
    assert len({first.digest, second.digest, third.digest}) == 3


def test_a_non_linear_transform_is_refused_with_the_cure(scene):
    import slicer

    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    import vtk

    bend = vtk.vtkThinPlateSplineTransform()
    points, other = vtk.vtkPoints(), vtk.vtkPoints()
    for index in range(5):
        points.InsertNextPoint(index, index**2, index**3)
        other.InsertNextPoint(index, index**2 + index % 2, index**3)
    bend.SetSourceLandmarks(points)
    bend.SetTargetLandmarks(other)
    bend.SetBasisToR()
    node = scene.AddNewNodeByClass("vtkMRMLTransformNode", "bend")
    assert isinstance(node, slicer.vtkMRMLTransformNode)
    node.SetAndObserveTransformToParent(bend)
    volume.SetAndObserveTransformNodeID(node.GetID())
    with pytest.raises(InputError, match="harden the transform"):
        image_from_node(volume)


def test_a_transform_that_shears_the_voxels_is_refused(scene):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    made.transform(scene, np.diag([1.0, 1.0, 2.0, 1.0]), volume)
    with pytest.raises(InputError, match="not at right angles"):
        image_from_node(volume)


def saved(scene, folder, names):
    """Files of a single slice each, at the same place."""
    import slicer

    files = [str(folder / f"{name}.nii.gz") for name in names]
    for file in files:
        one = made.volume(scene, made.pixels((1, 20, 24)), made.ijk_to_ras())
        assert slicer.util.saveNode(one, file)
    return files


def test_files_that_slicer_took_for_a_series_are_refused_with_the_cure(scene, tmp_path):
    import slicer

    first, _second = saved(scene, tmp_path, ("LGE_2C", "LGE_4C"))
    both = slicer.util.loadVolume(first)
    assert both.GetImageData().GetDimensions()[2] == 2
    with pytest.raises(InputError, match=r"read 2 files as one volume.*singleFile"):
        image_from_node(both)
    alone = slicer.util.loadVolume(first, properties={"singleFile": True})
    assert image_from_node(alone)[0].array.shape == (1, 1, 20, 24)


def test_labelmaps_that_slicer_took_for_a_series_are_refused_too(scene):
    image = made.volume(scene, made.pixels(), made.ijk_to_ras())
    kind = "vtkMRMLLabelMapVolumeNode"
    labels = made.volume(scene, made.ring().astype("u1"), made.ijk_to_ras(), kind=kind)
    labels.AddDefaultStorageNode()
    for view in ("2C", "4C"):
        labels.GetStorageNode().AddFileName(f"/data/mask_{view}.nii.gz")
    with pytest.raises(InputError, match=r"the segmentation ES .* read 2 files as one volume"):
        study_from_nodes(FAHMY_2022, {"ES": InputNodes(image, labels, segment="1")})


def test_slices_of_several_dicom_files_are_one_stack(scene):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    volume.AddDefaultStorageNode()
    for index in range(6):
        volume.GetStorageNode().AddFileName(f"/data/IM{index}.dcm")
    assert image_from_node(volume)[0].array.shape == (1, *made.SHAPE)


def test_slices_that_lie_too_far_apart_are_no_stack_however_their_axes_lie(scene):
    skewed = made.ijk_to_ras(spacing=(1.25, 1.5, 359.0))
    skewed[:3, 2] += skewed[:3, 0] * 40
    for matrix in (skewed, made.ijk_to_ras(spacing=(1.25, 1.5, 60.0))):
        volume = made.volume(scene, made.pixels((2, 20, 24)), matrix)
        with pytest.raises(InputError, match=r"names that differ only in a number.*singleFile"):
            image_from_node(volume)


def test_a_transform_that_flattens_space_is_refused(scene):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    made.transform(scene, np.diag([1.0, 1.0, 0.0, 1.0]), volume)
    with pytest.raises(InputError, match="cannot be inverted"):
        image_from_node(volume)


def test_colors_are_refused(scene):
    import vtk

    volume = made.volume(
        scene, made.pixels(), made.ijk_to_ras(), kind="vtkMRMLVectorVolumeNode", name="rgb"
    )
    colors = vtk.vtkImageData()
    colors.SetDimensions(4, 4, 2)
    colors.AllocateScalars(vtk.VTK_UNSIGNED_CHAR, 3)
    volume.SetAndObserveImageData(colors)
    with pytest.raises(InputError, match="3 numbers a voxel"):
        image_from_node(volume)


def test_a_volume_without_voxels_is_refused(scene):
    empty = scene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "empty")
    with pytest.raises(InputError, match="without voxels"):
        image_from_node(empty)


def test_a_labelmap_is_no_image(scene):
    labels = made.volume(
        scene, made.ring().astype("u1"), made.ijk_to_ras(), kind="vtkMRMLLabelMapVolumeNode"
    )
    with pytest.raises(InputError, match="choose the image itself"):
        image_from_node(labels)


def test_a_single_slice_is_refused_where_a_stack_is_needed(scene):
    volume = made.volume(scene, made.pixels((1, 20, 24)), made.ijk_to_ras())
    mask = made.segmentation(scene, made.ijk_to_ras(), myocardium=np.ones((1, 20, 24)))
    with pytest.raises(InputError, match="as a single slice"):
        study_from_nodes(FAHMY_2022, {"ES": InputNodes(volume, mask)})


def test_no_node_and_a_deleted_node_are_told_apart(scene):
    with pytest.raises(MissingInputError, match="no node for the image ES"):
        study_from_nodes(FAHMY_2022, {"ES": InputNodes(None)})
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    scene.RemoveNode(volume)
    with pytest.raises(MissingInputError, match="no longer in the scene"):
        image_from_node(volume)


def test_inputs_are_named_as_the_system_names_them(scene):
    volume = made.volume(scene, made.pixels(), made.ijk_to_ras())
    with pytest.raises(MissingInputError, match="no nodes for ES"):
        study_from_nodes(FAHMY_2022, {})
    with pytest.raises(InputError, match="nodes for ED, which fahmy2022 does not read"):
        study_from_nodes(FAHMY_2022, {"ED": InputNodes(volume)})


def test_arrays_and_image_data_turn_into_each_other():
    from CardioAILib.mrml.geometry import pixels

    array = made.pixels()
    assert np.array_equal(pixels(image_data(array)), array)
    assert image_data(array).GetScalarComponentAsDouble(3, 2, 1, 0) == array[1, 2, 3]
    assert as_vtk(made.moved()).GetElement(0, 3) == 14.0


def test_a_path_is_no_node():
    with pytest.raises(InputError, match=r"Got a str for the image; .*slicer\.util\.loadVolume"):
        image_from_node("/data/cine.nii.gz")
