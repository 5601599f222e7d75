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
from CardioAILib.mrml.layers import middle_place, of_class, set_legend_visible  # noqa: E402
from CardioAILib.mrml.planarellipses import ellipses_on  # noqa: E402
from CardioAILib.mrml.planarregions import regions_on  # noqa: E402
from CardioAILib.panel.modelfolders import DEMONSTRATIONS  # noqa: E402
from CardioAILib.phantoms.bonescan import bone_cohort  # noqa: E402
from CardioAILib.report.montage import draw_montage  # noqa: E402
from CardioAILib.verbs import evaluate, load_model, predict_cohort  # noqa: E402

from qt_standins.openedscan import open_scan_panel  # noqa: E402
from qt_standins.pictures import draw_panel, fewer_colors, save  # noqa: E402

WIDTH = 480
WHOLE, NEAR = (224, 720), (480, 720)
"""Width and height of views of the whole body, and of the chest."""
MONTAGE = 840
"""Width of the montage in pixels."""
SYSTEM = "halme2022"
SECTIONS = ("study", "result", "display", "regions", "worklist", "train", "batch", "log")
BODY_MM, THORAX_MM, ABOVE_MM = 590.0, 400.0, 220.0
"""How much of the patient views of the whole body and of the chest are wide, and how far
the middle of the body lies above that of the scan."""
CHEST = ("heart", "contralateral", "ribs", "sternum")
"""Regions that the view of the chest shows."""
SEED = 2022


def picture(panel: Any, path: Path) -> None:
    """Draw the panel as high as it wants to be."""
    draw_panel(panel, path, WIDTH)


def open_only(ui: Any, *names: str) -> None:
    """Open some sections and close the others."""
    for name in SECTIONS:
        getattr(ui, f"{name}CollapsibleButton").collapsed = name not in names


def open_views() -> list[SliceView]:
    """Open the slice views before a scan comes: whole from the front, the chest, from behind."""
    shown = (("Red", WHOLE), ("Red", NEAR), ("Green", WHOLE))
    return [SliceView(start(), name, size) for name, size in shown]


def draw_views(panel: Any, views: list[SliceView], path: Path) -> None:
    """Draw what the slice views show now, side by side."""
    board = panel.board
    front, back = (
        np.add(middle_place(node), (0.0, 0.0, ABOVE_MM))
        for node in (board.anterior(), board.posterior())
    )
    places = ((front, BODY_MM), (middle_of_regions(panel), THORAX_MM), (back, BODY_MM))
    drawn = []
    for view, (place, width) in zip(views, places, strict=True):
        view.zoom(place, width)
        show_details(panel, shown=width == THORAX_MM)
        drawn.append(view.picture())
    save(np.hstack(drawn), path)


def middle_of_regions(panel: Any) -> np.ndarray:
    """Return the middle between the regions of the chest, in mm."""
    board, places = panel.board, []
    nodes = regions_on(board.scene, board.anterior())
    for name in CHEST:
        places.append([0.0] * 3)
        nodes[name].GetCenterWorld(places[-1])
    return (np.max(places, axis=0) + np.min(places, axis=0)) / 2.0


def show_details(panel: Any, *, shown: bool) -> None:
    """Show regions and legends, or not: on a whole body they would hide it."""
    scene, scan = panel.board.scene, panel.board.anterior()
    for node in (*regions_on(scene, scan).values(), *ellipses_on(scene, scan).values()):
        node.GetDisplayNode().SetVisibility(shown)
    for composite in of_class(scene, "vtkMRMLSliceCompositeNode"):
        overlay = scene.GetNodeByID(composite.GetForegroundVolumeID() or "")
        if overlay is not None:
            set_legend_visible(overlay, shown)


def wait_for(panel: Any) -> None:
    """Wait until the job has ended."""
    while panel.board.runner.busy:
        process_events(0.05)


def show_scan(panel: Any, out: Path) -> None:
    """Draw the study, its display and its regions."""
    ui = panel.board.ui
    ui.sampleSelector.currentIndex = ui.sampleSelector.findData("grade 3")
    ui.sampleButton.click()
    open_only(ui, "study", "display")
    picture(panel, out / "panel-scan-study.png")
    ui.placeRegionsButton.click()
    open_only(ui, "regions")
    picture(panel, out / "panel-scan-regions.png")


def show_result(panel: Any, views: list[SliceView], out: Path) -> None:
    """Draw the result, and evidence and responses over the scan."""
    ui = panel.board.ui
    open_only(ui, "study", "display")
    ui.applyButton.click()
    wait_for(panel)
    picture(panel, out / "panel-scan-result.png")
    draw_views(panel, views, out / "scan-views.png")
    ui.heatmapSelector.currentIndex = 1
    draw_views(panel, views, out / "scan-activations.png")
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
    picture(panel, out / "panel-worklist.png")


def show_montage(folder: Path, results: Path, out: Path) -> None:
    """Draw where the layers of a model answer, on a scan of each grade."""
    model, cohort = load_model(folder), bone_cohort(4, seed=SEED)
    found, _ = predict_cohort(model, cohort, results, explain=True)
    evaluation = evaluate(model.system, found, cohort)
    path = out / "scan-montage.png"
    studies = {study.key: study for study in cohort}
    if draw_montage(evaluation, studies, results, model.system.primary, path):
        fewer_colors(path, MONTAGE)


def main(folder: str, model: str = "") -> None:
    """Draw all pictures into a folder."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    own = Path(model or DEMONSTRATIONS.get(SYSTEM, "none"))
    panel = open_scan_panel({SYSTEM: own}, width=WIDTH)
    views = open_views()
    show_scan(panel, out)
    if own.is_dir():
        show_result(panel, views, out)
        with tempfile.TemporaryDirectory() as temporary:
            show_worklist(panel, Path(temporary), out)
            show_montage(own, Path(temporary) / "results", out)
    panel.cleanup()


if __name__ == "__main__":
    main(*sys.argv[1:])
