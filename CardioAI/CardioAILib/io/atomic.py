"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


@contextmanager
def whole_file(path: Path, suffix: str) -> Iterator[Path]:
    """Yield a temporary path beside `path` that replaces it once the block succeeds.

    Args:
        path: The file to appear; its folder is made where it is missing.
        suffix: Ending of the temporary name, since image writers choose the format by it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid4().hex}{suffix}")
    try:
        yield draft
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
