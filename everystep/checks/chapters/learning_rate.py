"""Checks of chapter 4, "How big should one step be?"."""

import math
from collections.abc import Callable

import numpy as np
import torch
from hypothesis import strategies as st

from everystep.checks.judge import Answer, is_missing
from everystep.checks.probes import recording_sgd
from everystep.checks.tasks import DecidedChoiceTask, FunctionTask, Mistake, ValueTask

# The fastest stable rate of a quadratic loss

fastest_rate = ValueTask(
    name="fastest_rate",
    value=2 / max(10.0, 1.0),
    mistakes={
        "coefficient": Mistake(
            2 / 5, "You took 5, the factor before a². The curvature is the second derivative."
        ),
        "smallest-curvature": Mistake(
            2,
            "At that rate the direction of b is at its limit. Is the direction of a stable?",
            variants=(4,),
        ),
        "creeping": Mistake(
            0.1, "Up to that rate nothing overshoots. Overshooting alone does no harm yet."
        ),
        "two-times-curvature": Mistake(
            20, "The sharper the curve, the smaller the step that it allows.", variants=(10, 5)
        ),
        "mean-curvature": Mistake(
            2 / 5.5,
            "You mixed the curvatures. The steepest direction breaks first, alone.",
            variants=(2 / 11,),
        ),
    },
)


# The same speed with another momentum


def _by_adding_up(lr: float, momentum: float, new_momentum: float) -> float:
    """Let each optimizer meet the gradient 1 again and again, until its velocity has settled."""
    reach = {}
    for m in (momentum, new_momentum):
        velocity = 0.0
        for _ in range(4000):
            velocity = m * velocity + 1
        reach[m] = velocity
    return lr * reach[momentum] / reach[new_momentum]


MOMENTA = st.sampled_from([0.0, 0.5, 0.8, 0.9, 0.95, 0.99])
BASE_RATES = st.sampled_from([0.001, 0.01, 0.05, 0.1, 0.3, 1.0])

equivalent_rate = FunctionTask(
    name="equivalent_rate",
    oracle=_by_adding_up,
    cases=st.fixed_dictionaries({"lr": BASE_RATES, "momentum": MOMENTA, "new_momentum": MOMENTA}),
    mistakes={
        "inverted": Mistake(
            lambda lr, momentum, new_momentum: lr * (1 - momentum) / (1 - new_momentum),
            "More momentum makes each gradient count for more, so the rate must go down, not up.",
        ),
        "old-momentum-forgotten": Mistake(
            lambda lr, momentum, new_momentum: lr * (1 - new_momentum),
            "That is right if the old recipe had no momentum. Here it may have had some.",
        ),
        "effective-rate": Mistake(
            lambda lr, momentum, new_momentum: lr / (1 - momentum),
            "That is the old recipe's effective rate. Which lr gives it with the new momentum?",
        ),
        "unchanged": Mistake(
            lambda lr, momentum, new_momentum: lr,
            "With the rate unchanged, the effective rate changes along with the momentum.",
        ),
    },
)


# The rates of a range test


def _evenly_spaced_logarithms(lowest: float, highest: float, updates: int) -> tuple[float, ...]:
    """Return a tuple, so that the lowest rates are judged as strictly as the highest."""
    return tuple(np.exp(np.linspace(np.log(lowest), np.log(highest), updates)))


def _growing(lowest: float, highest: float, n_factors: int, first: int, updates: int) -> list:
    factor = (highest / lowest) ** (1 / n_factors)
    return [lowest * factor ** (first + k) for k in range(updates)]


range_rates = FunctionTask(
    name="range_rates",
    oracle=_evenly_spaced_logarithms,
    cases=st.fixed_dictionaries(
        {
            "lowest": st.sampled_from([1e-5, 1e-4, 0.001, 0.01]),
            "highest": st.sampled_from([0.1, 1.0, 10.0]),
            "updates": st.integers(2, 60),
        }
    ),
    mistakes={
        "added": Mistake(
            lambda lowest, highest, updates: list(np.linspace(lowest, highest, updates)),
            "You add the same amount each time. Then nearly all updates use rates close to the "
            "highest; multiply by the same factor instead.",
        ),
        "one-factor-too-many": Mistake(
            lambda lowest, highest, updates: _growing(lowest, highest, updates, 0, updates),
            "The last rate falls short of the highest. Between n rates there are n − 1 steps.",
        ),
        "first-skipped": Mistake(
            lambda lowest, highest, updates: _growing(lowest, highest, updates, 1, updates),
            "The first update already uses a rate above the lowest.",
        ),
        "one-rate-too-few": Mistake(
            lambda lowest, highest, updates: _growing(lowest, highest, updates - 1, 0, updates - 1),
            "There is one rate fewer than there are updates.",
        ),
        "one-rate-too-many": Mistake(
            lambda lowest, highest, updates: _growing(lowest, highest, updates, 0, updates + 1),
            "There is one rate more than there are updates.",
        ),
    },
)


