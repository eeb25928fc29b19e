import resource
import sys

import numpy as np
import pytest
import torch
from torch import nn

from everystep.measure.memory import (
    MemoryCount,
    count_memory,
    cuda_peak,
    process_peaks,
    random_batch,
    wide_mlp,
)

LOSS = nn.CrossEntropyLoss()


def make_model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))


def batch(n):
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(n, 6, generator=generator)
    return x, torch.randint(3, (n,), generator=generator)


def count(n, make_optimizer, micro_batches=1):
    model = make_model()
    optimizer = make_optimizer(model.parameters())
    return count_memory(model, optimizer, LOSS, *batch(n), micro_batches=micro_batches)


def sgd(parameters, **options):
    return torch.optim.SGD(parameters, lr=0.1, **options)


N_WEIGHTS = 6 * 5 + 5 + 5 * 3 + 3


@pytest.mark.parametrize("n", [1, 2, 7, 40])
def test_the_parts_of_a_small_network_counted_by_hand(n):
    # Inputs, ReLU's output (which the next layer shares), log-probabilities: 4 bytes a number.
    # Labels: 8 bytes. The loss keeps the total weight of its classes: 4 bytes a batch.
    assert count(n, sgd) == MemoryCount(
        weights=4 * N_WEIGHTS,
        gradients=4 * N_WEIGHTS,
        optimizer_state=0,
        activations=n * (4 * (6 + 5 + 3) + 8) + 4,
    )


def test_optimizer_state():
    momentum = count(8, lambda p: sgd(p, momentum=0.9))
    assert momentum.optimizer_state == 4 * N_WEIGHTS
    adam = count(8, torch.optim.AdamW)
    steps = 4 * len(list(make_model().parameters()))
    assert adam.optimizer_state == 2 * 4 * N_WEIGHTS + steps


def test_sums():
    counted = MemoryCount(weights=1, gradients=10, optimizer_state=100, activations=1000)
    assert counted.constant == 111
    assert counted.total == 1111


def test_parameters_without_gradient_have_none_to_count():
    model = make_model()
    model[0].requires_grad_(False)
    counted = count_memory(model, sgd(model[2].parameters()), LOSS, *batch(4))
    assert counted.gradients == 4 * (5 * 3 + 3)


@pytest.mark.parametrize("micro_batches", [1, 2, 4, 8])
def test_micro_batches_keep_one_piece_at_a_time(micro_batches):
    cut = count(8, sgd, micro_batches)
    assert cut.activations == count(8 // micro_batches, sgd).activations


def test_micro_batches_make_the_update_of_the_whole_batch():
    whole, cut = make_model(), make_model()
    count_memory(whole, sgd(whole.parameters()), LOSS, *batch(8))
    count_memory(cut, sgd(cut.parameters()), LOSS, *batch(8), micro_batches=4)
    for a, b, start in zip(
        whole.parameters(), cut.parameters(), make_model().parameters(), strict=True
    ):
        torch.testing.assert_close(a, b)
        assert not torch.equal(a, start)


@pytest.mark.parametrize("micro_batches", [0, 3, 9])
def test_uneven_pieces_are_refused(micro_batches):
    with pytest.raises(ValueError, match="micro_batches"):
        count(8, sgd, micro_batches)


def test_the_peak_of_a_process_rises_with_its_activations_and_is_its_own():
    model = wide_mlp()
    sizes = [128, 1024]
    counted = [count_memory(model, sgd(model.parameters()), LOSS, *random_batch(n)) for n in sizes]
    ballast = torch.ones(100_000_000)  # 400 MB that belong to this process alone
    unit = 1 if sys.platform == "darwin" else 1024
    parent = unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    small, large = process_peaks(sizes)
    assert small < parent - ballast.nbytes / 2
    rise = counted[1].activations - counted[0].activations
    assert rise < large - small < 5 * rise


@pytest.mark.parametrize("sizes", [[], [0, 4], [4, 4], [8, 4]])
def test_batch_sizes_of_a_process_must_rise(sizes):
    with pytest.raises(ValueError, match="batch_sizes"):
        process_peaks(sizes)


def test_two_wide_layers_are_the_default_and_more_hold_more_activations():
    def activations(model):
        return count_memory(model, sgd(model.parameters()), LOSS, *random_batch(256)).activations

    def widths(model):
        return [layer.out_features for layer in model if isinstance(layer, torch.nn.Linear)]

    assert widths(wide_mlp()) == [1024, 64, 1024, 10]
    assert widths(wide_mlp(1)) == [1024, 10]
    two, three = wide_mlp(2), wide_mlp(3)
    assert activations(three) - activations(two) == 4 * 256 * (1024 + 64)
    shallow, deep = process_peaks([512], wide_layers=1), process_peaks([512], wide_layers=12)
    assert deep[0] - shallow[0] > 11 * 4 * 512 * 1024


@pytest.mark.parametrize("layers", [0, -1, 1.5, "2"])
def test_wide_layers_must_be_a_number_of_layers(layers):
    with pytest.raises(ValueError, match="wide_layers"):
        wide_mlp(layers)
    with pytest.raises(ValueError, match="wide_layers"):
        process_peaks([8], wide_layers=layers)


def test_cuda_peak_counts_from_what_was_there_before(monkeypatch):
    memory = {"now": 300, "peak": 900}

    def work():
        memory["peak"] = max(memory["peak"], memory["now"] + 50)

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda: memory["now"])
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda: memory["peak"])
    monkeypatch.setattr(
        torch.cuda, "reset_peak_memory_stats", lambda: memory.update(peak=memory["now"])
    )
    assert cuda_peak(work) == 50


def test_cuda_peak_without_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(RuntimeError, match="CUDA device"):
        cuda_peak(lambda: None)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_peak_of_a_real_tensor():
    peak = cuda_peak(lambda: torch.ones(1_000_000, device="cuda").sum())
    assert 4_000_000 <= peak < 5_000_000


def test_counts_grow_in_proportion():
    counts = [count(n, sgd).activations for n in (1, 2, 4, 8, 16)]
    np.testing.assert_array_equal(np.diff(counts), 64 * np.array([1, 2, 4, 8]))
