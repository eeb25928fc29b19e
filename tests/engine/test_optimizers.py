import numpy as np
import pytest
import torch

from everystep.core.recipe import OPTIMIZERS, Recipe
from everystep.engine.jobs import stackable
from everystep.engine.models import CNN, MLP
from everystep.engine.optimizers import (
    KINDS,
    Collecting,
    PlainSGD,
    stacked_optimizer,
)
from everystep.engine.training import sweep, train
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


class Both:
    """Two optimizers as one, which share a rate."""

    def __init__(self, *parts):
        self.parts, self.param_groups = parts, [{}]

    def zero_grad(self):
        for part in self.parts:
            part.zero_grad()

    def step(self):
        for part in self.parts:
            part.param_groups[0].update(self.param_groups[0])
            part.step()


def plain_muon(recipe, net):
    """Return Muon for matrices and AdamW for the rest, as PyTorch's documentation shows it."""
    decay, matrices, rest = recipe.weight_decay, [], []
    for parameter in net.parameters():
        (matrices if parameter.ndim == 2 else rest).append(parameter)
    return Both(
        torch.optim.Muon(
            matrices,
            momentum=recipe.momentum,
            nesterov=recipe.nesterov,
            weight_decay=decay,
            adjust_lr_fn="match_rms_adamw",
        ),
        torch.optim.AdamW(rest, betas=recipe.betas, eps=recipe.eps, weight_decay=decay),
    )


