"""Planar scans written as DICOM: what is read back is what was simulated."""

from dataclasses import replace

import numpy as np
import pydicom
import pytest
from CardioAILib.errors import InputError
from CardioAILib.io.nm import read_planar
from CardioAILib.io.nmwrite import write_planar_dicom
from CardioAILib.phantoms import PLANAR_VIEWS, bone_cohort
from CardioAILib.study import Role

SIZE = (256, 64)


@pytest.fixture(scope="module")
def study():
    return bone_cohort(1, seed=3, views=PLANAR_VIEWS, size=SIZE).studies[0]


def image_of(study, view):
    return study.images[Role("NM", "planar", view)]


@pytest.mark.parametrize("views", [PLANAR_VIEWS, PLANAR_VIEWS[::-1]])
@pytest.mark.parametrize("compressed", [False, True])
def test_counts_and_places_are_read_back_exactly(study, tmp_path, views, compressed):
    write_planar_dicom(study, tmp_path, views=views, compressed=compressed)
    found = {one.role.view: one for one in read_planar(tmp_path)}
    assert set(found) == set(PLANAR_VIEWS)
    for view, one in found.items():
        np.testing.assert_array_equal(one.image.array, image_of(study, view).array)
        np.testing.assert_allclose(
            one.image.ijk_to_ras[:3, :3], image_of(study, view).ijk_to_ras[:3, :3], atol=1e-4
        )


def test_views_may_have_a_file_each(study, tmp_path):
    paths = write_planar_dicom(study, tmp_path, separate=True)
    assert len(paths) == 2
    assert len({pydicom.dcmread(path).SOPInstanceUID for path in paths}) == 2
    assert {one.role.view for one in read_planar(tmp_path)} == set(PLANAR_VIEWS)


def test_facts_are_read_back(study, tmp_path):
    write_planar_dicom(study, tmp_path)
    facts = read_planar(tmp_path)[0].facts
    assert facts["acquisition"] == study.facts["acquisition"] == "whole body"
    for name in ("dose_MBq", "delay_min", "isotope", "radiopharmaceutical"):
        assert facts[name] == study.facts[name], name


def test_same_study_gives_the_same_bytes(study, tmp_path):
    one, other = (write_planar_dicom(study, tmp_path / name)[0] for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_another_subject_has_other_identifiers(study, tmp_path):
    (own,) = write_planar_dicom(study, tmp_path)
    (other,) = write_planar_dicom(replace(study, subject="Q"), tmp_path)
    first, second = pydicom.dcmread(own), pydicom.dcmread(other)
    for name in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID"):
        assert first[name].value != second[name].value


def test_header_is_that_of_nuclear_medicine(study, tmp_path):
    (path,) = write_planar_dicom(study, tmp_path)
    header = pydicom.dcmread(path)
    assert header.SOPClassUID == pydicom.uid.NuclearMedicineImageStorage
    assert list(header.ImageType) == ["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"]
    assert header.NumberOfFrames == header.NumberOfDetectors == 2
    assert list(header.DetectorVector) == [1, 2]
    assert header.CountsAccumulated == header.pixel_array.sum(dtype=np.int64)
    for detector in header.DetectorInformationSequence:
        directions = np.array(detector.ImageOrientationPatient, float)
        assert np.linalg.norm(directions[:3]) == pytest.approx(1)


def test_static_view_says_so(tmp_path):
    study = bone_cohort(1, static=1.0).studies[0]
    (path,) = write_planar_dicom(study, tmp_path)
    header = pydicom.dcmread(path)
    assert header.ImageType[2] == "STATIC"
    assert "ScanVelocity" not in header
    assert read_planar(path)[0].facts["acquisition"] == "static"


def test_study_without_a_planar_scan_is_refused(study, tmp_path):
    with pytest.raises(InputError, match="without a planar scan"):
        write_planar_dicom(replace(study, images={}), tmp_path)


@pytest.mark.parametrize("value", [-1.0, 0.5, 70000.0])
def test_what_is_no_count_is_refused(study, tmp_path, value):
    image = image_of(study, "anterior")
    changed = image.array.copy()
    changed[0, 0, 5, 5] = value
    images = {Role("NM", "planar", "anterior"): replace(image, array=changed)}
    with pytest.raises(InputError, match="whole counts"):
        write_planar_dicom(replace(study, images=images), tmp_path)
    assert not list(tmp_path.iterdir())


def test_views_of_different_size_are_refused(study, tmp_path):
    back = image_of(study, "posterior")
    images = {
        Role("NM", "planar", "anterior"): image_of(study, "anterior"),
        Role("NM", "planar", "posterior"): replace(back, array=back.array[:, :, :100]),
    }
    with pytest.raises(InputError, match="different size"):
        write_planar_dicom(replace(study, images=images), tmp_path)
