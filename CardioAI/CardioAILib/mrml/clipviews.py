"""Echo clips in the slice views, with their heatmaps and a chart below; playing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from CardioAILib.mrml.frames import sequence_of
from CardioAILib.mrml.inputs import Node
from CardioAILib.mrml.layers import of_class, set_legend_visible
from CardioAILib.mrml.layouts import side_by_side, switch_layout
from CardioAILib.mrml.making import all_or_nothing, require_present
from CardioAILib.mrml.ownviews import draw_apart, draw_everywhere
from CardioAILib.mrml.threeviews import VIEWS, fill_view, views_named

FIRST_LAYOUT = 20210
"""Number of the layout of one clip; those of two and three follow, then the same with a chart."""
PLOT = (
    '<item><view class="vtkMRMLPlotViewNode" singletontag="PlotView1">'
    '<property name="viewlabel" action="default">P</property></view></item>'
)


def show_clips(
    scene: Node,
    clips: Mapping[str, Node],
    heatmaps: Mapping[str, Node] | None = None,
    masks: Mapping[str, Node | None] | None = None,
    *,
    opacity: float | None = None,
    chart: bool = False,
) -> dict[str, str]:
    """Show clips side by side, a slice view each, with their heatmaps over them or nothing.

    Args:
        scene: The scene.
        clips: Volume of each clip, by its name; the first three are shown.
        heatmaps: Volume of the heatmap of some of them.
        masks: Segmentation of some of them.
        opacity: Of the heatmaps, 0 to 1; None for the usual one.
        chart: Whether the layout has a chart below.

    Returns:
        Name of the slice view of each clip shown.

    Raises:
        MissingInputError: A node was deleted.
    """
    shown = dict(list(clips.items())[: len(VIEWS)])
    places = dict(zip(shown, VIEWS, strict=False))
    if not shown:
        return {}
    use_clip_layout(scene, len(shown), chart=chart)
    with all_or_nothing(scene):
        for name, view in places.items():
            heatmap = (heatmaps or {}).get(name)
            fill_view(scene, view, require_present(scene, shown[name], "the clip"), heatmap)
            if heatmap is not None:
                _over(scene, view, heatmap, opacity)
        _draw_apart(scene, places, shown, masks or {})
    return places


def use_clip_layout(scene: Node, count: int, *, chart: bool = False) -> None:
    """Switch to a layout of so many clips side by side; a scene without windows has none."""
    number = FIRST_LAYOUT + count + (len(VIEWS) if chart else 0)
    switch_layout(number, layout_of(count, chart=chart), lambda: draw_everywhere(scene))


def layout_of(count: int, *, chart: bool = False) -> str:
    """Return the description of a layout with slice views side by side, a chart below or not."""
    views = side_by_side(VIEWS[:count])
    if not chart:
        return views
    return f'<layout type="vertical" split="true"><item>{views}</item>{PLOT}</layout>'


def show_chart(scene: Node, chart: Node) -> None:
    """Show a chart in every plot view."""
    for view in of_class(scene, "vtkMRMLPlotViewNode"):
        view.SetPlotChartNodeID(chart.GetID())


def browsers_of(clips: Iterable[Node]) -> list[Node]:
    """Return the browsers that play some clips, each once."""
    found = (sequence_of(one)[1] for one in clips)
    return list({one.GetID(): one for one in found if one is not None}.values())


def play(clips: Iterable[Node], *, active: bool, looped: bool = True) -> list[Node]:
    """Play clips, or stop; return the browsers that do so.

    In the application the Sequences module moves the frames on.
    """
    browsers = browsers_of(clips)
    for browser in browsers:
        browser.SetPlaybackLooped(looped)
        browser.SetPlaybackActive(active)
    return browsers


def is_playing(clips: Iterable[Node]) -> bool:
    """Say whether one of some clips is played."""
    return any(browser.GetPlaybackActive() for browser in browsers_of(clips))


def go_to(clips: Iterable[Node], share: float) -> None:
    """Show the frame of each clip at a share of its length, 0 to 1."""
    for browser in browsers_of(clips):
        last = browser.GetNumberOfItems() - 1
        browser.SetSelectedItemNumber(max(0, min(last, round(share * last))))


def show_frames_now(browsers: Iterable[Node]) -> None:
    """Bring the shown nodes to the selected frames where no application does so by itself."""
    import slicer

    for browser in browsers:
        slicer.modules.sequences.logic().UpdateProxyNodesFromSequences(browser)


def _over(scene: Node, view: str, heatmap: Node, opacity: float | None) -> None:
    set_legend_visible(heatmap, True)
    if opacity is not None:
        for composite in views_named(scene, "vtkMRMLSliceCompositeNode", view):
            composite.SetForegroundOpacity(opacity)


def _draw_apart(
    scene: Node,
    places: Mapping[str, str],
    clips: Mapping[str, Node],
    masks: Mapping[str, Node | None],
) -> None:
    """Draw each segmentation in the view of its own clip: all clips lie at the same place."""
    apart = {
        node.GetID(): (clips[name], masks.get(name))
        for name, view in places.items()
        for node in views_named(scene, "vtkMRMLSliceNode", view)
    }
    draw_apart(scene, apart)
