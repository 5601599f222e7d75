"""What the sections of a panel have in common."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from slicer.i18n import tr as _

from CardioAILib.errors import CardioAIError, MissingInputError
from CardioAILib.panel.tasks import Nodes

logger = logging.getLogger(__name__)


class Section:
    """A part of the panel that starts one kind of job.

    Args:
        panel: The panel widget (see `widget.PanelWidget`).
    """

    slot = ""
    """Name of the widget in the .ui where progress shows."""

    def __init__(self, panel: Any) -> None:
        self.panel, self.ui = panel, panel.ui
        self._folder: Path | None = None

    def connect(self) -> None:
        """Connect the section's widgets."""

    def refresh(self) -> None:
        """Enable what can be pressed now."""

    def close(self) -> None:
        """Remove what the section keeps on disk."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def new_folder(self) -> Path:
        """Return an empty folder for a job; that of the job before is removed.

        Raises:
            OSError: The temporary folder cannot be written.
        """
        import slicer

        self.close()
        parent = slicer.app.temporaryPath
        self._folder = Path(tempfile.mkdtemp(prefix="CardioAI-", dir=parent))
        return self._folder

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
