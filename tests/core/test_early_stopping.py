import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from everystep.core.early_stopping import EarlyStopping

LOSSES = st.lists(st.integers(0, 8), min_size=1, max_size=30)


def follow(losses, patience, **options):
    """Return the stopper and the number of losses it saw."""
    stopper = EarlyStopping(patience, **options)
    for number, loss in enumerate(losses, start=1):
        if stopper.update(loss, number):
            return stopper, number
    return stopper, len(losses)


def lowest_before(losses, end):
    """Return the number, from 1, of the first lowest loss among the first ``end``."""
    return losses.index(min(losses[:end])) + 1


@given(LOSSES, st.integers(1, 6))
def test_it_stops_at_the_first_check_that_is_patience_past_the_lowest(losses, patience):
    ends = range(1, len(losses) + 1)
    stops = [end for end in ends if end - lowest_before(losses, end) >= patience]
    stopper, seen = follow(losses, patience)
    assert seen == (stops[0] if stops else len(losses))
    assert stopper.checks == seen
    assert stopper.best_check == stopper.best_state == lowest_before(losses, seen)
    assert stopper.best_loss == min(losses[:seen])


def test_an_equal_loss_is_no_improvement():
    stopper, seen = follow([3, 2, 2, 2, 1], patience=2)
    assert (seen, stopper.best_check) == (4, 2)


def test_min_delta_ignores_improvements_up_to_its_size():
    losses = [1.0, 0.75, 0.5, 0.25]
    assert follow(losses, 3, min_delta=0.5)[0].best_check == 4
    assert follow(losses, 3, min_delta=0.25)[0].best_check == 3
    assert follow(losses, 3)[0].best_check == 4


def test_losses_that_are_not_numbers_use_up_the_patience():
    stopper, seen = follow([1.0, math.nan, math.nan, 0.5], patience=2)
    assert (seen, stopper.best_check) == (3, 1)
    stopper, seen = follow([math.nan] * 5, patience=3)
    assert (seen, stopper.best_check, stopper.best_state) == (3, 0, None)


def test_the_best_weights_come_back_although_training_changed_them_in_place():
    model = torch.nn.Linear(2, 1)
    stopper = EarlyStopping(patience=2)
    kept = {}
    for loss in (2.0, 1.0, 3.0, 4.0):
        with torch.no_grad():
            model.weight.add_(1)
        kept[loss] = model.weight.detach().clone()
        stopped = stopper.update(loss, model.state_dict())
    assert stopped
    model.load_state_dict(stopper.best_state)
    assert torch.equal(model.weight, kept[1.0])


@pytest.mark.parametrize("patience", [0, -1, 2.0, True, None])
def test_a_malformed_patience_is_refused(patience):
    with pytest.raises(ValueError, match="patience must be a whole number of at least 1"):
        EarlyStopping(patience)


@pytest.mark.parametrize("min_delta", [-0.1, math.nan, math.inf, "0"])
def test_a_malformed_min_delta_is_refused(min_delta):
    with pytest.raises(ValueError, match="min_delta must be a finite number of at least 0"):
        EarlyStopping(1, min_delta=min_delta)
