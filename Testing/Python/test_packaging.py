"""The extension's metadata, the pip package and the pinned versions agree with the tree."""

import ast
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
import unittest
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "CardioAI"
RAW_URL = re.compile(r"https://raw\.githubusercontent\.com/CardioAI/SlicerCardioAI/main/(\S+)")
HOME = "https://github.com/CardioAI/SlicerCardioAI"
VERSION = re.compile(r"\d+\.\d+\.\d+")

# Written in two halves, so that this file passes its own check.
UNWANTED = {
    "a registry host": r"pypi\." + r"org|python" + r"hosted\.org|download\.py" + r"torch\.org",
    "a folder of one machine": r"(?<![\w.])/" + r"(?:work|root)/",
    "unfinished work": r"\b(?:TO" + r"DO|FIX" + r"ME)\b",
    "a merge left over": r"^(?:<{7}|>{7}) ",
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tracked() -> list[Path]:
    """The files under version control; where git is not at hand, nothing can be said."""
    try:
        done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in done.stdout.decode().split("\0") if name]
    return [file for file in files if file.is_file()]


# Version, license, project file


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads(read("pyproject.toml"))


def test_all_places_tell_the_same_version(project: dict):
    from CardioAILib import __version__

    assert VERSION.fullmatch(__version__)
    assert project["project"]["version"] == __version__
    assert f"\nversion: {__version__}\n" in read("CITATION.cff")


def test_all_places_tell_the_same_license(project: dict):
    text = read("LICENSE")
    assert project["project"]["license"] == "Apache-2.0"
    assert "\nlicense: Apache-2.0\n" in read("CITATION.cff")
    assert "Version 2.0, January 2004" in text
    assert text.rstrip().endswith("limitations under the License.")


def test_citation_names_the_paper_of_every_system_once():
    from CardioAILib.systems import ALL

    dois = re.findall(r"^    doi: (\S+)$", read("CITATION.cff"), re.MULTILINE)
    assert sorted(dois) == sorted(system.published.doi for system in ALL)


# Pinned versions


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, list[str]]:
    """Each line of the constraints by package, without its comment lines."""
    found: dict[str, list[str]] = {}
    for line in read("constraints.txt").splitlines():
        if line and not line.startswith("#"):
            found.setdefault(canonical(line.split("==")[0]), []).append(line)
    return found


def declared(project: dict) -> set[str]:
    about = project["project"]
    groups = (about["dependencies"], *about.get("optional-dependencies", {}).values())
    wanted = [*project["build-system"]["requires"], *(name for group in groups for name in group)]
    return {canonical(re.match(r"[\w.-]+", text)[0]) for text in wanted} - {"cardioai"}


def test_every_declared_dependency_is_pinned(project: dict):
    assert not (missing := declared(project) - set(pins())), f"add to constraints.txt: {missing}"


def test_pins_are_exact():
    exact = re.compile(r'[\w.-]+==\d[\w.]*(; (?:python_version|sys_platform) [<>=!]+ "[\w.]+")?')
    lines = [line for lines in pins().values() for line in lines]
    assert len(lines) > 30
    assert not [line for line in lines if not exact.fullmatch(line)]


def test_a_package_pinned_twice_is_told_apart_by_a_marker():
    twice = [lines for lines in pins().values() if len(lines) > 1]
    assert all(";" in line for lines in twice for line in lines)


# The extension's metadata, as the ExtensionsIndex checks it


def cmake(text: str) -> dict[str, str]:
    """The values of `set(NAME "value")`."""
    return dict(re.findall(r'^set\((\w+) "([^"]*)"\)$', text, re.MULTILINE))


@pytest.fixture(scope="module")
def metadata() -> dict[str, str]:
    return cmake(read("CMakeLists.txt"))


@pytest.fixture(scope="module")
def entry() -> dict:
    return json.loads(read("Resources/ExtensionsIndex/CardioAI.json"))


@pytest.mark.parametrize(
    "name",
    [
        *("HOMEPAGE", "CATEGORY", "CONTRIBUTORS", "DESCRIPTION", "ICONURL", "SCREENSHOTURLS"),
        *("STATUS", "DEPENDS", "LICENSE_FILE", "README_FILE", "KEYWORDS"),
    ],
)
def test_metadata_is_set(metadata: dict[str, str], name: str):
    assert metadata[f"EXTENSION_{name}"].strip()


def test_urls_are_pictures_that_the_repository_holds(metadata: dict[str, str]):
    urls = f"{metadata['EXTENSION_ICONURL']} {metadata['EXTENSION_SCREENSHOTURLS']}".split()
    for url in urls:
        match = RAW_URL.fullmatch(url)
        assert match, url
        assert (ROOT / match[1]).is_file(), url
        assert match[1].endswith((".png", ".jpg", ".jpeg")), url


@pytest.mark.parametrize(
    "picture", ["Resources/CardioAI.png", "CardioAI/Resources/Icons/CardioAI.png"]
)
def test_icons_are_128_pixels_square(picture: str):
    head = (ROOT / picture).read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n")
    assert [int.from_bytes(head[i : i + 4], "big") for i in (16, 20)] == [128, 128]


def test_project_and_cmake_version_are_what_slicer_takes():
    text = read("CMakeLists.txt")
    assert "cmake_minimum_required(VERSION 3.16.3...3.28.0" in text
    assert re.search(r"^project\(CardioAI\)$", text, re.MULTILINE)


def test_files_that_metadata_names_exist(metadata: dict[str, str]):
    for key in ("EXTENSION_LICENSE_FILE", "EXTENSION_README_FILE"):
        name = metadata[key].removeprefix("${CMAKE_CURRENT_SOURCE_DIR}/")
        assert (ROOT / name).is_file(), name


