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
    train_setups,
)
from everystep.clinic.logs import duplicates
from everystep.clinic.tree import KNOBS
from everystep.core.recipe import Recipe
from everystep.engine.data import Dataset
from everystep.engine.datasets import digits

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


def test_the_own_loop_trains_as_the_engine_does():
    # With the whole set as one batch, the order in which the samples come does not matter.
    whole = Recipe(batch_size=1024, lr=0.1, epochs=3)
    by_own_loop, by_engine = (Setup(whole, shuffled=s).logs((3, 8)) for s in (False, True))
    for own, engine in zip(by_own_loop, by_engine, strict=True):
        np.testing.assert_allclose(own.batch_loss, engine.batch_loss, rtol=1e-5)
        np.testing.assert_allclose(own.val_loss, engine.val_loss, rtol=1e-5)
        np.testing.assert_allclose(own.train_accuracy, engine.train_accuracy)
        np.testing.assert_array_equal(own.epochs, engine.epochs)


def test_the_own_loop_uses_the_schedule():
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


def test_evaluation_in_train_mode_leaves_the_training_as_it_is():
    case = next(case for case in CASES if case.cause == "evaluated in train mode")
    wrong, right = (setup.logs((11,))[0] for setup in (case.failed, case.fixed))
    np.testing.assert_array_equal(wrong.batch_loss, right.batch_loss)
    assert (wrong.val_loss != right.val_loss).all()


def test_dropout_switches_units_off_and_keeps_the_mean():
    # With weights that stand still, the losses of batches scatter around those without dropout.
    still = Recipe(32, 0.1, epochs=4, schedule=[0] * 128)
    with_dropout, evaluated_with = (
        Setup(still, dropout=0.5, eval_mode=eval_mode).logs((5,))[0] for eval_mode in (True, False)
    )
    without = with_dropout.train_loss[-1]
    assert with_dropout.train_loss.std() < 1e-6 < evaluated_with.train_loss.std()
    assert with_dropout.batch_loss.mean() == pytest.approx(without, abs=0.03)
    assert evaluated_with.train_loss.mean() == pytest.approx(without, abs=0.03)
    first_epoch, second_epoch = with_dropout.batch_loss[:64].reshape(2, 32)
    assert (first_epoch != second_epoch).all()


def test_in_its_own_loop_a_seed_trains_in_company_as_it_does_alone():
    for setup in (Setup(SHORT, dropout=0.5, eval_mode=False), Setup(SHORT, shuffled=False)):
        alone, (_, in_company) = setup.logs((7,))[0], setup.logs((2, 7))
        np.testing.assert_allclose(alone.batch_loss, in_company.batch_loss, rtol=1e-4)
        np.testing.assert_allclose(alone.val_loss, in_company.val_loss, rtol=1e-4)
        assert alone.mixing == in_company.mixing


def test_training_leaves_the_random_state_and_the_seed_decides():
    setup = Setup(SHORT, dropout=0.5, eval_mode=False)
    before = torch.get_rng_state()
    first, second = (setup.logs((7,))[0] for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    np.testing.assert_array_equal(first.val_loss, second.val_loss)


def test_setups_trained_together_end_as_they_do_one_by_one():
    slow, fast = Setup(SHORT), Setup(SHORT.replace(lr=0.3))
    dark = Setup(SHORT, data=Dataset(lambda seed: photographs(seed, noise=0.3)))
    setups = [slow, fast, dark, Setup(SHORT, shuffled=False), slow]
    together = train_setups(setups, (3, 4))
    assert set(together) == set(setups)
    for setup, logs in together.items():
        for log, single in zip(logs, setup.logs((3, 4)), strict=True):
            np.testing.assert_array_equal(log.batch_loss, single.batch_loss)
            np.testing.assert_array_equal(log.val_loss, single.val_loss)
            assert log.mixing == single.mixing
