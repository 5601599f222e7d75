"""The extension's metadata, as the ExtensionsIndex and its reviewers check it."""

import json
import re

import helpers_packaging
import pytest
from helpers_packaging import ROOT, read

RAW_URL = re.compile(r"https://raw\.githubusercontent\.com/CardioAI/SlicerCardioAI/main/(\S+)")
HOME = "https://github.com/CardioAI/SlicerCardioAI"


@pytest.fixture(scope="module")
def metadata() -> dict[str, str]:
    return helpers_packaging.metadata()


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
                "CardioAISimulatedEnhancement.png",
            )
        ),
        *(
            f"CardioAIScintigraphy/Resources/Icons/CardioAIScintigraphy{name}.png"
            for name in ("", "Grade0", "Grade1", "Grade2", "Grade3", "Metastases")
        ),
        *(
            f"CardioAIEcho/Resources/Icons/CardioAIEcho{name}.png"
            for name in ("", "Normal", "Hypokinetic", "Akinetic")
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
