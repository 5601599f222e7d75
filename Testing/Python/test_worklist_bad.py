"""A folder with every bad scan: each is refused or doubted by name, and the rest goes on."""

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from CardioAILib.cli import main
from CardioAILib.io.nmwrite import write_planar_dicom
from CardioAILib.report.worklistpage import PAGE
from CardioAILib.study import Role
from CardioAILib.verbs.batch import FAILURES
from CardioAILib.verbs.worklistfiles import TABLE, read_entries, read_refused
from helpers_halme import COARSE, scans
from helpers_nm import CAPTURE, code, window
from helpers_worklist import save_untrained
from pydicom import Dataset, dcmread

ANTERIOR = Role("NM", "planar", "anterior")
SECRETS = ("MILLER", "HOSP-4711", "Secret Clinic")
"""Name, number and hospital of a patient in each header."""

TURNED_180, MIRRORED = (slice(None), *[slice(None, None, -1)] * 2), np.s_[:, :, ::-1]


def recounted(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Dataset], None]:
    """Return what changes the frames (F, H, W) of a file."""

    def of(header: Dataset) -> None:
        frames = np.ascontiguousarray(change(header.pixel_array)).astype(np.uint16)
        header.NumberOfFrames, header.Rows, header.Columns = frames.shape
        header.PixelData = frames.tobytes()

    return of


def turned(signs: tuple[float, float]) -> Callable[[Dataset], None]:
    """Return what turns directions along rows and columns in a header, and the pixels with them."""

    def of(header: Dataset) -> None:
        steps = (slice(None), *(slice(None, None, int(sign)) for sign in reversed(signs)))
        recounted(lambda frames: frames[steps])(header)
        for own in header.DetectorInformationSequence:
            axes = np.reshape(own.ImageOrientationPatient, (2, 3)).astype(float)
            own.ImageOrientationPatient = (axes * np.array(signs)[:, None]).ravel().tolist()

    return of


