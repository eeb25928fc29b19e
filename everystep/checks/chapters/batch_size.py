"""Checks of chapter 3, "What does a bigger batch buy, and what does it cost?"."""

import itertools
import math
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

import torch
from hypothesis import assume
from hypothesis import strategies as st

from everystep.checks.judge import Answer
from everystep.checks.probes import recording_sgd
from everystep.checks.tasks import DecidedChoiceTask, FunctionTask, Mistake, ValueTask
from everystep.core.steps import divide_up

# The noise of a larger batch

noise_at_512 = ValueTask(
    name="noise_at_512",
    value=math.sqrt(0.8**2 * 32 / 512),
    relative_tolerance=1e-6,
    mistakes={
        "proportional": Mistake(
            0.05, "You divided by 16. The noise falls more slowly than the batch grows."
        ),
        "squared": Mistake(
            0.04, "That is the square of the noise. Noise is a distance, not a variance."
        ),
        "halved-once": Mistake(
            0.4, "Half the noise takes 4 times the batch. From 32 to 512 it is 16 times."
        ),
        "rises": Mistake(3.2, "A mean over more samples is more certain, not less."),
        "unchanged": Mistake(0.8, "The full gradient does not change, but the noise does."),
    },
)


# The limit of the speed


def _fastest_possible(batch_a: int, hours_a: int, batch_b: int, hours_b: int) -> Fraction:
    """Solve hours = fixed / batch + per_sample for both, and leave the fixed part out."""
    fixed = Fraction(hours_a - hours_b) / (Fraction(1, batch_a) - Fraction(1, batch_b))
    return hours_a / (hours_a - fixed / batch_a)


largest_speedup = ValueTask(
    name="largest_speedup",
    value=float(_fastest_possible(32, 12, 512, 2)),
    relative_tolerance=0.01,
    mistakes={
        "measured": Mistake(6, "That is the factor at batch 512. A larger batch is faster still."),
        "proportional": Mistake(
            16, "That would be the factor if the time per sample fell in proportion to the batch."
        ),
        "from-512": Mistake(
            1.5, "That is the factor that is still to gain beyond batch 512. Begin at batch 32."
        ),
        "hours": Mistake(
            4 / 3, "Those are the hours that no batch can save. How many times less than 12?"
        ),
    },
)


# The largest batch that fits

LARGEST_BATCH_CASES = st.fixed_dictionaries(
    {
        "n_weights": st.integers(1, 20),
        "state_per_weight": st.integers(0, 2),
        "activation_bytes": st.integers(1, 60),
        "left": st.integers(60, 2000),
    }
)


def _offer_memory(
    answer: Answer, n_weights: int, state_per_weight: int, activation_bytes: int, left: int
) -> object:
    """Give the learner's function memory in which a batch of 1 or more is sure to fit."""
    memory = 4 * n_weights * (2 + state_per_weight) + left
    return answer(memory, n_weights, state_per_weight, activation_bytes)


def _fill_memory(n_weights: int, state_per_weight: int, activation_bytes: int, left: int) -> int:
    batch = 0
    while left >= activation_bytes:
        left -= activation_bytes
        batch += 1
    return batch


def _batch_beside(numbers_per_weight):
    return lambda memory, n_weights, state_per_weight, activation_bytes: (
        (memory - 4 * n_weights * numbers_per_weight(state_per_weight)) // activation_bytes
    )


largest_batch = FunctionTask(
    name="largest_batch",
    oracle=_fill_memory,
    cases=LARGEST_BATCH_CASES,
    observe=_offer_memory,
    parameters=("memory", "n_weights", "state_per_weight", "activation_bytes"),
    mistakes={
        "activations-only": Mistake(
            _batch_beside(lambda state: 0),
            "You gave all the memory to the activations. Something is there before the batch is.",
        ),
        "weights-only": Mistake(
            _batch_beside(lambda state: 1),
            "Besides the weights, training keeps a gradient for each, and the optimizer's state.",
        ),
        "state-forgotten": Mistake(
            _batch_beside(lambda state: 2), "The optimizer's state takes memory too."
        ),
        "gradients-forgotten": Mistake(
            _batch_beside(lambda state: 1 + state), "Each weight has a gradient too."
        ),
        "rounded-up": Mistake(
            lambda memory, n_weights, state_per_weight, activation_bytes: divide_up(
                memory - 4 * n_weights * (2 + state_per_weight), activation_bytes
            ),
            "You round up, and the last sample does not fit.",
        ),
        "bytes-forgotten": Mistake(
            lambda memory, n_weights, state_per_weight, activation_bytes: (
                (memory - n_weights * (2 + state_per_weight)) // activation_bytes
            ),
            "A float32 number takes 4 bytes.",
        ),
    },
)


