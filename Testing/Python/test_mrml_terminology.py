"""Our terminology: the file, the entries, and segments that carry them."""

import json

import helpers_scene as made
import numpy as np
import pytest
from CardioAILib.errors import InputError, MissingInputError
from CardioAILib.io.structures import STRUCTURES, plain, type_code
from CardioAILib.mrml import (
    InputNodes,
    add_segment,
    load_terminology,
    mask_from_node,
    structure_candidates,
    terminology,
    terminology_entry,
    terminology_file,
)
from CardioAILib.study import LV_CAVITY, MYOCARDIUM, RV_CAVITY

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

CODE_KEYS = {"CodingSchemeDesignator", "CodeValue", "CodeMeaning"}


def categories() -> list[dict]:
    text = terminology_file().read_text(encoding="utf-8")
    return json.loads(text)["SegmentationCodes"]["Category"]


def test_the_file_lists_our_structures_with_their_codes_and_colors():
    listed = {
        (kind["CodingSchemeDesignator"], kind["CodeValue"], kind["CodeMeaning"]): (
            category["CodeValue"],
            tuple(kind["recommendedDisplayRGBValue"]),
        )
        for category in categories()
        for kind in category["Type"]
    }
    assert listed == {
        (known.code.scheme, known.code.value, known.code.meaning): (
            known.category.value,
            known.color,
        )
        for known in STRUCTURES.values()
    }


def test_the_file_keeps_to_the_schema_of_terminology_contexts():
    for category in categories():
        assert set(category) == CODE_KEYS | {"showAnatomy", "Type"}
        for kind in category["Type"]:
            assert set(kind) == CODE_KEYS | {"recommendedDisplayRGBValue"}
            assert len(kind["CodeValue"]) <= 16
            assert all(0 <= part <= 255 for part in kind["recommendedDisplayRGBValue"])


def test_slicer_loads_the_file_and_finds_our_entries_in_it():
    import slicer

    logic = slicer.vtkSlicerTerminologiesModuleLogic()
    assert load_terminology(logic) == terminology.CONTEXT
    for structure, known in STRUCTURES.items():
        entry = slicer.vtkSlicerTerminologyEntry()
        assert logic.DeserializeTerminologyEntry(terminology_entry(structure), entry)
        assert logic.UpdateEntryFromLoadedTerminologies(entry, [terminology.CONTEXT], [])
        assert entry.GetTypeObject().GetCodeMeaning() == known.code.meaning
        assert entry.GetTypeObject().GetRecommendedDisplayRGBValue() == known.color
        assert logic.SerializeTerminologyEntry(entry) == terminology_entry(structure)


def test_a_missing_file_is_told(monkeypatch, tmp_path):
    import slicer

    monkeypatch.setattr(terminology, "terminology_file", lambda: tmp_path / "gone.json")
    with pytest.raises(InputError, match="install the extension again"):
        load_terminology(slicer.vtkSlicerTerminologiesModuleLogic())


def test_an_added_segment_is_found_as_its_structure_once_it_is_drawn(scene):
    import slicer
    from CardioAILib.mrml.geometry import as_vtk, image_data

    cine = made.volume(scene, made.pixels(), made.ijk_to_ras())
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "new")
    id_ = add_segment(node)
    assert [(one.id, one.name) for one in structure_candidates(node)] == [(id_, "Myocardium")]
    segment = node.GetSegmentation().GetSegment(id_)
    assert segment.GetColor() == pytest.approx([192 / 255, 104 / 255, 88 / 255])
    segment.SetName("renamed")
    drawn = slicer.vtkOrientedImageData()
    drawn.DeepCopy(image_data(made.ring().astype("u1")))
    drawn.SetGeometryFromImageToWorldMatrix(as_vtk(made.ijk_to_ras()))
    segment.AddRepresentation("Binary labelmap", drawn)
    read, _ = mask_from_node(InputNodes(cine, node))
    assert np.array_equal(read.of(MYOCARDIUM)[0], made.ring())


def test_a_structure_that_is_there_is_not_added_again(scene):
    node = made.segmentation(scene, made.ijk_to_ras(), LV_myo=made.ring())
    assert add_segment(node) == "LV_myo"
    assert node.GetSegmentation().GetNumberOfSegments() == 1
    assert add_segment(node, RV_CAVITY) != "LV_myo"


def test_an_unknown_structure_and_a_deleted_node_are_refused(scene):
    node = made.segmentation(scene, made.ijk_to_ras())
    with pytest.raises(InputError, match="wanted one of myocardium, lv_cavity"):
        add_segment(node, "liver")
    scene.RemoveNode(node)
    with pytest.raises(MissingInputError, match="no longer in the scene"):
        add_segment(node)


def test_names_and_codes_belong_to_one_structure_each():
    names = [name for known in STRUCTURES.values() for name in known.names]
    codes = [code for known in STRUCTURES.values() for code in known.codes]
    assert len(names) == len(set(names))
    assert len(codes) == len(set(codes))
    assert all(plain(name) == name for name in names)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (terminology_entry(LV_CAVITY), ("SCT", "87878005")),
        (
            "c~SRT^T-D000A^Anatomical Structure~SRT^T-32600^Left Ventricle~^^~r~^^~^^",
            ("SRT", "T-32600"),
        ),
        ("c~SCT^85756007^Tissue~^^~^^~r~^^~^^", None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_the_type_of_an_entry_is_its_third_part(entry, code):
    assert type_code(entry) == code
