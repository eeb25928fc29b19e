import pytest
import torch

from everystep.engine.data import digits


def test_shapes_types_and_ranges():
    data = digits(1000, 300)
    assert data.x_train.shape == (1000, 64)
    assert data.x_val.shape == (300, 64)
    assert (data.n_train, data.n_val, data.n_classes) == (1000, 300, 10)
    assert data.x_train.dtype == torch.float32
    assert data.y_train.dtype == torch.int64
    assert data.x_train.min() == 0
    assert data.x_train.max() == 1
    assert set(data.y_val.tolist()) == set(range(10))


def test_the_whole_set_is_split_without_overlap():
    from sklearn.datasets import load_digits

    data = digits()
    pixels = torch.cat([data.x_train, data.x_val]).double() * 16
    labels = torch.cat([data.y_train, data.y_val])
    drawn = torch.column_stack([pixels, labels]).tolist()
    images, digit = load_digits(return_X_y=True)
    assert sorted(drawn) == sorted([*row, label] for row, label in zip(images, digit, strict=True))


def test_the_split_follows_its_seed_and_by_default_the_base_seed(monkeypatch):
    monkeypatch.setenv("EVERYSTEP_SEED", "7")
    assert torch.equal(digits().x_train, digits(split_seed=7).x_train)
    assert not torch.equal(digits(split_seed=7).y_train, digits(split_seed=8).y_train)


def test_a_missing_scikit_learn_is_named(monkeypatch):
    monkeypatch.setattr("everystep.engine.data.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="scikit-learn, which is not installed"):
        digits()


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
