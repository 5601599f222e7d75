"""A folder that appears whole, where none was before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from CardioAILib.errors import ModelError


def require_new(folder: Path, what: str) -> None:
    """Refuse a folder that is there already.

    Args:
        folder: The folder to appear.
        what: What is to lie in it, as "model".

    Raises:
        ModelError: It exists.
    """
    if folder.exists():
        raise ModelError(
            got=f"{folder}, which exists",
            wanted=f"a new folder for the {what}",
            fix="choose another --out, or remove that folder yourself",
        )


@contextmanager
def new_folder(folder: Path, what: str) -> Iterator[Path]:
    """Yield a folder to fill beside `folder`, which it becomes once the block succeeds.

    Args:
        folder: The folder to appear.
        what: What is to lie in it, as "model".

    Raises:
        ModelError: It exists already.
    """
    require_new(folder, what)
    beside = folder.with_name(folder.name + ".writing")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    yield beside
    os.replace(beside, folder)
