import numpy as np
import pytest
import torch
from torch import nn

from everystep.core.recipe import Recipe
from everystep.engine.models import MLP
from everystep.engine.replicas import evaluate, noisy_labels
from everystep.engine.training import sweep, train
from tests.engine.plain_loop import random_data

DATA = random_data()
SMALL = MLP(64, 16, 10)


def test_records_and_clocks():
    recipe = Recipe(30, 0.1, epochs=3, schedule=lambda step: 0.5**step)
    runs = train(recipe, SMALL, DATA, seeds=[1, 2], every=5)
    assert runs.steps.tolist() == [0, 5, 10, 12]
    np.testing.assert_allclose(runs.epochs, [0, 1.25, 2.5, 3])
    assert runs.samples.tolist() == [0, 130, 260, 300]
    np.testing.assert_allclose(runs.lr, 0.1 * 0.5 ** np.arange(12))
    assert runs.updates == 12
    assert runs.batch_loss.shape == (2, 12)
    assert (np.diff(runs.seconds, axis=1) > 0).all()
    assert (runs.train_loss[:, -1] < runs.train_loss[:, 0]).all()


def test_recorded_values_are_the_plain_modules():
    recipe = Recipe(10, 0.1, steps=40, label_noise=0.5)
    runs = train(recipe, SMALL, DATA, seeds=[4, 5], every=[7, 20], checkpoints=True)
    assert runs.steps.tolist() == [0, 7, 20, 40]
    for record in range(4):
        logits = runs.module(1, record)(DATA.x_val)
        loss = nn.functional.cross_entropy(logits, DATA.y_val).item()
        right = (logits.argmax(1) == DATA.y_val).double().mean().item()
        assert runs.val_loss[1, record] == pytest.approx(loss, rel=1e-5)
        assert runs.val_accuracy[1, record] == pytest.approx(right)
    labels = noisy_labels(DATA.y_train, 0.5, 10, 5)
    assert (labels != DATA.y_train).float().mean() > 0.2
    loss, _ = evaluate(SMALL, runs.weights, DATA.x_train, labels)
    assert runs.train_loss[1, -1] == pytest.approx(loss[1])


@pytest.mark.parametrize("measure", [(), ("train",), ["val"]])
def test_only_the_parts_asked_for_are_measured(measure):
    recipe = Recipe(10, 0.1, steps=40)
    everything = train(recipe, SMALL, DATA, seeds=[4, 5], every=20)
    runs = train(recipe, SMALL, DATA, seeds=[4, 5], every=20, measure=measure)
    for part in ("train", "val"):
        for name in (f"{part}_loss", f"{part}_accuracy"):
            expected = getattr(everything, name) if part in measure else np.full((2, 3), np.nan)
            np.testing.assert_array_equal(getattr(runs, name), expected)
    np.testing.assert_array_equal(runs.batch_loss, everything.batch_loss)
    assert not runs.diverged.any()


def test_a_diverging_replica_is_recorded_and_disturbs_no_other():
    start = [w.clone() for w in SMALL.initial_weights([1, 2, 3])]
    healthy = train(Recipe(10, 0.1, steps=30), SMALL, DATA, seeds=[1, 2, 3])
    start[0][1] = 1e30
    runs = train(Recipe(10, 0.1, steps=30), SMALL, DATA, seeds=[1, 2, 3], start=start)
    assert runs.diverged.tolist() == [False, True, False]
    assert not np.isfinite(runs.train_loss[1, -1])
    assert not healthy.diverged.any()
    for a, b in zip(runs.weights, healthy.weights, strict=True):
        assert torch.equal(a[[0, 2]], b[[0, 2]])


def test_a_rate_far_too_large_diverges():
    assert train(Recipe(10, 1e20, steps=20), SMALL, DATA, seeds=[1, 2]).diverged.all()


def test_an_earlier_record_needs_checkpoints():
    runs = train(Recipe(10, 0.1, steps=10), SMALL, DATA, seeds=[1])
    with pytest.raises(ValueError, match="record"):
        runs.module(0, 0)


def test_the_table_has_one_row_for_each_seed_and_record():
    table = train(Recipe(50, 0.1, steps=4), SMALL, DATA, seeds=[6, 7], every=2).table()
    assert table[["seed", "steps"]].values.tolist() == [
        [seed, step] for seed in (6, 7) for step in (0, 2, 4)
    ]
    assert set(table.recipe) == {"batch 50, lr 0.1, 4 steps"}


def test_the_tables_are_tidy():
    recipes = [Recipe(batch, 0.1, epochs=2) for batch in (20, 50)]
    result = sweep(recipes, SMALL, DATA, seeds=[4, 5], every=2)
    table, final = result.table(), result.final()
    assert len(table) == 2 * (6 + 3)
    assert final[["batch_size", "seed", "steps"]].values.tolist() == [
        [20, 4, 10],
        [20, 5, 10],
        [50, 4, 4],
        [50, 5, 4],
    ]
    assert final.val_accuracy.tolist() == [
        *result[0].val_accuracy[:, -1],
        *result[1].val_accuracy[:, -1],
    ]
    assert result[recipes[1]] is result[1]
    with pytest.raises(KeyError, match="batch 9"):
        result[Recipe(9, 0.1, epochs=2)]
