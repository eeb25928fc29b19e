"""Jobs whose recipes the reader does not see: they are told apart by their records."""

import pandas as pd

from everystep.core.recipe import Recipe
from everystep.core.schedules import cooldown, cosine
from everystep.core.seeds import seeds
from everystep.engine.data import Dataset
from everystep.engine.datasets import digits
from everystep.engine.models import MLP
from everystep.engine.training import train


def records_of_a_job() -> pd.DataFrame:
    """Train a job that ends with a poor loss, from 16 seeds; return the means of its records."""
    recipe = Recipe(batch_size=8, lr=0.4, epochs=6, label_noise=0.2, schedule=cosine(4 * 768))
    runs = train(recipe, MLP(64, 32, 10), digits(n_train=1024), every=128)
    return pd.DataFrame(
        {
            "updates made": runs.steps,
            "rate of the last update": runs.lr[[max(step - 1, 0) for step in runs.steps]].round(3),
            "training loss": runs.train_loss.mean(axis=0).round(2),
            "validation loss": runs.val_loss.mean(axis=0).round(2),
        }
    )


def records_of_four_jobs() -> pd.DataFrame:
    """Train four jobs, each with a small and a large batch, from 10 seeds.

    Returns:
        How the runs end, one row a job: for the columns ``"small"`` and ``"large"`` the mean
        accuracies ``"train"`` and ``"val"`` in percent, the number of ``"updates"``, and the mean
        training ``"loss"`` in nats.
    """
    clean, hard = digits(n_train=1024, n_val=773), digits(n_train=160, n_val=1600)
    usual = Recipe(batch_size=32, lr=0.1, epochs=60)
    noisy = Recipe(batch_size=8, lr=0.4, steps=1200, label_noise=0.2, schedule=cooldown(1200, 300))
    reference = _end(usual, clean)
    rows = {
        "a": reference | _end(usual.replace(batch_size=512), clean, "large"),
        "b": _end(noisy, hard) | _end(noisy.replace(batch_size=160), hard, "large"),
        "c": reference | _end(usual.replace(batch_size=128, lr=0.4), clean, "large"),
        "d": reference | _end(usual.replace(batch_size=512, lr=6.4), clean, "large"),
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="job")


def _end(recipe: Recipe, data: Dataset, batch: str = "small") -> dict[tuple[str, str], float]:
    runs = train(recipe, MLP(64, 64, 10), data, seeds=seeds(10), every=10**6)
    train_accuracy, val_accuracy, loss = (
        float(values[:, -1].mean())
        for values in (runs.train_accuracy, runs.val_accuracy, runs.train_loss)
    )
    return {
        (batch, "train"): round(100 * train_accuracy, 1),
        (batch, "val"): round(100 * val_accuracy, 1),
        (batch, "updates"): runs.updates,
        (batch, "loss"): round(loss, 3),
    }
