"""The verb `worklist`: bone scans in, a list sorted by the probability of cardiac uptake out."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from CardioAILib.examples import concatenate
from CardioAILib.io.dicomframes import quiet
from CardioAILib.progress import Progress, silent
from CardioAILib.results import Provenance, Result
from CardioAILib.verbs.batch import write_model_facts, write_result
from CardioAILib.verbs.device import device_of, is_out_of_memory, on_cpu
from CardioAILib.verbs.gather import Options
from CardioAILib.verbs.judge import score_examples
from CardioAILib.verbs.model import Model
from CardioAILib.verbs.origin import warn_of_source
from CardioAILib.verbs.predict import concluded
from CardioAILib.verbs.workfolder import claim
from CardioAILib.verbs.worklistentry import (
    Entry,
    Refused,
    entry_of,
    ordered,
    require_grades,
    score_name,
)
from CardioAILib.verbs.worklistfiles import write_entries, write_refused
from CardioAILib.verbs.worklistreading import Scan, ahead, picture_files, read_scan
from CardioAILib.verbs.worklistsources import sources_of

logger = logging.getLogger(__name__)

TOGETHER = 8
"""Scans that a network judges at once, as many as its own micro-batches hold."""
READERS = 4
"""Most threads that read; more wait for each other and for the disk."""
HEADERS_SHARE = 0.02
"""Part of the whole that finding the scans takes."""


@dataclass(frozen=True, eq=False)
class Worklist:
    """A finished list.

    Args:
        entries: The scans that were judged, the highest score first.
        refused: The others, in the order of their files.
        sorted_by: What the score is, in words.
        origin: Provenance that all results share, the inputs left out; None without a result.
        passed: Files that were passed over: neither nuclear medicine nor a picture.
        kept: Scans whose result an earlier call left in the folder, and which were not judged anew.
    """

    entries: tuple[Entry, ...]
    refused: tuple[Refused, ...]
    sorted_by: str
    origin: Provenance | None
    passed: int = 0
    kept: int = 0


def make_worklist(
    model: Model,
    source: Path | str,
    folder: Path | str,
    *,
    options: Options = Options(),
    progress: Progress = silent,
    readers: int | None = None,
) -> Worklist:
    """Judge every scan of a folder or cohort by the model's main arm, and list them by its answer.

    Scans are read, prepared, judged and forgotten: reading and preparing go on in threads while
    the network runs. A scan that cannot be used is listed with its reason and the rest goes on. A
    call that was interrupted is taken up where it stopped; scans that came since are added.

    Args:
        model: A model that grades planar scintigraphy.
        source: A folder of DICOM files of any depth, a cohort table, or one scan.
        folder: Where `worklist.csv`, `worklist.json`, `results/`, `thumbnails/` and `failures.csv`
            go.
        options: How inputs are taken.
        progress: Told the share done.
        readers: Threads that read and prepare; None for as many as help.

    Raises:
        InputError: The model does not grade planar scans.
        CohortError: There is no scan.
        ResumeError: The folder holds something else, or a list by another model.
        OSError: The folder cannot be written.
    """
    require_grades(model.system)
    model, folder = of_main_arm(model), Path(folder)
    progress(0.0, "finding scans")
    sources, passed = sources_of(source, without=_within(source, folder))
    claim(folder, _identity(model, options))
    write_model_facts(model, folder)
    workers = readers or max(1, min(READERS, os.cpu_count() or 1))
    read = partial(read_scan, model=model, folder=folder, options=options)
    # Readers in several threads keep pydicom quiet each for itself, which they cannot do apart.
    with quiet(), closing(ahead(read, sources, workers, TOGETHER + 2 * workers)) as scans:
        entries, refused, origin, kept = _all(model, scans, len(sources), folder, progress)
    named = score_name(model.system)
    listed = Worklist(ordered(entries), tuple(refused), named, origin, passed, kept)
    write_entries(listed.entries, model.system, origin, folder)
    write_refused(listed.refused, folder)
    return listed


def _all(
    model: Model, scans: Iterator[Scan], count: int, folder: Path, progress: Progress
) -> tuple[list[Entry], list[Refused], Provenance | None, int]:
    """Judge all scans; return lines, refused ones, the origin, and how many were judged before."""
    entries: list[Entry] = []
    refused: list[Refused] = []
    origin, kept = None, 0
    for scan, result in judged(model, scans):
        if result is None:
            refused.append(_refused(scan))
        else:
            kept += scan.kept is not None
            origin = replace(result.provenance, inputs={}, created="")
            entries.append(_entry(model, scan, result, folder))
        done = len(entries) + len(refused)
        share = HEADERS_SHARE + (1 - HEADERS_SHARE) * done / count
        progress(share, f"scan {done}/{count}")
    return entries, refused, origin, kept


def of_main_arm(model: Model) -> Model:
    """Return the model with the arm alone that its source proposes, or the last one it has."""
    main = model.system.primary if model.system.primary in model.arms else model.arms[-1]
    members = tuple({main: member[main]} for member in model.members)
    return replace(model, arms=(main,), members=members)


def judged(model: Model, scans: Iterator[Scan]) -> Iterator[tuple[Scan, Result | None]]:
    """Yield every scan with its result, or with none where it was refused.

    Args:
        model: The model.
        scans: The scans; those that are prepared are judged a few at a time.
    """
    waiting: list[Scan] = []
    for scan in scans:
        if scan.prepared is None:
            yield scan, scan.kept
            continue
        waiting.append(scan)
        if len(waiting) == TOGETHER:
            model, results = judge_together(model, waiting)
            yield from zip(waiting, results, strict=True)
            waiting = []
    if waiting:
        yield from zip(waiting, judge_together(model, waiting)[1], strict=True)


def judge_together(model: Model, scans: Sequence[Scan]) -> tuple[Model, list[Result]]:
    """Judge prepared scans at once.

    Returns:
        The model, on the CPU from now on where the GPU's memory was too small; and the results.
    """
    try:
        return model, _judge_together(model, scans)
    except RuntimeError as error:
        if not is_out_of_memory(error) or device_of(model) == "cpu":
            raise
    # Outside of the handler, whose traceback would keep what fills that memory.
    model = on_cpu(model)
    return model, _judge_together(model, scans)


def _judge_together(model: Model, scans: Sequence[Scan]) -> list[Result]:
    studies = [scan.prepared for scan in scans if scan.prepared is not None]
    ends = np.cumsum([len(one.examples) for one in studies])
    scores, unavailable = score_examples(
        model.members, model.arms, concatenate([one.examples for one in studies])
    )
    results = []
    for one, end in zip(studies, ends, strict=True):
        own = {arm: found[:, end - len(one.examples) : end] for arm, found in scores.items()}
        results.append(concluded(model, one, own, unavailable))
    return results


def _refused(scan: Scan) -> Refused:
    own = scan.source
    logger.warning("%s refused: %s", own.subject, scan.reason)
    return Refused(own.subject, own.study, own.names, scan.reason)


def _entry(model: Model, scan: Scan, result: Result, folder: Path) -> Entry:
    assert scan.study is not None
    if scan.kept is None:
        write_result(result, {}, folder)
    shared = (*warn_of_source(model.development), *model.findings)
    named = scan.source.names, picture_files(scan.study)
    return entry_of(model.system, result, scan.study, *named, shared)


def _within(source: Path | str, folder: Path) -> Path | None:
    """Return the list's folder as found from the scans' folder, None where it lies elsewhere."""
    root, own = Path(source), folder.resolve()
    return root / own.relative_to(root.resolve()) if root.resolve() in own.parents else None


def _identity(model: Model, options: Options) -> dict[str, object]:
    return {
        "weights": model.provenance.weights,
        "definition": model.provenance.definition,
        "arm": model.arms,
        "thresholds": model.thresholds,
        "choice of --resample-masks": options.resample_masks,
    }
