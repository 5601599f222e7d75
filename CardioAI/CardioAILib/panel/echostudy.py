"""The study section of echo: clips loaded from files, simulated ones, what is known of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from CardioAILib.mrml import InputNodes
from CardioAILib.panel.bindings import PathBinding
from CardioAILib.panel.echofiles import has_videos, load_clips, loaded_text
from CardioAILib.panel.echosamples import SAMPLES, load_sample
from CardioAILib.panel.echoviews import facts_of_clips
from CardioAILib.panel.echoviewssection import several_text
from CardioAILib.panel.samplechooser import SampledInputs
from CardioAILib.study import Fact


class EchoStudy(SampledInputs):
    """What stands above Check and Apply for echo clips."""

    first = "hypokinetic"

    def samples(self) -> Iterable[str]:
        """Return the names of the simulated studies."""
        return SAMPLES

    def connect(self) -> None:
        """List the samples and connect the widgets."""
        super().connect()
        ui = self.ui
        self.panel.bindings.add(PathBinding("clips.path", ui.clipsPathEdit))
        ui.clipsPathEdit.currentPathChanged.connect(lambda *_: self.panel.refresh())
        ui.loadClipsButton.clicked.connect(lambda *_: self.attempt(self.load_clips))

    def refresh(self) -> None:
        """Enable what can be pressed."""
        super().refresh()
        self.ui.loadClipsButton.enabled = bool(self.ui.clipsPathEdit.currentPath)

    def facts(self) -> dict[str, Fact]:
        """Return what the files told of the examination; of two clips the first counts."""
        clips = {name: InputNodes(clip) for name, clip in self.panel.clips().items()}
        return facts_of_clips(clips)

    def load_clips(self) -> None:
        """Load the clips of the chosen file or folder, and choose those whose view is known.

        A view that was chosen already stands for another examination, whose clips are let go;
        else the clips are taken for more views of the same one.

        Raises:
            CardioAIError: There is no clip that can be read, or no decoder for videos.
        """
        path = Path(self.ui.clipsPathEdit.currentPath)
        if has_videos(path):
            self.panel.ensure_video()
        loaded = load_clips(self.panel.scene, path)
        volumes = {name: own.volume for name, own in loaded.nodes.items()}
        if set(volumes) & set(self.panel.clips()):
            for row in self.panel.inputs.rows:
                row.choose({})
        self.panel.views.choose(next(iter(volumes.values())))
        lines = (loaded_text(loaded), several_text(self.panel.clips()))
        self.say("\n".join(line for line in lines if line), "done")

    def load_sample(self) -> None:
        """Load a simulated study, show it, and choose its clips."""
        nodes = load_sample(self.panel.scene, self.sample())
        chosen = {view: InputNodes(own.volume, own.segmentation) for view, own in nodes.items()}
        for row in self.panel.inputs.rows:
            row.choose(chosen if row.name in chosen else {row.name: next(iter(chosen.values()))})
        self.panel.refresh()
