"""Optimizers for stacked weights with a rate for each replica.

To add one, subclass ``Collecting`` under the name that recipes give it, write ``update``, and list
what it reads of a recipe in ``everystep.core.recipe.OPTIMIZERS``.
"""

from collections.abc import Hashable, Sequence
from typing import Protocol

import torch

from everystep.core.recipe import OPTIMIZERS, Recipe
from everystep.core.steps import divide_up
from everystep.engine.newton_schulz import orthogonalized

# Parameters that stand in one row of numbers begin at multiples of this. A processor takes so many
# numbers at a time or fewer; where an odd rest is left, it rounds that otherwise.
ALIGNED = 64

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

    @property
    def evaluated(self) -> Sequence[torch.Tensor]:
        """The weights that are measured and kept; mostly those that gradients are taken at."""

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
        self.evaluated = weights
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
        gradients: the mean gradients of all parameters, one after another.
        collected: the same in the shapes of the weights.
        evaluated: the weights that are measured and kept, which are ``weights`` if not replaced.
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
        self.gradients, self.collected = zeros_in_a_row(weights)
        self.evaluated = weights
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
        self.gradients.zero_()
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
    """``torch.optim.AdamW`` with a rate and weight decay for each replica.

    The kernel of PyTorch's fused AdamW, at rate 1 and without decay, makes the directions of all
    parameters in one pass; then each replica goes as far as its own rate says.
    """

    def __init__(
        self,
        recipes: Sequence[Recipe],
        weights: Sequence[torch.Tensor],
        rates: torch.Tensor,
        sizes: torch.Tensor,
    ):
        super().__init__(recipes, weights, rates, sizes)
        decay = torch.tensor([r.weight_decay for r in recipes], dtype=torch.float64)
        self.keep = (1 - rates * decay).to(weights[0].dtype).unsqueeze(2)
        self.decays = bool(decay.any())
        self.direction, directions = zeros_in_a_row(weights)
        self.moments = torch.zeros_like(self.direction), torch.zeros_like(self.direction)
        self.rows = [
            (w, direction.flatten(1))
            for (w, _), direction in zip(self.rows, directions, strict=True)
        ]

    @staticmethod
    def shared(recipe: Recipe) -> Hashable:
        """Weight decay may differ."""
        return recipe.betas, recipe.eps

    def update(self, step: int) -> None:
        """See ``Collecting.update``."""
        one, (m, v) = self.recipes[0], self.moments
        torch._fused_adamw_(
            [self.direction.zero_()],
            [self.gradients],
            [m],
            [v],
            [],
            [torch.tensor(step + 1.0)],
            lr=1.0,
            beta1=one.betas[0],
            beta2=one.betas[1],
            weight_decay=0.0,
            eps=one.eps,
            amsgrad=False,
            maximize=False,
        )
        for w, direction in self.rows:
            if self.decays:
                w.mul_(self.keep[step])
            w.addcmul_(direction, self.rates[step])


