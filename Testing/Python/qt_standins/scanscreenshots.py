"""Pictures of the panel of scintigraphy, and of the slice views beside it.

Call: `python Testing/Python/qt_standins/scanscreenshots.py FOLDER [MODEL]`.

As `screenshots.py`: the panel's own code and .ui over stand-ins of Slicer's widgets. Without a
model the demonstration model is taken where it comes along, else no result is drawn.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "Testing" / "Python"), str(ROOT / "CardioAI")]

from qt_standins import process_events  # noqa: E402

# isort: split
import numpy as np  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.embedded import SliceView, start  # noqa: E402
from CardioAILib.io.nmwrite import write_planar_dicom  # noqa: E402
from CardioAILib.mrml.planarregions import regions_on  # noqa: E402
from CardioAILib.panel.modelfolders import DEMONSTRATIONS  # noqa: E402
from CardioAILib.phantoms.bonescan import bone_cohort  # noqa: E402
from matplotlib.image import imsave  # noqa: E402

from qt_standins.openedscan import open_scan_panel  # noqa: E402

WIDTH = 480
VIEW = (400, 720)
SYSTEM = "halme2022"
SECTIONS = ("study", "result", "display", "regions", "worklist", "train", "batch", "log")
THORAX_MM = 330.0
SEED = 2022


def picture(panel: Any, path: Path) -> None:
    """Draw the panel as high as it wants to be."""
    for _ in range(2):
        process_events(0.05)
        panel.parent.resize(WIDTH, panel.parent.layout().heightForWidth(WIDTH))
    process_events(0.05)
    panel.parent.grab().save(str(path))


def open_only(ui: Any, *names: str) -> None:
    """Open some sections and close the others."""
    for name in SECTIONS:
        getattr(ui, f"{name}CollapsibleButton").collapsed = name not in names


def draw_views(views: list[SliceView], path: Path) -> None:
    """Draw what the slice views show now, side by side."""
    imsave(path, np.hstack([view.picture() for view in views]))


def wait_for(panel: Any) -> None:
    """Wait until the job has ended."""
    while panel.board.runner.busy:
        process_events(0.05)


def show_scan(panel: Any, views: list[SliceView], out: Path) -> None:
    """Draw the study, its display and its regions."""
    ui = panel.board.ui
    ui.sampleSelector.currentIndex = ui.sampleSelector.findData("grade 3")
    ui.sampleButton.click()
    open_only(ui, "study", "display")
    picture(panel, out / "panel-scan-study.png")
    draw_views(views, out / "scan-views.png")
    ui.placeRegionsButton.click()
    open_only(ui, "regions")
    picture(panel, out / "panel-scan-regions.png")
    center = [0.0] * 3
    regions_on(panel.board.scene, panel.board.anterior())["heart"].GetCenterWorld(center)
    views[0].zoom(center, THORAX_MM)
    draw_views(views, out / "scan-regions.png")


def show_result(panel: Any, views: list[SliceView], out: Path) -> None:
    """Draw the result, and evidence and responses over the scan."""
    ui = panel.board.ui
    open_only(ui, "study", "display")
    ui.applyButton.click()
    wait_for(panel)
    picture(panel, out / "panel-scan-result.png")
    draw_views(views, out / "scan-heatmap.png")
    ui.heatmapSelector.currentIndex = 1
    draw_views(views, out / "scan-activations.png")
    ui.showHeatmapButton.click()


def show_worklist(panel: Any, folder: Path, out: Path) -> None:
    """Draw the worklist of simulated scans."""
    ui = panel.board.ui
    for study in bone_cohort(6, seed=SEED, views=("anterior", "posterior")):
        write_planar_dicom(study, folder / "scans" / study.subject)
    open_only(ui, "worklist")
    ui.worklistFolderEdit.currentPath = str(folder / "scans")
    ui.worklistOutputEdit.currentPath = str(folder / "worklist")
    ui.worklistButton.click()
    wait_for(panel)
    ui.worklistFolderEdit.currentPath = "/data/scans"
    ui.worklistOutputEdit.currentPath = "/data/worklist"
    picture(panel, out / "panel-scan-worklist.png")


def main(folder: str, model: str = "") -> None:
    """Draw all pictures into a folder."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    own = Path(model or DEMONSTRATIONS.get(SYSTEM, "none"))
    panel = open_scan_panel({SYSTEM: own}, width=WIDTH)
    views = [SliceView(start(), name, VIEW) for name in ("Red", "Green")]
    show_scan(panel, views, out)
    if own.is_dir():
        show_result(panel, views, out)
        with tempfile.TemporaryDirectory() as temporary:
            show_worklist(panel, Path(temporary), out)
    panel.cleanup()


if __name__ == "__main__":
    main(*sys.argv[1:])
