"""The extension's metadata, the pip package and the pinned versions agree with the tree."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

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
    "picture",
    [
        "Resources/CardioAI.png",
        *(
            "CardioAI/Resources/Icons/" + name
            for name in (
                "CardioAI.png",
                "CardioAISimulatedCineScar.png",
                "CardioAISimulatedCineNoScar.png",
            )
        ),
    ],
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


SCHEMA = "https://raw.githubusercontent.com/Slicer/Slicer/main/Schemas/slicer-extension-catalog-entry-schema-v1.0.2.json#"
REQUIRED = {"$schema": str, "category": str, "scm_url": str}
ALLOWED = {
    **REQUIRED,
    "scm_revision": str,
    "scm_type": str,
    "build_dependencies": list,
    "build_subdirectory": str,
    "dicom_support_rule": str,
    "enabled": bool,
    "tier": int,
}
"""Keys and their types in that version of the schema, which allows no other key."""


def test_index_entry_follows_the_schema(entry: dict):
    assert entry["$schema"] == SCHEMA
    assert set(REQUIRED) <= set(entry) <= set(ALLOWED)
    assert all(type(value) is ALLOWED[key] for key, value in entry.items())
    assert all(isinstance(name, str) for name in entry["build_dependencies"])
    assert 1 <= entry["tier"] <= 5


def test_index_entry_has_what_its_reviewers_ask_for(entry: dict):
    asked = {"scm_revision": "main", "build_subdirectory": ".", "tier": 1}
    assert asked.items() <= entry.items()
    data = (ROOT / "Resources/ExtensionsIndex/CardioAI.json").read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"}\n")


def test_index_entry_names_a_repository_that_its_check_accepts(entry: dict):
    scheme, _, path = entry["scm_url"].partition("://")
    assert scheme in ("git", "https")
    assert "slicer" in path.rsplit("/", 1)[1].lower()


# The index reads the top CMakeLists.txt with these patterns, each on the whole text.
INDEX_PATTERNS = {
    "project": r"project\s*\(\s*([^\s\)\n\r]+)",
    "icon": r'set\s*\(EXTENSION_ICONURL\s*"([^"]+)"[ ]*\)',
    "screenshots": r'set\s*\(EXTENSION_SCREENSHOTURLS\s*"([^"]+)"\)',
}


def test_index_reads_project_icon_and_screenshots_from_cmake():
    found = {
        what: re.findall(pattern, read("CMakeLists.txt"), re.IGNORECASE | re.MULTILINE)
        for what, pattern in INDEX_PATTERNS.items()
    }
    assert found["project"][0] == "CardioAI"
    urls = found["icon"][0].split() + found["screenshots"][0].split()
    assert len(urls) >= 2
    assert all(url.startswith("https://") for url in urls)


def test_screenshots_are_all_those_of_the_repository(metadata: dict[str, str]):
    listed = {RAW_URL.fullmatch(url)[1] for url in metadata["EXTENSION_SCREENSHOTURLS"].split()}
    kept = {f"Resources/Screenshots/{p.name}" for p in (ROOT / "Resources/Screenshots").iterdir()}
    assert listed == kept, "list them in CMakeLists.txt, or remove what nobody sees"


def test_license_has_a_name_that_the_index_looks_for():
    assert (ROOT / "LICENSE").is_file()


def test_index_entry_agrees_with_cmake(entry: dict, metadata: dict[str, str]):
    assert entry["scm_url"] == f"{HOME}.git"
    assert metadata["EXTENSION_HOMEPAGE"] == HOME
    assert HOME.rsplit("/", 1)[1].startswith("Slicer")
    assert entry["category"] == metadata["EXTENSION_CATEGORY"] == "Cardiac"
    assert entry["build_dependencies"] == metadata["EXTENSION_DEPENDS"].split() == ["PyTorch"]


# The files that Slicer installs, all modules of all extensions into one folder


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
    *("numpy", "scipy", "SimpleITK", "pydicom", "packaging"),
    *("slicer", "vtk", "vtkmodules", "qt", "ctk"),
}
FROM_EXTENSIONS = {"torch": "the PyTorch extension installs it"}
OPTIONAL = {"radiomics", "SampleData", "PyTorchUtils"}
"""Looked for, and done without where absent; the last two are modules of Slicer."""
IMPORT_NAMES = {"scikit-learn": "sklearn"}


def requirements() -> list[str]:
    lines = read("CardioAI/Resources/CardioAIRequirements.txt").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


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


def test_requirements_have_the_bounds_of_the_project(project: dict):
    assert set(requirements()) <= set(project["project"]["dependencies"])


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
entry = slicer.modules.cardioai
print(json.dumps({
    "loaded": sorted({name.split(".")[0] for name in set(sys.modules) - before}),
    "title": entry.title, "categories": entry.categories,
    "contributors": entry.contributors, "help": entry.helpText,
}))
"""


@pytest.fixture(scope="module")
def module_file() -> dict:
    """What loading the module file in a fresh Python brings, and what the module says."""
    pytest.importorskip("slicer", reason="slicer-core is not installed")
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(MODULE / "CardioAI.py")],
        env=os.environ | {"PYTHONPATH": str(MODULE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_module_file_tells_what_it_is(module_file: dict, metadata: dict[str, str]):
    assert module_file["title"] == "CardioAI"
    assert module_file["categories"] == [metadata["EXTENSION_CATEGORY"]]
    assert module_file["contributors"] == [metadata["EXTENSION_CONTRIBUTORS"]]
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
