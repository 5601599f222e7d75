"""Convolutions of clips within each frame and along time, computed as those of images.

In a tensor whose channels come last in memory, frames are a batch of images, and the pixels of all
frames are an image of T rows: both are views, nothing is moved.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


class InFrames(nn.Conv3d):
    """A square convolution within each frame; its weight is (after, before, 1, k, k).

    Args:
        before: Channels of the input.
        after: Channels of the output.
        size: Side of the kernel, odd.
        stride: In pixels.
    """

    def __init__(self, before: int, after: int, size: int, stride: int) -> None:
        half = size // 2
        super().__init__(
            before, after, (1, size, size), (1, stride, stride), (0, half, half), bias=False
        )

    def forward(self, clips: torch.Tensor) -> torch.Tensor:
        """Return (N, after, T, h, w) of clips (N, before, T, H, W)."""
        return self.with_kernel(clips, self.weight[:, :, 0])

    def with_kernel(self, clips: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
        """Return the convolution (N, after, T, h, w) with a kernel (after, before, k, k)."""
        count, channels, frames, rows, columns = clips.shape
        last = clips.permute(0, 2, 3, 4, 1)
        images = last.reshape(count * frames, rows, columns, channels).permute(0, 3, 1, 2)
        found = functional.conv2d(images, kernel, self.bias, self.stride[1:], self.padding[1:])
        return found.unflatten(0, (count, frames)).transpose(1, 2)


class GrayFrames(InFrames):
    """An `InFrames` of three equal channels, which it takes as one.

    What three equal channels give is what one gives with the sum of their weights; colored clips
    are seen as such.
    """

    def forward(self, clips: torch.Tensor) -> torch.Tensor:
        """Return (N, after, T, h, w) of clips (N, 1, T, H, W) or (N, 3, T, H, W)."""
        kernel = self.weight[:, :, 0]
        if clips.shape[1] == 1:
            # One channel lies in memory both ways; a clone says that it comes last.
            kernel = kernel.sum(dim=1, keepdim=True).clone(memory_format=torch.channels_last)
        return self.with_kernel(clips, kernel)


class Shortcut(InFrames):
    """A 1x1x1 convolution that skips frames and pixels.

    They are left out first: oneDNN's gradients of strided 1x1 convolutions with few channels, last
    in memory, crash (torch 2.13).

    Args:
        before: Channels of the input.
        after: Channels of the output.
        stride: In frames and in pixels.
    """

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__(before, after, 1, 1)
        self.skip = stride

    def forward(self, clips: torch.Tensor) -> torch.Tensor:
        """Return (N, after, t, h, w) of clips (N, before, T, H, W)."""
        return super().forward(clips[:, :, :: self.skip, :: self.skip, :: self.skip])


class OverTime(nn.Conv3d):
    """A convolution along time at each pixel; its weight is (after, before, k, 1, 1).

    Args:
        before: Channels of the input.
        after: Channels of the output.
        size: Frames of the kernel, odd.
        stride: In frames.
    """

    def __init__(self, before: int, after: int, size: int, stride: int) -> None:
        super().__init__(before, after, (size, 1, 1), (stride, 1, 1), (size // 2, 0, 0), bias=False)

    def forward(self, clips: torch.Tensor) -> torch.Tensor:
        """Return (N, after, t, H, W) of clips (N, before, T, H, W)."""
        count, channels, frames, rows, columns = clips.shape
        last = clips.permute(0, 2, 3, 4, 1)
        images = last.reshape(count, frames, rows * columns, channels).permute(0, 3, 1, 2)
        kernel, stride, padding = self.weight[..., 0], self.stride[:2], self.padding[:2]
        found = functional.conv2d(images, kernel, self.bias, stride, padding)
        return found.unflatten(3, (rows, columns))
