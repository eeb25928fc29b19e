import numpy as np
import pytest
import torch

from everystep.core.signals import signals_and_labels
from everystep.engine import datasets
from everystep.engine.datasets import breast_cancer, characters, digits, mnist1d


def test_digits_have_the_shapes_types_and_ranges_described():
    data = digits(1000, 300).split(0)
    assert data.x_train.shape == (1000, 64)
    assert data.x_val.shape == (300, 64)
    assert (data.n_train, data.n_val, data.n_classes) == (1000, 300, 10)
    assert data.x_train.dtype == torch.float32
    assert data.y_train.dtype == torch.int64
    assert data.x_train.min() == 0
    assert data.x_train.max() == 1
    assert set(data.y_val.tolist()) == set(range(10))


def test_all_digits_are_split_without_overlap():
    from sklearn.datasets import load_digits

    data = digits().split(5)
    pixels = torch.cat([data.x_train, data.x_val]).double() * 16
    labels = torch.cat([data.y_train, data.y_val])
    drawn = torch.column_stack([pixels, labels]).tolist()
    images, digit = load_digits(return_X_y=True)
    assert sorted(drawn) == sorted([*row, label] for row, label in zip(images, digit, strict=True))


def test_signals_are_those_of_the_pool_and_all_are_split_without_overlap():
    data = mnist1d(4500, 1500).split(5)
    assert data.x_train.shape == (4500, 40)
    assert (data.x_train.dtype, data.y_train.dtype) == (torch.float32, torch.int64)
    x, y = signals_and_labels()
    drawn = torch.cat([data.x_train, data.x_val])
    places = drawn[:, 0].argsort()
    assert torch.equal(drawn[places, 0], torch.from_numpy(np.sort(x[:, 0])))
    labels = torch.cat([data.y_train, data.y_val])[places]
    assert torch.equal(labels, torch.from_numpy(y[x[:, 0].argsort()]))


def test_the_sizes_that_the_chapters_use_can_be_drawn():
    for data in (mnist1d(), characters()):
        assert (data.n_train, data.n_val) == (4096, 1024)


def test_a_table_is_measured_by_its_training_part_alone():
    from sklearn.datasets import load_breast_cancer

    data = breast_cancer(300, 200).split(1)
    assert (data.n_train, data.n_val, data.n_classes) == (300, 200, 2)
    assert data.x_train.dtype == data.x_val.dtype == torch.float32
    zero, one = torch.zeros(30), torch.ones(30)
    torch.testing.assert_close(data.x_train.mean(0), zero, atol=1e-5, rtol=0)
    torch.testing.assert_close(data.x_train.std(0, correction=0), one, atol=1e-4, rtol=0)
    assert (data.x_val.mean(0).abs() > 1e-3).all(), "the validation part has means of its own"
    table, target = load_breast_cancer(return_X_y=True)
    whole = breast_cancer(384, 185).split(1)
    columns = np.sort(torch.cat([whole.x_train, whole.x_val]).numpy(), axis=0)
    for column, known in zip(columns.T, np.sort(table, axis=0).T, strict=True):
        assert np.corrcoef(column, known)[0, 1] > 1 - 1e-6, "moved and stretched, no more"
    assert torch.cat([whole.y_train, whole.y_val]).sum() == target.sum()


def test_a_feature_that_is_the_same_everywhere_becomes_zero():
    data = breast_cancer(1, 10).split(0)
    assert torch.equal(data.x_train, torch.zeros(1, 30))
    assert torch.isfinite(data.x_val).all()


def test_each_label_of_a_text_is_the_character_that_follows():
    numbers, n_classes = datasets._text()
    data = characters(100, 50, context=20).split(3)
    assert (data.x_train.dtype, data.y_train.dtype) == (torch.float32, torch.int64)
    assert data.x_train.shape == data.y_train.shape == (100, 20)
    assert data.x_val.shape == data.y_val.shape == (50, 20)
    assert torch.equal(data.x_train[:, 1:].long(), data.y_train[:, :-1])
    assert data.n_classes == n_classes == 100
    assert (numbers.min(), numbers.max()) == (0, 99)


@pytest.fixture
def numbered(monkeypatch):
    """A text in which every character is another: its number is its place."""
    monkeypatch.setattr(datasets, "_text", lambda: (torch.arange(200_000), 200_000))


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_no_character_of_validation_is_seen_in_training(seed, numbered):
    data = characters(4000, 1600, context=20).split(seed)
    train, val = (
        {*x.long().flatten().tolist(), *y[:, -1].tolist()}
        for x, y in ((data.x_train, data.y_train), (data.x_val, data.y_val))
    )
    assert (len(train), len(val)) == (4000 * 21, 1600 * 21), "no two windows share a character"
    assert not train & val


def test_a_split_of_a_text_is_drawn_from_stretches_of_sixteen_windows(numbered):
    first, second = (
        characters(320, 50, context=20).split(seed).x_train[:, 0].long() for seed in (0, 1)
    )
    assert torch.equal(first[:16], first[0] + 21 * torch.arange(16))
    assert first[16] != first[0] + 21 * 16
    assert len(set(first.tolist()) & set(second.tolist())) < 160


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((0, 10), "n_train must be a whole number of at least 1"),
        ((10, 2.5), "n_val must be a whole number of at least 1"),
        ((1500, 300), r"n_train \+ n_val must be at most 1797"),
    ],
)
def test_impossible_sizes_are_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        digits(*sizes)


@pytest.mark.parametrize(
    ("load", "message"),
    [
        (lambda: mnist1d(5000, 1001), r"n_train \+ n_val must be at most 6000.*got 6001"),
        (lambda: mnist1d(0, 10), "n_train must be a whole number of at least 1"),
        (lambda: breast_cancer(500, 70), r"n_train \+ n_val must be at most 569.*got 570"),
        (lambda: breast_cancer(10, 1.5), "n_val must be a whole number of at least 1"),
        (lambda: characters(6000, 1000), r"n_train \+ n_val must be at most 6160.*got 7000"),
        (lambda: characters(context=0), "context must be a whole number from 1 to 12717, got 0"),
        (lambda: characters(context=20000), "context must be a whole number from 1 to 12717"),
    ],
)
def test_what_a_data_set_does_not_have_is_refused(load, message):
    with pytest.raises(ValueError, match=message):
        load()


@pytest.mark.parametrize("load", [mnist1d, breast_cancer, characters])
def test_a_seed_draws_the_same_split_each_time(load):
    one, again, other = load(50, 20).split(4), load(50, 20).split(4), load(50, 20).split(5)
    assert torch.equal(one.x_train, again.x_train)
    assert torch.equal(one.y_val, again.y_val)
    assert not torch.equal(one.x_train, other.x_train)
