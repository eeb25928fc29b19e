"""Every knob that a puzzle turns can be told from the curves, by the signs that the page states.

With 40 seeds (``EVERYSTEP_PUZZLES=40``, six minutes) they named the knob in 560 of 560 puzzles.
"""

import os
from collections import Counter

import numpy as np
import pytest

from everystep.clinic.failures import NETWORK, REFERENCE
from everystep.core.recipe import Recipe

SEEDS = int(os.environ.get("EVERYSTEP_PUZZLES", "2"))
TRAIN = """([knob, way, seed, r]) => {
  const settings = everystep.knobs.puzzle(knob, way, seed);
  settings.recipes = [settings.recipes[r]];
  const groups = everystep.experiment.begin(settings, everystep.datasets.digits());
  const moments = [...everystep.experiment.run(groups, () => 0)].flatMap((p) => p.moments ?? []);
  const ends = Object.keys(moments[0]).map((name) => [name, moments.map((m) => m[name]).flat()]);
  return Object.fromEntries(ends);
}"""
WAYS = "Object.entries(everystep.knobs.KNOBS).map(([knob, ways]) => [knob, ways.length])"


def read_signs(sound, turned):
    """Return the knob that the curves show, by the signs in the page's order and no other."""
    loss = np.array(turned["train_loss"], dtype=float)
    if turned["epochs"][-1] < sound["epochs"][-1]:
        return "too few epochs"
    if turned["updates"][-1] != sound["updates"][-1]:
        fewer = turned["updates"][-1] < sound["updates"][-1]
        return "batch too large" if fewer else "batch too small"
    if turned["val_loss"][-1] < 0.8 * loss[-1]:
        return "noisy labels"
    if np.maximum(np.diff(loss), 0).sum() > 0.02:
        return "rate too high"
    middle = len(loss) // 2
    flat = loss[middle] - loss[-1] < 0.1 * (loss[0] - loss[-1])
    return "decayed too early" if flat else "rate too low"


def test_the_signs_tell_the_knobs_apart(page):
    sound = page.evaluate(TRAIN, ["too few epochs", 0, 0, 0])
    named = Counter()
    for knob, ways in page.evaluate(WAYS):
        for way in range(ways):
            for seed in range(SEEDS):
                found = read_signs(sound, page.evaluate(TRAIN, [knob, way, seed, 1]))
                named[knob, way, found] += 1
    wrong = {key: count for key, count in named.items() if key[0] != key[2]}
    assert named.total() == 14 * SEEDS
    assert sum(wrong.values()) <= 0.02 * named.total(), wrong


def test_one_number_draws_one_puzzle_and_all_knobs_are_drawn_alike(page):
    drawn = page.evaluate("""() => Array.from({ length: 2100 }, (_, number) => {
      const { knob, settings } = everystep.knobs.draw(number);
      return [knob, JSON.stringify(settings), JSON.stringify(everystep.knobs.draw(number))];
    })""")
    counts = Counter(knob for knob, _, _ in drawn)
    assert len(counts) == 7
    assert all(230 < count < 370 for count in counts.values())
    assert len({settings for _, settings, _ in drawn}) == 2100
    assert all(settings in again for _, settings, again in drawn)


@pytest.mark.parametrize("number", [0, 7, 123456789])
def test_both_runs_start_from_the_seed_and_differ_in_one_setting(page, number):
    settings = page.evaluate("(n) => everystep.knobs.draw(n).settings", number)
    first, second = settings["recipes"]
    assert settings["seeds"] == [number]
    assert first == {"fields": {"batch_size": 32, "lr": 0.2, "epochs": 15}, "schedule": None}
    turned = dict(second["fields"].items() - first["fields"].items())
    assert len(turned) + (second["schedule"] is not None) == 1


def test_the_sound_run_is_that_of_the_chapter(page):
    settings = page.evaluate("everystep.knobs.draw(0).settings")
    assert Recipe(**settings["recipes"][0]["fields"]) == REFERENCE.recipe
    assert settings["n_train"] == REFERENCE.data.n_train
    assert (64, *settings["hidden"], 10) == NETWORK.sizes