# Power iteration


def _matrix(curvatures: list[float], seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    size = len(curvatures)
    mixed = torch.randn(size, size, generator=generator, dtype=torch.float64)
    directions = torch.linalg.qr(mixed).Q
    return directions @ torch.diag(torch.tensor(curvatures, dtype=torch.float64)) @ directions.T


MORE_PRODUCTS = 2  # to read the curvature off at the end, and one in reserve


def _observe_power_iteration(
    answer: Answer, curvatures: list[float], seed: int, products: int
) -> tuple[object, int]:
    """Return what the answer found, and how many products it made beyond those allowed."""
    hessian, made = _matrix(curvatures, seed), []

    def multiply(vector: torch.Tensor) -> torch.Tensor:
        made.append(1)
        return hessian @ vector.to(hessian.dtype)

    found = answer(multiply, _start(len(curvatures), seed), products)
    return found, max(0, len(made) - products - MORE_PRODUCTS)


def _start(size: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed + 1000)
    return torch.randn(size, generator=generator, dtype=torch.float64)


def _all_eigenvalues(curvatures: list[float], seed: int, products: int) -> tuple[float, int]:
    return torch.linalg.eigvalsh(_matrix(curvatures, seed)).max().item(), 0


def _iterate(multiply, vector, products, *, normalize=True):
    for _ in range(products):
        vector = multiply(vector)
        if normalize:
            vector = vector / vector.norm()
    return vector


def _never_normalized(multiply, start, products):
    vector = _iterate(multiply, start, products, normalize=False)
    return vector @ multiply(vector)


def _too_often(factor):
    def answer(multiply, start, products):
        vector = _iterate(multiply, start, factor * products)
        return vector @ multiply(vector)

    return answer


def _only_start(multiply, start, products):
    vector = start / start.norm()
    return vector @ multiply(vector)


def _length_of_unit_vector(multiply, start, products):
    return _iterate(multiply, start, products).norm()


top_curvature = FunctionTask(
    name="top_curvature",
    oracle=_all_eigenvalues,
    # Each curvature is at most half of the next, so that 25 products are plenty.
    cases=st.fixed_dictionaries(
        {
            "curvatures": st.lists(
                st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0, 8.0]),
                min_size=2,
                max_size=5,
                unique=True,
            ),
            "seed": st.integers(0, 50),
            "products": st.integers(25, 40),
        }
    ),
    observe=_observe_power_iteration,
    parameters=("multiply", "start", "products"),
    shows=("curvature", "products too many"),
    mistakes={
        "never-normalized": Mistake(
            _never_normalized,
            "The vector is never brought back to length 1, so its length is in the result.",
        ),
        "too-many-products": Mistake(
            _too_often(2),
            "The curvature is right, but each product is a pass over the data, and you make more "
            "of them than you may.",
            variants=(_too_often(3), _too_often(4), _too_often(10), _too_often(100)),
        ),
        "only-start": Mistake(
            _only_start,
            "That is the curvature along the start vector. It must be multiplied again and again.",
        ),
        "length-of-unit-vector": Mistake(
            _length_of_unit_vector,
            "You return the length of a vector after it was brought to length 1.",
        ),
        "vector": Mistake(
            _iterate, "You return the direction of the strongest curvature, not the curvature."
        ),
    },
)


# Repair a range test


OVERFLOW = 1e9


