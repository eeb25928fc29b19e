"""Gradient noise: how far the gradient of a random batch lies from that of all the data.

One batch's gradient is a mean over samples, so its noise falls with the square root of the batch
size. The noise scale says at which batch size the noise is as long as the gradient itself.
"""

from dataclasses import dataclass

import torch
from torch import nn
from torch.func import functional_call, grad, vmap
from torch.nn import functional

from everystep.core.validation import require_whole

# Gradients of single samples that are in memory together, few enough for a processor's cache.
BLOCK = 256


def flat_gradient(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the gradient of the mean cross-entropy as one vector.

    The gradients stored in the model are left as they are.

    Args:
        model: classifier with P weights, without batch norm or dropout.
        x: shape ``(n, features)``.
        y: labels, shape ``(n,)``.

    Returns:
        Shape ``(P,)``, in the order of ``model.parameters()``.
    """
    loss = functional.cross_entropy(model(x), y)
    gradients = torch.autograd.grad(loss, list(model.parameters()))
    return torch.cat([gradient.flatten() for gradient in gradients])


def gradient_noise(
    model: nn.Module,
    x: torch.Tensor,
    y: torch.Tensor,
    batch_size: int,
    *,
    generator: torch.Generator,
    draws: int = 16,
    replacement: bool = False,
) -> float:
    """Return the root mean square distance between random batches' gradients and the full one.

    With replacement its square is, on average, tr(Σ) / B, where Σ is the covariance of the
    gradients of single samples. Without, it is smaller by the factor (n − B) / (n − 1), as for
    every mean of a sample drawn from n (Cochran 1977, "Sampling Techniques", theorem 2.2).

    Args:
        model: classifier, without batch norm or dropout.
        x: shape ``(n, features)``, all the data.
        y: labels, shape ``(n,)``.
        batch_size: samples of a batch.
        generator: decides which samples are drawn.
        draws: number of batches.
        replacement: whether a sample may be drawn more than once for a batch.

    Raises:
        ValueError: if ``batch_size`` is no whole number of at least 1, or larger than n without
            replacement, or ``draws`` is no whole number of at least 1.
    """
    n = len(x)
    require_whole("batch_size", batch_size, minimum=1, maximum=None if replacement else n)
    require_whole("draws", draws, minimum=1)
    full = flat_gradient(model, x, y)
    total = 0.0
    for _ in range(draws):
        if replacement:
            rows = torch.randint(n, (batch_size,), generator=generator)
        else:
            rows = torch.randperm(n, generator=generator)[:batch_size]
        total += (flat_gradient(model, x[rows], y[rows]) - full).square().sum().item()
    return (total / draws) ** 0.5


@dataclass(frozen=True)
class NoiseScale:
    """The simple noise scale of McCandlish et al. 2018 (arXiv 1812.06162), equation 2.9.

    Attributes:
        variance: tr(Σ), the variance of the gradients of single samples, summed over the weights.
        squared_length: |G|², the squared length of the gradient of all the data.
    """

    variance: float
    squared_length: float

    @property
    def batch_size(self) -> float:
        """The batch size at which the noise is as long as the gradient: tr(Σ) / |G|²."""
        return self.variance / self.squared_length


def noise_scale(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> NoiseScale:
    """Return the simple noise scale, computed from the gradient of every sample.

    Args:
        model: classifier, without batch norm or dropout.
        x: shape ``(n, features)``, all the data.
        y: labels, shape ``(n,)``.

    Raises:
        ValueError: if there are fewer than 2 samples.
    """
    if len(x) < 2:
        raise ValueError(f"x must have at least 2 samples, got {len(x)}")
    weights = {name: weight.detach() for name, weight in model.named_parameters()}

    def loss(weights: dict[str, torch.Tensor], x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(functional_call(model, weights, (x[None],)), y[None])

    each_gradient = vmap(grad(loss), in_dims=(None, 0, 0))
    squares, total = 0.0, {name: torch.zeros_like(weight) for name, weight in weights.items()}
    for block_x, block_y in zip(x.split(BLOCK), y.split(BLOCK), strict=True):
        for name, gradients in each_gradient(weights, block_x, block_y).items():
            squares += gradients.square().sum().item()
            total[name] += gradients.sum(0)
    squared_length = sum((part / len(x)).square().sum().item() for part in total.values())
    return NoiseScale(squares / len(x) - squared_length, squared_length)
