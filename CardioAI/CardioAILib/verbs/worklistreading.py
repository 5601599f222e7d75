"""Scans read and prepared in threads, a few ahead of the network, so that neither waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TypeVar

import numpy as np

from CardioAILib.errors import CardioAIError
from CardioAILib.io.atomic import whole_file
from CardioAILib.results import Result
from CardioAILib.study import Image, Role, Study
from CardioAILib.verbs.batch import file_stem, read_result, result_path
from CardioAILib.verbs.gather import Options
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import input_digests
from CardioAILib.verbs.planar import PLANAR
from CardioAILib.verbs.prepared import Prepared, load, prepare_study
from CardioAILib.verbs.worklistpictures import heart_picture, scan_picture
from CardioAILib.verbs.worklistsources import ANTERIOR, Source, require_anterior

PICTURES = "thumbnails"
COUNTS = "counts_anterior"
ONE_AT_A_TIME = Lock()

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True, eq=False)
class Partly(Mapping[Role, Image]):
    """Images of a study, some of them in memory.

    Args:
        loaded: Those in memory.
        all: All of them, as they are read from files.
    """

    loaded: Mapping[Role, Image]
    all: Mapping[Role, Image]

    @property
    def files(self) -> Mapping[Role, tuple[Path, ...]]:
        """The files whose headers may be doubted, where they are known."""
        return getattr(self.all, "files", {})

    def __getitem__(self, role: Role) -> Image:
        """Return an image; one that is not in memory is read."""
        return self.loaded[role] if role in self.loaded else self.all[role]

    def __iter__(self) -> Iterator[Role]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def __contains__(self, role: object) -> bool:
        # Mapping's own answer would read the file.
        return role in self.all


@dataclass(frozen=True, eq=False)
class Scan:
    """An examination on its way through the worklist: refused, kept from before, or prepared.

    Args:
        source: Where it comes from.
        study: The study, its pixels left out.
        prepared: What the network is asked of, its pixels left out but for the examples.
        kept: Result of an earlier run on the same files.
        reason: Why it cannot be judged.
    """

    source: Source
    study: Study | None = None
    prepared: Prepared | None = None
    kept: Result | None = None
    reason: str = ""


def read_scan(source: Source, model: Model, folder: Path, options: Options) -> Scan:
    """Read and prepare an examination, draw its pictures, or find its result of an earlier run.

    Args:
        source: The examination.
        model: The model.
        folder: The worklist's folder.
        options: How inputs are taken.
    """
    try:
        study = source.read()
        require_anterior(study)
        # Read once here: as they lie in the files, to know them again.
        loaded = _loaded(model, study)
        told = with_counts(replace(study, images=Partly(loaded.images, study.images)))
        kept = kept_result(loaded, folder)
        if kept is not None:
            return Scan(source, replace(told, images={}), kept=kept)
        prepared = prepare_study(
            model.system, told, model.arms, resample_masks=options.resample_masks
        )
        draw(prepared, folder)
    except CardioAIError as error:
        return Scan(source, reason=source.reason(error))
    lean = replace(prepared, study=without_pixels(prepared.study), inputs={})
    return Scan(source, lean.study, lean)


def _loaded(model: Model, study: Study) -> Study:
    """Return a study with the images in memory that a model needs."""
    if not hasattr(study.images, "files"):
        return load(model.system, study, resample_masks=False)[0]
    # ITK hangs where several threads begin to read at once.
    with ONE_AT_A_TIME:
        return load(model.system, study, resample_masks=False)[0]


def ahead(
    function: Callable[[Item], Made], items: Iterable[Item], workers: int, most: int
) -> Iterator[Made]:
    """Apply a function in threads; yield in order, with at most so many results waiting.

    Args:
        function: The function.
        items: What it is applied to.
        workers: Threads.
        most: Calls that are begun or done and not yet asked for.
    """
    waiting: deque[Future[Made]] = deque()
    pool = ThreadPoolExecutor(workers)
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) >= most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def picture_files(study: Study) -> tuple[str, str]:
    """Return the files of a study's pictures, relative: the whole scan, and the heart."""
    stem = file_stem(*study.key)
    return f"{PICTURES}/{stem}.png", f"{PICTURES}/{stem}-heart.png"


def draw(prepared: Prepared, folder: Path) -> None:
    """Write the pictures of a prepared study, each whole or not at all."""
    image = next(iter(prepared.inputs.values())).image
    drawn = scan_picture(image.array[0, 0]), heart_picture(prepared.examples)
    for name, content in zip(picture_files(prepared.study), drawn, strict=True):
        with whole_file(folder / name, ".png") as draft:
            draft.write_bytes(content)


def with_counts(study: Study) -> Study:
    """Return a study that knows how many counts its anterior view has."""
    if COUNTS in study.facts:
        return study
    view = next(role for role in study.images if role.kind == PLANAR and role.view == ANTERIOR)
    return replace(study, facts={**study.facts, COUNTS: float(study.images[view].array.sum())})


def kept_result(loaded: Study, folder: Path) -> Result | None:
    """Return the result of an earlier run on the same files, or None.

    Args:
        loaded: The study with the images in memory that the model needs, as the files hold them.
        folder: The worklist's folder.
    """
    path = result_path(folder, *loaded.key)
    if not path.exists():
        return None
    found = read_result(path)
    # A heart that was placed automatically is among the result's inputs, but in no file.
    known = found.provenance.inputs
    same = all(known.get(name) == digest for name, digest in input_digests(loaded).items())
    return found if same else None


def without_pixels(study: Study) -> Study:
    """Return a study whose images are empty; their origin and digests stay."""
    return replace(study, images={role: _bare(image) for role, image in study.images.items()})


def _bare(image: Image) -> Image:
    nothing = np.zeros((1, 1, 0, 0), np.uint8)
    return Image(nothing, image.ijk_to_ras, image.source, image.digest)
