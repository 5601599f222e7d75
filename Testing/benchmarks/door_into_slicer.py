"""Times what a user of the module waits for, each against a peer in the same run.

Run from anywhere with CardioAI's environment: ``python Testing/benchmarks/door_into_slicer.py``.
On slicer-core: the Slicer application adds its own start and its windows.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "CardioAI" / "CardioAI.py"
sys.path[:0] = [str(ROOT / "CardioAI"), str(ROOT / "Testing" / "Python")]

from CardioAILib.embedded import SliceView, rendering_problem, start  # noqa: E402
from CardioAILib.mrml import show_heatmap_layers  # noqa: E402
from CardioAILib.panel import console, modelfolders, samples  # noqa: E402
from CardioAILib.panel.tasks import collect_prediction, predict_job  # noqa: E402
from CardioAILib.systems import FAHMY_2022  # noqa: E402
from CardioAILib.worker import Errand, SubprocessLauncher  # noqa: E402

IMPORT_TORCH = "import time; t = time.perf_counter(); import torch; print(time.perf_counter() - t)"
IMPORT_MODULE = f"""
import sys, time
sys.path.insert(0, {str(MODULE.parent)!r})
from CardioAILib.embedded import install_stand_ins, start
start(); install_stand_ins()
before = set(sys.modules)
t = time.perf_counter()
import CardioAI
print(time.perf_counter() - t)
assert not {{"torch", "numba", "SimpleITK", "sklearn"}} & (set(sys.modules) - before)
"""
OPEN_PANEL = f"""
import sys, time
sys.path[:0] = {[str(ROOT / "CardioAI"), str(ROOT / "Testing" / "Python")]!r}
from CardioAILib.embedded import install_stand_ins, start
start(); install_stand_ins()
from qt_standins.opened import open_panel, panel_module
panel_module()
t = time.perf_counter()
open_panel({str(ROOT / "CardioAI" / "Resources" / "CardioAIDemonstrationModel")!r})
print(time.perf_counter() - t)
assert "torch" not in sys.modules
"""


def told_by(code: str) -> float:
    """Return the seconds that a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def timed(act: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def in_process(nodes: object) -> None:
    """Judge the sample in this process, as the console does."""
    console.process(start(), nodes)


def in_worker(nodes: object) -> None:
    """Judge the sample in a child process, as the panel's Apply does."""
    system = modelfolders.system_of(modelfolders.DEMONSTRATION)
    with tempfile.TemporaryDirectory() as folder:
        predict_job(system, nodes, modelfolders.DEMONSTRATION, Path(folder))
        launcher = SubprocessLauncher()
        errand = Errand(folder, launcher, lambda event: None)
        errand.start()
        launcher.wait(lambda: errand.over, errand.tick, 600.0)
        if errand.state != "done":
            sys.exit(f"the worker ended as {errand.state}")
        shown = collect_prediction(start(), Path(folder), system, nodes)
    show_heatmap_layers(start(), nodes["ES"].image, shown.nodes.heatmaps["ES"])


def tell(name: str, seconds: float, peer: str, peer_seconds: float) -> None:
    """Print one line: what, how long, and how many times its peer."""
    ratio = seconds / peer_seconds
    print(f"{name:38s} {seconds:7.3f} s   {ratio:6.2f} x {peer} ({peer_seconds:.2f} s)")


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--repeat", type=int, default=3)
    repeat = given.parse_args().repeat
    own = [told_by(IMPORT_MODULE) for _ in range(repeat)]
    torch = [told_by(IMPORT_TORCH) for _ in range(repeat)]
    tell("import of the module", statistics.median(own), "torch", statistics.median(torch))
    panel = [told_by(OPEN_PANEL) for _ in range(repeat)]
    tell(
        "panel open, stand-in widgets", statistics.median(panel), "torch", statistics.median(torch)
    )
    scene = start()
    nodes = samples.load_sample(scene, FAHMY_2022, "scar")
    slices = nodes["ES"].image.GetImageData().GetDimensions()[2]
    console.process(scene, nodes)
    pairs = []
    for _ in range(repeat):
        pairs.append((timed(lambda: in_worker(nodes)), timed(lambda: in_process(nodes))))
    worker, console_time = (statistics.median(column) for column in zip(*pairs, strict=True))
    tell(f"Apply to heatmap, {slices} slices, worker", worker, "the console's", console_time)
    if rendering_problem() is None:
        with SliceView(scene) as view:
            view.show(nodes["ES"].image)
            view.align(nodes["ES"].image)
            first = timed(view.picture)
            following = statistics.median(timed(view.picture) for _ in range(20))
        tell("first picture of a slice view", first, "the next one", following)


if __name__ == "__main__":
    main()
