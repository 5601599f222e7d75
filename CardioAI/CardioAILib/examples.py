"""What a learner sees: examples that never forget whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np

UNKNOWN = -1
"""Label of an example whose study has no truth; that of a measured quantity is nan."""

OWN_LABEL = "label of the view"
"""Name of the table (N, 1) of the truth of what each example shows, where views are labeled apart;
nan where there is none. A network that sees one view learns it instead of the study's."""

CLIP_FRAMES = "frames of the clip"
"""Name of the table (N, 1) of the number of frames that a clip has; those beyond repeat it."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Prepared slices of many studies.

    Args:
        images: Prepared pixels (N, H, W), or (N, P, H, W) where an example shows its slice in P
            cardiac phases; float32. Of clips (N, T, H, W), their first T frames as gray levels,
            uint8.
        masks: The structure that the system looks at, of the same shape, bool. Of clips (N, 0):
            nothing learns from it, and it would be as large as they are.
        spacing: Pixel size (N, 2) along row and column directions (H, W), in mm.
        labels: Label of each example's study (N,), `UNKNOWN` where there is none; of a measured
            quantity its value as a float.
        subjects: Subject of each example (N,); the unit of every split.
        studies: Study of each example within its subject (N,).
        inputs: Name of the system's input that each example comes from (N,).
        slices: Slice index in the original stack (N,); of clips their number within the view, and
            of stills the frame.
        training: Whether the example may train (N,); the others are only predicted.
        tables: Features computed so far, each (N, F).
    """

    images: np.ndarray
    masks: np.ndarray
    spacing: np.ndarray
    labels: np.ndarray
    subjects: np.ndarray
    studies: np.ndarray
    inputs: np.ndarray
    slices: np.ndarray
    training: np.ndarray
    tables: Mapping[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, which: np.ndarray) -> Examples:
        """Return the examples at these indices, or where this mask (N,) is true."""
        arrays = {name: getattr(self, name)[which] for name in ARRAYS}
        tables = {name: table[which] for name, table in self.tables.items()}
        return Examples(**arrays, tables=tables)

    def of_subjects(self, subjects: np.ndarray) -> Examples:
        """Return the examples of these subjects."""
        return self.take(np.isin(self.subjects, subjects))

    def with_table(self, name: str, table: np.ndarray) -> Examples:
        """Return the same examples with one more feature table (N, F)."""
        return replace(self, tables={**self.tables, name: table})

    def keys(self) -> list[tuple[str, str]]:
        """Return (subject, study) of each study once, in order of first appearance."""
        return list(dict.fromkeys(zip(self.subjects.tolist(), self.studies.tolist(), strict=True)))


ARRAYS = tuple(f.name for f in fields(Examples) if f.name != "tables")


def concatenate(parts: list[Examples]) -> Examples:
    """Join examples, in order; tables are kept where every part has them."""
    arrays = {name: np.concatenate([getattr(p, name) for p in parts]) for name in ARRAYS}
    shared = set.intersection(*(set(part.tables) for part in parts))
    tables = {name: np.concatenate([part.tables[name] for part in parts]) for name in shared}
    return Examples(**arrays, tables=tables)
