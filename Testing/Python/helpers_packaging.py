"""The repository's own files, for the tests of its packaging."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "CardioAI"


def read(name: str) -> str:
    """A file's text, by its path from the top."""
    return (ROOT / name).read_text(encoding="utf-8")


def metadata() -> dict[str, str]:
    """The values of `set(NAME "value")` in the top CMakeLists.txt."""
    return dict(re.findall(r'^set\((\w+) "([^"]*)"\)$', read("CMakeLists.txt"), re.MULTILINE))
