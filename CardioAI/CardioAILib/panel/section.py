"""What the sections of a panel have in common."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from slicer.i18n import tr as _

from CardioAILib.errors import CardioAIError, MissingInputError
from CardioAILib.panel.runner import Task
from CardioAILib.panel.tasks import Nodes
from CardioAILib.study import Fact

logger = logging.getLogger(__name__)


class Section:
    """A part of the panel that starts one kind of job.

    Args:
        panel: The panel widget (see `widget.PanelWidget`).
    """

    slot = ""
    """Name of the widget in the .ui where progress shows."""
    kept: ClassVar[tuple[str, ...]] = ()
    """Parameters to resume a job with that outlives its scene; its output folder is the first."""

    def __init__(self, panel: Any) -> None:
        self.panel, self.ui = panel, panel.ui
        self._folder: Path | None = None
        self._unfinished: Mapping[str, str] = {}
        self._scene_closed = False

    def connect(self) -> None:
        """Connect the section's widgets."""

    def refresh(self) -> None:
        """Enable what can be pressed now."""

    def system_chosen(self) -> None:
        """List what belongs to the system that is chosen now."""

    def facts(self) -> dict[str, Fact]:
        """Return what the section knows of the study, as cells of a cohort table."""
        return {}

    def close(self) -> None:
        """Remove what the section keeps on disk."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def scene_closes(self) -> None:
        """Remove what a failed job left; a running one is stopped first and removes its own."""
        self._scene_closed = True
        if self._folder is not None and not self.panel.runner.works_in(self._folder):
            self.close()

    @contextmanager
    def new_folder(self) -> Iterator[Path]:
        """Yield an empty folder for a job; it is removed where the block fails.

        That of the job before is removed.

        Raises:
            OSError: The temporary folder cannot be written.
        """
        import slicer

        self.close()
        parent = slicer.app.temporaryPath
        self._folder = Path(tempfile.mkdtemp(prefix="CardioAI-", dir=parent))
        try:
            yield self._folder
        except BaseException:
            self.close()
            raise

    def start(self, task: Task) -> None:
        """Start a task, and note its parameters until `finished` is called."""
        node = self.panel.options.parameterNode
        self._unfinished = {name: node.GetParameter(name) or "" for name in self.kept}
        self._scene_closed = False
        self.panel.runner.start(task)

    def finished(self) -> None:
        """Forget the parameters of a job: there is nothing left to go on with."""
        self._unfinished = {}

    def remind(self, node: Any) -> None:
        """Bring the parameters of an unfinished job to the parameter node of another scene."""
        if self._scene_closed and self._unfinished and not node.GetParameter(self.kept[0]):
            for name, value in self._unfinished.items():
                node.SetParameter(name, value)

    def attempt(self, act: Callable[[], None]) -> None:
        """Do something; what is wrong is said where the section's progress shows."""
        import slicer.util

        try:
            act()
        except (CardioAIError, OSError) as error:
            logger.info("%s", error)
            self.say(str(error), "error")
        except Exception:
            with slicer.util.tryWithErrorDisplay(_("CardioAI failed unexpectedly.")):
                raise

    def say(self, text: str, kind: str = "info") -> None:
        """Show a message in the section."""
        self.panel.area.move_to(getattr(self.ui, self.slot))
        self.panel.area.end(text, kind)


def require_there(nodes: Nodes) -> None:
    """Refuse to make nodes for inputs that are gone.

    Raises:
        MissingInputError: One was deleted since the job began.
    """
    for name, chosen in nodes.items():
        parts = [chosen.image, chosen.mask]
        if any(node is not None and node.GetScene() is None for node in parts):
            raise MissingInputError(
                got=_("a study whose node for {name} was deleted meanwhile").format(name=name),
                wanted=_("the nodes that the job was started with"),
                fix=_("choose the nodes again and press Apply; the report can still be saved"),
            )
