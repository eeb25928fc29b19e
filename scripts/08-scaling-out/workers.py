"""What workers measure together for chapter 8; each of them runs this file, started by torchrun.

    torchrun --standalone --nproc-per-node=2 workers.py measure DATA RESULT SEED...
    torchrun --standalone --nproc-per-node=2 --max-restarts=1 workers.py die OPTIONS-OF-train.py

``measure`` writes what it found to RESULT, as JSON. ``die`` is the training script of chapter 9,
with an accident: in the third epoch of the first attempt, the last worker ends itself.
"""

import contextlib
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "09-sagemaker"))

import torch
import torch.distributed as dist
import train
from torch import nn
from torch.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook
from torch.nn.parallel import DistributedDataParallel

EPOCHS = 2
# Samples of a worker's micro-batch and micro-batches of an update, so that all share batch 32.
WAYS = {"2 × 16": (16, 1), "2 × 8 × 2": (8, 2)}
SIZES = [2**k for k in range(10, 25, 2)]  # bytes
FATAL_EPOCH, FATAL_UPDATE = 2, 5  # counted from 0


def trained(data, seed, batch_size, accumulation, size):
    """Return the weights after training with the script of chapter 9, as one vector."""
    with tempfile.TemporaryDirectory() as empty:  # no checkpoint to go on from
        options = train.read_options(
            [
                f"--train={data}",
                f"--validation={data}",
                f"--batch_size={batch_size}",
                f"--accumulation={accumulation}",
                f"--epochs={EPOCHS}",
                f"--seed={seed}",
                f"--checkpoint_dir={empty}",
                "--momentum=0.9",
                "--precision=float64",
            ]
        )
        training = train.Training(options, dist.get_rank() if size > 1 else 0, size)
    for _ in range(EPOCHS):
        training.train_epoch()
    return nn.utils.parameters_to_vector(training.model.parameters()).detach()


def differences(data, seeds):
    """Return by way and seed how far any weight is from that of one process with batch 32."""
    found = {way: [] for way in WAYS}
    for seed in seeds:
        alone = trained(data, seed, 32, 1, 1)
        for way, (batch_size, accumulation) in WAYS.items():
            together = trained(data, seed, batch_size, accumulation, dist.get_world_size())
            found[way].append((together - alone).abs().max().item())
    return found


def received():
    """Return the bytes that came in over the loopback so far, or None where nobody counts them."""
    try:
        lines = Path("/proc/net/dev").read_text().splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) for line in lines if line.strip().startswith("lo:"))


def traffic(micro_batches=4, updates=20):
    """Return bytes an update, handed to all-reduce and on the wire, with and without no_sync."""
    model = nn.Sequential(nn.Linear(64, 512), nn.ReLU(), nn.Linear(512, 10))
    network = DistributedDataParallel(model)
    handed_over = 0

    def count(_, bucket):
        nonlocal handed_over
        handed_over += bucket.buffer().nbytes
        return allreduce_hook(None, bucket)

    network.register_comm_hook(None, count)
    images = torch.randn(16, 64)

    def update(quiet):
        for k in range(micro_batches):
            silent = quiet and k < micro_batches - 1
            with network.no_sync() if silent else contextlib.nullcontext():
                network(images).sum().backward()

    found = {"gradients": sum(weight.nbytes for weight in model.parameters())}
    for name, quiet in (("every backward pass", False), ("no_sync", True)):
        update(quiet)  # the first one sorts the gradients into buckets
        dist.barrier()
        handed_over, before = 0, received()
        for _ in range(updates):
            update(quiet)
        dist.barrier()
        wire = None if before is None else (received() - before) / updates
        found[name] = {"handed over": handed_over / updates, "wire": wire}
    return found


def times_to_add_up(rounds=15):
    """Return for each of SIZES how many seconds an all-reduce takes, the median of the rounds."""
    found = []
    for size in SIZES:
        values, taken = torch.zeros(size // 4), []
        for _ in range(rounds):
            dist.barrier()
            start = time.perf_counter()
            dist.all_reduce(values)
            taken.append(time.perf_counter() - start)
        found.append(statistics.median(taken))
    return found


def synchronized_batch_norm():
    """Return what SyncBatchNorm says on this device; empty if it works."""
    layer = nn.SyncBatchNorm(4)
    try:
        layer(torch.randn(8, 4))
    except (ValueError, RuntimeError) as error:
        return str(error).partition("\n")[0]
    return ""


def measure(data, result, *seeds):
    """Measure everything, and let the first worker write it down."""
    with train.workers() as (rank, _):
        found = {
            "differences": differences(data, map(int, seeds)),
            "traffic": traffic(),
            "sizes": SIZES,
            "seconds": times_to_add_up(),
            "synchronized batch norm": synchronized_batch_norm(),
        }
        if rank == 0:
            Path(result).write_text(json.dumps(found))


class Mortal(train.Training):
    """A training whose last worker ends itself in the first attempt, in the middle of an epoch."""

    made = 0

    def train_epoch(self):
        """Train an epoch; the victim waits until the one before it is saved."""
        self.made = 0
        if self._is_victim():
            while not self.checkpoint.is_file() or self._saved() < FATAL_EPOCH:
                time.sleep(0.01)
        return super().train_epoch()

    def _saved(self):
        return torch.load(self.checkpoint, weights_only=True)["epoch"]

    def _is_victim(self):
        first = os.environ["TORCHELASTIC_RESTART_COUNT"] == "0"
        return first and self.rank == self.size - 1 and self.epoch == FATAL_EPOCH

    def _update(self, group):
        if self._is_victim() and self.made == FATAL_UPDATE:
            os.kill(os.getpid(), signal.SIGKILL)
        self.made += 1
        return super()._update(group)


def die(*options):
    """Train as the script does, with an accident."""
    train.Training = Mortal
    sys.argv[1:] = options
    train.main()


if __name__ == "__main__":
    {"measure": measure, "die": die}[sys.argv[1]](*sys.argv[2:])
