"""The training script keeps the contract of SageMaker's PyTorch containers.

Exit codes and the file ``failure``, of which the job's FailureReason is the beginning, come from
the containers' own toolkit. ``make test-sagemaker`` installs it; without it, this is left out.
"""

import json
import re

import numpy as np
import pytest
import torch

from everystep.sagemaker.channels import write_channels
from everystep.sagemaker.containers import TORCHRUN, toolkit_installed
from tests.sagemaker.container import container

pytestmark = pytest.mark.skipif(
    not toolkit_installed(),
    reason="the containers' toolkit is not installed; make test-sagemaker installs it",
)
SHOWN = 1024  # characters of the file failure that become FailureReason
SETTINGS = {"epochs": 2, "lr": 0.3}


@pytest.fixture(scope="module")
def channels(tmp_path_factory):
    """Return the folders of two channels by name."""
    folder = tmp_path_factory.mktemp("s3")
    return write_channels(folder, train=slice(0, 256), validation=slice(256, 512))


@pytest.fixture(scope="module")
def finished(channels, tmp_path_factory):
    """Return a job that succeeded and its container."""
    job = container(tmp_path_factory.mktemp("finished"), channels)
    return job.run(**SETTINGS), job


def metrics(job):
    return json.loads((job.base / "output" / "data" / "metrics.json").read_text())


def assert_failed(ended, code, reason):
    """Assert that the script ended with ``code``, and FailureReason would hold the reason."""
    assert ended.code == 1  # whatever the script's own code was
    assert ended.failure is not None, ended.log
    assert f"ExitCode {code}\n" in ended.failure
    assert re.search(reason, ended.failure[:SHOWN]), ended.failure


def test_a_job_that_succeeds_leaves_model_and_metrics_and_no_failure(finished):
    ended, job = finished
    assert (ended.code, ended.failure) == (0, None), ended.log
    assert (job.base / "output" / "success").exists()
    assert set(torch.load(job.base / "model" / "model.pt")) == {
        *("0.weight", "0.bias", "2.weight", "2.bias")
    }
    told = re.findall(r"validation_loss=([0-9.eE+-]+)", ended.log)
    assert len(told) == SETTINGS["epochs"]
    assert float(told[-1]) == pytest.approx(metrics(job)["validation_loss"], rel=1e-5)


def test_a_second_job_with_the_same_checkpoints_trains_nothing_again(finished, channels, tmp_path):
    _, first = finished
    second = container(tmp_path, channels)
    ended = second.run(**SETTINGS, checkpoint_dir=str(first.base / "checkpoints"))
    assert ended.code == 0, ended.log
    assert f"resumed after epoch {SETTINGS['epochs']}" in ended.log
    assert "train_loss=" not in ended.log
    assert metrics(second) == metrics(first)


def test_two_processes_train_what_one_trains(finished, channels, tmp_path):
    _, alone = finished
    together = container(tmp_path, channels)
    ended = together.run(**SETTINGS, **TORCHRUN, batch_size=16)
    assert ended.code == 0, ended.log
    assert "torchrun --nnodes 1 --nproc_per_node 2 train.py" in ended.log
    assert ended.log.count("epoch=1 ") == 1  # the first process alone reports
    assert metrics(together) == pytest.approx(metrics(alone), rel=1e-4)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"lr_schedule": "cosin"}, r"argument --lr_schedule: invalid choice: 'cosin'"),
        ({"epochs": 0}, r"argument --epochs: must be a whole number of at least 1, got '0'"),
        ({"learning_rate": 0.1}, r"unrecognized arguments: --learning_rate 0\.1"),
        ({"epochs": 0} | TORCHRUN, r"argument --epochs: must be a whole number of at least 1"),
    ],
    ids=["wrong choice", "wrong number", "unknown hyperparameter", "two processes"],
)
def test_a_wrong_hyperparameter_is_the_failure_reason(channels, tmp_path, settings, reason):
    ended = container(tmp_path, channels).run(**settings)
    assert_failed(ended, 1 if TORCHRUN.keys() <= settings.keys() else 2, reason)


def test_a_missing_channel_is_the_failure_reason(channels, tmp_path):
    ended = container(tmp_path, {"train": channels["train"]}).run(**SETTINGS)
    assert_failed(ended, 2, r"argument --validation: no channel of this name")


def test_an_error_in_the_script_is_the_failure_reason(channels, tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    np.save(broken / "images.npy", np.zeros((8, 64), dtype="float32"))
    np.save(broken / "labels.npy", np.zeros(7, dtype=int))
    (tmp_path / "job").mkdir()
    ended = container(tmp_path / "job", channels | {"train": broken}).run(**SETTINGS)
    assert_failed(ended, 1, r"AssertionError: Size mismatch between tensors")


def test_a_loss_that_diverges_is_the_failure_reason(channels, tmp_path):
    ended = container(tmp_path, channels).run(epochs=2, lr=1e30, lr_schedule="constant")
    assert_failed(ended, 1, r"FloatingPointError: the training loss is (nan|inf) in epoch \d")