def _observe_range_test(
    answer: Callable[..., tuple[list[float], list[float]]],
    lowest: float,
    factor: float,
    updates: int,
) -> object:
    """Run it on the loss w²/2 from w = 1 and return what ``shows`` names.

    The last of each is enough, since every record is the last one for some number of updates. A
    loss above ``OVERFLOW`` is reported as infinite, as a diverging network's soon is.
    """
    w = torch.nn.Parameter(torch.ones((), dtype=torch.float64))
    optimizer, used = recording_sgd([w], 1e-3)

    def take_update() -> float:
        optimizer.zero_grad()
        loss = w**2 / 2
        loss.backward()
        optimizer.step()
        return loss.item() if loss < OVERFLOW else math.inf

    result = answer(optimizer, take_update, lowest, factor, updates)
    if is_missing(result):
        return result
    rates, losses = result
    return len(rates), len(losses), rates[-1], losses[-1], used[-1], w.item()


def _range_test_by_formula(lowest: float, factor: float, updates: int) -> tuple:
    rates = [lowest * factor**k for k in range(updates)]
    weights = np.cumprod([1.0, *(1 - rate for rate in rates)])
    loss = weights[-2] ** 2 / 2
    return (
        updates,
        updates,
        rates[-1],
        loss if loss < OVERFLOW else math.inf,
        rates[-1],
        weights[-1],
    )


def _range_test(
    *,
    first: int,
    set_rate: bool,
    set_late: bool,
    record_late: bool,
    stops: Callable[[list[float]], bool] = lambda losses: False,
) -> Answer:
    """Return a range test with the given faults."""

    def answer(optimizer, take_update, lowest, factor, updates):
        rates, losses = [], []
        for k in range(updates):
            if losses and stops(losses):
                break
            rate = lowest * factor ** (k + first)
            if set_rate and not set_late:
                optimizer.param_groups[0]["lr"] = rate
            losses.append(take_update())
            if set_late:
                optimizer.param_groups[0]["lr"] = rate
            rates.append(rate * factor if record_late else rate)
        return rates, losses

    return answer


def _stopping(stops: Callable[..., bool]) -> Answer:
    return _range_test(first=0, set_rate=True, set_late=False, record_late=False, stops=stops)


repaired_range_test = FunctionTask(
    name="repaired_range_test",
    oracle=_range_test_by_formula,
    cases=st.fixed_dictionaries(
        {
            "lowest": st.sampled_from([0.01, 0.05, 0.1]),
            "factor": st.sampled_from([1.25, 1.5, 2.0]),
            "updates": st.integers(1, 8),
        }
    )
    | st.fixed_dictionaries(
        {
            "lowest": st.sampled_from([0.1, 0.5]),
            "factor": st.sampled_from([4.0, 10.0]),
            "updates": st.integers(1, 16),
        }
    ),
    observe=_observe_range_test,
    parameters=("optimizer", "take_update", "lowest", "factor", "updates"),
    shows=(
        "rates recorded",
        "losses recorded",
        "last rate recorded",
        "last loss recorded",
        "last rate used",
        "weight",
    ),
    mistakes={
        "as-given": Mistake(
            _range_test(first=0, set_rate=False, set_late=False, record_late=True),
            "",
            as_given=True,
        ),
        "not-set": Mistake(
            _range_test(first=0, set_rate=False, set_late=False, record_late=False),
            "The rates are recorded rightly, but the optimizer never hears of them.",
        ),
        "set-late": Mistake(
            _range_test(first=0, set_rate=True, set_late=True, record_late=False),
            "The optimizer gets each rate only after the update that it is recorded for.",
        ),
        "recorded-late": Mistake(
            _range_test(first=0, set_rate=True, set_late=False, record_late=True),
            "Each loss is recorded beside the rate of the update after it.",
        ),
        "first-skipped": Mistake(
            _range_test(first=1, set_rate=True, set_late=False, record_late=False),
            "The rate grows before the first update, so the lowest rate is never tried.",
        ),
        "stops-at-divergence": Mistake(
            _stopping(lambda losses: not math.isfinite(losses[-1])),
            "Your test stops when the loss diverges. It is to make all its updates.",
            variants=(
                *(
                    _stopping(lambda losses, k=k: losses[-1] > k * min(losses))
                    for k in (2, 3, 4, 5, 10, 100)
                ),
                *(
                    _stopping(lambda losses, k=k: losses[-1] > k * losses[0])
                    for k in (1, 2, 3, 4, 5, 10, 100)
                ),
                *(
                    _stopping(lambda losses, k=k: losses[-1] > k)
                    for k in (1, 10, 100, 1e3, 1e4, 1e6)
                ),
            ),
        ),
    },
)


# The rate for another batch size


