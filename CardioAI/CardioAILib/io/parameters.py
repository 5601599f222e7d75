"""Parameter files of a feature extraction: JSON or YAML text becomes plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from CardioAILib.errors import DependencyError, InputError, UnreadableFileError

JSON_SUFFIX = ".json"
YAML_SUFFIXES = (".yaml", ".yml")
SUFFIXES = (JSON_SUFFIX, *YAML_SUFFIXES)
LARGEST_BYTES = 1_000_000
"""A parameter file holds a page of text; what is larger is another file chosen by mistake."""


def is_parameter_file(name: str) -> bool:
    """Say whether a text names a parameter file by its ending."""
    return name.lower().endswith(SUFFIXES)


def read_parameters(path: Path) -> tuple[dict[str, Any], str]:
    """Read a parameter file.

    Args:
        path: A file ending in `.json`, `.yaml` or `.yml`.

    Returns:
        Its values by name, and the SHA-256 of its bytes.

    Raises:
        UnreadableFileError: It is missing, or neither JSON nor YAML with names at the top.
        DependencyError: It is YAML, and PyYAML is not installed.
    """
    data = _bytes_of(path)
    try:
        text = data.decode("utf-8-sig")
        is_json = path.name.lower().endswith(JSON_SUFFIX)
        plain = json.loads(text) if is_json else _parse_yaml(text)
    except ValueError as error:
        raise _no_parameters(path, f"text that does not parse ({_in_one_line(error)})") from error
    if not isinstance(plain, dict) or not all(isinstance(name, str) for name in plain):
        raise _no_parameters(path, "no names with values")
    return plain, hashlib.sha256(data).hexdigest()


def require_known(given: Mapping[str, Any], known: Mapping[str, Any], where: str) -> None:
    """Refuse names that are not known, telling those that come near.

    Args:
        given: The names that a file has.
        known: The names that there are.
        where: What they belong to, for the message.

    Raises:
        InputError: Some are unknown.
    """
    unknown = [name for name in given if name not in known]
    if not unknown:
        return
    lower = {name.lower(): name for name in known}
    near = {name: get_close_matches(str(name).lower(), list(lower), n=1) for name in unknown}
    meant = [f"'{lower[found[0]]}' for '{name}'" for name, found in near.items() if found]
    raise InputError(
        got=f"unknown names in {where}: {', '.join(repr(name) for name in unknown)}",
        wanted=f"names among {', '.join(known)}",
        fix=f"write {', '.join(meant)}" if meant else "remove them or correct their spelling",
    )


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _no_parameters(path, f"{path.stat().st_size} bytes")
        return path.read_bytes()
    except OSError as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(
            got=f"no readable file at '{path}'",
            wanted="a parameter file (.json, .yaml or .yml)",
            fix="check the path",
        ) from error


def _parse_yaml(text: str) -> Any:
    try:
        import yaml
    except ImportError as error:
        raise DependencyError(
            got="a YAML file, and no PyYAML to read it",
            wanted="the package PyYAML, or the parameters as JSON",
            fix="run 'pip install PyYAML', or save the same names and values as a .json file",
        ) from error
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(_in_one_line(error)) from error


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _no_parameters(path: Path, got: str) -> UnreadableFileError:
    return UnreadableFileError(
        got=f"{got} in '{path.name}'",
        wanted="a parameter file: JSON or YAML with names and values",
        fix="correct the file, or give a preset by its name",
    )
