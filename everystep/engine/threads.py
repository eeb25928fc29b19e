"""Stacks of replicas that train at the same time, in threads.

PyTorch lets go of the interpreter while it computes, so that threads need no second process.
Each stack computes with one thread, so that sums are added in the same order on every machine.
"""

import contextlib
import os
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

import torch
from tqdm import tqdm

from everystep.engine.jobs import stack_size
from everystep.engine.memory import keep_freed_memory
from everystep.engine.models import Weights
from everystep.engine.replicas import Finished, Job, Settings, Stack

MOST_THREADS = 4  # the interpreter, which one thread has at a time, would keep more waiting
# Initial weights are drawn from the random numbers of the whole process.
_building = threading.Lock()


def cores() -> int:
    """Return how many stacks train at a time: one for each core there is, up to 4."""
    return min(os.cpu_count() or 1, MOST_THREADS)


def in_threads(
    stacks: Sequence[Sequence[Job]],
    seeds: Sequence[int],
    settings: Settings,
    start: Weights | None,
    bar: tqdm,
    threads: int,
) -> Generator[list[Finished], None, None]:
    """Train stacks in threads of this process, and yield each when it is finished.

    Args:
        stacks: jobs that are trained together.
        seeds: the seeds, in the order of ``start``.
        settings: what all replicas have in common.
        start: stacked weights to start from, one replica a seed.
        bar: counts the updates of all replicas.
        threads: how many stacks train at a time.
    """
    stop = threading.Event()
    with ThreadPoolExecutor(threads) as pool:
        futures = []
        for stack in stacks:
            rows = [seeds.index(job.seed) for job in stack]
            own = None if start is None else [w[rows] for w in start]
            futures.append(pool.submit(train_stack, stack, settings, own, bar, stop))
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


def train_stack(
    jobs: Sequence[Job],
    settings: Settings,
    start: Weights | None,
    bar: tqdm,
    stop: threading.Event,
) -> list[Finished]:
    """Train one stack in the thread that calls this.

    Args:
        jobs: the replicas to train together.
        settings: what all replicas have in common.
        start: stacked weights to start from, one replica a job.
        bar: counts the updates of all replicas.
        stop: when it is set, training ends, and nothing is returned.
    """
    if stop.is_set():
        return []
    # A stack of one can take other paths through the libraries, which round differently; with
    # company, a seed's result is the same to the last bit wherever it is trained. Where all stacks
    # are of one, it is so without.
    alone = len(jobs) == 1 < stack_size(jobs[0].recipe, settings.model)
    if alone and start is not None:
        start = [w.repeat_interleave(2, 0) for w in start]
    torch.set_num_threads(1)
    keep_freed_memory()
    with _building:
        stack = Stack([*jobs, *jobs] if alone else jobs, settings, start)
    return stack.run(bar, stop)[: len(jobs)]


@contextlib.contextmanager
def threads_left_as_they_are() -> Iterator[None]:
    """Restore PyTorch's number of threads at the end, which ``train_stack`` sets to 1."""
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)
