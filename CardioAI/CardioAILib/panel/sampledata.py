"""Entries of Slicer's module Sample Data that are made on the spot, without a network."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from CardioAILib.panel.resources import resource

logger = logging.getLogger(__name__)

CATEGORY = "CardioAI"


@dataclass(frozen=True)
class Entry:
    """One entry.

    Args:
        title: Text under its picture.
        icon: File name of its picture.
        make: Puts the sample into the scene; called with the entry that was clicked.
    """

    title: str
    icon: str
    make: Callable[[Any], list[Any]]


def list_samples(entries: Sequence[Entry]) -> None:
    """List samples in the module Sample Data, each once; without the module nothing is done."""
    try:
        from SampleData import SampleDataLogic
    except ImportError:
        logger.info("no module Sample Data here: its list is left alone")
        return
    listed = {source.sampleName for source in SampleDataLogic.sampleDataSourcesByCategory(CATEGORY)}
    for entry in entries:
        if entry.title not in listed:
            # No address, so that nothing can ever be asked of a network.
            SampleDataLogic.registerCustomSampleDataSource(
                category=CATEGORY,
                sampleName=entry.title,
                uris=[],
                fileNames=[],
                nodeNames=[],
                customDownloader=entry.make,
                thumbnailFileName=str(resource(f"Icons/{entry.icon}")),
            )
