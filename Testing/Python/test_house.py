"""The house rules of the library: which room may import which, and what no room may do.

A room is a module file or a package directly under CardioAILib. It may import rooms of the floors
below its own, never from its own floor or from above, wherever in the file the import stands.
"""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

MODULE_FOLDER = Path(__file__).resolve().parents[2] / "CardioAI"
LIBRARY = MODULE_FOLDER / "CardioAILib"

FLOORS = (
    ("added", "errors", "progress", "published", "study", "task"),
    ("system", "decide", "quality", "results", "examples"),
    ("evaluate", "prepare", "io", "phantoms"),
    ("radiomics", "networks", "measurements"),
    ("learning", "explain"),
    ("codec", "verbs"),
    ("report", "systems"),
    ("mrml", "embedded"),
    ("cli", "worker"),
    ("panel",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

ALLOWED_SIDEWAYS = {
    ("study", "errors"): "a study says what is wrong with it in the library's own errors",
    ("published", "added"): "what a source printed gained fields that older files do not have",
    ("task", "added"): "what is asked gained fields that older files do not have",
    ("task", "errors"): "a task says what is wrong with a truth in the library's own errors",
    ("task", "study"): "a task reads its truth of a study",
    ("verbs", "codec"): "a trained model is saved and loaded through the codec",
    ("quality", "system"): "input checks read the declared inputs",
    ("quality", "results"): "input checks hand back findings",
}

SLICER = {"slicer", "qt", "ctk", "vtk", "vtkmodules"}
SLICER_ROOMS = {"mrml", "embedded", "panel"}
LATE = {"torch", "monai", "slicer", "skops", "matplotlib"}

IMPORT_EACH = """
import importlib, json, sys
modules, late = json.loads(sys.argv[1])
loaded = {}
for module in modules:
    before = set(sys.modules)
    importlib.import_module(module)
    loaded[module] = sorted((set(sys.modules) - before) & set(late))
print(json.dumps(loaded))
"""


# Reading a library


def sources(library: Path) -> list[Path]:
    return sorted(library.rglob("*.py"))


def room_of(file: Path, library: Path) -> str:
    return file.relative_to(library).parts[0].removesuffix(".py")


def rooms_in(library: Path) -> set[str]:
    return {room_of(file, library) for file in sources(library)} - {"__init__"}


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def absolute(node: ast.ImportFrom, file: Path, library: Path) -> str:
    """The full name of the module that a `from` import names, relative ones included."""
    if not node.level:
        return node.module or ""
    folders = file.relative_to(library.parent).parts[: -node.level]
    return ".".join((*folders, *filter(None, [node.module])))


def modules_named(node: ast.AST, file: Path, library: Path) -> Iterator[str]:
    """Every module that an import statement may load, `from a import b` giving `a.b`."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = absolute(node, file, library)
        yield from (f"{base}.{alias.name}" for alias in node.names)


def rooms_imported(file: Path, library: Path) -> Iterator[tuple[str, int]]:
    """The rooms that a file imports, each with its line."""
    for node in ast.walk(parsed(file)):
        for module in modules_named(node, file, library):
            package, *inside = module.split(".")
            if package == library.name and inside and inside[0] in FLOOR:
                yield inside[0], node.lineno


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the module is imported."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from outside_functions(child)


# The rules


def may_import(room: str, other: str) -> bool:
    if room == other:
        return True
    # The package itself is below all of its rooms: importing it must load none of them.
    floor = FLOOR.get(room, -1)
    return FLOOR[other] < floor or (room, other) in ALLOWED_SIDEWAYS


def wrong_imports(library: Path) -> list[str]:
    return [
        f"{file.relative_to(library)}:{line}: {room_of(file, library)} "
        f"(floor {FLOOR.get(room_of(file, library), -1)}) imports {room} (floor {FLOOR[room]})"
        for file in sources(library)
        for room, line in rooms_imported(file, library)
        if not may_import(room_of(file, library), room)
    ]


def prints(library: Path) -> list[str]:
    return [
        f"{file.relative_to(library)}:{node.lineno}"
        for file in sources(library)
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "print"
    ]


def slicer_at_import(library: Path) -> list[str]:
    return [
        f"{file.relative_to(library)}:{node.lineno}: {module}"
        for file in sources(library)
        if room_of(file, library) not in SLICER_ROOMS
        for node in outside_functions(parsed(file))
        for module in modules_named(node, file, library)
        if module.split(".")[0] in SLICER
    ]


def loaded_by(modules: Iterable[str], late: set[str]) -> dict[str, list[str]]:
    """Which of `late` each module is the first to load, one after another in a fresh Python."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_EACH, json.dumps([list(modules), sorted(late)])],
        env=os.environ | {"PYTHONPATH": str(MODULE_FOLDER)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


# The library keeps them


def test_every_room_has_a_floor():
    homeless = sorted(rooms_in(LIBRARY) - set(FLOOR))
    assert not homeless, f"give these a floor in FLOORS: {homeless}"


def test_no_room_imports_up_or_sideways():
    assert not (wrong := wrong_imports(LIBRARY)), "\n".join(wrong)


def test_allowances_are_sideways_and_never_mutual():
    assert all(FLOOR[room] == FLOOR[other] for room, other in ALLOWED_SIDEWAYS)
    assert not {(other, room) for room, other in ALLOWED_SIDEWAYS} & set(ALLOWED_SIDEWAYS)


def test_the_library_never_prints():
    assert not (found := prints(LIBRARY)), "\n".join(found)


def test_slicer_is_imported_late_outside_its_rooms():
    assert not (found := slicer_at_import(LIBRARY)), "\n".join(found)


def test_light_rooms_import_without_the_heavy_libraries():
    light = {room for room, floor in FLOOR.items() if floor <= 2} | {"systems", "cli"}
    rooms = sorted(light & rooms_in(LIBRARY), key=lambda room: (FLOOR[room], room))
    assert "study" in rooms
    loaded = loaded_by([f"CardioAILib.{room}" for room in rooms], LATE)
    assert not {module: names for module, names in loaded.items() if names}


# The rules see what they are meant to see


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A small library that keeps all rules."""
    root = tmp_path / "CardioAILib"
    for room in ("io", "report"):
        (root / room).mkdir(parents=True)
        (root / room / "__init__.py").write_text("")
    (root / "__init__.py").write_text('__version__ = "0"\n')
    (root / "study.py").write_text("from CardioAILib.errors import InputError\n")
    (root / "io" / "read.py").write_text("from CardioAILib import __version__, study\n")
    (root / "report" / "page.py").write_text("from ..io.read import study\nfrom . import csv\n")
    return root


def test_a_library_that_keeps_the_rules_passes(library: Path):
    assert rooms_in(library) == {"io", "report", "study"}
    assert not wrong_imports(library) + prints(library) + slicer_at_import(library)


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("study.py", "import CardioAILib.verbs"),
        ("study.py", "from CardioAILib import system"),
        ("study.py", "def f():\n    from CardioAILib.io.read import g"),
        ("io/read.py", "from CardioAILib.prepare import resample"),
        ("io/read.py", "from ..report.page import write"),
        ("io/__init__.py", "from .. import report"),
        ("__init__.py", "from CardioAILib.study import Study"),
        ("__init__.py", "from . import study"),
    ],
)
def test_an_import_up_or_sideways_is_seen(library: Path, file: str, line: str):
    (library / file).write_text(f"{line}\n")
    assert len(wrong_imports(library)) == 1


def test_a_print_is_seen(library: Path):
    (library / "study.py").write_text("def f():\n    print(1)\n")
    assert prints(library) == ["study.py:2"]


@pytest.mark.parametrize(
    "line",
    ["import slicer.util", "from vtk import vtkImageData", "try:\n    import qt\nexcept: pass"],
)
def test_slicer_at_import_is_seen(library: Path, line: str):
    (library / "study.py").write_text(f"{line}\n")
    assert len(slicer_at_import(library)) == 1


def test_slicer_in_a_function_or_in_its_rooms_is_fine(library: Path):
    (library / "study.py").write_text("def f():\n    import slicer\n")
    (library / "mrml").mkdir()
    (library / "mrml" / "scene.py").write_text("import vtk\n")
    assert not slicer_at_import(library)


def test_a_heavy_import_is_seen():
    assert loaded_by(["json", "sqlite3", "sqlite3.dbapi2"], {"sqlite3"}) == {
        "json": [],
        "sqlite3": ["sqlite3"],
        "sqlite3.dbapi2": [],
    }
