"""Drawings that explain, made from the numbers the reader puts in."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from everystep.core.steps import divide_up
from everystep.core.validation import require_whole


def draw_epochs(ax: Axes, n_samples: int, batch_size: int, epochs: int, *, seed: int = 0) -> None:
    """Draw every epoch as a row of numbered samples in random order, cut into batches.

    Each box is one sample; boxes that touch form one batch, and below each batch stands the number
    of the update it leads to.

    Args:
        ax: where to draw; its axes are switched off.
        n_samples: size of the training set, at most 40 so that the numbers stay readable.
        batch_size: samples an update.
        epochs: number of rows.
        seed: decides the order of the samples.

    Raises:
        ValueError: if a number is not whole or out of range.
    """
    require_whole("n_samples", n_samples, minimum=1, maximum=40)
    require_whole("batch_size", batch_size, minimum=1)
    require_whole("epochs", epochs, minimum=1)
    generator = np.random.default_rng(seed)
    n_batches = divide_up(n_samples, batch_size)
    width = n_samples + 0.6 * (n_batches - 1)
    for epoch in range(epochs):
        bottom = -2.6 * epoch
        ax.text(-0.4, bottom + 0.5, f"epoch {epoch + 1}", ha="right", va="center")
        ax.text(-0.4, bottom - 0.25, "update", ha="right", va="top")
        order = generator.permutation(n_samples) + 1
        for batch in range(n_batches):
            samples = order[batch * batch_size : (batch + 1) * batch_size]
            left = batch * (batch_size + 0.6)
            _draw_batch(ax, samples, left, bottom, color=f"C{batch % 5}")
            update = epoch * n_batches + batch + 1
            ax.text(left + len(samples) / 2, bottom - 0.25, f"{update}", ha="center", va="top")
    ax.set_xlim(-4.5, width + 0.3)
    ax.set_ylim(-2.6 * (epochs - 1) - 1.3, 1.2)
    ax.set_aspect("equal")
    ax.axis("off")


def _draw_batch(ax: Axes, samples: np.ndarray, left: float, bottom: float, color: str) -> None:
    for place, sample in enumerate(samples):
        ax.add_patch(
            Rectangle((left + place, bottom), 1, 1, facecolor=color, alpha=0.35, edgecolor=color)
        )
        ax.text(left + place + 0.5, bottom + 0.5, str(sample), ha="center", va="center", size=8)
