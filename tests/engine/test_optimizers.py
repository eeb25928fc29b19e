import numpy as np
import pytest
import torch

from everystep.core.recipe import Recipe
from everystep.engine.optimizers import PlainSGD, stacked_optimizer
from tests.engine.plain_loop import plain_optimizer

STEPS = 6


def recipe(**fields):
    return Recipe(4, 0.1, steps=STEPS, **fields)


@pytest.mark.parametrize(
    "recipes",
    [
        [recipe(), recipe().replace(lr=0.5)],
        [recipe(momentum=0.9), recipe(momentum=0.1)],
        [recipe(momentum=0.9, nesterov=True), recipe(momentum=0.2, nesterov=True)],
        [recipe(weight_decay=0.1), recipe(weight_decay=0.5)],
        [recipe(optimizer="adamw"), recipe(optimizer="adamw", weight_decay=0.3)],
        [recipe(optimizer="adamw", betas=(0.0, 0.5), eps=0.1)] * 2,
    ],
    ids=["sgd", "momentum", "nesterov", "weight-decay", "adamw", "adamw-betas"],
)
def test_each_replica_takes_the_steps_of_its_own_torch_optimizer(recipes):
    generator = torch.Generator().manual_seed(1)
    weights = [torch.rand(2, *shape, generator=generator).double() for shape in ((3, 2), (3,))]
    modules = [torch.nn.Linear(2, 3).double() for _ in recipes]
    for replica, module in enumerate(modules):
        for parameter, weight in zip(module.parameters(), weights, strict=True):
            parameter.data.copy_(weight[replica])
    plain = [plain_optimizer(r, module) for r, module in zip(recipes, modules, strict=True)]
    rates = torch.tensor(np.array([r.rates(8) for r in recipes])).T
    stacked = stacked_optimizer(recipes, weights, rates, torch.full((STEPS,), 4))
    for step in range(STEPS):
        factor = stacked.begin(step)
        for parameter, collected in enumerate(stacked.collected):
            summed = torch.rand(collected.shape, generator=generator).double()
            scale = factor.view(-1, *[1] * (summed.ndim - 1)) if torch.is_tensor(factor) else factor
            for replica, module in enumerate(modules):
                list(module.parameters())[parameter].grad = summed[replica] / 4
            collected.add_(summed * scale)
        stacked.update(step)
        for optimizer in plain:
            optimizer.step()
    for replica, module in enumerate(modules):
        for parameter, weight in zip(module.parameters(), weights, strict=True):
            torch.testing.assert_close(parameter.data, weight[replica], rtol=1e-12, atol=1e-14)


def test_only_sgd_without_anything_else_skips_collecting():
    rates, sizes = torch.ones(1, 1, dtype=torch.float64), torch.ones(1, dtype=torch.int64)
    kinds = [
        isinstance(stacked_optimizer([r], [torch.zeros(1, 2)], rates, sizes), PlainSGD)
        for r in (recipe(), recipe(accumulation=2), recipe(momentum=0.5), recipe(weight_decay=0.1))
    ]
    assert kinds == [True, False, False, False]