def color_screenshot(header: Dataset) -> None:
    gray = header.pixel_array[0].clip(0, 255).astype(np.uint8)
    header.SOPClassUID = header.file_meta.MediaStorageSOPClassUID = CAPTURE
    header.SamplesPerPixel, header.PhotometricInterpretation = 3, "RGB"
    header.PlanarConfiguration, header.BitsAllocated, header.BitsStored = 0, 8, 8
    header.HighBit, header.NumberOfFrames = 7, 1
    header.PixelData = np.stack([gray, gray // 2, 255 - gray], -1).tobytes()


def saturated_8_bit(header: Dataset) -> None:
    frames = header.pixel_array
    levels = np.minimum(frames * 255.0 / np.percentile(frames, 98), 255).astype(np.uint8)
    header.BitsAllocated = header.BitsStored = 8
    header.HighBit, header.PixelData = 7, levels.tobytes()


def two_windows(*windows: Dataset) -> Callable[[Dataset], None]:
    def of(header: Dataset) -> None:
        recounted(lambda frames: np.concatenate([frames, frames // 3]))(header)
        header.NumberOfEnergyWindows, header.EnergyWindowInformationSequence = 2, list(windows)
        header.EnergyWindowVector, header.DetectorVector = [1, 1, 2, 2], [1, 2, 1, 2]

    return of


def four_views(header: Dataset) -> None:
    recounted(lambda frames: np.concatenate([frames, frames]))(header)
    oblique = [copy.deepcopy(header.DetectorInformationSequence[0]) for _ in range(2)]
    for own, side in zip(oblique, ("left", "right"), strict=True):
        own.ViewCodeSequence = [code("1", "X", f"{side} anterior oblique")]
    header.DetectorInformationSequence = [*oblique, *header.DetectorInformationSequence]
    header.NumberOfDetectors, header.DetectorVector = 4, [1, 2, 3, 4]
    header.EnergyWindowVector = [1] * 4


def four_unknown_views(header: Dataset) -> None:
    four_views(header)
    for own in header.DetectorInformationSequence:
        del own.ViewCodeSequence, own.ImageOrientationPatient


def spect(header: Dataset) -> None:
    header.ImageType = ["ORIGINAL", "PRIMARY", "TOMO", "EMISSION"]


REFUSED: dict[str, tuple[Callable[[Dataset], None], str]] = {
    "feet_first": (recounted(lambda frames: frames[TURNED_180]), "the feet first"),
    "color": (color_screenshot, "a color picture"),
    "isotopes": (
        two_windows(window(65, 85, "Tl201"), window(150, 180, "In111")),
        "2 energy windows, 0 of them of 99mTc",
    ),
    "spect": (spect, "the projections of SPECT"),
    "zero": (recounted(lambda frames: 0 * frames), "no count"),
    "four_unknown": (four_unknown_views, "views are unknown"),
}
"""What is done to a scan, and what the reason of its refusal says."""

DOUBTED: dict[str, tuple[Callable[[Dataset], None], str]] = {
    "feet_said": (turned((-1.0, -1.0)), "feet first"),
    "mirrored_said": (turned((-1.0, 1.0)), "mirrored"),
    "mirrored": (recounted(lambda frames: frames[MIRRORED]), "mirrored"),
    "cropped": (recounted(lambda frames: frames[:, 100:170, 30:98]), "cropped already"),
    "isotopes_told": (
        two_windows(window(126, 154, "Tc99m"), window(240, 280, "In111")),
        "energy windows",
    ),
    "saturated": (saturated_8_bit, "saturated"),
    "four": (four_views, "4 views"),
}
"""What is done to a scan, and what its findings say."""

TRUNCATED = {"cut": -20000, "cut_header": 700, "cut_all": 0}
"""Bytes up to which a file is kept."""


def write_all(folder: Path) -> None:
    """Write a folder with each bad scan, and two good ones, under a name that is a patient's."""
    studies = scans(12, seed=3, size=COARSE, views=("anterior", "posterior")).studies
    strong = next(study for study in studies if study.facts["grade"] == 3)

    def put(name: str, change: Callable[[Dataset], None] | None = None, **how: object) -> Path:
        study = strong if name == "mirrored" else studies[len(written) % len(studies)]
        (path,) = write_planar_dicom(study, folder / name, **how)
        header = dcmread(path)
        header.PatientName, header.PatientID, header.InstitutionName = SECRETS
        header.StudyInstanceUID = f"1.2.7.{len(written) + 1}"
        header.SOPInstanceUID = f"1.2.8.{len(written) + 1}"
        if change:
            change(header)
        header.save_as(path)
        written.append(path)
        return path

    written: list[Path] = []
    put("good"), put("also_good")
    put("posterior", views=["posterior"])
    for name, (change, _) in {**REFUSED, **DOUBTED}.items():
        put(name, change)
    for name, kept in TRUNCATED.items():
        path = put(name, views=["anterior"])
        path.write_bytes(path.read_bytes()[:kept])
    counts = strong.images[ANTERIOR].array[0, 0]
    gray = (counts * 255.0 / counts.max()).astype(np.uint8)
    sitk.WriteImage(sitk.GetImageFromArray(255 - gray), str(folder / "gray.png"))
    icon = np.pad(np.full((8, 8), 90, np.uint8), 2)
    sitk.WriteImage(sitk.GetImageFromArray(icon), str(folder / "icon.png"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Folder of scans, folder of the list within it, and what was logged."""
    folder = tmp_path_factory.mktemp("bad")
    write_all(folder)
    model = tmp_path_factory.mktemp("models") / "model"
    save_untrained(model, members=1)
    return folder, folder / "worklist", model


@pytest.fixture(scope="module")
def listed(made):
    folder, out, model = made
    words = ["worklist", folder, "--model", model, "--out", out, "--device", "cpu", "--readers", 1]
    words = [str(word) for word in words]
    return words, main(words)


def place_of(one) -> str:
    return one.files[0].split("/")[0]


def test_each_bad_scan_is_refused_by_name(listed, made):
    assert listed[1] == 1
    reasons = {place_of(one): one.reason for one in read_refused(made[1])}
    assert reasons.keys() == {*REFUSED, *TRUNCATED, "posterior", "icon.png"}
    for name, (_, told) in REFUSED.items():
        assert told in reasons[name], name
    for name in TRUNCATED:
        assert "truncated" in reasons[name], name
    assert "posterior view alone" in reasons["posterior"]
    assert "too few to show the heart" in reasons["icon.png"]
    assert all("To fix" in reason for reason in reasons.values())


def test_each_doubtful_scan_is_judged_with_a_named_warning(listed, made):
    entries = {place_of(one): one for one in read_entries(made[1])}
    assert entries.keys() == {*DOUBTED, "good", "also_good", "gray.png"}
    for name, (_, told) in DOUBTED.items():
        assert told in "; ".join(entries[name].findings), name
    assert "picture" in "; ".join(entries["gray.png"].findings)
    for name in ("good", "also_good"):
        # The simulated scans have large pixels, and the network was not trained.
        usual = ("pixel size", "disagreement")
        assert not [own for own in entries[name].findings if not own.startswith(usual)], name


def test_a_list_within_the_folder_of_the_scans_is_taken_up_without_its_thumbnails(listed, made):
    before = read_entries(made[1]), read_refused(made[1])
    assert main(listed[0]) == 1
    assert (read_entries(made[1]), read_refused(made[1])) == before


def test_no_file_and_no_line_of_the_log_tells_a_patient_or_a_folder(listed, made, caplog):
    folder, out, model = made
    caplog.set_level("DEBUG", logger="CardioAILib")
    main([*listed[0][:-5], str(out.parent / "anew"), *listed[0][-4:]])
    texts = [path for path in out.rglob("*") if path.suffix in (".json", ".csv", ".html", ".txt")]
    assert {PAGE, TABLE, FAILURES} <= {path.name for path in texts}
    for text in texts:
        told = text.read_text(encoding="utf-8")
        assert not [secret for secret in (*SECRETS, str(folder), str(model)) if secret in told]
    assert caplog.text
    assert not [secret for secret in SECRETS if secret in caplog.text]
