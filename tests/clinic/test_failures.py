import numpy as np
import pytest
import torch

from everystep.clinic.failures import (
    CASES,
    REFERENCE,
    SENSOR_NOISE,
    Setup,
    copied_then_split,
    photographs,
    split_then_copied,
)
from everystep.clinic.logs import duplicates
from everystep.clinic.tree import KNOBS
from everystep.core.recipe import Recipe
from everystep.engine.data import digits

SHORT = Recipe(batch_size=64, lr=0.1, epochs=2)


def test_every_cause_of_the_tree_has_one_case():
    assert sorted(case.cause for case in CASES) == sorted(KNOBS)
    assert len(CASES) >= 12


def test_all_setups_of_a_case_differ():
    for case in CASES:
        assert len({case.failed, case.variant, case.fixed}) == 3
        assert REFERENCE not in (case.failed, case.variant)


def test_photographs_are_digits_with_noise_of_the_given_size():
    data, clean = photographs(4), digits(1024, 360).split(4)
    assert torch.equal(data.y_train, clean.y_train)
    for noisy, x in ((data.x_train, clean.x_train), (data.x_val, clean.x_val)):
        assert (noisy - x).std().item() == pytest.approx(SENSOR_NOISE, rel=0.02)
        assert (noisy - x).mean().item() == pytest.approx(0, abs=0.005)
    assert torch.equal(photographs(4).x_val, data.x_val)
    assert not torch.equal(photographs(5).x_val, data.x_val)


def test_only_the_split_after_copying_leaks():
    leaky, honest = copied_then_split(1), split_then_copied(1)
    assert duplicates(leaky) > 0.5
    assert duplicates(honest) == duplicates(photographs(1)) == 0
    assert leaky.n_train == honest.n_train == 1024


def test_the_plain_loop_trains_as_the_engine_does():
    # With the whole set as one batch, the order in which the samples come does not matter.
    whole = Recipe(batch_size=1024, lr=0.1, epochs=3)
    plain = Setup(whole, shuffled=False).logs((3,))[0]
    stacked = Setup(whole).logs((3,))[0]
    np.testing.assert_allclose(plain.batch_loss, stacked.batch_loss, rtol=1e-5)
    np.testing.assert_allclose(plain.val_loss, stacked.val_loss, rtol=1e-5)
    np.testing.assert_array_equal(plain.epochs, stacked.epochs)


def test_the_plain_loop_uses_the_schedule():
    still = Setup(Recipe(256, 0.1, epochs=2, schedule=[1, 1] + [0] * 6), shuffled=False)
    log = still.logs((0,))[0]
    assert (np.diff(log.train_loss[:3]) != 0).all()
    assert (np.diff(log.train_loss[2:]) == 0).all()


def test_not_shuffled_means_sorted_by_class_in_every_epoch():
    sorted_, shuffled = (Setup(SHORT, shuffled=s).logs((0,))[0] for s in (False, True))
    assert sorted_.mixing < 0.3 < 0.9 < shuffled.mixing


def test_only_eval_mode_gives_the_same_loss_twice():
    for eval_mode in (True, False):
        log = Setup(SHORT, dropout=0.5, eval_mode=eval_mode).logs((0,))[0]
        assert (log.val_loss_again == log.val_loss[-1]) == eval_mode


def test_evaluation_in_train_mode_leaves_the_training_as_it_is(monkeypatch):
    case = next(case for case in CASES if case.cause == "evaluated in train mode")
    made, logs, module = [], [], Setup.module

    def remembered(setup):
        made.append(module(setup))
        return made[-1]

    monkeypatch.setattr(Setup, "module", remembered)
    for setup in (case.failed, case.fixed):
        logs += setup.logs((11,))
    wrong, right = ([*model.parameters()] for model in made)
    assert all(torch.equal(a, b) for a, b in zip(wrong, right, strict=True))
    np.testing.assert_array_equal(logs[0].batch_loss, logs[1].batch_loss)
    assert (logs[0].val_loss != logs[1].val_loss).all()


def test_training_leaves_the_random_state_and_the_seed_decides():
    setup = Setup(SHORT, dropout=0.5, eval_mode=False)
    before = torch.get_rng_state()
    first, second = (setup.logs((7,))[0] for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    np.testing.assert_array_equal(first.val_loss, second.val_loss)
