"""What `slicer.packaging` is outside the application: packages are checked, never installed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    Wanted = str | Requirement | Sequence[str | Requirement]

logger = logging.getLogger(__name__)


def load_requirements(path: str | Path) -> list[Requirement]:
    """Return the requirements in a file; comment lines and options of pip are left out."""
    from packaging.requirements import Requirement

    lines = [line.strip() for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return [Requirement(line) for line in lines if line and line[0] not in "#-"]


def pip_check(requirements: Wanted) -> bool:
    """Say whether all are installed in the versions asked for."""
    return not missing(requirements)


def pip_ensure(requirements: Wanted, requester: str | None = None, **_: Any) -> None:
    """Log what is missing; the import that follows fails, as in the application's tests."""
    lacking = missing(requirements)
    if lacking:
        logger.warning("%s needs: pip install %s", requester or "this module", " ".join(lacking))


def missing(requirements: Wanted) -> list[str]:
    """Return what is not installed, or not in the version asked for."""
    found = as_list(requirements)
    return [
        str(wanted)
        for wanted in found
        if (wanted.marker is None or wanted.marker.evaluate()) and not satisfied(wanted)
    ]


def as_list(requirements: Wanted) -> list[Requirement]:
    """Return requirements from a text, one requirement, or several of either."""
    from packaging.requirements import Requirement

    if isinstance(requirements, str):
        requirements = [requirements] if ";" in requirements else requirements.split()
    elif isinstance(requirements, Requirement):
        requirements = [requirements]
    return [Requirement(each) if isinstance(each, str) else each for each in requirements]


def satisfied(wanted: Requirement) -> bool:
    """Say whether one requirement is met."""
    try:
        return wanted.specifier.contains(version(wanted.name), prereleases=True)
    except PackageNotFoundError:
        return False
