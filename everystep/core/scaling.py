"""What an update of a data-parallel job costs: compute on each worker, and an all-reduce.

A ring all-reduce of b bytes among p nodes takes 2 (p - 1) steps, in each of which every node sends
b / p bytes (Patarasuk and Yuan 2009, "Bandwidth optimal all-reduce algorithms for clusters of
workstations"). So each node sends 2 (p - 1) / p × b bytes in all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from everystep.core.steps import divide_up
from everystep.core.validation import require_number, require_whole


@dataclass(frozen=True)
class CostModel:
    """How long the updates of a data-parallel job take; nothing overlaps with anything.

    Attributes:
        fixed: seconds of an update on a worker, whatever its batch.
        per_sample: seconds for each sample of the worker's batch.
        gradient_bytes: size of all gradients.
        latency: seconds for a step of the ring, beside the bytes.
        bandwidth: bytes a second that a node sends.
        per_node: workers behind one link, whose gradients are first added up among themselves, at
            no cost that is counted here.
    """

    fixed: float
    per_sample: float
    gradient_bytes: float
    latency: float
    bandwidth: float
    per_node: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError unless times are at least 0, size and bandwidth positive."""
        for name in ("fixed", "per_sample", "latency"):
            require_number(name, getattr(self, name))
        for name in ("gradient_bytes", "bandwidth"):
            require_number(name, getattr(self, name), positive=True)
        require_whole("per_node", self.per_node, minimum=1)

    def all_reduce(self, workers: int) -> float:
        """Return the seconds in which the gradients of all workers are added up."""
        require_whole("workers", workers, minimum=1)
        nodes = divide_up(workers, self.per_node)
        steps = 2 * (nodes - 1)
        return steps * (self.latency + self.gradient_bytes / nodes / self.bandwidth)

    def update(self, workers: int, batch: float) -> float:
        """Return the seconds of an update in which each worker has ``batch`` samples."""
        require_number("batch", batch, positive=True)
        return self.fixed + self.per_sample * batch + self.all_reduce(workers)

    def throughput(self, workers: int, batch: float) -> float:
        """Return the samples a second of all workers together."""
        return workers * batch / self.update(workers, batch)

    def efficiency(self, workers: int, batch: float) -> float:
        """Return the throughput as a part of what as many workers alone would have in sum.

        At a fixed batch for each worker this is the efficiency of weak scaling.
        """
        return self.update(1, batch) / self.update(workers, batch)


def fit_ring(
    sizes: Sequence[float], seconds: Sequence[float], *, workers: int
) -> tuple[float, float]:
    """Return latency and bandwidth of the ring that explains measured all-reduces best.

    Args:
        sizes: bytes that were added up.
        seconds: how long each took.
        workers: nodes in the ring, at least 2.

    Returns:
        Seconds a step and bytes a second. Relative errors count, so that small sizes do as well;
        a latency below 0 is taken for 0.

    Raises:
        ValueError: if there are fewer than 2 sizes, not as many times, or times that do not grow.
    """
    require_whole("workers", workers, minimum=2)
    if len(sizes) < 2 or len(sizes) != len(seconds) or min(seconds) <= 0:
        raise ValueError(
            "sizes and seconds must be as many, at least 2, and seconds positive, got "
            f"{list(sizes)!r} and {list(seconds)!r}"
        )
    taken = np.asarray(seconds, dtype=float)
    steps = 2 * (workers - 1)
    terms = np.column_stack([np.full(len(taken), steps), steps / workers * np.asarray(sizes)])
    latency, per_byte = np.linalg.lstsq(terms / taken[:, None], np.ones(len(taken)), rcond=None)[0]
    if per_byte <= 0:
        raise ValueError(f"seconds must grow with sizes, got {list(seconds)!r}")
    return max(float(latency), 0.0), float(1 / per_byte)


def updates_for(batch: float, noise_scale: float) -> float:
    """Return the updates to a given loss, as a multiple of what an endless batch needs.

    McCandlish et al. 2018 (arXiv 1812.06162), equation 2.7: with a tuned rate, an update of batch B
    gains 1 / (1 + noise scale / B) of what the full gradient gains.

    Args:
        batch: samples of all workers in an update.
        noise_scale: the batch at which the noise is as long as the gradient.
    """
    require_number("batch", batch, positive=True)
    require_number("noise_scale", noise_scale)
    return 1 + noise_scale / batch
