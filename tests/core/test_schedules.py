"""Every schedule against its twin in PyTorch, and against what its documentation says."""

import warnings
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from everystep.core import schedules

HORIZONS = st.integers(1, 200)
FLOORS = st.floats(0, 1)
BASE_RATE = 0.3


def rates_of_twin(make, updates):
    """Return the rate at each update as PyTorch's optimizer has it during a run."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=BASE_RATE)
    rates = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scheduler = make(optimizer)
        for _ in range(updates):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return rates


def assert_twins(schedule, make, updates):
    ours = [BASE_RATE * schedule(step) for step in range(updates)]
    assert ours == pytest.approx(rates_of_twin(make, updates), rel=0, abs=1e-12)


few_examples = settings(max_examples=25)


@given(st.integers(1, 60), st.floats(0, 1))
@few_examples
def test_step_decay(every, factor):
    assert_twins(
        schedules.step_decay(every, factor), lambda o: lr_scheduler.StepLR(o, every, factor), 200
    )


@given(st.floats(0.5, 1))
@few_examples
def test_exponential(factor):
    assert_twins(
        schedules.exponential(factor), lambda o: lr_scheduler.ExponentialLR(o, factor), 200
    )


@given(HORIZONS, st.floats(0.5, 3))
@few_examples
def test_polynomial(horizon, power):
    assert_twins(
        schedules.polynomial(horizon, power),
        lambda o: lr_scheduler.PolynomialLR(o, horizon, power),
        horizon + 5,
    )


@given(HORIZONS, FLOORS)
@few_examples
def test_cosine_until_its_horizon(horizon, floor):
    assert_twins(
        schedules.cosine(horizon, floor),
        lambda o: lr_scheduler.CosineAnnealingLR(o, horizon, floor * BASE_RATE),
        horizon + 1,
    )


@given(st.integers(1, 40), st.integers(1, 3), FLOORS)
@few_examples
def test_cosine_with_restarts(period, growth, floor):
    assert_twins(
        schedules.cosine_restarts(period, growth, floor),
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, period, growth, floor * BASE_RATE),
        200,
    )


@given(st.integers(4, 200), st.floats(0.3, 0.9))
@few_examples
def test_one_cycle(horizon, rise):
    def twin(optimizer):
        return lr_scheduler.OneCycleLR(
            optimizer, BASE_RATE, total_steps=horizon, pct_start=rise, cycle_momentum=False
        )

    assert_twins(schedules.one_cycle(horizon, rise), twin, horizon)


@given(st.integers(1, 50), st.integers(1, 150))
@few_examples
def test_warm_up_before_a_cosine(steps, rest):
    def twin(optimizer):
        rising = lr_scheduler.LinearLR(optimizer, 1 / (steps + 1), 1.0, steps)
        falling = lr_scheduler.CosineAnnealingLR(optimizer, rest)
        return lr_scheduler.SequentialLR(optimizer, [rising, falling], [steps])

    assert_twins(schedules.warmup_cosine(steps + rest, steps), twin, steps + rest)


MADE = st.one_of(
    st.builds(schedules.constant),
    st.builds(schedules.step_decay, HORIZONS, FLOORS),
    st.builds(schedules.exponential, FLOORS),
    st.builds(schedules.polynomial, HORIZONS, st.floats(0.1, 5)),
    st.builds(schedules.cosine, HORIZONS, FLOORS),
    st.builds(schedules.cosine_restarts, HORIZONS, st.integers(1, 3), FLOORS),
    st.builds(schedules.one_cycle, st.integers(2, 200), FLOORS, FLOORS, FLOORS),
    HORIZONS.flatmap(
        lambda h: st.builds(schedules.warmup_cosine, st.just(h), st.integers(0, h - 1), FLOORS)
    ),
    HORIZONS.flatmap(
        lambda h: st.builds(schedules.cooldown, st.just(h), st.integers(1, h), FLOORS)
    ),
)


@given(MADE, st.integers(0, 1000))
def test_factors_are_never_negative_and_never_above_the_peak(schedule, step):
    assert 0 <= schedule(step) <= 1


@given(HORIZONS, FLOORS)
def test_ends_are_as_documented_and_kept_beyond_the_horizon(horizon, floor):
    for schedule, end in (
        (schedules.cosine(horizon, floor), floor),
        (schedules.polynomial(horizon), 0),
        (schedules.cooldown(horizon, horizon, floor), floor),
        (schedules.warmup_cosine(horizon, horizon - 1, floor), floor),
    ):
        assert schedule(horizon) == pytest.approx(end, abs=1e-15)
        assert schedule(horizon + 100) == schedule(horizon)
    assert schedules.cosine(horizon, floor)(0) == 1


@given(st.integers(10, 200), FLOORS)
def test_no_jumps_where_a_schedule_is_continuous(horizon, floor):
    for schedule in (
        schedules.cosine(horizon, floor),
        schedules.polynomial(horizon),
        schedules.one_cycle(horizon, 0.5),
        schedules.warmup_cosine(horizon, horizon // 2, floor),
        schedules.cooldown(horizon, horizon // 2, floor),
    ):
        factors = [schedule(step) for step in range(horizon + 5)]
        largest = max(abs(b - a) for a, b in pairwise(factors))
        assert largest <= 5 / horizon, schedule.__name__


def test_warm_up_of_0_and_1_steps():
    fall = schedules.cosine(10)
    none, one = schedules.warmup(0, fall), schedules.warmup(1, fall)
    assert [none(step) for step in range(12)] == [fall(step) for step in range(12)]
    assert [one(0), one(1), one(2)] == [0.5, fall(0), fall(1)]


def test_a_horizon_of_one_update():
    assert schedules.cosine(1)(0) == 1
    assert schedules.polynomial(1)(0) == 1
    assert schedules.warmup_cosine(1, 0)(0) == 1
    assert schedules.cooldown(1, 1)(0) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: schedules.cosine(0), "horizon must be a whole number of at least 1"),
        (lambda: schedules.cosine(10, -0.1), "floor must be a number from 0 to 1"),
        (lambda: schedules.polynomial(10, 0), "power must be a positive number"),
        (lambda: schedules.step_decay(0), "every must be a whole number of at least 1"),
        (lambda: schedules.step_decay(5, 1.5), "factor must be a number from 0 to 1"),
        (lambda: schedules.exponential(float("nan")), "factor must be a number from 0 to 1"),
        (lambda: schedules.cosine_restarts(0), "period must be a whole number of at least 1"),
        (lambda: schedules.one_cycle(1), "horizon must be a whole number of at least 2"),
        (lambda: schedules.one_cycle(10, rise=1.1), "rise must be a number from 0 to 1"),
        (lambda: schedules.warmup(-1, schedules.constant()), "steps must be a whole number"),
        (lambda: schedules.warmup(5, 0.1), "then must be a schedule"),
        (
            lambda: schedules.warmup_cosine(10, 10),
            "warmup_steps must be a whole",
        ),
        (lambda: schedules.cooldown(10, 11), "cooldown_steps must be a whole"),
        (lambda: schedules.cooldown(10, 5, floor=2), "floor must be a number from 0 to 1"),
    ],
)
def test_nonsense_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@given(
    losses=st.lists(st.floats(0.01, 3), max_size=40),
    factor=st.sampled_from([0.1, 0.5]),
    patience=st.integers(0, 4),
    threshold=st.sampled_from([0.0, 1e-4, 0.1]),
)
def test_reduce_on_plateau(losses, factor, patience, threshold):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=factor, patience=patience, threshold=threshold, eps=0
    )
    rates = [1.0]
    for loss in losses:
        scheduler.step(loss)
        rates.append(optimizer.param_groups[0]["lr"])
    ours = schedules.reduce_on_plateau(losses, factor, patience, threshold)
    assert ours == pytest.approx(rates, rel=0, abs=1e-12)


def test_reduce_on_plateau_without_a_loss():
    assert schedules.reduce_on_plateau([]) == [1.0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"factor": -0.1}, "factor"),
        ({"patience": -1}, "patience"),
        ({"threshold": 2}, "threshold"),
    ],
)
def test_reduce_on_plateau_refuses_nonsense(options, message):
    with pytest.raises(ValueError, match=message):
        schedules.reduce_on_plateau([1.0], **options)
