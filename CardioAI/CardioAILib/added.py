"""Fields that a declaration gained later, and that its digest does not feel until they are used."""

from __future__ import annotations

from dataclasses import Field, field
from typing import Any

ADDED = "added"


def added(default: Any) -> Any:
    """Return a dataclass field that is written down only where it differs from its default.

    So declarations, and the models that hold them, keep the digest they had before.
    """
    return field(default=default, metadata={ADDED: True})


def is_unsaid(known: Field[Any], value: Any) -> bool:
    """Say whether a field was added later and holds its default."""
    return bool(known.metadata.get(ADDED)) and value == known.default
