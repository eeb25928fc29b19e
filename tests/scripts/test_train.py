"""The training script: what it accepts, what it trains, how it goes on when interrupted."""

import importlib.util
import json
import random
import re
import signal
import sys

import numpy as np
import pytest
import torch
from torch.utils.data import DistributedSampler

from everystep.core import schedules
from everystep.measure.processes import run_process
from everystep.sagemaker.channels import write_channels
from tests.paths import ROOT

SCRIPT = ROOT / "scripts" / "09-sagemaker" / "train.py"
TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
EPOCHS = 3
METRIC = re.compile(r"validation_loss=([0-9.eE+-]+)")
SETTINGS = {"epochs": EPOCHS, "lr": 0.3, "momentum": 0.9, "warmup_steps": 5, "precision": "float64"}


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("train", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def channels(tmp_path_factory):
    """Return a folder with two channels; the images to train on fill no last batch."""
    folder = tmp_path_factory.mktemp("channels")
    write_channels(folder, train=slice(0, 200), validation=slice(200, 400))
    return folder


def command(channels, here, launcher=(), **settings):
    """Return the command that trains into the folder ``here``."""
    places = {
        **{name: channels / name for name in ("train", "validation")},
        **{name: here / name for name in ("model_dir", "output_data_dir", "checkpoint_dir")},
    }
    options = [f"--{name}={value}" for name, value in (SETTINGS | places | settings).items()]
    return [sys.executable, *launcher, str(SCRIPT), *options]


def run_to_the_end(words):
    """Run a command; a worker that waits in vain fails the test at the limit."""
    return run_process(words, limit=180, environment={"OMP_NUM_THREADS": "1"})


def train(channels, here, launcher=(), **settings):
    """Train to the end; return what was printed and the model's weights."""
    ended = run_to_the_end(command(channels, here, launcher, **settings))
    assert ended.code == 0, ended.errors
    return ended.output, torch.load(here / "model_dir" / "model.pt")


@pytest.fixture(scope="module")
def whole(channels, tmp_path_factory):
    """Return what an uninterrupted training on one process prints, its weights and its folder."""
    folder = tmp_path_factory.mktemp("whole")
    return *train(channels, folder), folder


@pytest.fixture(scope="module")
def longer(channels, tmp_path_factory):
    """Return what an uninterrupted training of six epochs prints, and its weights."""
    return train(channels, tmp_path_factory.mktemp("longer"), epochs=6)


def assert_equal(weights, others):
    for name, tensor in weights.items():
        torch.testing.assert_close(tensor, others[name], rtol=1e-12, atol=1e-12)


def test_it_trains_what_a_plain_loop_trains(channels, whole):
    images = torch.from_numpy(np.load(channels / "train" / "images.npy")).double()
    labels = torch.from_numpy(np.load(channels / "train" / "labels.npy"))
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)
    ).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
    sampler = DistributedSampler(range(200), num_replicas=1, rank=0, seed=0)
    updates = 7  # 200 images in batches of 32, the last of 8
    factor = schedules.warmup_cosine(EPOCHS * updates, 5)
    for epoch in range(EPOCHS):
        sampler.set_epoch(epoch)
        order = list(sampler)
        for k in range(updates):
            rows = order[32 * k : 32 * (k + 1)]
            for group in optimizer.param_groups:
                group["lr"] = 0.3 * factor(epoch * updates + k)
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(images[rows]), labels[rows]).backward()
            optimizer.step()
    assert_equal(model.state_dict(), whole[1])


def test_the_log_ends_with_the_final_metrics(whole):
    printed, _, folder = whole
    metrics = json.loads((folder / "output_data_dir" / "metrics.json").read_text())
    losses = [float(loss) for loss in METRIC.findall(printed)]
    assert len(losses) == EPOCHS
    assert losses[-1] == pytest.approx(metrics["validation_loss"], rel=1e-5)
    assert metrics["validation_accuracy"] > 0.7
    assert f"epoch={EPOCHS} step={EPOCHS * 7} " in printed


