"""Learning-rate schedules, each a pure function of the step, or, one, of the losses so far.

A schedule takes the number of updates made so far, counted from 0, and returns what the learning
rate is multiplied by for the next update. The functions here make schedules. Where PyTorch has the
same one in ``torch.optim.lr_scheduler``, its class is named; the tests compare the two over whole
runs. Beyond its horizon a schedule stays at its last value.
"""

import math
from collections.abc import Callable, Sequence

from everystep.core.validation import require_number, require_whole

Schedule = Callable[[int], float]


def constant() -> Schedule:
    """Keep the rate: 1 at every step (``ConstantLR`` with factor 1)."""
    return _named("constant", lambda step: 1.0)


def step_decay(every: int, factor: float = 0.1) -> Schedule:
    """Multiply the rate by ``factor`` after every ``every`` steps (``StepLR``).

    Raises:
        ValueError: if ``every`` is below 1 or ``factor`` not from 0 to 1.
    """
    require_whole("every", every, minimum=1)
    require_number("factor", factor, maximum=1)
    return _named("step decay", lambda step: factor ** (step // every))


def exponential(factor: float) -> Schedule:
    """Multiply the rate by ``factor`` after every step (``ExponentialLR``).

    Raises:
        ValueError: if ``factor`` is not from 0 to 1.
    """
    require_number("factor", factor, maximum=1)
    return _named("exponential", lambda step: factor**step)


def polynomial(horizon: int, power: float = 1.0) -> Schedule:
    """Fall to 0 as (1 − step / horizon) to a power; power 1 is linear decay (``PolynomialLR``).

    Raises:
        ValueError: if ``horizon`` is below 1 or ``power`` not a positive number.
    """
    require_whole("horizon", horizon, minimum=1)
    require_number("power", power, positive=True)
    return _named("polynomial", lambda step: (1 - min(step, horizon) / horizon) ** power)


def cosine(horizon: int, floor: float = 0.0) -> Schedule:
    """Fall from 1 to ``floor`` along half a cosine (``CosineAnnealingLR``).

    Loshchilov & Hutter 2016, arXiv 1608.03983, equation 5, without restarts.

    Raises:
        ValueError: if ``horizon`` is below 1 or ``floor`` not from 0 to 1.
    """
    require_whole("horizon", horizon, minimum=1)
    require_number("floor", floor, maximum=1)
    return _named("cosine", lambda step: _half_cosine(1.0, floor, min(step, horizon) / horizon))


def cosine_restarts(period: int, growth: int = 1, floor: float = 0.0) -> Schedule:
    """Fall along half a cosine again and again, each fall ``growth`` times as long as the last.

    ``CosineAnnealingWarmRestarts``; Loshchilov & Hutter 2016, arXiv 1608.03983.

    Raises:
        ValueError: if ``period`` or ``growth`` is below 1 or ``floor`` not from 0 to 1.
    """
    require_whole("period", period, minimum=1)
    require_whole("growth", growth, minimum=1)
    require_number("floor", floor, maximum=1)

    def schedule(step: int) -> float:
        length = period
        while step >= length:
            step, length = step - length, length * growth
        return _half_cosine(1.0, floor, step / length)

    return _named("cosine with restarts", schedule)


def one_cycle(horizon: int, rise: float = 0.3, start: float = 0.04, end: float = 4e-6) -> Schedule:
    """Rise from ``start`` to 1 and fall to ``end``, each along half a cosine (``OneCycleLR``).

    The defaults are PyTorch's: the peak is 25 times the start, the end 10,000 times below the
    start. Smith & Topin 2017, arXiv 1708.07120.

    Args:
        horizon: number of updates in the whole run.
        rise: the fraction of the run spent rising.
        start: factor of the first update.
        end: factor of the last update.

    Raises:
        ValueError: if ``horizon`` is below 2, or another argument not from 0 to 1.
    """
    require_whole("horizon", horizon, minimum=2)
    for name, value in (("rise", rise), ("start", start), ("end", end)):
        require_number(name, value, maximum=1)
    top, last = rise * horizon - 1, horizon - 1

    def schedule(step: int) -> float:
        step = min(step, last)
        if step <= top:
            return _half_cosine(start, 1.0, step / top if top > 0 else 1.0)
        return _half_cosine(1.0, end, (step - top) / (last - top))

    return _named("one-cycle", schedule)


def warmup(steps: int, then: Schedule) -> Schedule:
    """Rise in equal steps for ``steps`` updates, then follow ``then`` from its own step 0.

    The first of W warm-up updates has the factor 1 / (W + 1), so that none is wasted at 0
    (``LinearLR`` in a ``SequentialLR``). With 0 steps, the schedule is ``then``.

    Raises:
        ValueError: if ``steps`` is below 0 or ``then`` is no function.
    """
    require_whole("steps", steps, minimum=0)
    if not callable(then):
        raise ValueError(f"then must be a schedule, a function of the step, got {then!r}")
    return _named(
        f"warm-up, {then.__name__}",
        lambda step: (step + 1) / (steps + 1) if step < steps else then(step - steps),
    )


def warmup_cosine(horizon: int, warmup_steps: int, floor: float = 0.0) -> Schedule:
    """Warm up, then fall along half a cosine to ``floor`` at ``horizon`` updates.

    Raises:
        ValueError: if ``warmup_steps`` is not below ``horizon``, or as ``warmup`` and ``cosine``.
    """
    require_whole("horizon", horizon, minimum=1)
    require_whole("warmup_steps", warmup_steps, minimum=0, maximum=horizon - 1)
    return warmup(warmup_steps, cosine(horizon - warmup_steps, floor))


def cooldown(horizon: int, cooldown_steps: int, floor: float = 0.0) -> Schedule:
    """Stay at 1, then fall in equal steps to ``floor`` over the last ``cooldown_steps`` updates.

    Hägele et al. 2024, arXiv 2405.18392.

    Raises:
        ValueError: if ``cooldown_steps`` exceeds ``horizon`` or ``floor`` is not from 0 to 1.
    """
    require_whole("horizon", horizon, minimum=1)
    require_whole("cooldown_steps", cooldown_steps, minimum=1, maximum=horizon)
    require_number("floor", floor, maximum=1)
    begin = horizon - cooldown_steps

    def schedule(step: int) -> float:
        done = min(max(step - begin, 0), cooldown_steps) / cooldown_steps
        return 1 - (1 - floor) * done

    return _named("constant, then cooldown", schedule)


def reduce_on_plateau(
    losses: Sequence[float], factor: float = 0.1, patience: int = 10, threshold: float = 1e-4
) -> list[float]:
    """Return the factors of a rate that is cut whenever the loss has stopped falling.

    The rule of ``ReduceLROnPlateau`` in its default mode, for cuts of the rate by more than its
    ``eps``: a loss counts as better if it is below the best so far by the fraction ``threshold``
    of it; after more than ``patience`` losses in a row that are not better, the rate is cut.

    Args:
        losses: the validation loss at each evaluation so far.
        factor: what a cut multiplies the rate by.
        patience: evaluations without improvement that are borne with.
        threshold: smallest improvement that counts, as a fraction of the best loss.

    Returns:
        The factor before each evaluation, and the one after the last: ``len(losses) + 1`` numbers.

    Raises:
        ValueError: if ``factor`` or ``threshold`` is not from 0 to 1, or ``patience`` is not a
            whole number of at least 0.
    """
    require_number("factor", factor, maximum=1)
    require_number("threshold", threshold, maximum=1)
    require_whole("patience", patience, minimum=0)
    best, waited, factors = math.inf, 0, [1.0]
    for loss in losses:
        better = loss < best * (1 - threshold)
        best, waited = (loss, 0) if better else (best, waited + 1)
        cut = waited > patience
        factors.append(factors[-1] * (factor if cut else 1))
        waited = 0 if cut else waited
    return factors


def _half_cosine(first: float, last: float, done: float) -> float:
    """Go from ``first`` to ``last`` along half a cosine; ``done`` is the fraction of the way."""
    return last + (first - last) * (1 + math.cos(math.pi * done)) / 2


def _named(name: str, schedule: Schedule) -> Schedule:
    # Recipes take the name for legends.
    schedule.__name__ = name
    return schedule