class Muon(AdamW, name="muon"):
    """``torch.optim.Muon`` for every matrix, ``torch.optim.AdamW`` for all other parameters.

    A matrix moves by its momentum with all singular values made about 1 (Jordan et al. 2024,
    kellerjordan.github.io/posts/muon). One rate serves both halves: that of matrices is adjusted
    as with ``adjust_lr_fn="match_rms_adamw"``, by 0.2 √(larger side), so that a matrix moves about
    as far as AdamW would move it (Liu et al. 2025, arXiv 2502.16982). Weight decay is shared, too.

    Two choices differ from what others do. ``torch.optim.Muon`` rounds to bfloat16 while it
    orthogonalizes, for the sake of accelerators; here it is done in the weights' own type, which
    is many times faster on processors without bfloat16. And every matrix counts as one, as in the
    example of PyTorch's documentation, while Muon's authors advise AdamW for the embedding and the
    output layer of a language model.
    """

    def __init__(
        self,
        recipes: Sequence[Recipe],
        weights: Sequence[torch.Tensor],
        rates: torch.Tensor,
        sizes: torch.Tensor,
    ):
        super().__init__(recipes, weights, rates, sizes)
        dtype = weights[0].dtype
        self.momentum = torch.tensor([r.momentum for r in recipes], dtype=dtype).view(-1, 1, 1)
        self.nesterov = recipes[0].nesterov
        self.matrix_rates = rates.to(dtype)[:, :, None, None]
        is_matrix = [w.ndim == 3 for w in weights]
        self.matrices = [
            (w.detach(), g, torch.zeros_like(g))
            for w, g, chosen in zip(weights, self.collected, is_matrix, strict=True)
            if chosen
        ]
        # What AdamW's own update goes through.
        self.rows = [row for row, chosen in zip(self.rows, is_matrix, strict=True) if not chosen]

    @staticmethod
    def shared(recipe: Recipe) -> Hashable:
        """Momentum and weight decay may differ."""
        return recipe.betas, recipe.eps, recipe.nesterov

    def update(self, step: int) -> None:
        """See ``Collecting.update``."""
        super().update(step)
        for w, g, velocity in self.matrices:
            velocity.lerp_(g, 1 - self.momentum)
            direction = g.lerp(velocity, self.momentum) if self.nesterov else velocity
            w.mul_(self.keep[step].unsqueeze(2))
            scale = 0.2 * max(w.shape[1:]) ** 0.5
            w.addcmul_(orthogonalized(direction), self.matrix_rates[step], value=-scale)


class ScheduleFree(Collecting, name="schedulefree"):
    """Schedule-free AdamW (Defazio et al. 2024, arXiv 2405.15682): averaging in place of a decay.

    AdamW without a first moment moves points ``z``. Their running average ``x``, weighted by the
    square of the highest rate so far, is what is measured and kept. Gradients are taken between
    the two, at ``y = (1 - β₁) z + β₁ x``, and weight decay shrinks toward 0 from there. A schedule
    should be a warm-up or none.
    """

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
        self.decay = torch.tensor([[r.weight_decay] for r in recipes], dtype=dtype)
        number = torch.arange(1, len(rates) + 1, dtype=torch.float64)
        self.correction = (1 - self.betas[1] ** number).sqrt().tolist()
        importance = rates.cummax(0).values.square()
        # Before the first rate above 0 nothing has moved, and there is nothing to weigh.
        shares = (importance / importance.cumsum(0)).nan_to_num(0)
        self.shares = shares.to(dtype).unsqueeze(2)
        self.evaluated = [w.detach().clone() for w in weights]
        self.state = [
            (x.flatten(1), x.flatten(1).clone(), torch.zeros_like(w))
            for x, (w, _) in zip(self.evaluated, self.rows, strict=True)
        ]

    @staticmethod
    def shared(recipe: Recipe) -> Hashable:
        """Weight decay may differ."""
        return recipe.betas, recipe.eps

    def update(self, step: int) -> None:
        """See ``Collecting.update``."""
        first, second = self.betas
        for (y, g), (x, z, v) in zip(self.rows, self.state, strict=True):
            v.mul_(second).addcmul_(g, g, value=1 - second)
            scale = v.sqrt().div_(self.correction[step]).add_(self.eps)
            z.addcmul_((g / scale).addcmul_(y, self.decay), self.rates[step], value=-1)
            x.lerp_(z, self.shares[step])
            torch.lerp(z, x, first, out=y)


def zeros_in_a_row(
    weights: Sequence[torch.Tensor],
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Return zeros for all parameters, one after another, and as parts in the weights' shapes."""
    lengths = [divide_up(w.numel(), ALIGNED) * ALIGNED for w in weights]
    row = torch.zeros(sum(lengths), dtype=weights[0].dtype)
    parts = zip(row.split(lengths), weights, strict=True)
    return row, [part[: w.numel()].view(w.shape) for part, w in parts]


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