# Updates at another batch size


def _updates_on_curve(batch_a: int, updates_a: int, smallest: int, batch_b: int) -> Fraction:
    """Spread the updates beyond the smallest number, which are proportional to 1 / batch."""
    return smallest + Fraction((updates_a - smallest) * batch_a, batch_b)


updates_at_64 = ValueTask(
    name="updates_at_64",
    value=float(_updates_on_curve(16, 400, 200, 64)),
    mistakes={
        "perfect-scaling": Mistake(
            100, "That is perfect scaling. At batch 16 the bend has been reached already."
        ),
        "smallest": Mistake(
            200, "That is what an endlessly large batch needs. Batch 64 still has some noise."
        ),
        "unchanged": Mistake(400, "Batch 64 has less noise than batch 16 and needs fewer updates."),
        "square-root": Mistake(
            300,
            "You let the updates beyond 200 fall with the square root of the batch, as the noise "
            "does. In the curve they fall in proportion.",
        ),
    },
)


# The noise scale


def _scale_by_hand(gradients: list[list[int]]) -> float:
    n = len(gradients)
    mean = [Fraction(sum(column), n) for column in zip(*gradients, strict=True)]
    distances = [sum((g - m) ** 2 for g, m in zip(row, mean, strict=True)) for row in gradients]
    return float(sum(distances) / n / sum(m * m for m in mean))


def _hand_in_tensor(answer: Answer, gradients: list[list[int]]) -> object:
    return answer(torch.tensor(gradients, dtype=torch.float64))


def _mean_gradient_is_not_zero(gradients: list[list[int]]) -> bool:
    return any(sum(column) for column in zip(*gradients, strict=True))


noise_scale = FunctionTask(
    name="noise_scale",
    oracle=_scale_by_hand,
    cases=st.fixed_dictionaries(
        {
            "gradients": st.lists(
                st.lists(st.integers(-5, 5), min_size=3, max_size=3), min_size=2, max_size=6
            ).filter(_mean_gradient_is_not_zero)
        }
    ),
    observe=_hand_in_tensor,
    parameters=("gradients",),
    mistakes={
        "mean-not-subtracted": Mistake(
            lambda g: g.square().sum(1).mean() / g.mean(0).square().sum(),
            "The variance is the mean squared distance from the mean gradient, not from zero.",
        ),
        "variance-averaged": Mistake(
            lambda g: g.var(0, correction=0).mean() / g.mean(0).square().sum(),
            "The variances of all weights are added up, not averaged.",
        ),
        "length-not-squared": Mistake(
            lambda g: g.var(0, correction=0).sum() / g.mean(0).norm(),
            "The length of the mean gradient enters squared.",
        ),
        "root": Mistake(
            lambda g: (g.var(0, correction=0).sum() / g.mean(0).square().sum()).sqrt(),
            "You took a square root. The ratio of the squares is a number of samples already.",
        ),
        "length-of-each": Mistake(
            lambda g: g.var(0, correction=0).sum() / g.square().sum(1).mean(),
            "Below stands the squared length of the mean gradient. You took the mean of the "
            "squared lengths, which contains the noise as well.",
        ),
        "one-less": Mistake(
            lambda g: g.var(0).sum() / g.mean(0).square().sum(),
            "You divided by n - 1, as torch's var does unless told otherwise. Here the samples are "
            "all there are: divide by n.",
        ),
    },
)


# Repair an update in pieces. A probe in front of the model counts the samples whose
# activations are kept: those that went forward and have not come back yet.

LEARNING_RATE = 0.125


