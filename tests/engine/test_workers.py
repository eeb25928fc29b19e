import multiprocessing
import os
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest
import torch
from distributed import Client, LocalCluster

from everystep.core import schedules
from everystep.core.recipe import Recipe
from everystep.engine import runs
from everystep.engine.data import Dataset
from everystep.engine.datasets import digits
from everystep.engine.models import CNN, MLP
from everystep.engine.replicas import Stack
from everystep.engine.training import sweep
from tests.engine.plain_loop import assert_same, random_data

DATA = random_data()
SMALL = MLP(64, 16, 10)
RECIPES = [Recipe(batch, 0.1, steps=20, label_noise=0.2) for batch in (32, 16, 8)]


def pool(workers):
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


@pytest.fixture(scope="module")
def two():
    with pool(2) as executor:
        yield executor


def assert_same_sweep(a, b):
    assert [of_one.recipe for of_one in a] == [of_one.recipe for of_one in b]
    assert not a.unfinished
    for first, second in zip(a, b, strict=True):
        assert first.seeds == second.seeds
        assert_same(first, second)
        for one, other in zip(first.checkpoints, second.checkpoints, strict=True):
            assert all(map(torch.equal, one, other))


@pytest.mark.parametrize("data", [DATA, digits(100), Dataset(lambda seed: random_data(seed=seed))])
@pytest.mark.parametrize("model", [SMALL, CNN(channels=2)], ids=repr)
def test_processes_change_no_result(two, model, data):
    recipes = [
        *RECIPES,
        Recipe(8, 0.05, epochs=2, schedule=schedules.warmup_cosine(26, 3), momentum=0.9),
        Recipe(50, 0.001, epochs=2, optimizer="adamw", schedule=lambda step: 0.9**step),
    ]
    settings = {"seeds": [5, 3, *range(10, 24)], "every": 7, "checkpoints": True}
    here = sweep(recipes, model, data, threads=1, **settings)
    there = sweep(recipes, model, data, threads=2, executor=two, **settings)
    assert_same_sweep(there, here)
    assert there[recipes[4]].recipe.schedule is recipes[4].schedule


def test_float64_comes_back_as_float64(two):
    here = sweep(RECIPES[:1], SMALL, DATA, seeds=[1], dtype=torch.float64)
    there = sweep(RECIPES[:1], SMALL, DATA, seeds=[1], dtype=torch.float64, executor=two)
    assert there[0].weights[0].dtype == torch.float64
    assert_same_sweep(there, here)


def test_what_is_sent_is_plain_bytes_of_the_samples_size():
    data = random_data(1000, 100)
    assert len(pickle.dumps(data)) < 1.1 * 1100 * (64 * 4 + 8)
    again = pickle.loads(pickle.dumps(data))
    assert torch.equal(again.x_val, data.x_val)
    assert again.y_train.dtype == torch.int64


def test_the_executor_stays_open(two):
    sweep(RECIPES, SMALL, DATA, seeds=[1, 2], executor=two)
    assert two.submit(pow, 2, 5).result() == 32


class Dying(MLP):
    """A model that ends the process in which it is made, if that is a worker and it is time."""

    def __init__(self, marker, *, lives):
        super().__init__(64, 16, 10)
        self.home, self.marker, self.lives = os.getpid(), marker, lives

    def initial_weights(self, seeds, dtype=torch.float32):
        if os.getpid() != self.home:
            with open(self.marker, "a+b") as file:
                file.write(b".")
            if os.path.getsize(self.marker) == self.lives:
                os._exit(1)
        return super().initial_weights(seeds, dtype)


def test_a_lost_workers_recipes_are_trained_again(tmp_path):
    here = sweep(RECIPES, SMALL, DATA, seeds=[1, 2])
    dying = Dying(tmp_path / "lives", lives=2)
    with (
        pool(1) as executor,
        pytest.warns(UserWarning, match="the executor lost 2 of 3 stacks") as caught,
    ):
        there = sweep(RECIPES, dying, DATA, seeds=[1, 2], executor=executor)
    assert caught[0].filename == __file__
    assert_same_sweep(there, here)


def test_a_pool_that_was_broken_before_is_no_obstacle():
    here = sweep(RECIPES, SMALL, DATA, seeds=[1, 2])
    with pool(1) as executor:
        with pytest.raises(BrokenProcessPool):
            executor.submit(os._exit, 1).result()
        with pytest.warns(UserWarning, match="the executor lost 3 of 3 stacks"):
            there = sweep(RECIPES, SMALL, DATA, seeds=[1, 2], executor=executor)
    assert_same_sweep(there, here)


class Failing(MLP):
    """A model that raises an error where it is trained."""

    def initial_weights(self, seeds, dtype=torch.float32):
        if multiprocessing.parent_process():
            raise ZeroDivisionError("as a model could")
        return super().initial_weights(seeds, dtype)


def test_an_error_in_a_worker_reaches_the_caller(two):
    with pytest.raises(ZeroDivisionError, match="as a model could"):
        sweep(RECIPES, Failing(64, 16, 10), DATA, seeds=[1, 2], executor=two)


def test_an_interrupted_sweep_keeps_what_is_finished(monkeypatch):
    updates, collect, begun = Stack._updates, runs._collect, []
    collected, over = threading.Event(), threading.Event()

    def interrupted(stack):
        begun.append(stack)
        if len(begun) == 2:
            assert collected.wait(30)
            raise KeyboardInterrupt
        if len(begun) > 2:
            assert over.wait(30)
        yield from updates(stack)

    def noted(*replicas):
        collected.set()
        return collect(*replicas)

    monkeypatch.setattr(Stack, "_updates", interrupted)
    monkeypatch.setattr(runs, "_collect", noted)
    recipes = [Recipe(batch, 0.1, steps=20) for batch in range(8, 48)]
    with ThreadPoolExecutor(1) as executor:
        with pytest.warns(UserWarning, match="interrupted: 1 of 40 recipes"):
            result = sweep(recipes, SMALL, DATA, seeds=[1, 2], threads=1, executor=executor)
        over.set()
    assert len(result.runs) == 1
    assert len(result.unfinished) == 39
    assert len(begun) <= 3, "stacks that had not begun must be taken back"


def test_an_executor_must_be_one():
    with pytest.raises(ValueError, match="executor must be an executor of"):
        sweep(RECIPES, SMALL, DATA, seeds=[1, 2], executor=2)


@pytest.fixture(scope="module")
def cluster():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local,
        Client(local) as client,
    ):
        yield client


def test_a_cluster_changes_no_result(cluster):
    here = sweep(RECIPES, SMALL, digits(100), seeds=range(16), threads=1)
    there = sweep(
        RECIPES, SMALL, digits(100), seeds=range(16), threads=2, executor=cluster.get_executor()
    )
    assert_same_sweep(there, here)


@pytest.mark.filterwarnings("error:the executor lost")
def test_a_cluster_trains_a_lost_workers_recipes_itself(cluster, tmp_path):
    here = sweep(RECIPES, SMALL, DATA, seeds=[1, 2])
    dying = Dying(tmp_path / "lives", lives=2)
    there = sweep(RECIPES, dying, DATA, seeds=[1, 2], executor=cluster.get_executor())
    assert os.path.getsize(tmp_path / "lives") > 3
    assert_same_sweep(there, here)
