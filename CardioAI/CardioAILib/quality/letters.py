"""Letters and marks that a scanner drew over an echo clip: still, and bright in every frame."""

from __future__ import annotations

import numpy as np

TELLING = 8
"""Frames from which on standing still tells letters from tissue."""
BRIGHT, STILL = 64, 24
"""Gray level from which on letters are, and how much it may change: lossy compression does that."""
GAP = 0.012
"""Half of the gap between the letters of a word, as a share of the shorter side."""
RIM, REACHING = 2, 0.1
"""Pixels by which the edge of the sector may be missed, and the share of a word beyond them from
which on it reaches out of the sector."""
LINE = 4
"""Marks of one height in a row that look like letters."""
SMALLEST, BROAD, APART = 5, 1.5, 12
"""Least height of a letter in pixels, and its width and its distance from others in heights."""


def drawn_over(sector: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Return the words and marks that lie beside a sector or reach out of it.

    Of one that reaches out the whole place is taken, since the shapes of letters could be read. It
    ends with the rows that lie outside as well: text runs from side to side.

    Args:
        sector: Whether a pixel lies in the sector (H, W).
        frames: Gray levels (T, H, W), uint8.

    Returns:
        Their pixels (H, W). What lies inside alone is left: tissue that is white in every frame
        looks the same. Of fewer than eight frames none is told.
    """
    from scipy.ndimage import binary_dilation, find_objects, label

    drawn, still = np.zeros(sector.shape, bool), _still(frames)
    reach = max(1, round(GAP * min(sector.shape)))
    groups, _ = label(binary_dilation(still, iterations=reach))
    outside = still & ~binary_dilation(sector, iterations=RIM)
    for number, place in enumerate(find_objects(groups), start=1):
        word = groups[place] == number
        ink, beyond = word & still[place], word & outside[place]
        if beyond.sum() <= REACHING * ink.sum():
            continue
        if not (ink & sector[place]).any():
            drawn[place] |= ink
            continue
        rows = np.flatnonzero(beyond.any(axis=1))
        line = slice(max(0, rows[0] - reach), rows[-1] + reach + 1)
        drawn[place][line] |= word[line]
    # Letters fade out over a pixel.
    return binary_dilation(drawn, np.ones((3, 3), bool))


def shows_letters(sector: np.ndarray, frames: np.ndarray) -> bool:
    """Say whether marks of one height stand in a row inside a sector, as the letters of text.

    Args:
        sector: Whether a pixel lies in the sector (H, W).
        frames: Gray levels (T, H, W), uint8; of fewer than eight the answer is no.
    """
    from scipy.ndimage import find_objects, label

    marks, _ = label(_still(frames) & sector, np.ones((3, 3)))
    boxes = np.array(
        [
            (down.stop, across.start, down.stop - down.start, across.stop - across.start)
            for down, across in find_objects(marks)
        ]
    ).reshape(-1, 4)
    like_letters = (boxes[:, 2] >= SMALLEST) & (boxes[:, 3] <= BROAD * boxes[:, 2])
    bottom, left, height = boxes[like_letters, :3].T
    alike = np.abs(bottom[:, None] - bottom) <= 1
    alike &= np.abs(height[:, None] - height) <= 1
    alike &= np.abs(left[:, None] - left) <= APART * height
    return bool((alike.sum(axis=0) >= LINE).any())


def _still(frames: np.ndarray) -> np.ndarray:
    """Return which pixels (H, W) are bright in every frame alike."""
    if len(frames) < TELLING:
        return np.zeros(frames.shape[1:], bool)
    darkest, brightest = frames.min(axis=0), frames.max(axis=0)
    return (darkest >= BRIGHT) & (brightest - darkest <= STILL)
