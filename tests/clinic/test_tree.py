import dataclasses

import numpy as np
import pytest

from everystep.clinic.failures import CASES, REFERENCE
from everystep.clinic.logs import Log
from everystep.clinic.tree import (
    KNOBS,
    TREE,
    diagnose,
    interval_half_width,
    jumps,
    rise_of_validation,
    share_of_falls,
    time_at_low_rate,
    tree_as_html,
)

RECORDS, UPDATES = 51, 500
FALL = 0.1 + 2.2 * np.exp(-np.linspace(0, 6, RECORDS))
JUMPY = FALL + 0.2 * (np.arange(RECORDS) % 2)

SOUND = Log(
    steps=np.linspace(0, UPDATES, RECORDS).astype(int),
    epochs=np.linspace(0, 15, RECORDS),
    train_loss=FALL,
    train_accuracy=1 - 0.4 * FALL,
    val_loss=FALL + 0.1,
    val_accuracy=0.98 - 0.4 * FALL,
    batch_loss=np.interp(np.arange(UPDATES), np.linspace(0, UPDATES, RECORDS), FALL),
    lr=np.full(UPDATES, 0.2),
    n_train=1000,
    n_val=400,
    n_classes=10,
    val_loss_again=float(FALL[-1] + 0.1),
    mixing=1.0,
    duplicates=0.0,
)
SLOW = {"train_loss": np.linspace(2.3, 1.8, RECORDS), "train_accuracy": SOUND.train_accuracy * 0.5}
FLAT = {"train_loss": FALL + 1 + 0.01 * (np.arange(RECORDS) % 2)}
TURNED = np.linspace(0.3, 0.6, RECORDS)
SPIKE = np.concatenate([np.full(10, 8.0), SOUND.batch_loss[10:]])

DRAWN = {
    "healthy": {},
    "diverged": {"val_loss": np.full(RECORDS, np.nan)},
    "evaluated in train mode": {"val_loss_again": float(SOUND.val_loss[-1] * 1.01)},
    "not shuffled": {"mixing": 0.1},
    "leak": {"duplicates": 0.3},
    "validation set too small": {"n_val": 25},
    "no warm-up": {"batch_loss": SPIKE},
    "decayed too early": {**SLOW, "lr": np.geomspace(1, 1e-9, UPDATES)},
    "horizon too long": {"lr": np.linspace(1, 0.7, UPDATES)},
    "batch too small": {"train_loss": JUMPY, "epochs": SOUND.epochs / 15},
    "rate too high": {"train_loss": JUMPY},
    "too few epochs": {**SLOW, "epochs": SOUND.epochs / 5},
    "batch too large": {**SLOW, "epochs": SOUND.epochs * 10},
    "rate too low": SLOW,
    "noisy labels": {**FLAT, "train_accuracy": SOUND.train_accuracy * 0.7},
    "too many epochs": {"train_loss": FALL - 0.09, "val_loss": TURNED, "val_loss_again": 0.6},
}


@pytest.mark.parametrize("cause", DRAWN)
def test_a_log_drawn_by_hand_gets_its_cause(cause):
    assert diagnose(dataclasses.replace(SOUND, **DRAWN[cause])) == cause


def test_a_flat_high_loss_without_better_validation_is_a_high_rate():
    assert diagnose(dataclasses.replace(SOUND, **FLAT)) == "rate too high"


def test_a_loss_far_above_its_start_has_diverged_even_if_finite():
    log = dataclasses.replace(SOUND, train_loss=SOUND.train_loss[::-1] * 2)
    assert diagnose(log) == "diverged"


def test_the_tree_reaches_every_cause_and_names_no_other():
    causes = [sign.cause for question in TREE for sign in question.signs]
    assert set(causes) == set(KNOBS) == set(DRAWN) - {"healthy"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.cause)
def test_really_trained_failures_are_named(case):
    """Six unseen seeds, each with a split of its own; one may be missed."""
    seeds = range(900_000, 900_006)
    named = [diagnose(log) for log in case.failed.logs(seeds)]
    assert named.count(case.cause) >= 5, named


def test_really_trained_sound_runs_are_healthy():
    logs = REFERENCE.logs(range(900_000, 900_006))
    assert [diagnose(log) for log in logs].count("healthy") >= 5


def test_the_drawing_holds_every_question_sign_and_knob():
    text = tree_as_html()
    for question in TREE:
        assert question.text in text
        assert question.second_run in text
    assert text.count("<li>") == len(TREE) + sum(len(question.signs) for question in TREE)
    assert all(f"<strong>{cause}</strong> <em>({knob})" in text for cause, knob in KNOBS.items())


def test_half_width_is_that_of_agresti_and_coull():
    # 18 of 20, with two successes and two failures added: 20 of 24.
    assert interval_half_width(0.9, 20) == pytest.approx(1.96 * (5 / 6 * 1 / 6 / 24) ** 0.5)
    assert interval_half_width(1.0, 20) > 0.09
    assert interval_half_width(0.5, 10_000) == pytest.approx(0.0098, rel=0.01)


def test_jumps_count_rises_alone():
    assert jumps(SOUND) == 0
    saw = dataclasses.replace(SOUND, train_loss=np.tile([1.0, 1.2], 26)[:RECORDS])
    assert jumps(saw) == pytest.approx(0.2 * 12 / 25, rel=0.1)


def test_share_of_falls():
    assert share_of_falls(SOUND) == 1
    assert share_of_falls(dataclasses.replace(SOUND, train_loss=JUMPY)) == pytest.approx(
        0.5, abs=0.03
    )


def test_rate_and_validation_measures():
    log = dataclasses.replace(SOUND, lr=np.array([1.0, 0.5, 0.09, 0.01]))
    assert time_at_low_rate(log) == 0.5
    assert rise_of_validation(dataclasses.replace(SOUND, val_loss=TURNED)) == pytest.approx(2)
