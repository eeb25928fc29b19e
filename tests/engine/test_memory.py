"""Freed memory is kept in a process that trains."""

import sys

import pytest

from everystep.engine.memory import keep_freed_memory
from everystep.measure.processes import run_process

FAULTS = '''
import resource, sys
import torch
from everystep.lab import MLP, Recipe, digits, train

def faults():
    """Page faults a round of four tensors of 24 MiB, held together and freed together.

    That is more than glibc keeps by itself, even after it has seen them freed once.
    """
    def one_round():
        return [torch.ones(6, 1 << 20) for _ in range(4)]

    one_round()  # the first takes pages from the system in any case
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        one_round()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 20

before = faults()
train(Recipe(32, 0.1, steps=2), MLP(64, 10), digits(), seeds=[0], progress=False)
print(before, faults())
'''


@pytest.mark.skipif(not keep_freed_memory(), reason="the C library is not glibc")
def test_after_a_training_freed_memory_is_used_again():
    ended = run_process([sys.executable, "-c", FAULTS], limit=120)
    assert ended.code == 0, ended.errors
    before, after = map(float, ended.output.split())
    assert after < before / 10
