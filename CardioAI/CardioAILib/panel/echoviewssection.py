"""The section Views: the clips of the scene, the view of each, and who said it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.mrml.clips import examination_of, say_view
from CardioAILib.panel.bindings import PathBinding
from CardioAILib.panel.cliprow import clip_text
from CardioAILib.panel.echoviews import (
    CHOICES,
    SeenClip,
    clips_by_view,
    collect_views,
    examinations,
    seen_clips,
    unnamed,
    views_job,
)
from CardioAILib.panel.modelnote import NOTE_COLORS, ModelNote, describe_model
from CardioAILib.panel.offer import Offer
from CardioAILib.panel.overlays import is_there
from CardioAILib.panel.runner import Task
from CardioAILib.panel.section import Section
from CardioAILib.panel.wording import counted
from CardioAILib.results import Finding
from CardioAILib.systems import ECHO_VIEW
from CardioAILib.verbs.clipunits import OTHER
from CardioAILib.verbs.model import require_folder
from CardioAILib.worker.job import OUT

ROW_HEIGHT = 30
SHOWN_ROWS = 4
"""Rows that are in sight at once."""


class EchoViewsSection(Section):
    """Lists the clips, asks the model of views for those that nobody named, takes corrections."""

    slot = "viewsSlot"

    def __init__(self, panel: Any) -> None:
        super().__init__(panel)
        self._find, self._use = Offer(self.ui.findViewsButton), Offer(self.ui.useViewsButton)
        self._listed: list[tuple[Any, ...]] = []
        self._described: tuple[str, ModelNote] | None = None

    def connect(self) -> None:
        """Connect buttons and the path of the model."""
        ui, default = self.ui, self.panel.demonstration(ECHO_VIEW.name)
        ui.viewModelEdit.currentPath = default
        self.panel.bindings.add(PathBinding("view_model", ui.viewModelEdit, default))
        ui.viewModelEdit.currentPathChanged.connect(lambda *_: self.panel.refresh())
        ui.findViewsButton.clicked.connect(lambda *_: self.attempt(self.find))
        ui.useViewsButton.clicked.connect(lambda *_: self.attempt(self.use))

    def refresh(self) -> None:
        """List the clips again where they have changed; enable the buttons."""
        clips = seen_clips(self.panel.scene)
        listed = [(one.volume.GetID(), one.volume.GetName(), one.view, one.by) for one in clips]
        if listed != self._listed:
            self._listed = listed
            self._fill(clips)
        self._show_model()
        self._find.show(self._missing(clips))
        self._use.show("" if clips else _("Load clips first."))

    def find(self) -> None:
        """Ask the model of views, in the background, of the clips that nobody else named.

        Raises:
            CardioAIError: Packages are missing, or there is no such model.
            OSError: The job cannot be written.
        """
        if self.panel.runner.busy:
            return
        model = self.ui.viewModelEdit.currentPath
        require_folder(Path(model))
        self.panel.ensure_packages(torch=True)
        with self.new_folder() as folder:
            asked = unnamed(seen_clips(self.panel.scene))
            left = views_job(asked, model, folder, self.panel.options.device)
        task = Task(
            title=_("Finding the views"),
            folder=folder,
            slot=self.ui.viewsSlot,
            collect=lambda done: self.collect(done, left),
            temporary=True,
        )
        self.start(task)

    def collect(self, folder: Path, left: tuple[Finding, ...]) -> str:
        """Write the views that were seen on the clips, and choose these as inputs."""
        found = collect_views(self.panel.scene, folder / OUT)
        self.choose()
        several = several_text(self.panel.clips())
        text = counted(len(found), _("The view of 1 clip was judged."), _("{count} clips judged."))
        lines = [text + " " + _("Check the table, and correct what is wrong.")]
        told = [several, *(one.message for one in left)]
        return "\n".join([*lines, *(f"• {one}" for one in told if one)])

    def use(self) -> None:
        """Choose the clips by the views in the table; say which views are missing."""
        found = self.choose()
        lost = [name for name in self.panel.system.inputs if name not in found]
        text = _("Chosen: {names}.").format(names=", ".join(found) or _("no clip"))
        if lost:
            text += " " + _("No clip of: {names}.").format(names=", ".join(lost))
        self.say(" ".join(part for part in (text, several_text(self.panel.clips())) if part))

    def choose(self, own: Any = None) -> list[str]:
        """Choose the first clip of each view of one examination; return the inputs that have one.

        Args:
            own: A clip of that examination; None for the one of the clips that are chosen now,
                or the newest where none is.
        """
        found = clips_by_view(self.panel.scene, self.panel.system, self._examination(own))
        for row in self.panel.inputs.rows:
            now = row.image.currentNode()
            own = found.get(row.name)
            fits = own is not None and now in [one.image for one in (own, *own.more)]
            if own is not None and not fits:
                row.choose(found)
        self.panel.refresh()
        return list(found)

    def say_view(self, volume: Any, view: str) -> None:
        """Take the user's word for the view of a clip, and choose the inputs anew."""
        if is_there(volume):
            say_view(volume, view, "user")
            for row in self.panel.inputs.rows:
                wrong = row.image.currentNode() is volume and row.name in CHOICES
                if wrong and row.name != view:
                    row.choose({})
            self.choose(volume)

    def _examination(self, own: Any) -> list[SeenClip]:
        apart = examinations(seen_clips(self.panel.scene))
        known = [own, *self.panel.clips().values()]
        items = [examination_of(one) for one in known if is_there(one)]
        return apart.get((items or list(apart)[-1:] or [0])[0], [])

    def _missing(self, clips: list[SeenClip]) -> str:
        if self.panel.runner.busy:
            return _("A job is running: wait for it, or cancel it.")
        if not unnamed(clips):
            return _("Every clip has a view; change it in the table.")
        return "" if self.ui.viewModelEdit.currentPath else _("Choose a model of views first.")

    def _show_model(self) -> None:
        folder = self.ui.viewModelEdit.currentPath
        if self._described is None or self._described[0] != folder:
            self._described = folder, describe_model(folder, ECHO_VIEW)
        note, label = self._described[1], self.ui.viewModelLabel
        label.text, label.toolTip = note.text, note.detail
        label.styleSheet = NOTE_COLORS[note.kind]
        label.visible = True

    def _fill(self, clips: list[SeenClip]) -> None:
        import qt

        table = self.ui.viewsTable
        table.clear()
        table.rowCount, table.columnCount = len(clips), 3
        table.setHorizontalHeaderLabels([_("clip"), _("view"), _("told by")])
        table.editTriggers = qt.QAbstractItemView.NoEditTriggers
        table.verticalHeader().defaultSectionSize = ROW_HEIGHT
        table.minimumHeight = ROW_HEIGHT * (min(len(clips), SHOWN_ROWS) + 1)
        for row, one in enumerate(clips):
            item = qt.QTableWidgetItem(one.volume.GetName())
            item.setToolTip(clip_text(one.volume))
            table.setItem(row, 0, item)
            table.setCellWidget(row, 1, self._chooser(one))
            table.setItem(row, 2, qt.QTableWidgetItem(told_by(one)))
        table.horizontalHeader().setSectionResizeMode(0, qt.QHeaderView.Stretch)

    def _chooser(self, clip: SeenClip) -> Any:
        import qt

        box = qt.QComboBox()
        box.toolTip = _("The view that this clip shows; change it where it is wrong.")
        box.addItem(_("not known"), "")
        for view in CHOICES:
            box.addItem(_("other") if view == OTHER else view, view)
        box.currentIndex = max(0, box.findData(clip.view or ""))
        box.activated.connect(partial(self._on_chosen, clip.volume, box))
        return box

    def _on_chosen(self, volume: Any, box: Any, index: int) -> None:
        view = box.itemData(index)
        if view:
            # The table is filled anew, and this box goes away, once its signal has ended.
            self._later(lambda: self.attempt(lambda: self.say_view(volume, view)))

    def _later(self, act: Any) -> None:
        import qt

        qt.QTimer.singleShot(0, act)


def several_text(clips: Mapping[str, Any]) -> str:
    """Return a warning where the chosen clips lie in several examinations; else nothing."""
    count = len({examination_of(one) for one in clips.values()})
    if count < 2:
        return ""
    text = _("The chosen clips lie in {count} studies: check that they are of one examination.")
    return text.format(count=count)


def told_by(clip: SeenClip) -> str:
    """Return who said the view of a clip, in words."""
    words = {
        "header": _("file"),
        "name": _("name"),
        "model": _("model"),
        "user": _("you"),
        "": _("nobody"),
    }
    text = words[clip.by]
    return text if clip.probability is None else f"{text}, {clip.probability:.2f}"
