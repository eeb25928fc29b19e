"""A small convolutional network for signals, as used for MNIST-1D."""

import torch
from torch import nn
from torch.nn import functional

from everystep.core.validation import require_whole
from everystep.engine.models import Model, Weights

KERNELS = (5, 3, 3)  # lengths of the filters, layer by layer
STRIDE, PADDING = 2, 1


class CNN1d(Model):
    """Three convolutions with stride 2, each followed by ReLU, then a linear layer."""

    def __init__(self, length: int = 40, channels: int = 12, classes: int = 10):
        """Describe a network for signals of one channel.

        Args:
            length: values of a signal, at least 3.
            channels: channels of each convolution.
            classes: number of classes.

        Raises:
            ValueError: if a size is not a whole number, or too small.
        """
        require_whole("length", length, minimum=3)
        for name, size in (("channels", channels), ("classes", classes)):
            require_whole(name, size, minimum=1)
        self.length, self.channels, self.classes = length, channels, classes

    def __repr__(self) -> str:
        return f"CNN1d(length={self.length}, channels={self.channels}, classes={self.classes})"

    def plain(self) -> nn.Module:
        """Return the network as an ``nn.Sequential``."""
        layers: list[nn.Module] = [nn.Unflatten(1, (1, self.length))]
        n_in, length = 1, self.length
        for kernel in KERNELS:
            layers += [nn.Conv1d(n_in, self.channels, kernel, STRIDE, PADDING), nn.ReLU()]
            n_in, length = self.channels, (length + 2 * PADDING - kernel) // STRIDE + 1
        return nn.Sequential(*layers, nn.Flatten(), nn.Linear(n_in * length, self.classes))

    def logits(self, weights: Weights, x: torch.Tensor) -> torch.Tensor:
        """See ``Model.logits``."""
        *convolutions, weight, bias = weights
        # Samples stand last, where each shift of a signal against the filter is a slice of rows.
        h = x.mT.unsqueeze(1)
        for w, b in zip(convolutions[::2], convolutions[1::2], strict=True):
            windows = _windows(h, w.shape[3])
            h = torch.baddbmm(b.unsqueeze(2), w.flatten(2), windows.flatten(3).flatten(1, 2))
            h = h.relu().unflatten(2, windows.shape[3:])
        return torch.baddbmm(bias.unsqueeze(2), weight, h.flatten(1, 2))


def _windows(h: torch.Tensor, kernel: int) -> torch.Tensor:
    """Return what each filter sees at each place: shape ``(R, channels, kernel, places, B)``.

    Args:
        h: shape ``(R, channels, length, B)``.
        kernel: length of the filters.
    """
    padded = functional.pad(h, (0, 0, PADDING, PADDING))
    last = padded.shape[2] - kernel + 1
    return torch.stack([padded[:, :, i : i + last : STRIDE] for i in range(kernel)], 2)
