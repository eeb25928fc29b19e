"""Train a small classifier: by hand, under torchrun, or as a SageMaker training job (Script Mode).

Hyperparameters are options. What the platform decides, such as where the data lie and where the
model goes, has the container's SM_* variables as defaults. Checkpoints have no such variable: give
LocalPath of the job's CheckpointConfig, if it is not the platform's own /opt/ml/checkpoints.

    python train.py --train data/train --validation data/validation --epochs 5
    torchrun --standalone --nproc-per-node=2 train.py --batch_size 16 ...

A channel is a folder with images.npy (samples x features) and labels.npy (whole numbers from 0).
Each worker passes batch_size samples at once and adds up the gradients of accumulation such
micro-batches: one update is made from batch_size x accumulation x workers samples. The state is
saved after every epoch, and a job that finds it goes on from there.
"""

import argparse
import contextlib
import json
import math
import os
import sys
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

# What the peak rate is multiplied by, by the part of the updates after the warm-up that is made.
SCHEDULES = {
    "constant": lambda part: 1.0,
    "linear": lambda part: 1 - part,
    "cosine": lambda part: (1 + math.cos(math.pi * part)) / 2,
}
PRECISIONS = {"float32": torch.float32, "float64": torch.float64}
PLACES = ("train", "validation", "model_dir", "output_data_dir", "checkpoint_dir")
ON_THE_PLATFORM = "SM_MODEL_DIR" in os.environ


def whole(lowest):
    """Return a reader of whole numbers from ``lowest`` on."""

    def read(text):
        if not text.isdecimal() or int(text) < lowest:
            raise argparse.ArgumentTypeError(
                f"must be a whole number of at least {lowest}, got {text!r}"
            )
        return int(text)

    return read


def number(below=math.inf):
    """Return a reader of finite numbers from 0 up to, but not including, ``below``."""

    def read(text):
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 <= value < below:
            limit = "" if math.isinf(below) else f" and below {below:g}"
            raise argparse.ArgumentTypeError(f"must be a number of at least 0{limit}, got {text!r}")
        return value

    return read


def stop(sentence, status=1):
    """Print what is wrong, and end; in a container, the sentence becomes the job's FailureReason.

    Of what a script prints, the containers' toolkit passes on what follows the name of one of
    Python's errors, so a sentence begins with one. Version 3 of the SDK passes on nothing of it,
    but leaves a file that the script has written as it is.
    """
    if file := os.environ.get("SM_OUTPUT_FAILURE"):
        Path(file).write_text(sentence)
    print(sentence, file=sys.stderr)
    sys.exit(status)


class Parser(argparse.ArgumentParser):
    """Tells what is wrong with an option in one line."""

    def error(self, message):
        """Print the message and end with status 2."""
        stop(f"ValueError: {message} (options: {self.prog} --help)", status=2)


def read_options(arguments=None):
    """Return the hyperparameters and the folders; end with status 2 if one cannot be used."""
    parser = Parser(description=__doc__.splitlines()[0], allow_abbrev=False)
    add = parser.add_argument
    add("--batch_size", type=whole(1), default=32, help="samples that a worker passes at once")
    add("--accumulation", type=whole(1), default=1, help="micro-batches of a worker in an update")
    add("--epochs", type=whole(1), default=20)
    add("--optimizer", choices=("sgd", "adamw"), default="sgd")
    add("--lr", type=number(), default=0.1, help="the learning rate at its peak")
    add("--momentum", type=number(below=1), default=0.0, help="of SGD")
    add("--weight_decay", type=number(), default=0.0)
    add("--lr_schedule", choices=tuple(SCHEDULES), default="cosine")
    add("--warmup_steps", type=whole(0), default=0, help="updates in which the rate rises")
    add("--hidden", type=whole(1), default=128, help="units of the hidden layer")
    add("--seed", type=whole(0), default=0)
    add("--precision", choices=tuple(PRECISIONS), default="float32")
    for name, variable, otherwise in (
        ("train", "SM_CHANNEL_TRAIN", None),
        ("validation", "SM_CHANNEL_VALIDATION", None),
        ("model_dir", "SM_MODEL_DIR", "model"),
        ("output_data_dir", "SM_OUTPUT_DATA_DIR", "output"),
    ):
        default = os.environ.get(variable, otherwise)
        add(f"--{name}", type=Path, default=default, metavar="FOLDER", help=f"or {variable}")
    kept = "/opt/ml/checkpoints" if ON_THE_PLATFORM else "checkpoints"
    add("--checkpoint_dir", type=Path, default=Path(kept), metavar="FOLDER")
    options = parser.parse_args(arguments)
    for channel in ("train", "validation"):
        place = getattr(options, channel)
        if place is None:
            parser.error(f"argument --{channel}: no channel of this name, and no folder given")
        for file in ("images.npy", "labels.npy"):
            if not (place / file).is_file():
                parser.error(f"argument --{channel}: there is no {file} in {place}")
    return options


