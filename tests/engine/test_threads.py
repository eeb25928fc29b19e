import threading

import pytest

import everystep.engine.threads as threads
from everystep.core.recipe import Recipe
from everystep.engine.models import MLP
from everystep.engine.replicas import Stack
from everystep.engine.training import sweep, train
from tests.engine.plain_loop import assert_same, random_data

DATA = random_data()
SMALL = MLP(64, 16, 10)
RECIPES = [Recipe(batch, 0.1, steps=20, label_noise=0.2) for batch in (32, 16, 8)]


def on_update(monkeypatch, do):
    """Have ``do(stack, step)`` called before each update of each stack."""
    update = Stack._updates

    def watched(stack):
        for step, item in enumerate(update(stack)):
            do(stack, step)
            yield item

    monkeypatch.setattr(Stack, "_updates", watched)


@pytest.mark.parametrize("number", [2, 3])
def test_threads_change_no_result(number):
    one = sweep(RECIPES, SMALL, DATA, seeds=range(16), threads=1)
    several = sweep(RECIPES, SMALL, DATA, seeds=range(16), threads=number)
    for a, b in zip(one, several, strict=True):
        assert_same(a, b)


def test_start_weights_find_their_seeds_in_every_stack():
    seeds = [5, 3, *range(10, 24)]
    start = SMALL.initial_weights(range(16))
    one = train(RECIPES[0], SMALL, DATA, seeds=seeds, start=start, threads=1)
    two = train(RECIPES[0], SMALL, DATA, seeds=seeds, start=start, threads=2)
    assert two.seeds == tuple(seeds)
    assert_same(one, two)


def test_stacks_train_at_the_same_time(monkeypatch):
    both = threading.Barrier(2, timeout=30)
    on_update(monkeypatch, lambda _, step: both.wait() if step == 3 else None)
    sweep(RECIPES[:2], SMALL, DATA, seeds=[1, 2], threads=2)


def test_an_interruption_stops_the_other_stacks(monkeypatch):
    begun, steps = threading.Event(), []

    def do(stack, step):
        if len(stack.epochs) > 1000:  # the long one
            steps.append(step)
            begun.set()
        elif step == 3:
            assert begun.wait(30)
            raise KeyboardInterrupt

    on_update(monkeypatch, do)
    long = Recipe(8, 0.1, epochs=100_000)
    with pytest.raises(KeyboardInterrupt):
        sweep([long, RECIPES[0]], SMALL, DATA, seeds=[1, 2], threads=2)
    assert 0 < len(steps) < 1_300_000


def test_an_error_in_a_stack_reaches_the_caller(monkeypatch):
    def fail(stack, step):
        raise ZeroDivisionError("as a model could")

    on_update(monkeypatch, fail)
    with pytest.raises(ZeroDivisionError, match="as a model could"):
        train(RECIPES[0], SMALL, DATA, seeds=range(16), threads=2)


@pytest.mark.parametrize(("there_are", "used"), [(None, 1), (1, 1), (2, 2), (64, 4)])
def test_there_is_a_thread_for_each_core(monkeypatch, there_are, used):
    monkeypatch.setattr(threads.os, "cpu_count", lambda: there_are)
    assert threads.cores() == used
