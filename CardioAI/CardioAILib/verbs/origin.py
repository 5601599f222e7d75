"""Provenance: which software, which definition, which inputs, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from platform import python_version

from CardioAILib import __version__
from CardioAILib.codec import digest
from CardioAILib.results import Provenance
from CardioAILib.study import Study
from CardioAILib.system import Mode, System

LIBRARIES = ("torch", "numpy", "scipy", "scikit-learn", "SimpleITK", "numba", "PyWavelets")


def versions() -> dict[str, str]:
    """Return the version of each library that takes part in a number."""
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
    return {role.column: image.digest for role, image in study.images.items()}


def target_source(system: System, studies: Iterable[Study]) -> str:
    """Return in words where the truth comes from, by the column `<target>_source`."""
    column = f"{system.task.target}_source"
    sources = {str(study.facts[column]) for study in studies if column in study.facts}
    return "; ".join(sorted(sources)) or "not stated"
