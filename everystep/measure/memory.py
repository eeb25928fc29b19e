"""Where the memory of a training goes: counted tensor by tensor, and as the peak of a process.

Run as a program, this file measures the peak of its own process and prints it as JSON; it then
imports nothing but torch, so that there is little else in the process.
"""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

FEATURES, WIDTH, CLASSES = 64, 1024, 10


@dataclass(frozen=True)
class MemoryCount:
    """Bytes that one update needs at the same time.

    Attributes:
        weights: the model's parameters.
        gradients: one for each parameter that has one.
        optimizer_state: what the optimizer remembers between updates, such as momentum.
        activations: what the forward pass keeps for the backward pass, the batch included, the
            weights not. The largest of the micro-batches' if there are several.
    """

    weights: int
    gradients: int
    optimizer_state: int
    activations: int

    @property
    def constant(self) -> int:
        """The part that does not depend on the batch size."""
        return self.weights + self.gradients + self.optimizer_state

    @property
    def total(self) -> int:
        """All four parts."""
        return self.constant + self.activations


def count_memory(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss_function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    x: torch.Tensor,
    y: torch.Tensor,
    *,
    micro_batches: int = 1,
) -> MemoryCount:
    """Make one update and count the tensors that it needs.

    Args:
        model: what to train; the update changes it.
        optimizer: over the model's parameters.
        loss_function: takes outputs and labels and returns the mean loss.
        x: inputs of one batch, shape ``(n, ...)``.
        y: labels, shape ``(n,)``.
        micro_batches: number of equal pieces that the batch is passed through in.

    Raises:
        ValueError: if ``micro_batches`` is below 1 or does not divide the batch.
    """
    if micro_batches < 1 or len(x) % micro_batches:
        raise ValueError(
            f"micro_batches must divide the batch of {len(x)} samples, got {micro_batches!r}"
        )
    optimizer.zero_grad()
    activations = 0
    for inputs, labels in zip(x.chunk(micro_batches), y.chunk(micro_batches), strict=True):
        with _SavedTensors(model) as saved:
            loss = loss_function(model(inputs), labels) / micro_batches
        activations = max(activations, saved.bytes)
        loss.backward()
    optimizer.step()
    parameters = list(model.parameters())
    states = [value for state in optimizer.state.values() for value in state.values()]
    return MemoryCount(
        weights=_bytes(parameters),
        gradients=_bytes([p.grad for p in parameters if p.grad is not None]),
        optimizer_state=_bytes([value for value in states if isinstance(value, torch.Tensor)]),
        activations=activations,
    )


class _SavedTensors:
    """Counts the memory that autograd keeps for the backward pass, within a ``with`` block.

    Two saved tensors may share their memory, and weights are saved too: each piece of memory is
    counted once, and those of the weights not at all.
    """

    def __init__(self, model: nn.Module):
        weights = [*model.parameters(), *model.buffers()]
        self.known = {weight.untyped_storage().data_ptr() for weight in weights}
        self.bytes = 0
        self.hooks = torch.autograd.graph.saved_tensors_hooks(self._pack, lambda tensor: tensor)

    def _pack(self, tensor: torch.Tensor) -> torch.Tensor:
        memory = tensor.untyped_storage()
        if memory.data_ptr() not in self.known:
            self.known.add(memory.data_ptr())
            # A batch may be a slice of a larger tensor, whose memory is not all the batch's.
            self.bytes += min(memory.nbytes(), tensor.nbytes)
        return tensor

    def __enter__(self) -> "_SavedTensors":
        self.hooks.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.hooks.__exit__(*error)


def _bytes(tensors: Sequence[torch.Tensor]) -> int:
    return sum(tensor.nbytes for tensor in tensors)


def cuda_peak(work: Callable[[], object]) -> int:
    """Return by how many bytes CUDA's allocated memory rises, at its peak, while ``work`` runs.

    Raises:
        RuntimeError: if there is no CUDA device.
    """
    if not torch.cuda.is_available():
        raise RuntimeError("cuda_peak needs a CUDA device, and PyTorch finds none")
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    work()
    return torch.cuda.max_memory_allocated() - before


# ------------------------------------------------------------------- peak of a process


def wide_mlp(wide_layers: int = 2) -> nn.Module:
    """Return the network whose process peak is measured: many activations, few weights.

    Args:
        wide_layers: number of hidden layers of 1,024 units; between two of them is one of 64.

    Raises:
        ValueError: if ``wide_layers`` is not a whole number of at least 1.
    """
    _check_layers(wide_layers)
    sizes = [FEATURES, *[WIDTH, FEATURES] * (wide_layers - 1), WIDTH]
    layers = [part for pair in itertools.pairwise(sizes) for part in (nn.Linear(*pair), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(WIDTH, CLASSES))


def _check_layers(wide_layers: int) -> None:
    # Not require_whole, since the measured process imports nothing but torch.
    if not isinstance(wide_layers, int) or wide_layers < 1:
        raise ValueError(f"wide_layers must be a whole number of at least 1, got {wide_layers!r}")


def random_batch(batch_size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs and labels that ``wide_mlp`` can be trained on."""
    return torch.randn(batch_size, FEATURES), torch.randint(CLASSES, (batch_size,))


def process_peaks(batch_sizes: Sequence[int], *, wide_layers: int = 2) -> list[int]:
    """Return the peak memory of a fresh process that trains ``wide_mlp`` with growing batches.

    Args:
        batch_sizes: rising, since a process's peak never falls.
        wide_layers: as in ``wide_mlp``.

    Returns:
        For each batch size, the peak in bytes after one update of that size.

    Raises:
        ValueError: if the batch sizes do not rise, or the first is below 1, or as ``wide_mlp``.
        subprocess.CalledProcessError: if the process fails.
    """
    sizes = [int(size) for size in batch_sizes]
    if not sizes or sizes[0] < 1 or sizes != sorted(set(sizes)):
        raise ValueError(f"batch_sizes must rise, from 1 or more, got {batch_sizes!r}")
    _check_layers(wide_layers)
    # glibc keeps freed memory for later unless it was mapped on its own. The setting makes it map
    # every larger tensor on its own; other systems ignore it.
    environment = os.environ | {"MALLOC_MMAP_THRESHOLD_": "65536"}
    # -P, because the file's neighbors would otherwise hide modules of the standard library.
    command = [sys.executable, "-P", __file__, *map(str, [wide_layers, *sizes])]
    output = subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    return json.loads(output)


def _peak_so_far() -> int:
    """Return the largest memory this process ever occupied, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss: on Linux it starts from the size of the process that started this one.
        return 1024 * int(status.read_text().split("VmHWM:")[1].split()[0])
    import resource  # not on Windows, where the rest of this module still works

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def _measure_peaks(wide_layers: int, batch_sizes: Sequence[int]) -> list[int]:
    torch.set_num_threads(1)
    model = wide_mlp(wide_layers)
    peaks = []
    for size in batch_sizes:
        x, y = random_batch(size)
        nn.functional.cross_entropy(model(x), y).backward()
        # Plain SGD by hand, since torch.optim takes longer to import than all updates together.
        with torch.no_grad():
            for weight in model.parameters():
                if weight.grad is not None:
                    weight.sub_(0.1 * weight.grad)
                    weight.grad = None
        peaks.append(_peak_so_far())
    return peaks


if __name__ == "__main__":
    print(json.dumps(_measure_peaks(int(sys.argv[1]), [int(size) for size in sys.argv[2:]])))