def _on_log_axes(rate: float, batch: int, new_batch: int, optimizer: str, ceiling: float) -> float:
    slope = {"sgd": 1.0, "adamw": 0.5}[optimizer]
    return min(ceiling, math.exp(math.log(rate) + slope * math.log(new_batch / batch)))


def _scale(*, sgd: float, adamw: float, limited: bool = True) -> Answer:
    def answer(rate, batch, new_batch, optimizer, ceiling):
        power = sgd if optimizer == "sgd" else adamw
        scaled = rate * (new_batch / batch) ** power
        return min(scaled, ceiling) if limited else scaled

    return answer


SIZES = st.sampled_from([8, 16, 32, 64, 128, 256, 1024])

scaled_rate = FunctionTask(
    name="scaled_rate",
    oracle=_on_log_axes,
    cases=st.builds(
        lambda rate, headroom, **rest: {"rate": rate, **rest, "ceiling": rate * headroom},
        rate=st.sampled_from([0.001, 0.01, 0.1]),
        batch=SIZES,
        new_batch=SIZES,
        optimizer=st.sampled_from(["sgd", "adamw"]),
        headroom=st.sampled_from([1.5, 3.0, 1000.0]),
    ),
    relative_tolerance=1e-9,
    mistakes={
        "always-linear": Mistake(
            _scale(sgd=1, adamw=1),
            "You scale linearly for both. An adaptive optimizer's rate goes with the square root.",
        ),
        "always-root": Mistake(
            _scale(sgd=0.5, adamw=0.5),
            "You take the square root for both. SGD's rate goes with the batch itself.",
        ),
        "exchanged": Mistake(
            _scale(sgd=0.5, adamw=1), "The rules of the two optimizers are exchanged."
        ),
        "ceiling-forgotten": Mistake(
            _scale(sgd=1, adamw=0.5, limited=False),
            "The rules are right, but no batch size makes a rate above the ceiling stable.",
        ),
        "unchanged": Mistake(_scale(sgd=0, adamw=0), "The rate must change when the batch does."),
    },
)


# Diagnose

first_change = DecidedChoiceTask(
    name="first_change",
    key="lower the rate",
    number=0.1 * (1 - 0.95),
    asked="the rate that has the effective rate of the good recipe with momentum 0.95",
    reason="The loss jumps and comes to rest high up, and the training accuracy suffers with the "
    "validation accuracy: momentum 0.95 made every step 20 times as long.",
    mistakes={
        "less-overfitting": Mistake(
            ("add weight decay", 0.005),
            "Weight decay helps against overfitting. Is the training accuracy as high as that of "
            "the good recipe, as it would be in a run that overfits?",
        ),
        "stop-early": Mistake(
            ("stop earlier", 0.005),
            "Is any record of this run as good as the end of the good one?",
        ),
        "raise": Mistake(
            ("raise the rate", 0.005),
            "A rate that is too low makes the loss fall smoothly and slowly. Does it?",
        ),
        "unchanged": Mistake(0.1, "That is its rate now. What does momentum 0.95 make of it?"),
        "effective": Mistake(
            2, "That is the effective rate it has now. Which rate would have the good one, 0.1?"
        ),
        "times-momentum": Mistake(
            0.095, "You multiplied by the momentum. The effective rate is lr / (1 − momentum)."
        ),
    },
)

rescue = DecidedChoiceTask(
    name="rescue",
    key="start again with a lower rate",
    number=100,
    asked="how many times the good recipe's effective rate this run has",
    reason="At a hundred times the effective rate the hidden units died in the first updates. No "
    "gradient reaches their weights anymore, so nothing that goes on from here can move them.",
    mistakes={
        "go-on-lower": Mistake(
            ("go on with a lower rate", 100),
            "The rate is indeed too high. But do weights whose gradient is zero ever move again?",
        ),
        "go-on-longer": Mistake(
            ("go on for more epochs", 100),
            "The loss does not fall slowly, it does not fall at all. What does ln 10 stand for?",
        ),
        "raise": Mistake(
            ("start again with a higher rate", 100),
            "Look at the first records: was the loss creeping, or did it get worse at once?",
        ),
        "rate-alone": Mistake(
            5, "You compared the rates. Momentum makes every gradient count more than once."
        ),
        "momentum-alone": Mistake(20, "That is the momentum's part. The rate was raised as well."),
        "effective": Mistake(
            10, "That is its effective rate. How many times the good recipe's is it?"
        ),
    },
)
