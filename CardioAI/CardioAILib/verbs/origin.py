"""Provenance: which software, which definition, which inputs, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from platform import python_version
from typing import Any

from CardioAILib import __version__
from CardioAILib.codec import digest
from CardioAILib.results import Finding, Provenance
from CardioAILib.study import Study
from CardioAILib.system import Mode, System
from CardioAILib.verbs.planar import is_placed

LIBRARIES = ("torch", "numpy", "scipy", "scikit-learn", "SimpleITK", "numba", "PyWavelets")


SIMULATED = "simulated"
"""How a `<target>_source` begins where the truth was planted by a program."""
BETWEEN_SOURCES = "; "


def versions() -> dict[str, str]:
    """Return the version of each library that takes part in a number."""
    return dict(_versions())


# Looking them up reads files, too slow for each of a thousand results.
@cache
def _versions() -> Mapping[str, str]:
    found = {"cardioai": __version__, "python": python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def provenance(
    system: System,
    mode: Mode,
    *,
    seed: int,
    weights: str = "",
    device: str = "cpu",
    inputs: Mapping[str, str] | None = None,
) -> Provenance:
    """Return the origin of a number made now."""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return Provenance(
        system.name, mode, digest(system), weights, seed, versions(), inputs or {}, device, created
    )


def input_digests(study: Study) -> dict[str, str]:
    """Return the SHA-256 of each image that was read, by column of the cohort table."""
    read = ((role, image) for role, image in study.images.items() if not is_placed(image))
    return {role.column: image.digest for role, image in read}


def target_source(system: System, studies: Iterable[Study]) -> str:
    """Return in words where the truth comes from, by the column `<target>_source`."""
    column = f"{system.task.target}_source"
    sources = {str(study.facts[column]) for study in studies if column in study.facts}
    return BETWEEN_SOURCES.join(sorted(sources)) or "not stated"


def warn_of_source(development: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Warn of a model whose truth was planted, by what its development data said of it."""
    sources = development.get("target source", "").split(BETWEEN_SOURCES)
    drawn = [source.startswith(SIMULATED) for source in sources]
    if all(drawn):
        message = "trained on simulated images only: says nothing about a patient"
        return (Finding("demonstration", message),)
    if any(drawn):
        return (Finding("demonstration", "trained partly on simulated images"),)
    return ()
