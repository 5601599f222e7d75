"""Slices of 256 x 256 pixels for the radiomics benchmarks, drawn and of real hearts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

SIDE = 256
MYOCARDIUM = 2


def draw_phantoms(wanted: int) -> dict[str, np.ndarray]:
    """Draw noisy rings of several sizes, 1,600 to 3,000 pixels each, in [0, 1]."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    images, masks = [], []
    for number in range(wanted):
        radius = np.hypot(rows - SIDE / 2 - number % 7, columns - SIDE / 2 + number % 5)
        inner = 22 + number % 5
        masks.append((radius > inner) & (radius < inner + 10 + number % 4))
        images.append(0.4 + 0.3 * np.sin(radius / 9) + 0.1 * random.random(radius.shape))
    return as_slices(np.clip(np.array(images), 0, 1), np.array(masks))


def read_acdc(folder: Path, wanted: int) -> dict[str, np.ndarray]:
    """Read ED and ES slices with myocardium, spread over patients, at 1 mm, in [0, 1]."""
    files = sorted(folder.glob("training/patient*/*_gt.nii.gz"))
    stacks = max(1, min(len(files), wanted // 2))
    chosen = [files[k] for k in np.linspace(0, len(files) - 1, stacks).astype(int)]
    images, masks = [], []
    for number, file in enumerate(chosen):
        values, regions = read_stack(file)
        share = wanted * (number + 1) // stacks - wanted * number // stacks
        present = [k for k in range(len(regions)) if usable(regions[k])]
        for k in np.unique(np.linspace(0, len(present) - 1, share).astype(int)):
            image, mask = cut(values[present[k]], regions[present[k]])
            images.append(image)
            masks.append(mask)
    return as_slices(np.array(images), np.array(masks))


def as_slices(images: np.ndarray, masks: np.ndarray) -> dict[str, np.ndarray]:
    """Name the arrays, with pixels of 1 mm."""
    return {"images": images, "masks": masks, "spacing": np.ones((len(images), 2))}


def read_stack(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read one frame and its mask at 1 mm in plane, scaled to [0, 1] by the stack."""
    import SimpleITK as sitk

    # Every ACDC file warns that its sform has scales.
    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    mask = sitk.ReadImage(str(file))
    image = sitk.ReadImage(str(file).replace("_gt", ""), sitk.sitkFloat64)
    row, column, depth = image.GetSize()
    spacing = image.GetSpacing()
    size = [round(row * spacing[0]), round(column * spacing[1]), depth]
    grid = sitk.Image(size, sitk.sitkFloat64)
    grid.SetSpacing((1.0, 1.0, spacing[2]))
    grid.SetOrigin(image.GetOrigin())
    grid.SetDirection(image.GetDirection())
    mask.CopyInformation(image)
    values = sitk.GetArrayFromImage(sitk.Resample(image, grid, sitk.Transform(), sitk.sitkLinear))
    labels = sitk.Resample(mask, grid, sitk.Transform(), sitk.sitkNearestNeighbor)
    low, high = values.min(), values.max()
    return (values - low) / (high - low), sitk.GetArrayFromImage(labels) == MYOCARDIUM


def usable(mask: np.ndarray) -> bool:
    """Tell whether the mask spans two rows and two columns."""
    return bool(mask.any(axis=0).sum() > 1 and mask.any(axis=1).sum() > 1)


def cut(image: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bring a slice to the common size around the middle of its mask, with zeros beyond it."""
    corner = [int(axis.mean()) - SIDE // 2 for axis in np.nonzero(mask)]
    padded = (np.pad(array, SIDE // 2 + 1) for array in (image, mask))
    window = tuple(slice(first + SIDE // 2 + 1, first + 3 * SIDE // 2 + 1) for first in corner)
    return tuple(array[window] for array in padded)
