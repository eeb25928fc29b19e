"""The settings to copy: the loop is run, and what the others pass is looked at."""

import itertools
import math
import sys
from types import ModuleType

import pytest
import torch

WRITE = """(texts) => Object.fromEntries(Object.entries(everystep.jobs).map(
  ([title, write]) => [title, write(everystep.plan.read(texts))]))"""
OUTCOME = "([tool, texts]) => everystep.plan.outcome(everystep.plan.read(texts), tool)"
JOB = {"samples": "1000", "batch": "8", "workers": "4", "accumulation": "3", "epochs": "5",
       "drop_last": "yes", "warmup": "0.1", "per_machine": "2"}  # fmt: skip
ALONE = JOB | {"workers": "1", "per_machine": "1", "drop_last": "no"}


class Counter:
    """Stands in for an optimizer and a scheduler, and counts their steps."""

    def __init__(self):
        self.steps, self.cleared = 0, 0

    def step(self):
        self.steps += 1

    def zero_grad(self):
        self.cleared += 1


def run_loop(source, n):
    """Run the loop of worker 0 on ``n`` samples; return what it counts and what it says."""
    optimizer, scheduler = Counter(), Counter()
    data = [(torch.zeros(1), torch.zeros(1))] * n
    names = {
        "data": data, "model": torch.nn.Linear(1, 1), "optimizer": optimizer,
        "scheduler": scheduler, "loss_function": torch.nn.functional.mse_loss,
    }  # fmt: skip
    exec(compile(source, "loop", "exec"), names)
    return optimizer, scheduler, names


CASES = [
    case
    for case in itertools.product((50, 97), (1, 8), (1, 2, 3), (1, 4), ("no", "yes"))
    if case[-1] == "no" or math.prod(case[1:4]) <= case[0]
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_loop_makes_as_many_updates_as_planned(calculator, monkeypatch, case):
    monkeypatch.setenv("RANK", "0")
    names = ("samples", "batch", "workers", "accumulation", "drop_last")
    texts = dict(zip(names, map(str, case), strict=True)) | {"epochs": "3", "per_machine": "1"}
    planned = calculator.evaluate(OUTCOME, ["loop", texts])
    source = calculator.evaluate(WRITE, texts)["PyTorch"]
    optimizer, scheduler, names = run_loop(source, case[0])
    assert optimizer.steps == scheduler.steps == planned["total"] == names["total_updates"]
    assert names["warmup_updates"] == planned["warmup"]
    assert optimizer.cleared == planned["total"] + 3


def recorded(source, monkeypatch, **names):
    """Run settings; return what was passed, by what took it. Modules are made up."""
    passed = {}

    def take(name):
        def taker(*given, **settings):
            passed[name] = settings
            return MadeUp(name)

        return taker

    class MadeUp(ModuleType):
        """Has whatever is asked for, and keeps how it is called."""

        __path__ = ()

        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return take(name)

    for name in ("lightning", "transformers", "sagemaker", "sagemaker.train",
                 "sagemaker.train.configs", "sagemaker.train.distributed",
                 "sagemaker.pytorch"):  # fmt: skip
        monkeypatch.setitem(sys.modules, name, MadeUp(name))
    exec(compile(source, "settings", "exec"), names)
    return passed, names


def test_lightning_is_told_the_job(calculator, monkeypatch):
    source = calculator.evaluate(WRITE, JOB)["Lightning"]
    passed, names = recorded(source, monkeypatch, data=[0] * 1000, model=None)
    assert passed["Trainer"] == {
        "max_epochs": 5, "accumulate_grad_batches": 3, "devices": 2, "num_nodes": 2,
        "strategy": "ddp",
    }  # fmt: skip
    assert (names["loader"].batch_size, names["loader"].drop_last) == (8, True)
    planned = calculator.evaluate(OUTCOME, ["lightning", JOB])
    # 250 samples a worker are 31 full batches, and 11 groups, the last of one batch.
    assert names["total_updates"] == planned["total"] == 55
    assert names["warmup_updates"] == planned["warmup"] == 6


def test_the_trainer_is_told_the_job(calculator, monkeypatch):
    source = calculator.evaluate(WRITE, JOB)["Hugging Face Trainer"]
    passed, _ = recorded(source, monkeypatch)
    assert passed["TrainingArguments"] == {
        "output_dir": "out", "per_device_train_batch_size": 8, "gradient_accumulation_steps": 3,
        "num_train_epochs": 5, "dataloader_drop_last": True, "warmup_steps": 6,
    }  # fmt: skip
    assert "torchrun --nnodes=2 --nproc-per-node=2 --rdzv-backend=c10d" in source
    assert "over 55 updates" in source


HYPERPARAMETERS = {"batch_size": 8, "accumulation": 3, "epochs": 5, "drop_last": 1,
                   "total_updates": 50, "warmup_updates": 5}  # fmt: skip


def test_sagemaker_is_told_the_job(calculator, monkeypatch):
    codes = calculator.evaluate(WRITE, JOB)
    given = dict.fromkeys(("training_image", "instance_type", "role", "framework_version",
                           "py_version"), "mine")  # fmt: skip
    passed, _ = recorded(codes["SageMaker, ModelTrainer (SDK 3)"], monkeypatch, **given)
    assert passed["Compute"] == {"instance_type": "mine", "instance_count": 2}
    assert passed["Torchrun"] == {"process_count_per_node": 2}
    assert passed["ModelTrainer"]["hyperparameters"] == HYPERPARAMETERS
    passed, _ = recorded(codes["SageMaker, PyTorch estimator (SDK 2)"], monkeypatch, **given)
    assert passed["PyTorch"]["instance_count"] == 2
    assert passed["PyTorch"]["hyperparameters"] == HYPERPARAMETERS
    assert passed["PyTorch"]["distribution"] == {"torch_distributed": {"enabled": True}}


def test_one_worker_needs_no_launcher(calculator):
    codes = calculator.evaluate(WRITE, ALONE)
    for word in ("torchrun", "Torchrun", "distribut", "Distributed", "ddp"):
        assert word not in "".join(codes.values())
    assert all(compile(source, title, "exec") for title, source in codes.items())