class _Probe(torch.autograd.Function):
    """Hands the samples on, and counts those on their way."""

    @staticmethod
    def forward(context, x, anchor, count):
        context.size, context.count = len(x), count
        count["kept"] += len(x)
        count["peak"] = max(count["peak"], count["kept"])
        return x + 0 * anchor

    @staticmethod
    def backward(context, gradient):
        context.count["kept"] -= context.size
        return gradient, torch.zeros((), dtype=gradient.dtype), None


class _ProbedModel(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros((), dtype=torch.float64))
        self.count = {"kept": 0, "peak": 0}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return _Probe.apply(x, self.weight, self.count) * self.weight


def _observe_update(answer: Answer, xs: list[float], piece: int) -> tuple[float, int, int]:
    """Return the weight after two updates, by how much too many samples were kept, and the steps.

    A gradient is left from before, as from any earlier update.
    """
    model = _ProbedModel()
    model.weight.grad = torch.ones_like(model.weight)
    optimizer, rates = recording_sgd(model.parameters(), LEARNING_RATE)
    for _ in range(2):
        x = torch.tensor(xs, dtype=torch.float64)
        answer(model, optimizer, torch.nn.MSELoss(), x, torch.ones_like(x), piece)
    return model.weight.item(), max(0, model.count["peak"] - piece), len(rates)


def _update_by_hand(xs: list[float], piece: int) -> tuple[float, int, int]:
    weight = 0.0
    for _ in range(2):
        weight -= LEARNING_RATE * sum(2 * x * (weight * x - 1) for x in xs) / len(xs)
    return weight, 0, 2


def _update_wrongly(*, share, once=False, each_step=False, erase=True, step=True):
    def update(model, optimizer, loss_function, x, y, piece):
        if erase:
            optimizer.zero_grad()
        pieces = list(zip(x.split(piece), y.split(piece), strict=True))
        total = torch.zeros((), dtype=x.dtype)
        for inputs, labels in pieces:
            factor = share(len(inputs), len(x), len(pieces))
            loss = loss_function(model(inputs), labels) * factor
            if once:
                total = total + loss
                continue
            loss.backward()
            if each_step:
                optimizer.step()
                optimizer.zero_grad()
        if once:
            total.backward()
        if step and not each_step:
            optimizer.step()

    return update


update_in_pieces = FunctionTask(
    name="update_in_pieces",
    oracle=_update_by_hand,
    cases=st.fixed_dictionaries(
        {
            "xs": st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=1, max_size=7),
            "piece": st.integers(1, 4),
        }
    ),
    observe=_observe_update,
    parameters=("model", "optimizer", "loss_function", "x", "y", "piece"),
    shows=("weight", "excess samples", "updates"),
    mistakes={
        "as-given": Mistake(
            _update_wrongly(share=lambda size, n, pieces: 1 / pieces, once=True),
            "",
            as_given=True,
        ),
        "backward-once": Mistake(
            _update_wrongly(share=lambda size, n, pieces: size / n, once=True),
            "The update is right, but the activations of all pieces are kept until the one call "
            "of backward() at the end.",
        ),
        "equal-shares": Mistake(
            _update_wrongly(share=lambda size, n, pieces: 1 / pieces),
            "The memory is right. But a short last piece counts as much as a full one: its few "
            "samples get more weight than the others.",
        ),
        "not-divided": Mistake(
            _update_wrongly(share=lambda size, n, pieces: 1),
            "The gradients of the pieces are added up, where the whole batch would average.",
        ),
        "step-per-piece": Mistake(
            _update_wrongly(share=lambda size, n, pieces: 1, each_step=True),
            "There is a step for every piece. The batch is meant to make one update.",
            variants=(
                _update_wrongly(share=lambda size, n, pieces: size / n, each_step=True),
                _update_wrongly(share=lambda size, n, pieces: 1 / pieces, each_step=True),
            ),
        ),
        "zero-grad-forgotten": Mistake(
            _update_wrongly(share=lambda size, n, pieces: size / n, erase=False),
            "The gradient that an earlier update left behind is still there, and counts in this "
            "one.",
        ),
        "no-step": Mistake(
            _update_wrongly(share=lambda size, n, pieces: size / n, step=False),
            "Nothing moves the weight. The gradient is there; who makes the update?",
        ),
    },
)


# Diagnose

_UPDATES = 60 * len(range(0, 1100, 32))

