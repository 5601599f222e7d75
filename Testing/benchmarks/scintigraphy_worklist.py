"""Scans a second of a worklist from DICOM files, beside one-by-one prediction, and its memory.

Call: `python Testing/benchmarks/scintigraphy_worklist.py [--scans 1000] [--members 5]
[--device cpu] [--readers N] [--width 1.0]`.

Distinct simulated scans (20 by default) are written as NM Image Storage, both views as two frames
of 1024 x 256, each many times under UIDs of its own. The model is the paper's own residual network
at its full width with random weights, since speed does not depend on what it learned. Each run is
a process of its own, whose peak memory is that of the process; memory is flat where the peak at all
scans is that at a tenth of them but for their lines in the list.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "CardioAI")]

DISTINCT = 20
ALONE = 24
"""Scans that one-by-one prediction is timed on."""


def write_scans(folder: Path, count: int, distinct: int) -> None:
    """Write simulated scans as DICOM files, many a scan."""
    from CardioAILib.io.nmwrite import write_planar_dicom
    from CardioAILib.phantoms import bone_cohort
    from pydicom import dcmread
    from pydicom.uid import generate_uid

    first = folder / "distinct"
    for study in bone_cohort(distinct, seed=0, views=("anterior", "posterior")):
        write_planar_dicom(study, first)
    headers = [dcmread(path) for path in sorted(first.glob("*.dcm"))]
    for number in range(count):
        own = headers[number % distinct]
        names = [str(number), str(number % distinct)]
        own.StudyInstanceUID = generate_uid(entropy_srcs=["study", *names])
        own.SOPInstanceUID = generate_uid(entropy_srcs=["image", *names])
        own.file_meta.MediaStorageSOPInstanceUID = own.SOPInstanceUID
        path = folder / "scans" / f"{number // 100:03d}" / f"{number:05d}.dcm"
        path.parent.mkdir(parents=True, exist_ok=True)
        own.save_as(path)


def save_random_model(folder: Path, width: float, members: int, device: str) -> None:
    """Save a model of the residual network whose weights are random."""
    from dataclasses import replace

    from CardioAILib.codec import digest
    from CardioAILib.learning.network import FittedNetwork
    from CardioAILib.results import Provenance
    from CardioAILib.systems import HALME_2022
    from CardioAILib.verbs import Model, save_model
    from CardioAILib.verbs.adapt import adapt

    system = adapt(HALME_2022, width=width)
    arm = system.primary
    system = replace(system, arms={arm: system.arms[arm]}, as_published=None)
    fitted = [
        {arm: FittedNetwork(system.arms[arm], system.arms[arm].fresh(seed).eval(), (), device)}
        for seed in range(members)
    ]
    names = system.task.names
    development = {
        **{"subjects": 4, "studies": 4, "judged": 4, "classes": dict.fromkeys(names, 1)},
        **{"accuracy": {arm: 0.25}, "accuracy interval": {arm: [0.0, 1.0]}},
        **{"member accuracy": {arm: [0.25] * members}, "training examples": 4, "inputs": []},
        "target source": "simulated",
        "circumstances": {
            **{"seed": 0, "epochs": 0, "device": "cpu", "training precision": "float32"},
            **{"radiomics engine": "auto", "masks resampled": False},
        },
    }
    origin = Provenance(system.name, "sound", digest(system), "", 0, {})
    model = Model(system, "sound", (arm,), tuple(fitted), {arm: None}, development, origin)
    save_model(model, folder)


def linked(paths: list[Path], folder: Path, out: Path) -> Path:
    """Link some files of a folder into another; return that."""
    for path in paths:
        link = out / path.relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.hardlink_to(path)
    return out


def child(given: argparse.Namespace) -> dict[str, float]:
    """Do one run, and return its seconds and peak memory."""
    from CardioAILib.verbs import load_model, predict
    from CardioAILib.verbs.gather import Options
    from CardioAILib.verbs.intake import cohort_of
    from CardioAILib.verbs.worklist import make_worklist
    from CardioAILib.verbs.worklistreading import read_scan
    from CardioAILib.verbs.worklistsources import sources_of

    model = load_model(given.model, device=given.device)
    paths = sorted(given.folder.rglob("*.dcm"))[: given.scans]
    started = time.perf_counter()
    if given.run == "headers":
        sources_of(given.folder)
    elif given.run == "reading":
        sources, _ = sources_of(given.folder)
        started = time.perf_counter()
        for source in sources[: given.scans]:
            read_scan(source, model, given.out, Options())
    elif given.run == "alone":
        predict(model, cohort_of(paths[0]).studies[0])
        started = time.perf_counter()
        for path in paths:
            predict(model, cohort_of(path).studies[0])
    else:
        some = linked(paths, given.folder, given.out / "some")
        started = time.perf_counter()
        make_worklist(model, some, given.out / "list", readers=given.readers)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak MiB": peak}


def run(name: str, scans: int, folder: Path, given: argparse.Namespace) -> dict[str, float]:
    """Do one run in a process of its own, and print its line."""
    words = ["--run", name, "--scans", str(scans), "--folder", str(folder / "scans")]
    words += ["--model", str(folder / "model"), "--device", given.device]
    words += ["--out", str(folder / f"{name}-{scans}")]
    words += [] if given.readers is None else ["--readers", str(given.readers)]
    done = subprocess.run(
        [sys.executable, __file__, *words], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    rate = scans / found["seconds"]
    line = f"{name:10} {scans:6d} {found['seconds']:9.2f} {rate:9.1f} {found['peak MiB']:9.0f}"
    print(line, flush=True)
    return {**found, "rate": rate}


def compare(given: argparse.Namespace) -> None:
    """Write the scans, time every stage, and say what it means."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_scans(folder, given.scans, DISTINCT)
        save_random_model(folder / "model", given.width, given.members, "cpu")
        print(f"{given.scans} scans, {given.members} members, width {given.width}, {given.device}")
        print(f"{'run':10} {'scans':>6} {'seconds':>9} {'scans/s':>9} {'peak MiB':>9}")
        run("headers", given.scans, folder, given)
        run("reading", min(ALONE, given.scans), folder, given)
        alone = run("alone", min(ALONE, given.scans), folder, given)
        few = run("worklist", max(1, given.scans // 10), folder, given)
        all_ = run("worklist", given.scans, folder, given)
    print(f"worklist against one by one: {all_['rate'] / alone['rate']:.2f} times the scans/s")
    print(f"peak memory, all against a tenth: {all_['peak MiB'] - few['peak MiB']:+.0f} MiB")


def main() -> None:
    """Compare, or do one run for the comparison."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--scans", type=int, default=1000)
    words.add_argument("--members", type=int, default=5)
    words.add_argument("--width", type=float, default=1.0)
    words.add_argument("--device", default="cpu")
    words.add_argument("--readers", type=int)
    words.add_argument("--run", choices=["headers", "reading", "alone", "worklist"])
    words.add_argument("--folder", type=Path)
    words.add_argument("--model", type=Path)
    words.add_argument("--out", type=Path)
    given = words.parse_args()
    if given.run is None:
        compare(given)
    else:
        print(json.dumps(child(given)))


if __name__ == "__main__":
    main()
