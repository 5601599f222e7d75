"""The extension as Slicer installs it: the files alone that CMake lists, in one flat folder.

Slicer's own macro is replaced by a stand-in that follows its rules; where there is no CMake or no
compiler (`project()` asks for one), the lists are read and the files copied by hand.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STUB = Path(__file__).with_name("slicer_stub")
MODULES = "lib/Slicer-5.12/qt-scripted-modules"
WITHOUT_CMAKE = not (shutil.which("cmake") and shutil.which("cc"))

TRY = """
import importlib, json, pkgutil, sys
from pathlib import Path
from CardioAILib.embedded import install_stand_ins, load_module, start

start()
install_stand_ins()
import CardioAILib

here = Path(sys.argv[1])
module = load_module(here / "CardioAI.py")
others = [load_module(here / f"CardioAI{name}.py") for name in ("Scintigraphy", "Echo")]
names = [found.name for found in pkgutil.walk_packages(CardioAILib.__path__, "CardioAILib.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
from CardioAILib.mrml import terminology_file
from CardioAILib.panel.modelfolders import DEMONSTRATION, DEMONSTRATIONS
from CardioAILib.panel import echosamples, lgesample, scintigraphysamples
from CardioAILib.panel.resources import resource
from CardioAILib.panel.samples import SAMPLES
from CardioAILib.systems import FAHMY_2022
from CardioAILib.verbs import load_model

model = load_model(DEMONSTRATION, FAHMY_2022, device="cpu")
samples = [
    *SAMPLES.values(), *scintigraphysamples.SAMPLES.values(), *echosamples.SAMPLES.values()
]
icons = [resource(f"Icons/{name}") for name in (*(one.icon for one in samples), lgesample.ICON)]
widgets = [others[0].CardioAIScintigraphyWidget, others[1].CardioAIEchoWidget]
requirements = [resource(widget.requirements) for widget in widgets]
paths = [terminology_file(), *DEMONSTRATIONS.values(), *icons, *requirements]
print(json.dumps({
    "files": sorted({str(sys.modules[name].__file__) for name in names if name in sys.modules}),
    "modules": [module.__file__, *(other.__file__ for other in others)],
    "count": len(names),
    "missing": [str(path) for path in paths if not path.exists()],
    "elsewhere": [str(path) for path in paths if here not in path.parents],
    "arms": list(model.arms),
}))
"""


def run(*words: object, **how: object) -> subprocess.CompletedProcess:
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, **how)


def built(folder: Path) -> tuple[Path, str]:
    """Configure, build and install with CMake; the folder of the modules, and what was said."""
    build, prefix = folder / "build", folder / "installed"
    configure = (f"-DSlicer_DIR={STUB}", "-DBUILD_TESTING=ON", f"-DCMAKE_INSTALL_PREFIX={prefix}")
    said = []
    for words in (
        ("cmake", "-S", ROOT, "-B", build, *configure),
        ("cmake", "--build", build),
        ("cmake", "--install", build),
    ):
        done = run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        said.append(done.stdout)
    return prefix / MODULES, "\n".join(said)


def copied(folder: Path) -> Path:
    """Copy by hand what the lists of every module's CMakeLists.txt name."""
    for listing in ROOT.glob("*/CMakeLists.txt"):
        text = listing.read_text(encoding="utf-8")
        blocks = re.findall(r"^set\(MODULE_PYTHON_\w+\n(.*?)^\s*\)", text, re.MULTILINE | re.DOTALL)
        for name in " ".join(blocks).replace("${MODULE_NAME}", listing.parent.name).split():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(listing.parent / name, target)
    return folder


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("by hand"))


@pytest.mark.skipif(WITHOUT_CMAKE, reason="needs cmake and a C compiler")
def test_cmake_installs_the_listed_files_and_registers_the_self_test(tmp_path: Path, by_hand: Path):
    installed, said = built(tmp_path)
    assert files(installed) == files(by_hand)
    assert "unittest CardioAI" in said
    assert "unittest CardioAIScintigraphy" in said
    assert "unittest CardioAIEcho" in said


@pytest.mark.skipif(WITHOUT_CMAKE, reason="needs cmake and a C compiler")
def test_stand_in_stops_at_a_file_that_is_missing(tmp_path: Path):
    module = tmp_path / "Broken"
    module.mkdir()
    head = "cmake_minimum_required(VERSION 3.16.3...3.28.0)\nproject(Broken)\n"
    use = "find_package(Slicer REQUIRED)\ninclude(${Slicer_USE_FILE})\n"
    macro = "slicerMacroBuildScriptedModule(NAME Broken SCRIPTS Broken.py)\n"
    (module / "CMakeLists.txt").write_text(head + use + macro)
    done = run("cmake", "-S", module, "-B", tmp_path / "build", f"-DSlicer_DIR={STUB}")
    assert done.returncode != 0
    assert "Broken.py" in done.stderr


def test_everything_imports_and_loads_from_the_installed_files_alone(by_hand: Path, tmp_path: Path):
    pytest.importorskip("slicer", reason="slicer-core is not installed")
    done = run(
        *(sys.executable, "-c", TRY, by_hand),
        env=os.environ | {"PYTHONPATH": str(by_hand), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["count"] > 100
    assert all(Path(name).is_relative_to(by_hand) for name in told["files"])
    assert all(Path(name).is_relative_to(by_hand) for name in told["modules"])
    assert told["missing"] == told["elsewhere"] == []
    assert "dl_radiomics" in told["arms"]


def test_commands_run_from_the_installed_files(by_hand: Path, tmp_path: Path):
    done = run(
        *(sys.executable, "-m", "CardioAILib.cli", "systems"),
        env=os.environ | {"PYTHONPATH": str(by_hand), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("fahmy2022\t")


def test_no_path_is_too_long_for_windows(by_hand: Path):
    # Slicer's folder for extensions takes about 110 of the 260 characters.
    assert max(len(name) for name in files(by_hand)) < 120
