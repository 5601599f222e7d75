"""Files that say they hold the same image: copies, cut-off copies, and those of other patients."""

import numpy as np
import pytest
from CardioAILib.errors import InputError
from CardioAILib.io.nm import find_planar, read_planar
from helpers_nm import both_views, write


@pytest.mark.parametrize(("whole", "cut"), [("a.dcm", "b.dcm"), ("b.dcm", "a.dcm")])
def test_of_a_scan_and_its_cut_off_copy_the_whole_is_taken(tmp_path, whole, cut):
    made, front, _ = both_views()
    content = write(made, tmp_path, whole).read_bytes()
    (tmp_path / cut).write_bytes(content[:-40])
    first, _ = read_planar(tmp_path)
    np.testing.assert_array_equal(first.image.array[0, 0], front)
    [told] = [one.message for one in first.findings if one.check == "copies"]
    assert told.startswith("2 files hold the same image (one may have been cut off)")


def test_an_equal_copy_is_told(tmp_path):
    made, *_ = both_views()
    for name in ("a.dcm", "b.dcm", "c.dcm"):
        write(made, tmp_path, name)
    first, _ = read_planar(tmp_path)
    [told] = [one.message for one in first.findings if one.check == "copies"]
    assert told == "3 files hold the same image; the largest was taken"


def test_one_image_under_two_patients_is_refused(tmp_path):
    made, *_ = both_views()
    write(made, tmp_path, "a.dcm")
    made.PatientID = "P-78"
    write(made, tmp_path, "b.dcm")
    with pytest.raises(InputError, match="scans of 2 patients"):
        read_planar(tmp_path)


def test_one_image_in_two_examinations_is_in_both(tmp_path):
    made, *_ = both_views()
    write(made, tmp_path, "a.dcm")
    made.StudyInstanceUID = "1.2.7.9"
    write(made, tmp_path, "b.dcm")
    assert len({one.study for one in find_planar(sorted(tmp_path.iterdir()))}) == 2
