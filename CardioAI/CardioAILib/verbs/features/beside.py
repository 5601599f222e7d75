"""The files that lie beside a table of features."""

from __future__ import annotations

from pathlib import Path

from CardioAILib.verbs.batch import FAILURES


def failures_beside(out: Path) -> Path:
    """Return where the failures of a feature table are listed."""
    return out.with_name(f"{out.stem}.{FAILURES}")


def stability_beside(out: Path) -> Path:
    """Return where the stability of a feature table is written."""
    return out.with_name(f"{out.stem}.stability.csv")


def figure_beside(stability: Path, name: str, structure: str) -> Path:
    """Return where the figure of one input's and structure's stability is drawn."""
    return stability.with_name(f"{stability.stem}.{name}.{structure}.png")


def forget_stability(out: Path) -> None:
    """Remove the stability of an earlier table, which says nothing of the one that is there now.

    Args:
        out: The table of features, just written.
    """
    table = stability_beside(out)
    files = [table, table.with_suffix(".json"), failures_beside(table)]
    files += [path for path in out.parent.iterdir() if _is_figure(path.name, table.stem)]
    for path in files:
        path.unlink(missing_ok=True)


def _is_figure(name: str, stem: str) -> bool:
    """Say whether a file's name is one of `figure_beside`."""
    # No pattern: a table's own name may hold what a pattern would read otherwise.
    inner = name.removeprefix(f"{stem}.").removesuffix(".png")
    return name == f"{stem}.{inner}.png" and "." in inner
