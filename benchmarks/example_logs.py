"""Train with three other programs, and keep the logs that they write: the examples of chapter 7.

It needs packages that the course does without, in an environment of their own::

    pip install -e . transformers accelerate lightning keras
    KERAS_BACKEND=torch python benchmarks/example_logs.py

Every run trains a small network on the digits. The logs are left as the programs wrote them.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import keras
import lightning
import torch
import transformers
from lightning.pytorch.loggers import CSVLogger
from torch.utils.data import DataLoader, TensorDataset
from transformers import Trainer, TrainingArguments

from everystep.core.digits import read_digits

FOLDER = Path("book/07-diagnosis/logs")


def digits(n, noise=0.0, noisy=0):
    """Return n training images and 500 others, each with labels, some of them drawn anew."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    rows = torch.tensor(read_digits(), dtype=torch.float32)
    rows = rows[torch.randperm(len(rows))]
    x, y = rows[:, :-1] / 16, rows[:, -1].long()
    x += noise * torch.randn_like(x)
    wrong = torch.rand(n) < noisy
    y[:n][wrong] = torch.randint(0, 10, (int(wrong.sum()),))
    return x[:n], y[:n], x[-500:], y[-500:]


def network(width):
    """Return a perceptron with one hidden layer."""
    return torch.nn.Sequential(
        torch.nn.Linear(64, width), torch.nn.ReLU(), torch.nn.Linear(width, 10)
    )


class ForTrainer(torch.nn.Module):
    """A network as the Trainer of Hugging Face calls it."""

    def __init__(self, width):
        """Make the network."""
        super().__init__()
        self.layers = network(width)

    def forward(self, x, labels):
        """Return loss and logits."""
        logits = self.layers(x)
        return {"loss": torch.nn.functional.cross_entropy(logits, labels), "logits": logits}


class StopAt(transformers.TrainerCallback):
    """Ends a training before its time, as a limit of hours or a reader's patience would."""

    def __init__(self, step):
        """Take the update to stop at."""
        self.step = step

    def on_step_end(self, args, state, control, **more):
        """Stop there."""
        control.should_training_stop = state.global_step >= self.step


def accuracy(seen):
    """Return the accuracy of what the Trainer predicted."""
    return {"accuracy": float((seen.predictions.argmax(1) == seen.label_ids).mean())}


def hugging_face(name, data, *, stop=None, **settings):
    """Train with the Trainer of Hugging Face."""
    x, y, x_val, y_val = data
    part = [
        [{"x": a, "labels": b} for a, b in zip(*two, strict=True)]
        for two in ((x, y), (x_val, y_val))
    ]
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, eval_strategy="epoch", save_strategy="no", report_to=[], use_cpu=True,
            disable_tqdm=True, seed=0, **settings,
        )  # fmt: skip
        callbacks = [StopAt(stop)] if stop else []
        trainer = Trainer(
            ForTrainer(64), arguments, train_dataset=part[0], eval_dataset=part[1],
            callbacks=callbacks,
            compute_metrics=accuracy,
        )  # fmt: skip
        trainer.train()
        trainer.save_state()
        shutil.copy(Path(folder, "trainer_state.json"), FOLDER / name)


class ForLightning(lightning.LightningModule):
    """A network as Lightning calls it."""

    def __init__(self, rate, momentum=0.9, schedule=None):
        """Make the network."""
        super().__init__()
        self.layers, self.rate, self.momentum, self.schedule = network(64), rate, momentum, schedule

    def training_step(self, batch, _):
        """Return the loss of a batch."""
        loss = torch.nn.functional.cross_entropy(self.layers(batch[0]), batch[1])
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, _):
        """Log loss and accuracy."""
        logits = self.layers(batch[0])
        self.log("val_loss", torch.nn.functional.cross_entropy(logits, batch[1]))
        self.log("val_acc", (logits.argmax(1) == batch[1]).float().mean())

    def configure_optimizers(self):
        """Return SGD, and its schedule if there is one."""
        optimizer = torch.optim.SGD(self.parameters(), self.rate, momentum=self.momentum)
        if self.schedule is None:
            return optimizer
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": self.schedule(optimizer)}}


def with_lightning(name, data, *, batch, epochs, rate, every=10, schedule=None):
    """Train with Lightning."""
    lightning.seed_everything(0)
    x, y, x_val, y_val = data
    with tempfile.TemporaryDirectory() as folder:
        logger = CSVLogger(folder, "", "")
        callbacks = [lightning.pytorch.callbacks.LearningRateMonitor("epoch")] if schedule else []
        trainer = lightning.Trainer(
            max_epochs=epochs, logger=logger, log_every_n_steps=every, accelerator="cpu",
            enable_checkpointing=False, enable_progress_bar=False, callbacks=callbacks,
        )  # fmt: skip
        trainer.fit(
            ForLightning(rate, schedule=schedule),
            DataLoader(TensorDataset(x, y), batch, shuffle=True),
            DataLoader(TensorDataset(x_val, y_val), 500),
        )
        shutil.copy(Path(logger.log_dir, "metrics.csv"), FOLDER / name)


def with_keras(name, data, *, batch, epochs, rate, width=256):
    """Train with Keras."""
    keras.utils.set_random_seed(0)
    x, y, x_val, y_val = (part.numpy() for part in data)
    model = keras.Sequential(
        [keras.layers.Dense(width, activation="relu"), keras.layers.Dense(10, activation="softmax")]
    )
    model.compile(
        keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    model.fit(
        x, y, batch, epochs, validation_data=(x_val, y_val), verbose=0,
        callbacks=[keras.callbacks.CSVLogger(FOLDER / name)],
    )  # fmt: skip


def main():
    """Train all."""
    print(
        sys.version,
        *(f"{p.__name__} {p.__version__}" for p in (torch, transformers, lightning, keras)),
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    hugging_face(
        "stopped-trainer_state.json", digits(1024, 0.3), stop=400, logging_steps=10,
        num_train_epochs=40, per_device_train_batch_size=32, learning_rate=3e-3,
        lr_scheduler_type="cosine", warmup_steps=50,
    )  # fmt: skip
    with_lightning(
        "large-batch-metrics.csv", digits(1024, 0.3), batch=512, epochs=15, rate=0.02, every=1
    )
    with_keras("by-heart-training.log", digits(256, 0.3, 0.2), batch=16, epochs=40, rate=1e-3)
    hugging_face(
        "second-trainer_state.json", digits(1024, 0.3), logging_steps=20, num_train_epochs=12,
        per_device_train_batch_size=32, learning_rate=3e-3, lr_scheduler_type="linear",
    )  # fmt: skip
    with_lightning(
        "early-decay-metrics.csv", digits(1024, 0.3), batch=32, epochs=20, rate=0.02,
        schedule=lambda optimizer: torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.4),
    )  # fmt: skip


if __name__ == "__main__":
    main()
