"""Python packages, asked for when they are first needed and never at import."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.errors import DependencyError

logger = logging.getLogger(__name__)

TORCH = ">=2.4"
REQUIRED_TORCH = f"torch{TORCH}"


def ensure_packages(requirements: Path, requester: str, *, torch: bool) -> None:
    """Have the packages of a file, and PyTorch where it is needed, installed with consent.

    In testing mode Slicer installs nothing, so what is missing stays missing and is named.

    Args:
        requirements: File of requirements, one a line.
        requester: Who asks, for Slicer's question.
        torch: Whether PyTorch is needed too.

    Raises:
        DependencyError: A package is missing in the end: declined, failed or not allowed.
    """
    ensure_listed(requirements, requester)
    if torch and not _packaging().pip_check(REQUIRED_TORCH):
        ensure_torch()
    still = lacking(requirements, torch=torch)
    if still:
        raise _missing(", ".join(still), _("the installation did not take place"))


def lacking(requirements: Path, *, torch: bool = True) -> list[str]:
    """Return what of a file of requirements, and PyTorch if needed, is absent or too old."""
    packaging = _packaging()
    wanted = packaging.load_requirements(requirements)
    missing = [str(one) for one in wanted if not packaging.pip_check(one)]
    if torch and not packaging.pip_check(REQUIRED_TORCH):
        missing.append(REQUIRED_TORCH)
    return missing


def ensure_listed(requirements: Path, requester: str) -> None:
    """Install what a file lists.

    Raises:
        DependencyError: The user declined, or pip failed.
    """
    packaging = _packaging()
    wanted = packaging.load_requirements(requirements)
    try:
        packaging.pip_ensure(wanted, requester=requester)
    except Exception as error:
        # RuntimeError where the user declines, CalledProcessError where pip fails.
        names = ", ".join(str(one) for one in wanted)
        raise _missing(names, str(error)) from error


def ensure_torch() -> None:
    """Install PyTorch through the PyTorch extension, which picks the build for this computer.

    Raises:
        DependencyError: The extension is missing, or the installation failed.
    """
    try:
        import PyTorchUtils
    except ImportError as error:
        raise DependencyError(
            got=_("a Slicer without the PyTorch extension"),
            wanted=_("PyTorch {version}, which networks need").format(version=TORCH),
            fix=_("install the extension PyTorch in the Extensions Manager, then restart Slicer"),
        ) from error
    try:
        PyTorchUtils.PyTorchUtilsLogic().installTorch(
            askConfirmation=True, torchVersionRequirement=TORCH
        )
    except Exception as error:
        raise _missing(REQUIRED_TORCH, str(error)) from error


def _packaging() -> Any:
    try:
        import slicer.packaging
    except ImportError as error:
        raise DependencyError(
            got=_("a Slicer that cannot install packages for modules"),
            wanted=_("Slicer 5.12 or later"),
            fix=_("update Slicer"),
        ) from error
    return slicer.packaging


def _missing(names: str, why: str) -> DependencyError:
    logger.info("packages are missing: %s (%s)", names, why)
    return DependencyError(
        got=_("a Python without {names}: {why}").format(names=names, why=why.rstrip(".")),
        wanted=_("these packages, for which Slicer asks once"),
        fix=_("press the button again and accept the installation"),
    )