@pytest.fixture
def without_rounding(monkeypatch):
    """Let ``torch.optim.Muon`` orthogonalize in the weights' own type, all else as it is."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)


MUON = {"optimizer": "muon", "momentum": 0.95, "nesterov": True}


@pytest.mark.parametrize(
    "fields",
    [
        MUON,
        MUON | {"weight_decay": 0.1, "schedule": lambda step: 0.98**step},
        MUON | {"nesterov": False, "momentum": 0.8, "betas": (0.8, 0.9), "eps": 1e-4},
        {"optimizer": "muon", "accumulation": 4},
    ],
)
@pytest.mark.parametrize("model", [MLP(64, 16, 8, 10), CNN(channels=2)], ids=repr)
def test_muon_trains_as_muon_and_adamw_of_torch_do(fields, model, without_rounding):
    data = random_data()
    one = Recipe(16, 0.003, steps=60, **fields)
    recipes = [one, one.replace(lr=0.001, weight_decay=0.3)]
    for runs in sweep(recipes, model, data, seeds=[3, 8], dtype=torch.float64):
        for replica, seed in enumerate(runs.seeds):
            net, losses = plain_loop(
                runs.recipe, model, data, seed, torch.float64, runs.lr, make_optimizer=plain_muon
            )
            np.testing.assert_allclose(runs.batch_loss[replica], losses, rtol=1e-8)
            assert largest_difference(net, runs.module(replica))[0] <= 1e-10


def test_muon_of_torch_differs_by_the_rounding_of_bfloat16_alone():
    model, data = MLP(64, 16, 10), random_data()
    runs = train(Recipe(16, 0.01, steps=1, **MUON), model, data, seeds=[3], dtype=torch.float64)
    net, _ = plain_loop(
        runs.recipe, model, data, 3, torch.float64, runs.lr, make_optimizer=plain_muon
    )
    start = model.initial_weights([3], torch.float64)
    for before, ours, theirs in zip(start, runs.weights, net.parameters(), strict=True):
        moved = (ours - before)[0]
        assert (theirs - before[0] - moved).norm() <= 0.1 * moved.norm()


class PlainScheduleFree(torch.optim.Optimizer):
    """Schedule-free AdamW as its authors write it: ``y`` and ``z`` alone, the average on demand.

    With ``C`` the share of the new point in the average, ``y`` moves by
    ``y += C (z - y) - rate (1 - beta (1 - C)) * direction``.
    """

    def __init__(self, recipe, net):
        super().__init__(net.parameters(), {"lr": recipe.lr})
        self.recipe, self.number, self.highest, self.total = recipe, 0, 0, 0

    @torch.no_grad()
    def step(self):
        (group,), (beta, beta_2) = self.param_groups, self.recipe.betas
        rate = group["lr"]
        self.number += 1
        self.highest = max(self.highest, rate)
        self.total += self.highest**2
        share = self.highest**2 / self.total if self.total else 0
        for y in group["params"]:
            state = self.state[y]
            z = state.setdefault("z", y.clone())
            squares = state.setdefault("squares", torch.zeros_like(y))
            squares += (1 - beta_2) * (y.grad**2 - squares)
            mean = squares / (1 - beta_2**self.number)
            direction = y.grad / (mean.sqrt() + self.recipe.eps) + self.recipe.weight_decay * y
            y += share * (z - y) - rate * (1 - beta * (1 - share)) * direction
            z -= rate * direction

    @torch.no_grad()
    def average(self):
        """Put the average ``x`` in the place of ``y``, which is ``(1 - beta) z + beta x``."""
        beta = self.recipe.betas[0]
        for y in self.param_groups[0]["params"]:
            y.copy_((y - (1 - beta) * self.state[y]["z"]) / beta)


SCHEDULE_FREE = {"optimizer": "schedulefree"}


@pytest.mark.parametrize(
    "fields",
    [
        SCHEDULE_FREE,
        SCHEDULE_FREE | {"weight_decay": 0.1, "betas": (0.8, 0.95), "eps": 1e-4},
        SCHEDULE_FREE | {"schedule": lambda step: min(1, step / 20), "accumulation": 4},
    ],
)
def test_schedule_free_trains_as_a_plain_loop_does(fields):
    model, data = MLP(64, 16, 10), random_data()
    one = Recipe(16, 0.003, steps=60, **fields)
    swept = sweep(
        [one, one.replace(lr=0.001, weight_decay=0.3)], model, data, seeds=[3, 8],
        every=60, dtype=torch.float64,
    )  # fmt: skip
    for runs in swept:
        for replica, seed in enumerate(runs.seeds):
            made = []

            def make(recipe, net, made=made):
                made.append(PlainScheduleFree(recipe, net))
                return made[-1]

            net, losses = plain_loop(
                runs.recipe, model, data, seed, torch.float64, runs.lr, make_optimizer=make
            )
            made[0].average()
            np.testing.assert_allclose(runs.batch_loss[replica], losses, rtol=1e-8)
            assert largest_difference(net, runs.module(replica))[0] <= 1e-10
            # What was recorded is what the average does.
            loss = torch.nn.functional.cross_entropy(net(data.x_val.double()), data.y_val)
            np.testing.assert_allclose(runs.val_loss[replica, -1], loss.item(), rtol=1e-10)


@pytest.mark.parametrize(
    ("fields", "schedule", "at", "average"),
    [
        (
            {},
            None,
            [0.6112530213948492, -1.5971023753656999, 0.2860243725486066],
            [0.6358297480378132, -1.623915300276923, 0.2841686824233223],
        ),
        (
            {"weight_decay": 0.2, "betas": (0.8, 0.95), "eps": 1e-3},
            [0.25, 0.5, 0.75, 1, 1, 1],
            [0.6260871650743212, -1.5464120937373211, 0.2901988416350531],
            [0.6601232741099292, -1.5893436563683794, 0.29513758737905627],
        ),
    ],
    ids=["as-it-is", "warm-up-and-decay"],
)
def test_schedule_free_ends_where_its_authors_program_ends(fields, schedule, at, average):
    """The numbers are from ``AdamWScheduleFree`` of the package schedulefree, 1.4.1."""
    one = Recipe(4, 0.1, steps=STEPS, optimizer="schedulefree", schedule=schedule, **fields)
    start, steepness, goal = torch.tensor(
        [[1, -2, 0.5], [1, 0.1, 4], [0, 1, 0.3]], dtype=torch.float64
    )
    weights = [start.clone().unsqueeze(0)]
    rates = torch.tensor(one.rates(24)).unsqueeze(1)
    stacked = stacked_optimizer([one], weights, rates, torch.ones(STEPS))
    for step in range(STEPS):
        factor = stacked.begin(step)
        stacked.collected[0].add_(steepness * (weights[0] - goal) * (1 + step % 3) * factor)
        stacked.update(step)
    np.testing.assert_allclose(weights[0][0], at, rtol=1e-12)
    np.testing.assert_allclose(stacked.evaluated[0][0], average, rtol=1e-12)


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
