"""The optimizers of ``torch.optim``, for stacked weights with a rate for each replica.

To add one, subclass ``Collecting`` under the name that recipes give it, write ``update``, and list
what it reads of a recipe in ``everystep.core.recipe.OPTIMIZERS``.
"""

from collections.abc import Hashable, Sequence
from typing import Protocol

import torch

from everystep.core.recipe import OPTIMIZERS, Recipe

# Every subclass of ``Collecting``, under the name that recipes give it.
KINDS: dict[str, type["Collecting"]] = {}


class StackedOptimizer(Protocol):
    """What changes the stacked weights of R replicas.

    For each update ``begin`` is called, then gradients are added to ``collected``, once a
    micro-batch, then ``update`` is called.
    """

    @property
    def collected(self) -> Sequence[torch.Tensor]:
        """What gradients are added to, in the shapes ``(R, *shape)`` of the weights."""

    def begin(self, step: int) -> torch.Tensor:
        """Make ready for an update.

        Args:
            step: number of the update, counted from 0.

        Returns:
            What the gradients of the losses summed over the batch are multiplied by before they
            are added to ``collected``: shape ``(R, 1, 1)``, or a scalar for all replicas.
        """

    def update(self, step: int) -> None:
        """Change the weights by what was collected."""


class PlainSGD:
    """``torch.optim.SGD`` without momentum, decay and accumulation.

    Gradients are added to the weights themselves, multiplied by minus the rate.
    """

    def __init__(self, weights: Sequence[torch.Tensor], rates: torch.Tensor, sizes: torch.Tensor):
        self.collected = [w.detach() for w in weights]
        factors = -rates / sizes.unsqueeze(1)
        self.factors = factors.to(weights[0].dtype)[:, :, None, None].unbind()

    def begin(self, step: int) -> torch.Tensor:
        """Return the factor of the summed gradients, one a replica, shape ``(R, 1, 1)``."""
        return self.factors[step]

    def update(self, step: int) -> None:
        """Do nothing: the update is made as soon as the gradients are there."""


class Collecting:
    """An optimizer whose gradients are collected before the update.

    Attributes:
        recipes: one a replica; they agree in what ``shared`` returns.
        collected: the mean gradients, in the shapes of the weights.
        rows: weights and mean gradients of every parameter, each of shape ``(R, size)``.
        rates: learning rates, shape ``(updates, R, 1)``, so that ``rates[step]`` fits the rows.
    """

    def __init_subclass__(cls, *, name: str):
        KINDS[name] = cls

    def __init__(
        self,
        recipes: Sequence[Recipe],
        weights: Sequence[torch.Tensor],
        rates: torch.Tensor,
        sizes: torch.Tensor,
    ):
        """Start with nothing collected.

        Args:
            recipes: one a replica.
            weights: stacked weights, which ``update`` changes in place.
            rates: learning rates, shape ``(updates, R)``, float64.
            sizes: samples in each update's batch, shape ``(updates,)``.
        """
        self.recipes, dtype = recipes, weights[0].dtype
        self.collected = [torch.zeros_like(w) for w in weights]
        self.rows = [
            (w.detach().flatten(1), g.flatten(1))
            for w, g in zip(weights, self.collected, strict=True)
        ]
        self.rates = rates.to(dtype).unsqueeze(2)
        self.factors = (1 / sizes.double()).to(dtype).unbind()

    @staticmethod
    def shared(recipe: Recipe) -> Hashable:
        """Return what the recipes of one stack have in common; if not overridden, all settings."""
        return tuple(getattr(recipe, name) for name in OPTIMIZERS[recipe.optimizer])

    def begin(self, step: int) -> torch.Tensor:
        """Forget the last update's gradients; return the factor that makes a sum a mean."""
        for gradient in self.collected:
            gradient.zero_()
        return self.factors[step]

    def update(self, step: int) -> None:
        """Change the weights in ``rows`` by the gradients in them; ``step`` counts from 0."""
        raise NotImplementedError


class SGD(Collecting, name="sgd"):
    """``torch.optim.SGD`` with a rate, momentum and weight decay for each replica."""

    def __init__(
        self,
        recipes: Sequence[Recipe],
        weights: Sequence[torch.Tensor],
        rates: torch.Tensor,
        sizes: torch.Tensor,
    ):
        super().__init__(recipes, weights, rates, sizes)
        dtype = weights[0].dtype
        self.momentum = torch.tensor([[r.momentum] for r in recipes], dtype=dtype)
        self.decay = torch.tensor([[r.weight_decay] for r in recipes], dtype=dtype)
        self.nesterov = recipes[0].nesterov
        self.velocities = [torch.zeros_like(w) for w, _ in self.rows]

    @staticmethod
    def shared(recipe: Recipe) -> Hashable:
        """Momentum and decay may differ, where there are any."""
        return recipe.momentum > 0, recipe.nesterov, recipe.weight_decay > 0

    def update(self, step: int) -> None:
        """See ``Collecting.update``."""
        for (w, g), velocity in zip(self.rows, self.velocities, strict=True):
            g.addcmul_(w, self.decay)
            velocity.mul_(self.momentum).add_(g)
            direction = g.addcmul_(velocity, self.momentum) if self.nesterov else velocity
            w.addcmul_(direction, self.rates[step], value=-1)


class AdamW(Collecting, name="adamw"):
    """``torch.optim.AdamW`` with a rate and weight decay for each replica."""

    def __init__(
        self,
        recipes: Sequence[Recipe],
        weights: Sequence[torch.Tensor],
        rates: torch.Tensor,
        sizes: torch.Tensor,
    ):
        super().__init__(recipes, weights, rates, sizes)
        dtype = weights[0].dtype
        self.betas, self.eps = recipes[0].betas, recipes[0].eps
        number = torch.arange(1, len(rates) + 1, dtype=torch.float64).unsqueeze(1)
        decay = torch.tensor([r.weight_decay for r in recipes], dtype=torch.float64)
        self.keep = (1 - rates * decay).to(dtype).unsqueeze(2)
        self.rates = (rates / (1 - self.betas[0] ** number)).to(dtype).unsqueeze(2)
        self.correction = (1 - self.betas[1] ** number).sqrt().flatten().tolist()
        self.moments = [(torch.zeros_like(w), torch.zeros_like(w)) for w, _ in self.rows]

    @staticmethod
    def shared(recipe: Recipe) -> Hashable:
        """Weight decay may differ."""
        return recipe.betas, recipe.eps

    def update(self, step: int) -> None:
        """See ``Collecting.update``."""
        first, second = self.betas
        for (w, g), (m, v) in zip(self.rows, self.moments, strict=True):
            w.mul_(self.keep[step])
            m.lerp_(g, 1 - first)
            v.mul_(second).addcmul_(g, g, value=1 - second)
            scale = v.sqrt().div_(self.correction[step]).add_(self.eps)
            w.addcmul_(m / scale, self.rates[step], value=-1)


def stacked_optimizer(
    recipes: Sequence[Recipe],
    weights: Sequence[torch.Tensor],
    rates: torch.Tensor,
    sizes: torch.Tensor,
) -> StackedOptimizer:
    """Return what updates the weights; for the arguments see ``Collecting``."""
    one = recipes[0]
    plain = not (one.momentum or one.weight_decay or one.accumulation > 1)
    if one.optimizer == "sgd" and plain:
        return PlainSGD(weights, rates, sizes)
    return KINDS[one.optimizer](recipes, weights, rates, sizes)
