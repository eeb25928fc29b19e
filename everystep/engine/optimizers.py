"""The optimizers of ``torch.optim``, for stacked weights with a rate for each replica."""

import torch

from everystep.core.recipe import Recipe


class PlainSGD:
    """SGD without momentum, decay or accumulation: gradients go straight into the weights."""

    def __init__(self, weights: list[torch.Tensor], rates: torch.Tensor, sizes: torch.Tensor):
        self.collected = [w.detach() for w in weights]
        factors = -rates / sizes.unsqueeze(1)
        self.factors = factors.to(weights[0].dtype)[:, :, None, None].unbind()

    def begin(self, step: int) -> torch.Tensor:
        """Return the factor of the summed gradients, one a replica, shape ``(R, 1, 1)``."""
        return self.factors[step]

    def update(self, step: int) -> None:
        """Do nothing: the update is made as soon as the gradients are there."""


class Collecting:
    """An optimizer whose gradients are collected before the update."""

    def __init__(self, weights: list[torch.Tensor], sizes: torch.Tensor):
        self.collected = [torch.zeros_like(w) for w in weights]
        # One row a replica, so that factors of shape (R, 1) reach every parameter.
        self.rows = [
            (w.detach().flatten(1), g.flatten(1))
            for w, g in zip(weights, self.collected, strict=True)
        ]
        self.factors = (1 / sizes.double()).tolist()

    def begin(self, step: int) -> float:
        """Forget the last update's gradients; return the factor that makes a sum a mean."""
        for gradient in self.collected:
            gradient.zero_()
        return self.factors[step]


class SGD(Collecting):
    """``torch.optim.SGD`` with a rate, momentum and weight decay for each replica."""

    def __init__(
        self,
        recipes: list[Recipe],
        weights: list[torch.Tensor],
        rates: torch.Tensor,
        sizes: torch.Tensor,
    ):
        super().__init__(weights, sizes)
        dtype = weights[0].dtype
        self.rates = rates.to(dtype).unsqueeze(2)
        self.momentum = torch.tensor([[r.momentum] for r in recipes], dtype=dtype)
        self.decay = torch.tensor([[r.weight_decay] for r in recipes], dtype=dtype)
        self.nesterov = recipes[0].nesterov
        self.velocities = [torch.zeros_like(w) for w, _ in self.rows]

    def update(self, step: int) -> None:
        """Change the weights by the gradients; ``step`` counts from 0."""
        for (w, g), velocity in zip(self.rows, self.velocities, strict=True):
            g.addcmul_(w, self.decay)
            velocity.mul_(self.momentum).add_(g)
            direction = g.addcmul_(velocity, self.momentum) if self.nesterov else velocity
            w.addcmul_(direction, self.rates[step], value=-1)


class AdamW(Collecting):
    """``torch.optim.AdamW`` with a rate and weight decay for each replica."""

    def __init__(
        self,
        recipes: list[Recipe],
        weights: list[torch.Tensor],
        rates: torch.Tensor,
        sizes: torch.Tensor,
    ):
        super().__init__(weights, sizes)
        dtype = weights[0].dtype
        self.betas, self.eps = recipes[0].betas, recipes[0].eps
        number = torch.arange(1, len(rates) + 1, dtype=torch.float64).unsqueeze(1)
        decay = torch.tensor([r.weight_decay for r in recipes], dtype=torch.float64)
        self.keep = (1 - rates * decay).to(dtype).unsqueeze(2)
        self.rates = (rates / (1 - self.betas[0] ** number)).to(dtype).unsqueeze(2)
        self.correction = (1 - self.betas[1] ** number).sqrt().flatten().tolist()
        self.moments = [(torch.zeros_like(w), torch.zeros_like(w)) for w, _ in self.rows]

    def update(self, step: int) -> None:
        """Change the weights by the gradients; ``step`` counts from 0."""
        first, second = self.betas
        for (w, g), (m, v) in zip(self.rows, self.moments, strict=True):
            w.mul_(self.keep[step])
            m.lerp_(g, 1 - first)
            v.mul_(second).addcmul_(g, g, value=1 - second)
            scale = v.sqrt().div_(self.correction[step]).add_(self.eps)
            w.addcmul_(m / scale, self.rates[step], value=-1)


def stacked_optimizer(
    recipes: list[Recipe], weights: list[torch.Tensor], rates: torch.Tensor, sizes: torch.Tensor
) -> PlainSGD | SGD | AdamW:
    """Return what updates the weights.

    Args:
        recipes: one a replica.
        weights: stacked weights.
        rates: learning rates, shape ``(updates, R)``, float64.
        sizes: samples in each update's batch, shape ``(updates,)``.
    """
    one = recipes[0]
    if one.optimizer == "adamw":
        return AdamW(recipes, weights, rates, sizes)
    if one.momentum or one.weight_decay or one.accumulation > 1:
        return SGD(recipes, weights, rates, sizes)
    return PlainSGD(weights, rates, sizes)
