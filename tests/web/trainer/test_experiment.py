"""Two recipes from the same seeds, side by side."""

import math
import random

import numpy as np
import pytest

from everystep.lab import MLP, Recipe, digits, train

RUN = """([texts, now]) => {
  const settings = everystep.settings.read({ ...everystep.settings.FIRST, ...texts });
  const groups = everystep.experiment.begin(settings, everystep.datasets.digits());
  const moments = groups.map(() => []);
  let [samples, clock] = [0, 0];
  for (const step of everystep.experiment.run(groups, () => (clock += now))) {
    samples += step.samples;
    step.moments?.forEach((moment, r) => moment && moments[r].push(moment));
  }
  return { moments, samples, updates: groups.map(([{ training }]) => training.updates) };
}"""


def run(page, now=1, **texts):
    texts = {"images": "96", "seeds": "3", "epochs": "2"} | texts
    return page.evaluate(RUN, [texts, now])


def starts(found):
    return [moments[0] for moments in found["moments"]]


def ends(found):
    return [moments[-1] for moments in found["moments"]]


def test_records_lie_at_the_same_fractions_of_both_recipes(page):
    found = run(page, batch="8", batch2="48")
    assert found["updates"] == [24, 4]
    first, second = found["moments"]
    assert [m["updates"] for m in first] == list(range(25))
    # No moment twice.
    assert [m["updates"] for m in second] == list(range(5))
    assert found["samples"] == 2 * 3 * 2 * 96
    last = [first[-1], second[-1]]
    assert [(m["epochs"], m["samples"]) for m in last] == [(2, 192), (2, 192)]
    # Each update took one tick of a thousandth of a second.
    assert [m["seconds"] for m in last] == pytest.approx([0.024, 0.004])


def test_both_recipes_start_from_the_same_seeds_on_the_same_images(page):
    first, second = starts(run(page, batch2="48"))
    for measure in ("train_loss", "val_loss", "val_accuracy"):
        assert first[measure] == second[measure]
        assert len(set(first[measure])) > 1


def test_a_recipe_ends_the_same_beside_another_and_alone(page):
    alone = ends(run(page, batch2="32"))[0]
    beside = ends(run(page, batch2="8", noise2="0.5"))[0]
    assert alone == {**beside, "seconds": alone["seconds"]}


def test_validation_images_are_others_and_label_noise_spoils_training_alone(page):
    clean, noisy = starts(run(page, noise2="1", epochs="1"))
    assert clean["val_loss"] == noisy["val_loss"]
    assert clean["train_loss"] != noisy["train_loss"]


def test_a_rate_far_too_high_ends_in_numbers_that_are_not_finite_and_no_error(page):
    last = ends(run(page, rate="1e300", rate2="0.1"))
    assert not any(map(math.isfinite, (v or math.nan for v in last[0]["train_loss"])))
    assert all(map(math.isfinite, last[1]["train_loss"]))


@pytest.fixture(scope="module")
def both(page):
    """Return 32 seeds of one recipe, trained in the page and by the package: accuracies."""
    texts = {"seeds": "32", "images": "512", "epochs": "6", "rate": "0.2", "hidden": "32"}
    # All others validate, 1,285.
    in_page = ends(run(page, **texts))[0]["val_accuracy"]
    recipe = Recipe(batch_size=32, lr=0.2, epochs=6)
    runs = train(recipe, MLP(64, 32, 10), digits(512, 1285), seeds=range(32), every=10**6)
    return np.array(in_page), runs.val_accuracy[:, -1]


def test_accuracies_are_spread_as_the_packages_are(both):
    """Other random numbers, the same distribution: mean and deviation of 32 seeds."""
    here, there = both
    error = math.hypot(here.std(ddof=1), there.std(ddof=1)) / math.sqrt(32)
    assert abs(here.mean() - there.mean()) < 4 * error
    assert 0.5 < here.std(ddof=1) / there.std(ddof=1) < 2


def drawn(rng):
    """Draw what a reader might set."""
    recipe = {
        "batch": rng.choice([1, 7, 32, 90, 96, 500]),
        "rate": rng.choice([0, 1e-3, 0.1, 1, 100]),
        "epochs": rng.randint(1, 2),
        "decay": rng.choice([0, 0.01]),
        "noise": rng.choice([0, 0.2, 1]),
        "schedule": rng.choice(
            ["constant", "step decay", "exponential", "linear", "cosine", "cosine, restarts",
             "one-cycle", "constant, cooldown"]
        ),
        "warmup": rng.choice([0, 0, 1]),
    }  # fmt: skip
    if rng.random() < 0.5:
        recipe["optimizer"] = "AdamW"
    elif rng.random() < 0.5:
        recipe |= {"momentum": 0.9, "nesterov": rng.choice(["yes", "no"])}
    if recipe["batch"] in (32, 96):
        recipe["accumulation"] = rng.choice([1, 2, 4])
    if recipe["batch"] in (96, 500) and recipe["epochs"] == 1:
        recipe["warmup"] = 0
    return {name: str(value) for name, value in recipe.items()}


def test_a_hundred_random_recipes_train_without_an_exception(page):
    rng = random.Random(0)
    for _ in range(50):
        first, second = drawn(rng), drawn(rng)
        pair = first | {f"{name}2": value for name, value in second.items()}
        # What the second recipe does not set it would have from the first.
        own = {"momentum": "0", "nesterov": "no", "optimizer": "SGD", "accumulation": "1"}
        pair |= {f"{name}2": second.get(name, usual) for name, usual in own.items()}
        found = run(page, seeds="1", **{"hidden": rng.choice(["0", "32", "64 and 64"])} | pair)
        assert [m["updates"] for m in ends(found)] == found["updates"]
