"""Small models, optimizers and data that record what a learner's loop does with them.

They are so small that a check's oracle can follow every weight and every rate by hand.
"""

from collections.abc import Iterable

import torch

Batch = tuple[torch.Tensor, torch.Tensor]


def one_weight() -> torch.nn.Linear:
    """Return the model y = w · x with w = 0, in float64."""
    model = torch.nn.Linear(1, 1, bias=False, dtype=torch.float64)
    torch.nn.init.zeros_(model.weight)
    return model


def batches_of(x_values: Iterable[float]) -> list[Batch]:
    """Return one batch a value, each a single sample with target 1, for ``one_weight``."""
    target = torch.ones(1, 1, dtype=torch.float64)
    return [(torch.full((1, 1), x, dtype=torch.float64), target.clone()) for x in x_values]


def recording_sgd(
    parameters: Iterable[torch.nn.Parameter], lr: float
) -> tuple[torch.optim.SGD, list[float]]:
    """Return plain SGD, and a list to which each of its steps adds the rate that it uses."""
    optimizer = torch.optim.SGD(parameters, lr=lr)
    rates: list[float] = []
    optimizer.register_step_pre_hook(lambda *_: rates.append(rate_of(optimizer)))
    return optimizer, rates


def idle_sgd() -> torch.optim.SGD:
    """Return SGD with rate 1 and nothing to train, for schedulers to turn its rate."""
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)


def rate_of(optimizer: torch.optim.Optimizer) -> float:
    """Return the learning rate that an optimizer is set to."""
    return optimizer.param_groups[0]["lr"]