@pytest.mark.parametrize(("batch_size", "accumulation"), [(16, 1), (8, 2)])
def test_workers_and_accumulation_share_an_update(
    channels, whole, tmp_path, batch_size, accumulation
):
    _, weights = train(
        channels, tmp_path, TORCHRUN, batch_size=batch_size, accumulation=accumulation
    )
    assert_equal(weights, whole[1])


def test_a_short_last_group_counts_by_its_samples(channels, whole, tmp_path):
    _, weights = train(channels, tmp_path, batch_size=16, accumulation=2)
    assert_equal(weights, whole[1])


# Runs the training script that follows. The first word lists who dies, at each start of the job:
# before which of its updates, and which worker. The second is a folder, in which a death leaves a
# file.
KILLED = """
import json, os, pathlib, runpy, signal, sys
import torch
start = int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0"))
update, worker = [*json.loads(sys.argv[1]), *[[None, None]] * (start + 1)][start]
file = pathlib.Path(sys.argv[2]) / f"died-{start}"
made, step = [], torch.optim.SGD.step
def step_or_die(*args, **options):
    made.append(1)
    if len(made) == update and int(os.environ.get("RANK", "0")) == worker:
        file.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return step(*args, **options)
torch.optim.SGD.step = step_or_die
sys.argv = sys.argv[3:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def killed(channels, here, deaths, launcher=(), **settings):
    """Return a command as ``command`` does, for a job of which workers are killed."""
    program = here / "killed.py"
    program.write_text(KILLED)
    python, *rest = command(channels, here, launcher, **settings)
    place = rest.index(str(SCRIPT))
    return [python, *rest[:place], str(program), json.dumps(deaths), str(here), *rest[place:]]


# Of 7 updates an epoch: in the first epoch, right after a checkpoint, in the last epoch.
@pytest.mark.parametrize(("update", "finished"), [(3, 0), (8, 1), (20, 2)])
def test_a_killed_job_goes_on_and_ends_with_the_same_metrics(
    channels, whole, tmp_path, update, finished
):
    ended = run_to_the_end(killed(channels, tmp_path, [(update, 0)]))
    assert ended.code == -signal.SIGKILL
    assert len(METRIC.findall(ended.output)) == finished
    printed, weights = train(channels, tmp_path)
    resumed = re.match(r"resumed after epoch (\d)\n", printed)
    assert int(resumed[1] if resumed else 0) == finished
    assert printed.splitlines()[-1] == whole[0].splitlines()[-1]
    assert_equal(weights, whole[1])


@pytest.mark.parametrize("worker", [0, 1])
def test_a_worker_that_dies_is_started_again(channels, whole, tmp_path, worker):
    launcher = [*TORCHRUN, "--max-restarts=1"]
    # The eighth update is the second epoch's first.
    ended = run_to_the_end(killed(channels, tmp_path, [(8, worker)], launcher, batch_size=16))
    assert (tmp_path / "died-0").exists()
    assert ended.code == 0, ended.errors
    assert "resumed after epoch 1\n" in ended.output
    assert ended.output.splitlines()[-1] == whole[0].splitlines()[-1]
    assert_equal(torch.load(tmp_path / "model_dir" / "model.pt"), whole[1])


# Each death comes at one of the next eight updates, so that the job passes at most one of its six
# epochs of seven updates between two deaths, and lives to see the last.
@pytest.mark.parametrize("job", range(4))
def test_twenty_deaths_of_workers_change_no_metric(channels, longer, tmp_path, job):
    drawn = random.Random(job)
    deaths = [(drawn.randint(1, 8), drawn.randrange(2)) for _ in range(5)]
    launcher = [*TORCHRUN, f"--max-restarts={len(deaths)}"]
    ended = run_to_the_end(
        killed(channels, tmp_path, deaths, launcher, batch_size=16, epochs=len(deaths) + 1)
    )
    assert ended.code == 0, ended.errors
    assert len(list(tmp_path.glob("died-*"))) == len(deaths)
    assert ended.output.splitlines()[-1] == longer[0].splitlines()[-1]
    assert_equal(torch.load(tmp_path / "model_dir" / "model.pt"), longer[1])


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("batch_size", "0", "must be a whole number of at least 1, got '0'"),
        ("batch_size", "1.5", "must be a whole number of at least 1, got '1.5'"),
        ("accumulation", "two", "must be a whole number of at least 1, got 'two'"),
        ("epochs", "-1", "must be a whole number of at least 1, got '-1'"),
        ("lr", "-0.1", "must be a number of at least 0, got '-0.1'"),
        ("lr", "nan", "must be a number of at least 0, got 'nan'"),
        ("lr", "inf", "must be a number of at least 0, got 'inf'"),
        ("momentum", "1", "must be a number of at least 0 and below 1, got '1'"),
        ("lr_schedule", "cosin", "invalid choice: 'cosin'"),
        ("optimizer", "adam", "invalid choice: 'adam'"),
        ("warmup_steps", "1e2", "must be a whole number of at least 0, got '1e2'"),
        ("train", "nowhere", "there is no images.npy in nowhere"),
    ],
)
def test_what_cannot_be_used_is_named(script, channels, tmp_path, capsys, option, value, expected):
    with pytest.raises(SystemExit) as stopped:
        script.read_options(command(channels, tmp_path, **{option: value})[2:])
    assert stopped.value.code == 2
    assert f"ValueError: argument --{option}: {expected}" in capsys.readouterr().err


@pytest.mark.parametrize("unknown", ["batch-size", "learning_rate", "epoch"])
def test_an_unknown_hyperparameter_is_refused(script, channels, tmp_path, capsys, unknown):
    with pytest.raises(SystemExit) as stopped:
        script.read_options(command(channels, tmp_path, **{unknown: 1})[2:])
    assert stopped.value.code == 2
    assert f"ValueError: unrecognized arguments: --{unknown}=1" in capsys.readouterr().err


def test_a_missing_channel_is_named(script, channels, capsys):
    with pytest.raises(SystemExit) as stopped:
        script.read_options([f"--train={channels / 'train'}"])
    assert stopped.value.code == 2
    assert "argument --validation: no channel of this name" in capsys.readouterr().err


def test_a_checkpoint_of_other_hyperparameters_is_refused(script, channels, tmp_path, capsys):
    first, second = (
        script.read_options(command(channels, tmp_path, hidden=hidden)[2:]) for hidden in (8, 16)
    )
    script.Training(first, 0, 1).save()
    with pytest.raises(SystemExit) as stopped:
        script.Training(second, 0, 1)
    assert stopped.value.code == 1
    assert "checkpoint.pt was saved with 8, and this job has 16" in capsys.readouterr().err
    assert script.Training(first, 0, 1).epoch == 0


def test_a_run_that_diverges_ends_with_a_sentence(script, channels, tmp_path, capsys, monkeypatch):
    failure = tmp_path / "failure"
    monkeypatch.setenv("SM_OUTPUT_FAILURE", str(failure))
    options = script.read_options(
        command(channels, tmp_path, lr=1e200, lr_schedule="constant", warmup_steps=0)[2:]
    )
    with pytest.raises(SystemExit) as stopped:
        script.run(options, 0, 1)
    assert stopped.value.code == 1
    sentence = capsys.readouterr().err.strip()
    assert re.search(r": the training loss is (nan|inf) in epoch \d; lower --lr$", sentence)
    assert failure.read_text() == sentence


@pytest.mark.parametrize("name", ["constant", "linear", "cosine"])
def test_schedules_are_those_of_the_course(script, channels, tmp_path, name):
    options = script.read_options(command(channels, tmp_path, lr_schedule=name)[2:])
    rest = 16
    shape = {
        "constant": schedules.constant(),
        "linear": schedules.polynomial(rest),
        "cosine": schedules.cosine(rest),
    }[name]
    factor, expected = script.rate_factor(options, 5 + rest), schedules.warmup(5, shape)
    for step in range(5 + rest + 3):
        assert factor(step) == pytest.approx(expected(step), abs=1e-12)
