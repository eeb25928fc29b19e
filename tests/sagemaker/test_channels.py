"""Channels hold the rows of the digits that were asked for."""

import numpy as np
import pytest

from everystep.core.digits import read_digits
from everystep.sagemaker.channels import write_channels


def test_each_channel_has_its_rows(tmp_path):
    rows = np.array([5, 3, 900])
    places = write_channels(tmp_path / "s3", train=slice(0, 20), validation=rows)
    assert set(places) == {"train", "validation"}
    images, labels = (np.load(places["validation"] / f"{n}.npy") for n in ("images", "labels"))
    table = read_digits()
    assert images == pytest.approx(table[rows, :-1] / 16)
    assert labels.tolist() == table[rows, -1].tolist()
    assert np.load(places["train"] / "images.npy").shape == (20, 64)


def test_a_channel_that_is_there_is_left_alone(tmp_path):
    write_channels(str(tmp_path), train=slice(0, 20))
    with pytest.raises(FileExistsError):
        write_channels(tmp_path, train=slice(0, 10))
