"""Pictures of the panel, and of the slice views beside it.

Call: `python Testing/Python/qt_standins/screenshots.py FOLDER`.

The panel's own code and .ui over stand-ins of Slicer's widgets; the application looks different
in frames and fonts. Sample data, the demonstration model and the worker are the real ones.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "Testing" / "Python"), str(ROOT / "CardioAI")]

from qt_standins import process_events  # noqa: E402

# isort: split
import numpy as np  # noqa: E402
from __feature__ import true_property  # noqa: E402, F401
from CardioAILib.embedded import SliceView, start  # noqa: E402
from CardioAILib.panel.modelfolders import DEMONSTRATION, DEMONSTRATIONS  # noqa: E402

from qt_standins.opened import open_panel  # noqa: E402
from qt_standins.pictures import draw_panel, save  # noqa: E402

WIDTH = 480
VIEW = (480, 400)
SECTIONS = ("study", "findings", "result", "heart", "lge", "radiomics", "train", "batch", "log")
PARTS = ("radiomicsTable", "map", "wall")
"""Sections within the section Radiomics."""
MAPPED = "firstorder_Entropy"


def picture(panel: Any, path: Path) -> None:
    """Draw the panel as high as it wants to be."""
    draw_panel(panel, path, WIDTH)


def open_only(ui: Any, *names: str) -> None:
    """Open some sections and close the others."""
    for name in (*SECTIONS, *PARTS):
        getattr(ui, f"{name}CollapsibleButton").collapsed = name not in names


def show_prediction(panel: Any, out: Path) -> None:
    """Load the sample, apply, and draw on the way; the heatmap is shown by itself."""
    ui = panel.board.ui
    ui.sampleButton.click()
    picture(panel, out / "panel-study.png")
    ui.applyButton.click()
    drawn = False
    while panel.board.runner.busy:
        process_events(0.05)
        if not drawn and ui.progressBar.value > 150:
            picture(panel, out / "panel-running.png")
            drawn = True
    picture(panel, out / "panel-result.png")


def draw_views(views: list[SliceView], path: Path) -> None:
    """Draw what the slice views show now, side by side."""
    save(np.hstack([view.picture() for view in views]), path)


def show_training(panel: Any, out: Path) -> None:
    """Draw the section Train with the history of the demonstration model's second network."""
    ui, board = panel.board.ui, panel.board
    open_only(ui, "train")
    ui.trainCohortEdit.currentPath = "/data/hcm/development.csv"
    ui.trainOutputEdit.currentPath = "/data/hcm/model"
    history = json.loads((DEMONSTRATION / "member-2" / "dl" / "history.json").read_text())
    shown = len(history) * 2 // 3
    ui.trainEpochsSpinBox.value = len(history)
    board.area.move_to(ui.trainSlot)
    board.area.begin("Training")
    for row in history[:shown]:
        board._training.add_row({"event": "curve", "network": "member 2, dl", **row})
    board.area.progress(0.55, f"member 2, dl, epoch {shown}/{len(history)}", 420)
    picture(panel, out / "panel-train.png")
    ui.progressFrame.visible = False


def show_radiomics(panel: Any, views: list[SliceView], out: Path) -> None:
    """Draw a map over the slices, and the section Radiomics with the wall of the sample."""
    ui, (row,) = panel.board.ui, panel.board.inputs.rows
    open_only(ui, "radiomics", "map", "wall")
    ui.radiomicsImageSelector.setCurrentNode(row.image.currentNode())
    ui.radiomicsMaskSelector.setCurrentNode(row.mask.currentNode())
    ui.mapFeatureSelector.currentIndex = ui.mapFeatureSelector.findData(MAPPED)
    ui.mapRadiusSpinBox.value = 2
    ui.mapButton.click()
    draw_views(views, out / "feature-map.png")
    ui.wallButton.click()
    draw_views(views, out / "wall-regions.png")
    picture(panel, out / "panel-radiomics.png")


def show_sections(panel: Any, out: Path) -> None:
    """Draw the sections Radiomics and Batch."""
    ui = panel.board.ui
    ui.progressFrame.visible = False
    open_only(ui, "radiomics", "radiomicsTable", "batch")
    ui.radiomicsFramesCheckBox.checked = True
    ui.batchSourceSelector.currentIndex = 1
    ui.batchOutputEdit.currentPath = "/data/hcm/results"
    picture(panel, out / "panel-sections.png")


def show_classes(panel: Any, out: Path) -> None:
    """Draw the study of several classes with its result, where its model comes along."""
    ui, board = panel.board.ui, panel.board
    open_only(ui, "study")
    ui.systemSelector.currentIndex = ui.systemSelector.findData("germain2021")
    ui.sampleButton.click()
    ui.bodyHeightSpinBox.value, ui.bodyWeightSpinBox.value = 176, 78
    picture(panel, out / "panel-classes-study.png")
    if not board.model_folder():
        return
    ui.applyButton.click()
    while board.runner.busy:
        process_events(0.05)
    picture(panel, out / "panel-classes-result.png")


def show_measurements(panel: Any, out: Path) -> None:
    """Draw the section Measurements with the sample's segmentations."""
    ui, (row,) = panel.board.ui, panel.board.inputs.rows
    open_only(ui, "heart")
    ui.heartEdSelector.setCurrentNode(row.mask.currentNode())
    ui.heartButton.click()
    picture(panel, out / "panel-measurements.png")


def show_amyloid(panel: Any, views: list[SliceView], out: Path) -> None:
    """Draw three views with a reader's findings, and their result where its model comes along."""
    ui, board = panel.board.ui, panel.board
    open_only(ui, "study", "findings")
    ui.systemSelector.currentIndex = ui.systemSelector.findData("martini2020")
    ui.sampleButton.click()
    ui.progressFrame.visible = False
    picture(panel, out / "panel-amyloid-study.png")
    open_only(ui, "study")
    if board.model_folder():
        ui.applyButton.click()
        while board.runner.busy:
            process_events(0.05)
        picture(panel, out / "panel-amyloid-result.png")
        draw_views(views, out / "amyloid-views.png")
        ui.showHeatmapButton.click()
    show_enhancement(panel, views, out)


def show_enhancement(panel: Any, views: list[SliceView], out: Path) -> None:
    """Draw the section Late enhancement with the sample's short axis."""
    ui, rows = panel.board.ui, {row.name: row for row in panel.board.inputs.rows}
    open_only(ui, "lge")
    ui.lgeImageSelector.setCurrentNode(rows["SAX"].image.currentNode())
    ui.lgeMaskSelector.setCurrentNode(rows["SAX"].mask.currentNode())
    ui.lgeButton.click()
    picture(panel, out / "panel-enhancement.png")
    draw_views(views, out / "enhancement-views.png")


def main(folder: str) -> None:
    """Draw all pictures into a folder."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    panel = open_panel(DEMONSTRATION, width=WIDTH, others=DEMONSTRATIONS)
    views = [SliceView(start(), name, VIEW) for name in ("Red", "Green")]
    show_prediction(panel, out)
    for view in views:
        view.ruler()
    draw_views(views, out / "slice-views.png")
    show_training(panel, out)
    show_radiomics(panel, views, out)
    show_sections(panel, out)
    show_classes(panel, out)
    show_measurements(panel, out)
    three = [*views, SliceView(start(), "Yellow", VIEW)]
    three[-1].ruler()
    show_amyloid(panel, three, out)
    panel.cleanup()


if __name__ == "__main__":
    main(sys.argv[1])
