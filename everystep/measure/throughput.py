"""How long an update takes, and what part of that depends on the batch size."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from everystep.core.validation import require_whole


@dataclass(frozen=True, eq=False)
class Timings:
    """Measured times of updates.

    Attributes:
        batch_sizes: shape ``(K,)``.
        seconds: shape ``(rounds, K)``; in each round all batch sizes took their turn.
    """

    batch_sizes: np.ndarray
    seconds: np.ndarray

    @property
    def medians(self) -> np.ndarray:
        """Median seconds of an update, shape ``(K,)``."""
        return np.median(self.seconds, axis=0)

    @property
    def throughput(self) -> np.ndarray:
        """Samples a second, from the medians, shape ``(K,)``."""
        return self.batch_sizes / self.medians

    def blocks(self, count: int = 10) -> list["Timings"]:
        """Cut the rounds into blocks that follow one another, to see how much medians vary.

        Raises:
            ValueError: if ``count`` is no whole number from 1 to the number of rounds.
        """
        require_whole("count", count, minimum=1, maximum=len(self.seconds))
        parts = np.array_split(self.seconds, count)
        return [Timings(self.batch_sizes, part) for part in parts]

    def fit(self) -> tuple[float, float]:
        """Return the fixed seconds of an update and the seconds for each sample.

        Least squares of the relative errors of the medians, neither part below 0.
        """
        # Here, because it takes a third of a second to import, and few notebooks fit.
        from scipy.optimize import nnls

        columns = np.stack([np.ones(len(self.batch_sizes)), self.batch_sizes], axis=1)
        (fixed, per_sample), _ = nnls(columns / self.medians[:, None], np.ones(len(columns)))
        return float(fixed), float(per_sample)


def time_updates(
    update: Callable[[int], object],
    batch_sizes: Sequence[int],
    *,
    rounds: int = 50,
    device: torch.device | str = "cpu",
) -> Timings:
    """Time updates of several batch sizes, which take turns.

    Because they take turns, a spell in which the machine is busy with something else touches all
    batch sizes alike. A turn is two updates, of which the second is timed: the first finds caches
    full of another batch size, or memory that is not there yet. On a CPU the clock counts the time
    in which this thread occupies a core and stands still while another program has it; on an
    accelerator it is the clock on the wall.

    Args:
        update: makes one update with a batch of the size it is given.
        batch_sizes: at least two different sizes.
        rounds: how often each size is timed.
        device: where the update runs; an accelerator is waited for before the clock is read.

    Raises:
        ValueError: if there are fewer than two different batch sizes, or one of them or
            ``rounds`` is no whole number of at least 1.
    """
    if len(set(batch_sizes)) < 2:
        raise ValueError(f"batch_sizes must hold two different sizes or more, got {batch_sizes!r}")
    for size in batch_sizes:
        require_whole("batch_sizes", size, minimum=1)
    require_whole("rounds", rounds, minimum=1)
    on_cpu = torch.device(device).type == "cpu"
    clock = time.thread_time if on_cpu else time.perf_counter
    seconds = np.zeros((rounds, len(batch_sizes)))
    for row in seconds:
        for column, size in enumerate(batch_sizes):
            update(size)
            wait_for(device)
            began = clock()
            update(size)
            wait_for(device)
            row[column] = clock() - began
    return Timings(np.array(batch_sizes), seconds)


def best_device() -> torch.device:
    """Return the accelerator that PyTorch finds, such as ``cuda`` or ``mps``, or else ``cpu``."""
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def wait_for(device: torch.device | str) -> None:
    """Wait until everything that was given to an accelerator is done."""
    if torch.device(device).type != "cpu":
        torch.accelerator.synchronize(device)
