"""Fully connected layers with batch norm (Ioffe & Szegedy 2015, arXiv 1502.03167)."""

import torch
from torch import nn
from torch.nn import functional

from everystep.engine.models import Model, Weights, checked_sizes


class BatchNormMLP(Model):
    """Fully connected layers, with batch norm and ReLU between them.

    Means and variances are always those of the samples that are computed together, a batch in
    training and up to 512 samples in evaluation: a replica has nothing but weights, and so no
    running averages. A sample's logits thus depend on the others, and none may stand alone. Layers
    before a norm have no bias, which the norm would take away again.
    """

    smallest_batch = 2

    def __init__(self, *sizes: int):
        """Describe a network with layers of the given sizes; see ``MLP``.

        Raises:
            ValueError: if there are fewer than two sizes, or one is not a positive whole number.
        """
        self.sizes = checked_sizes(sizes)

    def __repr__(self) -> str:
        return f"BatchNormMLP{self.sizes}"

    def plain(self) -> nn.Module:
        """Return ``nn.Sequential`` of ``nn.Linear``, ``nn.BatchNorm1d`` and ``nn.ReLU``."""
        layers: list[nn.Module] = []
        for n_in, n_out in zip(self.sizes, self.sizes[1:-1], strict=False):
            norm = nn.BatchNorm1d(n_out, track_running_stats=False)
            layers += [nn.Linear(n_in, n_out, bias=False), norm, nn.ReLU()]
        return nn.Sequential(*layers, nn.Linear(self.sizes[-2], self.sizes[-1]))

    def logits(self, weights: Weights, x: torch.Tensor) -> torch.Tensor:
        """See ``Model.logits``."""
        *hidden, weight, bias = weights
        h = x.mT  # samples last, where a norm's sums are over neighbors
        for w, scale, shift in zip(hidden[::3], hidden[1::3], hidden[2::3], strict=True):
            h = torch.bmm(w, h)
            # The units of all replicas stand side by side, as channels of one sample.
            units = h.flatten(0, 1).unsqueeze(0)
            affine = scale.flatten(), shift.flatten()
            h = functional.batch_norm(units, None, None, *affine, training=True).view(h.shape)
            h = h.relu()
        return torch.baddbmm(bias.unsqueeze(2), weight, h)
