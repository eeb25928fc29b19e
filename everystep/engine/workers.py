"""Stacks of replicas that train in other processes or on other machines, through an executor.

Every result is the same to the last bit, where machines are of the same kind::

    if __name__ == "__main__":  # a script needs this, a notebook does not
        with ProcessPoolExecutor(8, mp_context=multiprocessing.get_context("spawn")) as workers:
            results = sweep(recipes, model, data, threads=8, executor=workers)

Start processes by ``"spawn"``: one that is forked after PyTorch has computed can hang. On a
cluster it is ``executor=Client(address).get_executor()``, of ``dask.distributed``. Workers need
this package and a model that can be pickled. Of data and recipes they get arrays and numbers
alone: a data set's ``draw`` and a schedule may be functions that no process can hand to another. A
stack is trained by one thread of a worker; ``threads`` says into how many parts the work is
divided where there are fewer stacks than workers. An executor stays open, and its workers finish
what they have begun when a sweep is interrupted.
"""

import threading
import warnings
from collections.abc import Generator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, as_completed
from dataclasses import replace

from tqdm import tqdm

from everystep.core.recipe import Recipe
from everystep.engine.data import Data, Dataset
from everystep.engine.replicas import Finished, Job, Settings
from everystep.engine.threads import in_threads, train_stack


def by_workers(
    stacks: Sequence[Sequence[Job]],
    seeds: Sequence[int],
    settings: Settings,
    bar: tqdm,
    threads: int,
    executor: Executor,
) -> Generator[list[Finished], None, None]:
    """Train stacks by an executor's workers, and yield each when it is finished.

    Stacks that the executor loses, since a worker died and took its pool along, are trained again
    in threads of this process, with a warning.

    Args:
        stacks: jobs that are trained together.
        seeds: all the seeds.
        settings: what all replicas have in common.
        bar: counts the updates of all replicas.
        threads: how many of the lost stacks train at a time.
        executor: who trains; it stays open.
    """
    lost: list[Sequence[Job]] = []
    futures = _submit(stacks, seeds, settings, executor, lost)
    try:
        for future in as_completed(futures):
            try:
                replicas = future.result()
            except (BrokenExecutor, CancelledError):
                lost.append(futures[future])
                continue
            bar.update(sum(len(replica.batch_loss) for replica in replicas))
            yield [replace(r, job=j) for r, j in zip(replicas, futures[future], strict=True)]
    finally:
        for future in futures:
            future.cancel()
    if lost:
        warnings.warn(
            f"the executor lost {len(lost)} of {len(stacks)} stacks of replicas, as when a worker "
            "is killed; they are trained again in this process",
            stacklevel=5,
        )
        yield from in_threads(lost, seeds, settings, None, bar, threads)


def _submit(
    stacks: Sequence[Sequence[Job]],
    seeds: Sequence[int],
    settings: Settings,
    executor: Executor,
    lost: list[Sequence[Job]],
) -> dict[Future, Sequence[Job]]:
    """Hand the stacks over; those that a broken executor does not take are ``lost``."""
    data, n_train = _drawn(settings.data, seeds), settings.data.n_train
    futures: dict[Future, Sequence[Job]] = {}
    for stack in stacks:
        sent = [Job(_tabulated(job.recipe, n_train), job.seed) for job in stack]
        try:
            future = executor.submit(_train, sent, replace(settings, data=_only(data, stack)))
        except BrokenExecutor:
            lost.append(stack)
        else:
            futures[future] = stack
    return futures


def _train(jobs: Sequence[Job], settings: Settings) -> list[Finished]:
    """Train one stack; this runs in a worker, which has neither a progress bar nor an end."""
    return train_stack(jobs, settings, None, tqdm(disable=True), threading.Event())


def _tabulated(recipe: Recipe, n_train: int) -> Recipe:
    """Return the recipe with its schedule as a list of factors, one for each update."""
    if not callable(recipe.schedule):
        return recipe
    return recipe.replace(
        schedule=[float(recipe.schedule(step)) for step in range(recipe.updates(n_train))]
    )


def _drawn(data: Data | Dataset, seeds: Sequence[int]) -> Data | dict[int, Data]:
    """Draw each seed's split once; one split that all seeds share stays one."""
    return data if isinstance(data, Data) else {seed: data.split(seed) for seed in seeds}


def _only(data: Data | dict[int, Data], jobs: Sequence[Job]) -> Data | Dataset:
    """Return the data that a stack needs."""
    if isinstance(data, Data):
        return data
    return Dataset({job.seed: data[job.seed] for job in jobs}.__getitem__)
