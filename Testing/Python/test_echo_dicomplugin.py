"""Slicer's DICOM browser finds echo clips, and loads them blank outside the sector."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins

install_stand_ins()

import slicer  # noqa: E402
from CardioAILib.io.uswrite import write_echo_dicom  # noqa: E402
from CardioAILib.mrml.clips import clips_in, said_view  # noqa: E402
from CardioAILib.mrml.planarfacts import facts_of  # noqa: E402
from CardioAILib.panel import echodicom  # noqa: E402
from CardioAILib.panel.dicomloading import SURE  # noqa: E402
from CardioAILib.panel.echofiles import load_clips  # noqa: E402
from helpers_dicombrowser import Plugin, plugin_of  # noqa: E402
from helpers_echo import echo_study  # noqa: E402

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "echo_dicom"


@pytest.fixture
def plugin(scene: Any, monkeypatch: pytest.MonkeyPatch) -> Plugin:
    """The plugin as Slicer makes it, over stand-ins of Slicer's DICOM library."""
    return plugin_of(echodicom, scene, monkeypatch, sequences=slicer.modules.sequences)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, ...]:
    study = echo_study("s1", views=("A4C", "PLAX"), facts={"heart_rate": 61.0})
    return write_echo_dicom(study, tmp_path)


def test_every_clip_is_offered_by_its_view_and_without_a_name(plugin: Plugin, files):
    offers = plugin.examineForImport([[str(path) for path in files]])
    assert [offer.name for offer in offers] == [
        "Echo clip, A4C, 36 frames",
        "Echo clip, PLAX, 36 frames",
    ]
    assert {(offer.selected, offer.warning, offer.confidence) for offer in offers} == {
        (True, "", SURE)
    }


def test_loading_makes_a_sequence_with_the_true_times(plugin: Plugin, scene: Any, files):
    first, _second = plugin.examineForImport([[str(path) for path in files]])
    assert plugin.load(first) is True
    (volume,) = clips_in(scene)
    assert plugin.added == [volume]
    assert said_view(volume) == ("A4C", "header")
    (sequence,) = slicer.util.getNodesByClass("vtkMRMLSequenceNode")
    times = [float(sequence.GetNthIndexValue(frame)) for frame in range(3)]
    np.testing.assert_allclose(times, [0, 0.02, 0.04])
    assert facts_of(sequence)["heart_rate"] == 61


def test_a_damaged_clip_is_not_loaded_and_leaves_no_node(
    plugin: Plugin, scene: Any, files, caplog: pytest.LogCaptureFixture
):
    first, _second = plugin.examineForImport([[str(path) for path in files]])
    files[0].write_bytes(files[0].read_bytes()[:4000])
    assert plugin.load(first) is False
    assert "was not loaded" in caplog.text
    assert clips_in(scene) == []


def test_a_folder_loads_all_clips_of_its_first_examination(scene: Any, files):
    loaded = load_clips(scene, files[0].parent)
    assert set(loaded.nodes) == {"A4C", "PLAX"}
    assert len(clips_in(scene)) == 2


@pytest.mark.skipif(not REAL.is_dir(), reason="the real echo clips are not on this computer")
def test_a_real_clip_loads_blanked_with_its_pixel_size(scene: Any):
    (path,) = REAL.glob("*A4C*.dcm")
    (offer,) = echodicom.offers_of([[path]])
    assert "65 frames" in offer.name
    nodes = echodicom.load_offer(scene, offer.files)
    assert nodes.sequence.GetNumberOfDataNodes() == 65
    assert nodes.sequence.GetIndexUnit() == "s"
    pixels = slicer.util.arrayFromVolume(nodes.volume)[0]
    edge = np.concatenate([pixels[0], pixels[:, 0], pixels[:, -1]])
    assert not edge.any()
    assert 0.1 < nodes.volume.GetSpacing()[0] < 1.0
    assert "CardioAI.Uncalibrated" not in nodes.sequence.GetAttributeNames()
