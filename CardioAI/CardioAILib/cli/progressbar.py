"""Progress on a terminal, with the time left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from CardioAILib.progress import Progress

STEPS = 1000


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield a progress that draws one bar."""
    from tqdm import tqdm
    from tqdm.contrib.logging import logging_redirect_tqdm

    shape = "{percentage:3.0f}% |{bar}| {elapsed}, left {remaining} {desc}"
    # Smoothed over the last steps, the time left would leap with every slow one.
    paced = {"mininterval": 0.5, "smoothing": 0}
    with tqdm(total=STEPS, bar_format=shape, **paced) as bar, logging_redirect_tqdm():

        def report(done: float, message: str) -> None:
            bar.set_description_str(message, refresh=False)
            bar.update(max(0, round(done * STEPS) - bar.n))

        yield report
