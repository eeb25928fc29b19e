import numpy as np
import pytest
import torch

from everystep.core.recipe import OPTIMIZERS, Recipe
from everystep.engine.jobs import stackable
from everystep.engine.models import MLP
from everystep.engine.optimizers import KINDS, Collecting, PlainSGD, stacked_optimizer
from everystep.engine.training import sweep
from tests.engine.plain_loop import (
    largest_difference,
    plain_loop,
    plain_optimizer,
    random_data,
)

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
            scale = factor.view(-1, *[1] * (summed.ndim - 1))
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


def test_recipes_can_name_every_optimizer_and_no_other():
    assert set(KINDS) == set(OPTIMIZERS)


class Watched:
    """A recipe that remembers what was read of it."""

    def __init__(self, recipe, read):
        self.recipe, self.read = recipe, read

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(self.recipe, name)


def read_by(kind, one):
    """Return what an optimizer reads of a recipe, beside its name."""
    read = set()
    watched = Watched(one, read)
    kind.shared(watched)
    weights, rates = [torch.zeros(1, 2)], torch.ones(STEPS, 1, dtype=torch.float64)
    stacked = kind([watched], weights, rates, torch.full((STEPS,), 4))
    stacked.begin(0)
    stacked.update(0)
    return read - {"optimizer"}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_reads_what_its_row_says(name):
    assert read_by(KINDS[name], recipe(optimizer=name)) == set(OPTIMIZERS[name])


@pytest.fixture
def sign_sgd(monkeypatch):
    """Add an optimizer as CONTRIBUTING says: one class and one row."""
    monkeypatch.setitem(OPTIMIZERS, "signsgd", ())

    class SignSGD(Collecting, name="signsgd"):
        """The sign of every gradient alone (Bernstein et al. 2018, arXiv 1802.04434)."""

        def update(self, step):
            for w, g in self.rows:
                w.addcmul_(g.sign(), self.rates[step], value=-1)

    yield
    del KINDS["signsgd"]


class PlainSignSGD(torch.optim.Optimizer):
    """The same, for a plain loop."""

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter -= group["lr"] * parameter.grad.sign()


def test_a_new_optimizer_trains_as_a_plain_loop_does(sign_sgd):
    model, data = MLP(64, 16, 10), random_data()
    one = Recipe(16, 0.001, steps=50, optimizer="signsgd", schedule=lambda step: 0.98**step)
    fast = one.replace(lr=0.002)
    assert str(one).startswith("batch 16, lr 0.001, 50 steps, signsgd")
    swept = sweep([one, fast], model, data, seeds=[3, 8], dtype=torch.float64)
    for runs in swept:
        for replica, seed in enumerate(runs.seeds):
            net, losses = plain_loop(
                runs.recipe,
                model,
                data,
                seed,
                torch.float64,
                runs.lr,
                make_optimizer=lambda r, net: PlainSignSGD(net.parameters(), {"lr": r.lr}),
            )
            np.testing.assert_allclose(runs.batch_loss[replica], losses, rtol=1e-8)
            assert largest_difference(net, runs.module(replica))[0] <= 1e-10
    # Two recipes that differ in nothing but the rate share a stack.
    assert len(stackable([one, fast], data.n_train)) == 1


def test_a_new_optimizer_refuses_what_it_does_not_read(sign_sgd):
    with pytest.raises(ValueError, match=r"weight_decay is no setting of signsgd, which has lr$"):
        recipe(optimizer="signsgd", weight_decay=0.1)


def test_a_row_that_forgets_a_setting_is_found(monkeypatch):
    monkeypatch.setitem(OPTIMIZERS, "adamw", ("betas", "eps"))
    assert read_by(KINDS["adamw"], recipe(optimizer="adamw")) != set(OPTIMIZERS["adamw"])
