"""The module's file: light to import, its logic for the console, its self-test."""

import json
import os
import subprocess
import sys
from inspect import Parameter, signature
from pathlib import Path

import pytest

pytest.importorskip("slicer_core", reason="slicer-core is not installed")

from CardioAILib.embedded import install_stand_ins, load_module

install_stand_ins()

import helpers_scene as made  # noqa: E402
import slicer  # noqa: E402
from CardioAILib.errors import CardioAIError, InputError  # noqa: E402
from CardioAILib.panel import console, modelfolders  # noqa: E402
from CardioAILib.panel.selftest import SelfTest  # noqa: E402
from CardioAILib.phantoms import SMALL, hcm_study  # noqa: E402
from CardioAILib.systems import FAHMY_2022  # noqa: E402

MODULE = Path(__file__).resolve().parents[2] / "CardioAI"
NEEDED = FAHMY_2022.inputs["ES"]

LOADED_BY_IMPORT = """
import json, sys
from CardioAILib.embedded import load_module, start
start()
before = set(sys.modules)
load_module(sys.argv[1])
print(json.dumps(sorted(name for name in set(sys.modules) - before)))
"""

FRESH_SLICER = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in set(sys.argv[1].split(",")):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

from CardioAILib.embedded import install_stand_ins
install_stand_ins()
# What the scene's stand-in needed is absent from now on.
for name in list(sys.modules):
    if name.partition(".")[0] in sys.argv[1].split(","):
        del sys.modules[name]
sys.meta_path.insert(0, Absent())
from importlib.metadata import PackageNotFoundError, version
from CardioAILib.embedded.standins import packages

def version_of_present(name):
    if name in sys.argv[1].split(","):
        raise PackageNotFoundError(name)
    return version(name)

packages.version = version_of_present
import CardioAILib.panel.echoboard
import CardioAILib.panel.heartboard
import CardioAILib.panel.scanboard
from CardioAILib.panel.packages import lacking
print(",".join(lacking(sys.argv[2])))
"""
NOT_IN_SLICER = "jinja2,matplotlib,numba,pandas,pywt,safetensors,sklearn,skops,torch,tqdm,monai"


@pytest.fixture
def logic(scene):
    return load_module(MODULE / "CardioAI.py").CardioAILogic()


@pytest.fixture
def nodes(scene):
    study = hcm_study("p1", 1, seed=7, size=SMALL)
    image, mask = study.images[NEEDED.image], study.images[NEEDED.mask]
    volume = made.volume(scene, image.array[0].astype("f4"), image.ijk_to_ras)
    array = mask.of("myocardium")[0]
    return volume, made.segmentation(scene, mask.ijk_to_ras, myocardium=array)


def python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": str(MODULE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_importing_the_file_loads_the_panel_base_and_no_other_part_of_the_library():
    loaded = json.loads(python(LOADED_BY_IMPORT, str(MODULE / "CardioAI.py")))
    own = {name for name in loaded if name.startswith("CardioAILib") and "embedded" not in name}
    panel = "CardioAILib.panel"
    assert own == {panel, *(f"{panel}.{name}" for name in ("widget", "demonstrations", "selftest"))}


def test_the_panel_opens_in_a_slicer_without_any_of_our_packages():
    requirements = MODULE / "Resources" / "CardioAIRequirements.txt"
    missing = python(FRESH_SLICER, NOT_IN_SLICER, str(requirements)).split(",")
    assert "torch>=2.4" in missing


def test_the_module_is_in_slicers_list_below_cardiac(logic):
    entry = slicer.modules.cardioai
    assert (entry.title, entry.categories) == ("CardioAI", ["Cardiac"])


def test_every_option_of_the_logic_has_a_name_in_its_signature(logic):
    public = [function for name, function in vars(type(logic)).items() if name[0] != "_"]
    kinds = [one.kind for function in public for one in signature(function).parameters.values()]
    assert len(public) >= 8
    assert Parameter.VAR_KEYWORD not in kinds


def test_process_offers_all_that_the_console_takes(logic):
    judging = {*signature(console.judge).parameters, *signature(console.process).parameters}
    own = set(signature(logic.process).parameters)
    assert judging - own == {"scene", "nodes", "facts", "beside", "progress", "how"}


def test_a_demonstration_model_is_found_by_the_name_of_its_system():
    assert modelfolders.model_folder("fahmy2022") == modelfolders.model_folder(None)
    assert modelfolders.model_folder("fahmy2022").is_dir()
    assert modelfolders.model_folder("germain2021").parent == MODULE / "Resources"


def test_process_shows_the_result_in_the_scene(logic, scene, nodes, tiny_model):
    done = logic.process(*nodes, model=tiny_model, device="cpu")
    assert done.result.arms["dl"].decision in FAHMY_2022.task.names
    assert scene.IsNodePresent(done.nodes.table)
    assert list(done.nodes.heatmaps) == ["ES"]


def test_process_without_a_segmentation_says_so_and_adds_nothing(logic, scene, nodes, tiny_model):
    before = scene.GetNumberOfNodes()
    with pytest.raises(CardioAIError, match="segment"):
        logic.process(nodes[0], None, model=tiny_model)
    assert scene.GetNumberOfNodes() == before


def test_radiomics_are_computed_without_a_model(logic, nodes, tmp_path):
    table = logic.computeRadiomics(*nodes, csv=tmp_path / "features.csv")
    assert table.GetNumberOfColumns() >= 944
    assert (tmp_path / "features.csv").is_file()


def test_a_batch_without_a_table_takes_the_studies_of_the_scene(logic, nodes, tiny_model, tmp_path):
    volume, segmentation = nodes
    segmentation.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    done = logic.runBatch(None, tmp_path / "out", tiny_model, explain=False, device="cpu")
    assert [result.subject for result in done.results] == [volume.GetID()]
    assert done.table.GetNumberOfRows() == 1


def test_options_out_of_range_are_refused(logic):
    options = logic.getParameterNode()
    with pytest.raises((InputError, ValueError)):
        options.device = "abacus"


@pytest.mark.parametrize("name", ["CardioAI", "CardioAIEcho", "CardioAIScintigraphy"])
def test_the_self_test_runs(scene, name: str):
    load_module(MODULE.parent / name / f"{name}.py")
    slicer.selfTests[name]()


def test_a_self_test_goes_on_behind_a_check_that_is_skipped(scene, caplog):
    ran = []

    class Checks(SelfTest):
        def test_first(self):
            ran.append(scene.GetNodesByClass("vtkMRMLTextNode").GetNumberOfItems())
            scene.AddNewNodeByClass("vtkMRMLTextNode")
            self.skipTest("no network")

        def test_second(self):
            ran.append(scene.GetNodesByClass("vtkMRMLTextNode").GetNumberOfItems())

    with caplog.at_level("INFO"):
        Checks().runTest()
    assert ran == [0, 0]
    assert "Skipped: no network" in caplog.text