first_diagnosis = DecidedChoiceTask(
    name="first_diagnosis",
    key="too few updates",
    number=divide_up(_UPDATES, len(range(0, 1100, 512))),
    asked="the number of epochs in which batch 512 makes as many updates as batch 32 did",
    reason="Training accuracy fell by as much as validation accuracy: the network has not learned "
    "its training set, and with 60 of those 700 epochs it had no chance to.",
    mistakes={
        "gap": Mistake(
            ("generalization gap", 700),
            "A gap lies between training and validation accuracy. Which of the two fell here?",
        ),
        "overfitting": Mistake(
            ("overfitting", 700),
            "An overfitted model does well on its training set. Does this one?",
        ),
        "rate": Mistake(
            ("rate too high", 700),
            "The same rate served batch 32, whose gradients are noisier. Look at the updates.",
        ),
        "batch-ratio": Mistake(
            960, "You multiplied by 512 / 32. Count the updates of an epoch for both sizes."
        ),
        "short-batches-lost": Mistake(
            1020,
            "You left the short last batches out, which are updates too.",
            variants=(680, 1050),
        ),
        "updates": Mistake(_UPDATES, "That is a number of updates. How many epochs are they?"),
    },
)

# Points, as the table of the exercise shows them.
GAP_GROWTH, GAP_MARGIN = 3.0, 0.7

second_diagnosis = DecidedChoiceTask(
    name="second_diagnosis",
    key="generalization gap",
    number=GAP_GROWTH,
    margin=GAP_MARGIN,
    asked="by how many points the distance from training to validation accuracy is larger with "
    "batch 128",
    reason="Both runs fit their training set, with equally many updates at the same rate; all that "
    "grew is the distance to the validation accuracy.",
    mistakes={
        "updates": Mistake(
            ("too few updates", GAP_GROWTH),
            "Both runs made equally many updates, and both fit the training set.",
        ),
        "overfitting": Mistake(
            ("overfitting", GAP_GROWTH),
            "Both models memorized the wrong labels, so it explains why neither is good. It does "
            "not explain the difference between them.",
        ),
        "rate": Mistake(
            ("rate too high", GAP_GROWTH),
            "With a rate that is too high, the training accuracy would suffer.",
        ),
        "share": Mistake(GAP_GROWTH / 100, "That is a share. How many points, of 100, are they?"),
        "sign": Mistake(-GAP_GROWTH, "With which batch is the distance larger?"),
    },
)


# Plan the experiments

Curve = list[tuple[int, float]]  # updates, and the accuracy in percent


def _plan_by_fractions(
    curves: dict[int, Curve], seconds: dict[int, float], target: float, seeds: int, budget: float
) -> tuple[dict[int, float], list[int]]:
    exact: dict[int, Fraction] = {}
    for batch, curve in curves.items():
        reached = sorted(updates for updates, accuracy in curve if not accuracy < target)
        if reached:
            exact[batch] = Fraction(seconds[batch]) * reached[0] / 3600
    chosen: list[int] = []
    left = Fraction(budget)
    for hours, batch in sorted((hours, batch) for batch, hours in exact.items()):
        left -= seeds * hours
        chosen += [batch] * (left >= 0)
    return {batch: float(hours) for batch, hours in exact.items()}, chosen


def _first_at(curve, target):
    return next((updates for updates, accuracy in curve if accuracy >= target), None)


def _planned_controls(
    curves,
    seconds,
    target,
    seeds,
    budget,
    *,
    reached=_first_at,
    unit=3600,
    each=True,
    order=lambda hours, batch: hours,
    never=None,
):
    """Plan controls with any of five details changed."""
    hours = {}
    for batch, curve in curves.items():
        updates = reached(curve, target)
        if updates is not None:
            hours[batch] = updates * (seconds[batch] if unit else 1) / (unit or 1)
        elif never is not None:
            hours[batch] = never(curve) * seconds[batch] / 3600
    chosen, spent = [], 0.0
    for batch in sorted(hours, key=lambda batch: order(hours[batch], batch)):
        spent += hours[batch] * (seeds if each else 1)
        if spent > budget:
            break
        chosen.append(batch)
    return hours, chosen


def _settled_at(curve, target):
    """Return the updates from which on the accuracy stays at the target."""
    settled = None
    for updates, accuracy in reversed(curve):
        if accuracy < target:
            break
        settled = updates
    return settled


