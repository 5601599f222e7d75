"""The files of the modules, as Slicer installs them: all of all extensions into one folder."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from helpers_packaging import MODULE, ROOT, metadata, read


def modules() -> list[Path]:
    """The folders of the extension's modules, each with a file of its own name."""
    folders = sorted(path.parent for path in ROOT.glob("*/*.py") if path.stem == path.parent.name)
    assert MODULE in folders
    return folders


def listing(module: Path, variable: str) -> list[str]:
    """The files of `set(variable ...)` in a module's CMakeLists.txt."""
    text = (module / "CMakeLists.txt").read_text(encoding="utf-8")
    block = re.search(rf"^set\({variable}\n(.*?)^\s*\)", text, re.MULTILINE | re.DOTALL)
    assert block, f"no set({variable} ...) in {module.name}/CMakeLists.txt"
    return block[1].replace("${MODULE_NAME}", module.name).split()


LEFT_BEHIND = re.compile(r"^\.|^__pycache__$|\.egg-info$|~$")


def present(module: Path) -> list[str]:
    """The files of a module's folder, without what Python and the system leave there."""
    files = [path.relative_to(module) for path in module.rglob("*") if path.is_file()]
    return sorted(
        file.as_posix()
        for file in files
        if file.as_posix() != "CMakeLists.txt" and not any(map(LEFT_BEHIND.search, file.parts))
    )


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.name)
@pytest.mark.parametrize("variable", ["MODULE_PYTHON_SCRIPTS", "MODULE_PYTHON_RESOURCES"])
def test_cmake_lists_every_file_and_no_other(module: Path, variable: str):
    scripts = variable == "MODULE_PYTHON_SCRIPTS"
    wanted = [name for name in present(module) if name.endswith(".py") == scripts]
    lines = "\n".join(f"  {name}" for name in wanted)
    assert wanted
    assert listing(module, variable) == wanted, f"paste:\nset({variable}\n{lines}\n  )"


def test_every_module_is_built_and_named_once():
    text = read("CMakeLists.txt")
    for module in modules():
        assert re.search(rf"^add_subdirectory\({module.name}\)$", text, re.MULTILINE)
        own = (module / "CMakeLists.txt").read_text(encoding="utf-8")
        assert f"set(MODULE_NAME {module.name})" in own


def test_no_file_of_a_module_overwrites_one_of_another():
    # Windows and macOS do not tell upper case from lower.
    names = [name.lower() for module in modules() for name in present(module)]
    assert len(names) == len(set(names))


KINDS = {"Icons", "UI", "Translations"}


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.name)
def test_resources_carry_the_modules_name(module: Path):
    paths = [Path(name).parts for name in present(module) if name.startswith("Resources/")]
    assert paths
    for _, *inside in paths:
        own = inside[1] if inside[0] in KINDS else inside[0]
        assert own.startswith(module.name), "/".join(inside)


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.name)
def test_top_names_are_our_own(module: Path):
    tops = {name.split("/")[0] for name in present(module)} - {"Resources"}
    assert all(top.startswith("CardioAI") for top in tops), tops


# What Slicer's Python must be given first

WITH_SLICER = {
    *("numpy", "scipy", "SimpleITK", "pydicom", "packaging", "PIL"),
    *("slicer", "vtk", "vtkmodules", "qt", "ctk"),
}
FROM_EXTENSIONS = {"torch": "the PyTorch extension installs it"}
OPTIONAL = {"radiomics", "av", "SampleData", "PyTorchUtils", "DICOMLib"}
"""Looked for, and done without where absent; the last three come with Slicer or an extension."""
IMPORT_NAMES = {"PyYAML": "yaml", "scikit-learn": "sklearn"}


def requirements(module: str = "CardioAI") -> list[str]:
    lines = read(f"{module}/Resources/{module}Requirements.txt").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_all_modules_ask_for_the_same_since_they_share_the_library():
    for module in modules():
        assert requirements(module.name) == requirements()


def imported() -> set[str]:
    """The packages that the module's files import anywhere, but for Python's own."""
    found = set()
    for file in MODULE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"CardioAILib"}


def test_requirements_are_what_slicer_takes():
    for line in requirements():
        assert re.fullmatch(r"[\w-]+>=[\d.]+", line), f"a lower bound and nothing else: {line}"


def test_requirements_have_the_bounds_of_the_project():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert set(requirements()) <= set(project["dependencies"])


def test_requirements_are_what_the_library_imports_and_slicer_lacks():
    named = {line.split(">=")[0] for line in requirements()}
    wanted = imported() - WITH_SLICER - set(FROM_EXTENSIONS) - OPTIONAL
    assert {IMPORT_NAMES.get(name, name) for name in named} == wanted


# The module file


HEAVY = {"torch", "SimpleITK", "scipy", "sklearn", "numba", "matplotlib", "pandas", "jinja2"}

LOAD = """
import json, sys
from CardioAILib.embedded import install_stand_ins, load_module, start
start()
install_stand_ins()
before = set(sys.modules)
module = load_module(sys.argv[1])
import slicer
entry = getattr(slicer.modules, module.__name__.lower())
print(json.dumps({
    "loaded": sorted({name.split(".")[0] for name in set(sys.modules) - before}),
    "title": entry.title, "categories": entry.categories,
    "contributors": entry.contributors, "help": entry.helpText,
}))
"""


TITLES = {
    "CardioAI": "CardioAI",
    "CardioAIEcho": "CardioAI Echo",
    "CardioAIScintigraphy": "CardioAI Scintigraphy",
}


@pytest.fixture(scope="module", params=TITLES)
def module_file(request) -> dict:
    """What loading a module file in a fresh Python brings, and what the module says."""
    pytest.importorskip("slicer", reason="slicer-core is not installed")
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(ROOT / request.param / f"{request.param}.py")],
        env=os.environ | {"PYTHONPATH": str(MODULE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {"wanted": TITLES[request.param], **json.loads(done.stdout.splitlines()[-1])}


def test_module_file_tells_what_it_is(module_file: dict):
    extension = metadata()
    assert module_file["title"] == module_file["wanted"]
    assert module_file["categories"] == [extension["EXTENSION_CATEGORY"]]
    assert module_file["contributors"] == [extension["EXTENSION_CONTRIBUTORS"]]
    assert "research only" in module_file["help"]


def test_module_file_loads_nothing_heavy(module_file: dict):
    assert not HEAVY & set(module_file["loaded"])


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.name)
def test_module_file_imports_only_what_reviewers_allow(module: Path):
    tree = ast.parse((module / f"{module.name}.py").read_text(encoding="utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.split(".")[0])
    allowed = {"slicer", "vtk", "qt", "ctk", "numpy", "CardioAILib"}
    assert found <= allowed | set(sys.stdlib_module_names)
