"""The pip package, the pinned versions and the texts of the repository agree with each other."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from helpers_packaging import ROOT, read

VERSION = re.compile(r"\d+\.\d+\.\d+")

# Written in two halves, so that this file passes its own check.
UNWANTED = {
    "a registry host": r"pypi\." + r"org|python" + r"hosted\.org|download\.py" + r"torch\.org",
    "a folder of one machine": r"(?<![\w.])/" + r"(?:work|root)/",
    "unfinished work": r"\b(?:TO" + r"DO|FIX" + r"ME)\b",
    "a merge left over": r"^(?:<{7}|>{7}) ",
}


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


def test_citation_names_each_paper_once():
    from CardioAILib.systems import ALL

    dois = re.findall(r"^    doi: (\S+)$", read("CITATION.cff"), re.MULTILINE)
    assert sorted(dois) == sorted({system.published.doi for system in ALL})


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