@st.composite
def _pilots(draw: st.DrawFn) -> dict[str, Any]:
    """Draw curves that rise, dip, and reach the target, or do not; the budget is never just met."""
    # A seed of their own makes curves quickly, and few alike.
    random, target = Random(draw(st.integers(0, 10**6))), draw(st.sampled_from([90.0, 95.0]))
    curves, seconds, seeds = {}, {}, draw(st.integers(2, 16))
    for batch in random.sample([32, 64, 128, 256, 512], draw(st.integers(1, 5))):
        steps = [random.randint(1, 50) for _ in range(random.randint(1, 5))]
        updates = [100 * done for done in itertools.accumulate(steps)]
        off = random.choices([-20.0, -0.5, -0.5, 0.0, 0.5, 3.0], k=len(steps))
        curves[batch] = [(u, target + points) for u, points in zip(updates, off, strict=True)]
        seconds[batch] = random.randint(2, 40) / 8 + batch / 1000
    hours, _ = _plan_by_fractions(curves, seconds, target, seeds, 0.0)
    costs = sorted(seeds * value for value in hours.values())
    assume(all(b - a > 1e-6 for a, b in itertools.pairwise(costs)))
    paid, part = draw(st.integers(0, len(costs))), draw(st.sampled_from([0.3, 0.7]))
    rest = part * (costs[paid] if paid < len(costs) else 1.0)
    return {
        "curves": curves,
        "seconds": seconds,
        "target": target,
        "seeds": seeds,
        "budget": sum(costs[:paid]) + rest,
    }


plan_controls = FunctionTask(
    name="plan_controls",
    oracle=_plan_by_fractions,
    cases=_pilots(),
    shows=("hours", "chosen"),
    mistakes={
        "whole-curve": Mistake(
            partial(
                _planned_controls,
                reached=lambda curve, target: (
                    None if _first_at(curve, target) is None else curve[-1][0]
                ),
            ),
            "You count the whole pilot. A run may stop at the first record that has the target.",
        ),
        "best-record": Mistake(
            partial(
                _planned_controls,
                reached=lambda curve, target: (
                    None
                    if _first_at(curve, target) is None
                    else max(curve, key=lambda record: record[1])[0]
                ),
            ),
            "You wait for the best record. The first that has the target is enough.",
        ),
        "more-than-the-target": Mistake(
            partial(
                _planned_controls,
                reached=lambda curve, target: next((u for u, a in curve if a > target), None),
            ),
            "A record with exactly the target has reached it.",
        ),
        "stays-there": Mistake(
            partial(_planned_controls, reached=_settled_at),
            "You ask that the accuracy stays at the target. Its first record there counts.",
        ),
        "in-updates": Mistake(
            partial(_planned_controls, unit=None),
            "Your hours are updates. What does an update take with this batch size?",
        ),
        "in-seconds": Mistake(partial(_planned_controls, unit=1), "Your hours are seconds."),
        "in-minutes": Mistake(partial(_planned_controls, unit=60), "Your hours are minutes."),
        "never-there": Mistake(
            partial(_planned_controls, never=lambda curve: curve[-1][0]),
            "A pilot that never reaches the target does not say how long it takes. Leave it out.",
            variants=(partial(_planned_controls, never=lambda curve: math.inf),),
        ),
        "one-seed": Mistake(
            partial(_planned_controls, each=False),
            "You pay one run for each batch size. A control is made with all seeds.",
        ),
        "by-batch": Mistake(
            partial(_planned_controls, order=lambda hours, batch: batch),
            "You choose by the batch size. The cheapest come first, so that most can be made.",
            variants=(partial(_planned_controls, order=lambda hours, batch: -batch),),
        ),
        "in-given-order": Mistake(
            partial(_planned_controls, order=lambda hours, batch: 0),
            "You choose in the order of the pilots. The cheapest come first.",
        ),
        "dearest-first": Mistake(
            partial(_planned_controls, order=lambda hours, batch: -hours),
            "You begin with the dearest. Begin with the cheapest, and more can be made.",
        ),
        "no-budget": Mistake(
            lambda **case: _planned_controls(**case | {"budget": math.inf}),
            "Your list costs more than the budget allows.",
        ),
    },
)
