"""Words that depend on a number."""

from __future__ import annotations


def counted(count: int | str, one: str, many: str) -> str:
    """Return a number with the word that goes with it.

    Args:
        count: The number; "?" where it is not known.
        one: Text for 1.
        many: Text for any other number, with `{count}` where it stands.
    """
    return one if count == 1 else many.format(count=count)
