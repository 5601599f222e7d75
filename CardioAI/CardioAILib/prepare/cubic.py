"""Cubic interpolation along rows and columns, plain or stretched over the pixels that it joins.

Source: Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans. Acoust.
Speech Signal Process. 1981; 29:1153-1160.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Kernel = Literal["cubic", "smooth cubic"]
""""cubic" weighs four neighbors along each axis, however far output pixels lie apart; "smooth
cubic" stretches the kernel by that distance, so that every input pixel counts."""

SHARPNESS = {"cubic": -0.75, "smooth cubic": -0.5}
"""Slope of the kernel at its first zero: OpenCV's, and the one that Keys derives."""


def sampled(
    stack: np.ndarray,
    scale: tuple[float, float],
    offset: tuple[float, float],
    shape: tuple[int, int],
    kernel: Kernel,
) -> np.ndarray:
    """Sample every slice of (S, H, W) at `index * scale + offset`.

    Args:
        stack: Intensities, floating point or unsigned bytes.
        scale: Input pixels an output pixel, along (H, W).
        offset: Input index of the output's pixel (0, 0), along (H, W).
        shape: (h, w) wanted.
        kernel: Which kernel.

    Returns:
        The samples (S, h, w), of the type of `stack`; cubic interpolation may pass the largest
        and the smallest intensity by a little, unsigned bytes are rounded and limited.
    """
    rows, columns = (
        weights(n, m, s, o, kernel)
        for n, m, s, o in zip(stack.shape[1:], shape, scale, offset, strict=True)
    )
    across = columns.toarray().T
    found = np.empty((len(stack), *shape), np.float32)
    for index, image in enumerate(stack):
        # Slice by slice, so that the work stays in the processor's cache.
        found[index] = (rows @ image.astype(np.float32, copy=False)) @ across
    if stack.dtype == np.uint8:
        return np.clip(np.rint(found), 0, 255).astype(np.uint8)
    return found.astype(stack.dtype, copy=False)


def weights(inputs: int, outputs: int, scale: float, offset: float, kernel: Kernel) -> csr_array:
    """Return the weight of every input pixel in every output pixel of one axis.

    Beyond the border the plain kernel repeats the border's pixel, as OpenCV does; the stretched
    one leaves it out and weighs the rest more.

    Returns:
        Sparse matrix (outputs, inputs), float32; rows sum to 1.
    """
    from scipy.sparse import csr_array

    stretch = max(1.0, scale) if kernel == "smooth cubic" else 1.0
    centers = np.arange(outputs)[:, np.newaxis] * scale + offset
    reach = np.arange(int(np.ceil(4 * stretch)) + 1)
    indices = np.ceil(centers - 2 * stretch).astype(int) + reach
    values = cubic((indices - centers) / stretch, SHARPNESS[kernel])
    if kernel == "smooth cubic":
        values[(indices < 0) | (indices >= inputs)] = 0.0
    values /= values.sum(axis=1, keepdims=True)
    row = np.broadcast_to(np.arange(outputs)[:, np.newaxis], indices.shape)
    places = (row.ravel(), np.clip(indices, 0, inputs - 1).ravel())
    matrix = csr_array((values.ravel(), places), shape=(outputs, inputs), dtype=np.float32)
    matrix.eliminate_zeros()
    return matrix


def cubic(distance: np.ndarray, a: float) -> np.ndarray:
    """Return Keys' kernel of slope `a` at distances from its middle; 0 from 2 on."""
    x = np.abs(distance)
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * (x**3 - 5 * x**2 + 8 * x - 4)
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))
