"""Module files of Slicer outside of it: loaded as the application does, over stand-ins."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from CardioAILib.embedded.bootstrap import start
from CardioAILib.errors import UnreadableFileError

STAND_INS = {
    "ScriptedLoadableModule": ("moduleclasses",),
    "i18n": ("translation",),
    "packaging": ("packages",),
    "parameterNodeWrapper": ("parameters", "parameternode"),
}
"""Module below `slicer`, and the files of `standins` that its names come from."""


class ScriptedModule(SimpleNamespace):
    """What `slicer.modules.<name>` is for a scripted module: its texts and its `path`."""


def load_module(path: str | Path, prelude: str = "") -> ModuleType:
    """Load a scripted module's file and make its module class, as the application does.

    Its folder goes to `sys.path`; `slicer.modules.<name>` and `slicer.selfTests` know it then.

    Args:
        path: The file `<Name>.py` with the class `<Name>`.
        prelude: Python statements to run before the file's own.

    Returns:
        The Python module, run anew at every call.

    Raises:
        InputError: The Slicer application itself is running.
        UnreadableFileError: There is no such file, or no class of its name in it.
    """
    install_stand_ins()
    file = Path(path).resolve()
    module = executed(file, prelude)
    import slicer

    entry = ScriptedModule(name=file.stem, path=str(file), title=file.stem)
    setattr(slicer.modules, file.stem.lower(), entry)
    instance = module_class(module, file)(entry)
    setattr(slicer.modules, f"{file.stem}Instance", instance)
    return module


def install_stand_ins() -> None:
    """Put what only the application has where `from slicer.<name> import ...` finds it.

    Raises:
        InputError: The Slicer application itself is running, and has its own.
    """
    start()
    import slicer

    for name, files in STAND_INS.items():
        if f"slicer.{name}" in sys.modules:
            continue
        made = ModuleType(f"slicer.{name}")
        for file in files:
            source = importlib.import_module(f"CardioAILib.embedded.standins.{file}")
            vars(made).update(public(source))
        sys.modules[made.__name__] = made
        setattr(slicer, name, made)


def public(module: ModuleType) -> dict[str, Any]:
    """Return the public names that a module defines itself."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_")
        and not isinstance(value, ModuleType)
        and getattr(value, "__module__", module.__name__) == module.__name__
    }


def executed(file: Path, prelude: str) -> ModuleType:
    """Run a file as the module of its name."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        raise UnreadableFileError(
            got=f"{file}: {error}", wanted="a scripted module's file", fix="check the path"
        ) from error
    at = first_statement(tree)
    tree.body[at:at] = ast.parse(prelude).body
    module = ModuleType(file.stem)
    module.__file__ = str(file)
    if str(file.parent) not in sys.path:
        sys.path.insert(0, str(file.parent))
    sys.modules[file.stem] = module
    exec(compile(ast.fix_missing_locations(tree), str(file), "exec"), module.__dict__)
    return module


def first_statement(tree: ast.Module) -> int:
    """Return where statements may go in: behind the docstring and `from __future__`."""
    for index, node in enumerate(tree.body):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not docstring and not future:
            return index
    return len(tree.body)


def module_class(module: ModuleType, file: Path) -> Any:
    """Return the class that bears the file's name."""
    if not hasattr(module, file.stem):
        raise UnreadableFileError(
            got=f"{file.name} without a class {file.stem}",
            wanted="a scripted module's file",
            fix="name the file as its module class",
        )
    return getattr(module, file.stem)