def hyperparameters(options):
    """Return everything that a result depends on, by name."""
    return {name: value for name, value in vars(options).items() if name not in PLACES}


def read_channel(place, precision):
    """Return a channel's images and labels."""
    images, labels = (torch.from_numpy(np.load(place / f"{n}.npy")) for n in ("images", "labels"))
    return TensorDataset(images.to(PRECISIONS[precision]), labels.long())


@contextlib.contextmanager
def workers():
    """Join the other workers that torchrun has started; yield the own rank and their number."""
    if not dist.is_torchelastic_launched():
        yield 0, 1
        return
    # torchrun may keep one store for all its attempts, in which the addresses of workers that have
    # died would be found again: to join those would take half an hour to fail.
    store, rank, size = next(dist.rendezvous("env://"))
    attempt = os.environ["TORCHELASTIC_RESTART_COUNT"]
    dist.init_process_group(
        "nccl" if torch.cuda.is_available() else "gloo",
        store=dist.PrefixStore(f"attempt-{attempt}", store),
        rank=rank,
        world_size=size,
    )
    try:
        yield rank, size
    finally:
        dist.destroy_process_group()


def own_device():
    """Return the GPU that torchrun gave to this worker, or the CPU."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))


def rate_factor(options, updates):
    """Return what the rate is multiplied by, as a function of the updates made so far."""

    def factor(made):
        if made < options.warmup_steps:
            return (made + 1) / (options.warmup_steps + 1)
        after = max(updates - options.warmup_steps, 1)
        return SCHEDULES[options.lr_schedule](min((made - options.warmup_steps) / after, 1))

    return factor


class Training:
    """What a job has in hand: model, data of this worker, optimizer, and how far it is."""

    def __init__(self, options, rank, size):
        self.options, self.rank, self.size = options, rank, size
        self.device = own_device()
        data = read_channel(options.train, options.precision)
        # Shuffles by seed and epoch, the same on all workers, and gives each its share.
        self.sampler = DistributedSampler(data, size, rank, seed=options.seed)
        self.loader = DataLoader(data, options.batch_size, sampler=self.sampler)
        self.updates_per_epoch = math.ceil(len(self.loader) / options.accumulation)
        features, classes = data.tensors[0].shape[1], int(data.tensors[1].max()) + 1
        torch.manual_seed(options.seed)
        self.model = nn.Sequential(
            nn.Linear(features, options.hidden), nn.ReLU(), nn.Linear(options.hidden, classes)
        ).to(self.device, PRECISIONS[options.precision])
        self.optimizer = self._optimizer()
        factor = rate_factor(options, options.epochs * self.updates_per_epoch)
        self.scheduler = torch.optim.lr_scheduler.LambdaLR(self.optimizer, factor)
        self.epoch = 0
        self._resume()
        self.network = DistributedDataParallel(self.model) if size > 1 else self.model

    def _optimizer(self):
        options, weights = self.options, self.model.parameters()
        if options.optimizer == "adamw":
            return torch.optim.AdamW(weights, options.lr, weight_decay=options.weight_decay)
        return torch.optim.SGD(
            weights, options.lr, momentum=options.momentum, weight_decay=options.weight_decay
        )

    def _parts(self):
        return {"model": self.model, "optimizer": self.optimizer, "scheduler": self.scheduler}

    @property
    def checkpoint(self):
        """The file of the last state."""
        return self.options.checkpoint_dir / "checkpoint.pt"

    def save(self):
        """Save the state; whoever reads the file finds the last one or this one, whole."""
        state = {name: part.state_dict() for name, part in self._parts().items()}
        state |= {"epoch": self.epoch, "hyperparameters": hyperparameters(self.options)}
        self.checkpoint.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.checkpoint.with_suffix(".unfinished")
        torch.save(state, unfinished)
        os.replace(unfinished, self.checkpoint)

    def _resume(self):
        if not self.checkpoint.is_file():
            return
        state = torch.load(self.checkpoint, map_location=self.device, weights_only=True)
        now, then = hyperparameters(self.options), state["hyperparameters"]
        if changed := [name for name in now if now[name] != then.get(name)]:
            name = changed[0]
            stop(
                f"ValueError: --{name}: {self.checkpoint} was saved with {then.get(name)!r}, and "
                f"this job has {now[name]!r}; give the same, or another --checkpoint_dir"
            )
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.epoch = state["epoch"]

    def train_epoch(self):
        """Make the updates of one epoch; return the mean training loss over all workers."""
        self.sampler.set_epoch(self.epoch)
        self.network.train()
        # Of the losses, and of the samples; where the workers add up what they have on their GPUs.
        total, group = torch.zeros(2, dtype=torch.float64, device=self.device), []
        for made, batch in enumerate(self.loader, 1):
            group.append([part.to(self.device) for part in batch])
            if len(group) == self.options.accumulation or made == len(self.loader):
                total[0] += self._update(group)
                total[1] += sum(len(labels) for _, labels in group)
                group = []
        if self.size > 1:
            dist.all_reduce(total)
        self.epoch += 1
        return (total[0] / total[1]).item()

    def _update(self, group):
        """Make one update from a group of micro-batches; return the sum of their losses."""
        samples, total = sum(len(labels) for _, labels in group), 0.0
        for images, labels in group:
            last = labels is group[-1][1]
            # Gradients travel once an update, with the last micro-batch.
            quiet = self.size > 1 and not last
            with self.network.no_sync() if quiet else contextlib.nullcontext():
                loss = nn.functional.cross_entropy(self.network(images), labels, reduction="sum")
                (loss / samples).backward()
            total += loss.item()
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.scheduler.step()
        return total

    @torch.no_grad()
    def measure(self, data):
        """Return loss and accuracy (from 0 to 1) on a data set."""
        self.model.eval()
        images, labels = (part.to(self.device) for part in data.tensors)
        scores = self.model(images)
        hits = (scores.argmax(1) == labels).double().mean()
        return nn.functional.cross_entropy(scores, labels).item(), hits.item()


def run(options, rank, size):
    """Train until the last epoch, and let the first worker report, save and write the results."""
    training = Training(options, rank, size)
    validation = read_channel(options.validation, options.precision)
    if rank == 0 and training.epoch:
        print(f"resumed after epoch {training.epoch}", flush=True)
    while training.epoch < options.epochs:
        train_loss = training.train_epoch()
        if not math.isfinite(train_loss):
            stop(
                f"FloatingPointError: the training loss is {train_loss} in epoch {training.epoch}; "
                "lower --lr"
            )
        if rank == 0:
            training.save()  # before the line that says so
            loss, accuracy = training.measure(validation)
            print(
                f"epoch={training.epoch} step={training.epoch * training.updates_per_epoch} "
                f"learning_rate={training.scheduler.get_last_lr()[0]:.6g} "
                f"train_loss={train_loss:.6g} validation_loss={loss:.6g} "
                f"validation_accuracy={accuracy:.6g}",
                flush=True,
            )
    if rank == 0:
        write_results(training, validation)


def write_results(training, validation):
    """Write the model and the final metrics to where the platform collects them."""
    options = training.options
    loss, accuracy = training.measure(validation)
    for place in (options.model_dir, options.output_data_dir):
        place.mkdir(parents=True, exist_ok=True)
    torch.save(training.model.state_dict(), options.model_dir / "model.pt")
    metrics = {"validation_loss": loss, "validation_accuracy": accuracy}
    (options.output_data_dir / "metrics.json").write_text(json.dumps(metrics))


def main():
    """Train as the command line says."""
    options = read_options()
    with workers() as (rank, size):
        run(options, rank, size)


if __name__ == "__main__":
    main()