def test_index_entry_has_the_known_keys_and_no_other(entry: dict):
    required = {"$schema", "build_dependencies", "build_subdirectory", "category"}
    required |= {"scm_revision", "scm_url", "tier"}
    assert required <= set(entry) <= required | {"dicom_support_rule"}
    assert b"\r" not in (ROOT / "Resources/ExtensionsIndex/CardioAI.json").read_bytes()


def test_index_entry_agrees_with_cmake(entry: dict, metadata: dict[str, str]):
    assert entry["scm_url"] == f"{HOME}.git"
    assert metadata["EXTENSION_HOMEPAGE"] == HOME
    assert HOME.rsplit("/", 1)[1].startswith("Slicer")
    assert entry["category"] == metadata["EXTENSION_CATEGORY"] == "Cardiac"
    assert entry["build_dependencies"] == metadata["EXTENSION_DEPENDS"].split() == ["PyTorch"]


# The files that Slicer installs


def listing(variable: str) -> list[str]:
    """The files of `set(variable ...)` in the module's CMakeLists.txt."""
    text = (MODULE / "CMakeLists.txt").read_text(encoding="utf-8")
    block = re.search(rf"^set\({variable}\n(.*?)^\s*\)", text, re.MULTILINE | re.DOTALL)
    assert block, f"no set({variable} ...) in CardioAI/CMakeLists.txt"
    return block[1].replace("${MODULE_NAME}", "CardioAI").split()


LEFT_BEHIND = re.compile(r"^\.|^__pycache__$|\.egg-info$|~$")


def present() -> list[str]:
    """The files of the module's folder, without what Python and the system leave there."""
    files = [path.relative_to(MODULE) for path in MODULE.rglob("*") if path.is_file()]
    return sorted(
        file.as_posix()
        for file in files
        if file.as_posix() != "CMakeLists.txt" and not any(map(LEFT_BEHIND.search, file.parts))
    )


@pytest.mark.parametrize("variable", ["MODULE_PYTHON_SCRIPTS", "MODULE_PYTHON_RESOURCES"])
def test_cmake_lists_every_file_and_no_other(variable: str):
    scripts = variable == "MODULE_PYTHON_SCRIPTS"
    wanted = [name for name in present() if name.endswith(".py") == scripts]
    lines = "\n".join(f"  {name}" for name in wanted)
    assert wanted
    assert listing(variable) == wanted, f"paste:\nset({variable}\n{lines}\n  )"


def test_resources_carry_the_modules_name():
    names = [Path(name).name for name in present() if name.startswith("Resources/")]
    assert names
    assert all(name.startswith("CardioAI") for name in names)


# The module file, loaded with stand-ins of the few names that it takes from Slicer


def load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def module_file(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    base = type("ScriptedLoadableModule", (), {"__init__": lambda self, parent: None})
    words = {"tr": lambda text: text, "translate": lambda context, text: text}
    names = {"ScriptedLoadableModule": base, "ScriptedLoadableModuleTest": unittest.TestCase}
    monkeypatch.setitem(sys.modules, "slicer", ModuleType("slicer"))
    monkeypatch.setitem(sys.modules, "slicer.i18n", SimpleNamespace(**words))
    monkeypatch.setitem(sys.modules, "slicer.ScriptedLoadableModule", SimpleNamespace(**names))
    return load("cardioai_module_file", MODULE / "CardioAI.py")


def test_module_file_tells_what_it_is(module_file: ModuleType, metadata: dict[str, str]):
    parent = SimpleNamespace()
    module_file.CardioAI(parent)
    assert parent.title == "CardioAI"
    assert parent.categories == [metadata["EXTENSION_CATEGORY"]]
    assert parent.contributors == [metadata["EXTENSION_CONTRIBUTORS"]]
    assert "research only" in parent.helpText


def test_module_file_passes_its_own_test(module_file: ModuleType):
    module_file.CardioAITest("runTest").runTest()
    found = unittest.defaultTestLoader.loadTestsFromTestCase(module_file.CardioAITest)
    assert found.countTestCases() == 2


def test_module_file_imports_nothing_heavy_when_it_is_loaded():
    tree = ast.parse((MODULE / "CardioAI.py").read_text(encoding="utf-8"))
    assert all(
        node.module.split(".")[0] == "slicer"
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
    )


# What the repository does not say


def test_tracked_files_say_nothing_unwanted():
    found = []
    for file in tracked():
        data = file.read_bytes()
        text = "" if b"\0" in data else data.decode("utf-8")
        for what, pattern in UNWANTED.items():
            for match in re.finditer(pattern, text, re.MULTILINE):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{file.relative_to(ROOT)}:{line}: {what}: {match[0]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a registry host", "pip install --index-url https://py" + "pi.org/simple"),
        ("a folder of one machine", 'open("/' + 'work/main/x")'),
        ("unfinished work", "# TO" + "DO: later"),
        ("a merge left over", "<" * 7 + " HEAD"),
    ],
)
def test_unwanted_text_is_seen(what: str, text: str):
    assert re.search(UNWANTED[what], text, re.MULTILINE)


def test_the_ci_script_can_be_run():
    assert read(".ci/run").startswith("#!/usr/bin/env bash\nset -euo pipefail\n")
    done = subprocess.run(
        ["git", "ls-files", "--stage", ".ci/run"], cwd=ROOT, capture_output=True, text=True
    )
    assert not done.stdout or done.stdout.startswith("100755")
