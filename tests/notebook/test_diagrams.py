import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from everystep.notebook.diagrams import draw_epochs

mpl.use("agg")


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_every_epoch_shows_every_sample_once_and_updates_are_numbered(ax):
    draw_epochs(ax, n_samples=7, batch_size=3, epochs=2)
    inside = [text for text in ax.texts if text.get_size() == 8]
    assert sorted(int(text.get_text()) for text in inside) == sorted([*range(1, 8)] * 2)
    below = [text.get_text() for text in ax.texts if text not in inside]
    assert [word for word in below if word.isdigit()] == ["1", "2", "3", "4", "5", "6"]
    assert len(ax.patches) == 14


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((41, 3, 1), "n_samples must be a whole number from 1 to 40"),
        ((10, 0, 1), "batch_size must be a whole number of at least 1"),
        ((10, 3, 0.5), "epochs must be a whole number of at least 1"),
    ],
)
def test_impossible_drawings_are_refused(ax, arguments, message):
    with pytest.raises(ValueError, match=message):
        draw_epochs(ax, *arguments)
