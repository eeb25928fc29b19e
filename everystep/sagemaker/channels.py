"""Channels as chapter 9's script reads them, with images of digits."""

from pathlib import Path

import numpy as np

from everystep.core.digits import images_and_labels


def write_channels(folder: str | Path, **parts: slice | np.ndarray) -> dict[str, Path]:
    """Write a part of the digits for each channel; return the channels' folders by name.

    Args:
        folder: where the channels' folders are made; it may be missing, and they must be.
        parts: by a channel's name, the rows of the 1,797 digits that it gets.
    """
    folder = Path(folder)
    images, labels = images_and_labels()
    for name, part in parts.items():
        (folder / name).mkdir(parents=True)
        np.save(folder / name / "images.npy", images[part])
        np.save(folder / name / "labels.npy", labels[part])
    return {name: folder / name for name in parts}
