"""Stacks of replicas that train at the same time, in threads.

PyTorch lets go of the interpreter while it computes, so that threads need no second process.
Each stack computes with one thread, so that sums are added in the same order on every machine.
"""

import collections
import contextlib
import os
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import torch
from tqdm import tqdm

from everystep.core.recipe import Recipe
from everystep.engine.models import Weights
from everystep.engine.replicas import Finished, Job, Settings, Stack
from everystep.engine.runs import Runs, collect

MOST_THREADS = 4  # the interpreter, which one thread has at a time, would keep more waiting
# Initial weights are drawn from the random numbers of the whole process.
_building = threading.Lock()


def cores() -> int:
    """Return how many stacks train at a time: one for each core there is, up to 4."""
    return min(os.cpu_count() or 1, MOST_THREADS)


def train_stacks(
    stacks: Sequence[Sequence[Job]],
    seeds: Sequence[int],
    settings: Settings,
    start: Weights | None,
    bar: tqdm,
    threads: int,
) -> Generator[Runs, None, None]:
    """Train stacks, and yield each recipe's runs as soon as all its seeds are finished.

    Args:
        stacks: jobs that are trained together; every recipe is trained from every seed.
        seeds: the seeds, in the order of the runs that are returned.
        settings: what all replicas have in common.
        start: stacked weights to start from, one replica a seed.
        bar: counts the updates of all replicas.
        threads: how many stacks train at a time.
    """
    finished: dict[Recipe, dict[int, Finished]] = collections.defaultdict(dict)
    stop = threading.Event()
    with (
        _threads_left_as_they_are(),
        ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool,
    ):
        futures = []
        for stack in stacks:
            rows = [seeds.index(job.seed) for job in stack]
            own = None if start is None else [w[rows] for w in start]
            futures.append(pool.submit(_train_stack, stack, settings, own, bar, stop))
        try:
            for future in as_completed(futures):
                for replica in future.result():
                    done = finished[replica.job.recipe]
                    done[replica.job.seed] = replica
                    if len(done) == len(seeds):
                        yield collect([done[seed] for seed in seeds], settings)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def _train_stack(
    jobs: Sequence[Job],
    settings: Settings,
    start: Weights | None,
    bar: tqdm,
    stop: threading.Event,
) -> list[Finished]:
    if stop.is_set():
        return []
    # A stack of one can take other paths through the libraries, which round differently; with
    # company, a seed's result is the same to the last bit wherever it is trained.
    alone = len(jobs) == 1
    if alone and start is not None:
        start = [w.repeat_interleave(2, 0) for w in start]
    with _building:
        stack = Stack([*jobs, *jobs] if alone else jobs, settings, start)
    return stack.run(bar, stop)[: len(jobs)]


@contextlib.contextmanager
def _threads_left_as_they_are() -> Iterator[None]:
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)
