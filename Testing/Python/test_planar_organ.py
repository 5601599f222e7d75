"""Scans of other organs: told by header and pixels, and not graded by the visual rule."""

from dataclasses import replace

import numpy as np
import pytest
from CardioAILib.io.nm import read_planar
from CardioAILib.io.nmorgans import organ_of
from CardioAILib.measurements.planar import planar_of
from CardioAILib.phantoms import bone_cohort
from CardioAILib.quality.planar import check_planar
from CardioAILib.study import Role
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.scanuptake import ANTERIOR
from conftest import SHARED
from helpers_nm import both_views, write
from pydicom import Dataset

REAL = SHARED / "nm_dicom"
real = pytest.mark.skipif(not REAL.exists(), reason="needs shared/data/nm_dicom")
VIEW = Role("NM", "planar", "anterior")


def named(**said):
    header = Dataset()
    for name, value in said.items():
        setattr(header, name, value)
    return organ_of(header)


@pytest.mark.parametrize(
    ("description", "organ"),
    [
        ("STAT POUMON-REIN", "lungs"),
        ("Lungenperfusion", "lungs"),
        ("Scintigrafia polmonare", "lungs"),
        ("RENAL_MAG3", "kidneys"),
        ("Nierenszintigraphie", "kidneys"),
        ("Schilddrüse", "thyroid"),
        ("Tiroides", "thyroid"),
        ("Perfusion cérébrale", "brain"),
        ("GASTRIC EMPTYING", "stomach"),
        ("Cardiac MIBI rest", "perfusion of the heart"),
    ],
)
def test_other_organs_are_known_by_their_names_in_five_languages(description, organ):
    assert organ in named(SeriesDescription=description)


@pytest.mark.parametrize(
    "description",
    [
        "Whole Body Bone, thorax",
        "Scintigraphie osseuse",
        "Ganzkörper-Skelett",
        "Gammagrafía ósea",
        "Scintigrafia ossea total body",
        "CARDIAC AMYLOID PYP",
        "THORAX STATIC",
        "",
    ],
)
def test_scans_of_bone_and_of_nothing_named_pass(description):
    assert named(SeriesDescription=description) is None


def test_what_describes_the_image_counts_before_the_examination():
    assert named(SeriesDescription="WB BONE", StudyDescription="Kidneys and lungs") is None
    assert "kidneys" in named(SeriesDescription="RENAL", StudyDescription="Bone and kidneys")


@pytest.fixture(scope="module")
def sound():
    [study] = bone_cohort(1, seed=3, metastases=0.0).studies
    return study


def checks_of(study):
    return [finding.check for finding in check_planar(study, ANTERIOR)]


def test_another_organ_is_told_and_not_graded(sound):
    own = replace(sound, facts={**sound.facts, "organ": "the lungs"})
    assert "organ" in checks_of(own)
    found = planar_of(own.images[VIEW], facts=own.facts)
    assert found.suggestion.grade is None
    assert "the lungs" in found.suggestion.reason
    bone = replace(sound, facts={**sound.facts, "organ": "Bone"})
    assert "organ" not in checks_of(bone)


def test_a_chest_brighter_than_its_spine_is_told_and_not_graded(sound):
    assert "skeleton" not in checks_of(sound)
    image = sound.images[VIEW]
    middle = planar_of(image).regions["sternum"].center[1]
    columns = np.abs(np.arange(image.array.shape[3]) - middle) < 20 / image.spacing[2]
    dark = np.where(columns, image.array // 8, image.array)
    own = replace(image, array=dark)
    assert "skeleton" in checks_of(replace(sound, images={VIEW: own}))
    found = planar_of(own)
    assert (found.suggestion.grade, "not look like" in found.suggestion.reason) == (None, True)


def test_a_hot_spot_in_the_ribs_region_withholds_the_grade(sound):
    image = sound.images[VIEW]
    row, column = (round(at) for at in planar_of(image).regions["ribs"].center)
    pixels = image.array.copy()
    pixels[0, 0, row - 2 : row + 3, column - 2 : column + 3] += 800
    found = planar_of(replace(image, array=pixels), regions=planar_of(image).regions)
    assert (found.suggestion.grade, "region ribs" in found.suggestion.reason) == (None, True)


@pytest.mark.parametrize("static", [0.0, 1.0])
def test_hardly_any_simulated_scan_without_lesions_is_withheld(static):
    studies = bone_cohort(24, seed=21, metastases=0.0, static=static).studies
    grades = [
        planar_of(study.images[VIEW], facts=study.facts).suggestion.grade for study in studies
    ]
    assert grades.count(None) <= 1


@real
def test_a_real_scan_of_the_lungs_is_told_and_not_graded():
    [study] = cohort_of(REAL / "lung_perfusion_ANT_POST_2f.dcm").studies
    assert {"organ", "skeleton"} <= {*checks_of(study)}
    assert planar_of(study.images[VIEW], facts=study.facts).suggestion.grade is None


@real
def test_a_real_scan_of_bone_is_taken_for_one():
    [study] = cohort_of(REAL / "NM1_UNC_wholebody_bone_ANT.dcm").studies
    assert not {"organ", "skeleton"} & {*checks_of(study)}
    assert planar_of(study.images[VIEW], facts=study.facts).suggestion.grade is not None


def test_a_header_gives_the_organ_as_a_fact(tmp_path):
    made, *_ = both_views(StudyDescription="POUMONS Doe")
    write(made, tmp_path)
    assert [one.facts["organ"] for one in read_planar(tmp_path)] == ["the lungs"] * 2
