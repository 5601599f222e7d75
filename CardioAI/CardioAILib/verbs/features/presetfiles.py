"""Presets as files: our own JSON out and in, parameter files of pyradiomics in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from CardioAILib import __version__
from CardioAILib.codec import write_json
from CardioAILib.errors import CardioAIError, InputError
from CardioAILib.io.parameters import is_parameter_file, read_parameters, require_known
from CardioAILib.radiomics import Settings
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.verbs.features.parameterfiles import TAKEN, preset_of_parameters
from CardioAILib.verbs.features.presetchecks import check_preset
from CardioAILib.verbs.features.presets import Preset, preset_named

FORMAT = "cardioai_preset"
"""Name at the top of our own files, with the version of their form."""
VERSION = 1
ABOUT = ("digest", "written_by", "written", "note")
"""Names in a file that say something of it and set nothing."""
THEIR_WORDS = {
    **{ours: theirs for theirs, ours in TAKEN.items()},
    "bin_width": "binWidth",
    "bin_count": "binCount",
    "resampled_mm": "resampledPixelSpacing",
    "resegment_range": "resegmentRange",
}
"""What a field of ours is called in a file of pyradiomics."""


def find_preset(name: str | Path) -> Preset:
    """Return a preset by its name or by the path of its file.

    Args:
        name: A built-in preset; or a file of ours (.json), or of pyradiomics (.yaml, .yml,
            .json).

    Raises:
        InputError: There is no such preset, or the file asks for what is not offered.
        UnreadableFileError: The file cannot be read.
    """
    return load_preset(Path(name)) if is_parameter_file(str(name)) else preset_named(str(name))


def save_preset(preset: Preset, path: Path) -> None:
    """Write a preset as JSON, with its digest and where it comes from; whole or not at all.

    Args:
        preset: The preset.
        path: A file name ending in `.json`.

    Raises:
        InputError: The name ends otherwise, or the preset cannot be used.
    """
    check_preset(preset)
    if path.suffix.lower() != ".json":
        raise InputError(
            got=f"the file name '{path.name}'", wanted="a name ending in .json", fix="rename it"
        )
    about = {
        "digest": preset.digest,
        "written_by": f"CardioAI {__version__}",
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "note": RESEARCH_ONLY,
    }
    own = {"name": preset.name, **preset.meaning, "origin": dict(preset.origin)}
    write_json({FORMAT: VERSION, **own, **about}, path)


def load_preset(path: Path) -> Preset:
    """Read a preset of ours, or a parameter file of pyradiomics.

    Raises:
        InputError: It has unknown names, or asks for what is not offered.
        UnreadableFileError: It is no parameter file.
        DependencyError: It is YAML, and PyYAML is not installed.
    """
    plain, sha256 = read_parameters(path)
    ours = FORMAT in plain
    try:
        if ours:
            preset = _preset_of_plain(plain)
        else:
            origin = {"origin": "pyradiomics parameter file", "sha256": sha256}
            preset = preset_of_parameters(plain, name=path.stem, origin=origin)
        check_preset(preset)
    except CardioAIError as error:
        # The message says in which file, in that file's words; the error's class stays.
        told = f"{error.got} in '{path.name}'", error.wanted, error.fix
        got, wanted, fix = told if ours else map(_in_their_words, told)
        raise type(error)(got=got, wanted=wanted, fix=fix) from error
    return preset


def _in_their_words(text: str) -> str:
    """Return a message about our fields with the names that pyradiomics has for them."""
    return re.sub(r"\w+", lambda word: THEIR_WORDS.get(word[0], word[0]), text)


def _preset_of_plain(plain: Mapping[str, Any]) -> Preset:
    if plain[FORMAT] != VERSION:
        raise InputError(
            got=f"a preset of the form {plain[FORMAT]!r}",
            wanted=f"the form {VERSION}",
            fix="save it again with this version of CardioAI",
        )
    known = {own.name: own for own in fields(Preset)}
    require_known(plain, {FORMAT: None, **known, **dict.fromkeys(ABOUT)}, "the preset")
    if missing := [name for name in ("name", "settings") if name not in plain]:
        raise InputError(
            got=f"no {' and no '.join(missing)}",
            wanted="a preset with a name and settings",
            fix="save it again, or give a parameter file of pyradiomics",
        )
    given = {name: _tuples(plain[name]) for name in known if name in plain}
    preset = Preset(**{**given, "settings": _settings_of(plain["settings"])})
    if plain.get("digest", preset.digest) != preset.digest:
        raise InputError(
            got="values that do not fit the digest beside them",
            wanted="a preset as it was written, or one without a digest",
            fix="remove the line 'digest' if you changed the values on purpose",
        )
    return preset


def _settings_of(plain: Any) -> Any:
    """Return settings of either kind from plain values."""
    kinds = {"Settings": lambda: Settings, "IbsiSettings": _ibsi_settings}
    kind = plain.get("class") if isinstance(plain, Mapping) else None
    if kind not in kinds:
        raise InputError(
            got=f"settings of the class {kind!r}",
            wanted=f"one of {', '.join(kinds)}",
            fix="correct 'class' under 'settings'",
        )
    made = kinds[kind]()
    values = {name: _tuples(value) for name, value in plain.items() if name != "class"}
    require_known(values, {own.name: None for own in fields(made)}, "the settings of the preset")
    try:
        return made(**values)
    except TypeError as error:
        raise InputError(
            got=f"settings of the class {kind} with a value of another kind than its field has",
            wanted="numbers, texts and lists as in a preset that was saved",
            fix="save the preset again with this version of CardioAI",
        ) from error


def _ibsi_settings() -> type:
    from CardioAILib.radiomics.ibsi.settings import IbsiSettings

    return IbsiSettings


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
