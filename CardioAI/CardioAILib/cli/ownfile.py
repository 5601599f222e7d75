"""What commands that write a table of a cohort ask of its name."""

from __future__ import annotations

from argparse import Namespace

from CardioAILib.errors import InputError


def require_other_file(given: Namespace, content: str) -> None:
    """Refuse to replace the cohort's own table.

    Raises:
        InputError: Table and cohort are one file; `content` says of what the table would be.
    """
    if given.out.resolve() == given.cohort.resolve():
        raise InputError(
            got=f"{given.out} as the cohort and as the table of {content}",
            wanted="two files",
            fix="choose another --out",
        )
