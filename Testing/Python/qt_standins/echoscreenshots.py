"""Pictures of the panel of echo, and of the slice views beside it.

Call: `python Testing/Python/qt_standins/echoscreenshots.py FOLDER [MODEL [VIEW_MODEL]]`.

As `screenshots.py`: the panel's own code and .ui over stand-ins of Slicer's widgets. Without a
model the demonstration model is taken where it comes along, else no result is drawn.
"""

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
from CardioAILib.embedded.chart import draw_chart  # noqa: E402
from CardioAILib.mrml.clips import say_view  # noqa: E402
from CardioAILib.mrml.layers import middle_place  # noqa: E402
from CardioAILib.panel.modelfolders import DEMONSTRATIONS  # noqa: E402

from qt_standins.openedecho import open_echo_panel  # noqa: E402
from qt_standins.pictures import draw_panel, save  # noqa: E402

WIDTH = 480
SIZE = (400, 340)
"""Width and height of a slice view."""
SYSTEM, VIEW_SYSTEM, SCAR = "sahashi2024", "echo_view", "sahashi2024_scar"
SECTIONS = ("study", "views", "result", "play", "motion", "train", "batch", "log")
ZOOM = 1.02
"""How much wider than its clip a slice view is."""


def picture(panel: Any, path: Path) -> None:
    """Draw the panel as high as it wants to be."""
    draw_panel(panel, path, WIDTH)


def open_only(ui: Any, *names: str) -> None:
    """Open some sections and close the others."""
    for name in SECTIONS:
        getattr(ui, f"{name}CollapsibleButton").collapsed = name not in names


def draw_views(panel: Any, views: list[SliceView], path: Path) -> None:
    """Draw what the slice views show now, side by side."""
    drawn = []
    for view, clip in zip(views, panel.board.clips().values(), strict=True):
        columns, _rows, _ = clip.GetImageData().GetDimensions()
        view.zoom(middle_place(clip), ZOOM * columns * clip.GetSpacing()[0])
        drawn.append(view.picture())
    save(np.hstack(drawn), path)


def wait_for(panel: Any) -> None:
    """Wait until the job has ended."""
    while panel.board.runner.busy:
        process_events(0.05)


def choose(selector: Any, data: str) -> None:
    """Choose an item by its data."""
    selector.currentIndex = selector.findData(data)


def show_study(panel: Any, out: Path) -> None:
    """Draw the study with its views, one of which nobody said and one of which is corrected."""
    ui = panel.board.ui
    choose(ui.sampleSelector, "hypokinetic")
    ui.sampleButton.click()
    open_only(ui, "study", "play")
    picture(panel, out / "panel-echo-study.png")
    choose(ui.systemSelector, SCAR)
    open_only(ui, "study")
    picture(panel, out / "panel-echo-near-chance.png")
    choose(ui.systemSelector, SYSTEM)


def show_motion(panel: Any, views: list[SliceView], out: Path) -> None:
    """Draw ejection fraction and wall motion, the contours on the clips, and a view's curves."""
    ui = panel.board.ui
    ui.measureMotionButton.click()
    open_only(ui, "motion")
    picture(panel, out / "panel-echo-motion.png")
    ui.frameSlider.value = 250
    draw_views(panel, views, out / "echo-contours.png")
    ui.chartSelector.currentIndex = 0
    chart = panel.board.motion.chart()
    save(draw_chart(chart, (720, 360)), out / "echo-wall-motion.png")


def show_result(panel: Any, views: list[SliceView], out: Path) -> None:
    """Draw the result, and the evidence over the clips."""
    ui = panel.board.ui
    ui.applyButton.click()
    wait_for(panel)
    open_only(ui, "result", "play")
    picture(panel, out / "panel-echo-result.png")
    draw_views(panel, views, out / "echo-views.png")


def show_found(panel: Any, out: Path) -> None:
    """Draw the views that the model told."""
    ui = panel.board.ui
    for clip in list(panel.board.clips().values())[:2]:
        say_view(clip, None, "user")
        clip.SetName(clip.GetName().rpartition(":")[0])
    panel.board.refresh()
    ui.findViewsButton.click()
    wait_for(panel)
    open_only(ui, "views")
    ui.viewModelEdit.blockSignals(True)
    ui.viewModelEdit.currentPath = Path(ui.viewModelEdit.currentPath).name
    picture(panel, out / "panel-echo-found.png")


def main(folder: str, model: str = "", view_model: str = "") -> None:
    """Draw all pictures into a folder."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    own = {
        name: Path(given or DEMONSTRATIONS.get(name, "none"))
        for name, given in ((SYSTEM, model), (VIEW_SYSTEM, view_model))
    }
    panel = open_echo_panel(own, width=WIDTH)
    views = [SliceView(start(), name, SIZE) for name in ("Red", "Green", "Yellow")]
    show_study(panel, out)
    show_motion(panel, views, out)
    if own[SYSTEM].is_dir():
        show_result(panel, views, out)
    if own[VIEW_SYSTEM].is_dir():
        show_found(panel, out)
    panel.cleanup()


if __name__ == "__main__":
    main(*sys.argv[1:])
