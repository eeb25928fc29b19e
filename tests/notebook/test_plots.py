import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from everystep.clinic.logs import logs_of
from everystep.core.recipe import Recipe
from everystep.core.statistics import estimate
from everystep.engine.models import MLP
from everystep.engine.training import sweep, train
from everystep.notebook.plots import (
    CLOCKS,
    MOST_DOTS,
    MOST_MEANS,
    draw_curve,
    draw_heat_map,
    draw_logs,
    draw_runs,
    explain_bands,
)
from tests.engine.plain_loop import random_data


@pytest.fixture(scope="module")
def many():
    recipes = [Recipe(batch, 0.1, epochs=2) for batch in (10, 50)]
    return sweep(recipes, MLP(64, 10), random_data(), seeds=range(4))


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_a_curve_is_the_mean_and_its_band_the_interval(ax):
    values = np.random.default_rng(0).normal(size=(5, 3))
    draw_curve(ax, [1, 2, 4], values, label="some", linestyle="--")
    explain_bands(ax, 5)
    (line,) = ax.get_lines()
    np.testing.assert_allclose(line.get_ydata(), values.mean(0))
    band = ax.collections[0].get_paths()[0].vertices
    for x, column in zip((1, 2, 4), values.T, strict=True):
        expected = estimate(column)
        heights = band[band[:, 0] == x, 1]
        assert (heights.min(), heights.max()) == pytest.approx((expected.low, expected.high))
    assert to_rgb(ax.collections[0].get_facecolor()[0][:3]) == to_rgb(line.get_color())
    assert ax.get_legend().get_title().get_text() == "band: 95% interval over 5 seeds"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["some"]


def test_runs_are_drawn_with_names_and_units(ax, many):
    draw_runs(ax, many, "train_loss", "epochs")
    assert ax.get_xlabel() == "epochs (passes over the data)"
    assert ax.get_ylabel() == "training loss (nats)"
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == [str(runs.recipe) for runs in many]
    np.testing.assert_allclose(ax.get_lines()[1].get_ydata(), many[1].train_loss.mean(0))
    assert "4 seeds" in ax.get_legend().get_title().get_text()


def test_the_four_clocks_show_the_same_values(many):
    figure, axes = plt.subplots(2, 2)
    for ax, clock in zip(axes.flat, CLOCKS, strict=True):
        draw_runs(ax, many, clock=clock, labels=["small", "large"], legend=clock == "epochs")
    ends = [ax.get_lines()[0].get_xdata()[-1] for ax in axes.flat]
    assert ends[:3] == [2, 20, 200]
    assert ends[3] == pytest.approx(many[0].seconds[:, -1].mean())
    heights = [ax.get_lines()[1].get_ydata() for ax in axes.flat]
    for other in heights[1:]:
        np.testing.assert_array_equal(heights[0], other)
    assert [ax.get_legend() is not None for ax in axes.flat] == [True, False, False, False]
    plt.close(figure)


def test_a_heat_map_writes_every_number_where_it_can_be_read(ax):
    draw_heat_map(ax, [[0.0, -1.0], [np.nan, 1.0]], ["a", "b"], [8, 16], format=".1f")
    texts = {text.get_position(): text for text in ax.texts}
    words = {place: text.get_text() for place, text in texts.items()}
    assert words == {(0, 0): "0.0", (1, 0): "−1.0", (0, 1): "–", (1, 1): "1.0"}
    assert (texts[1, 0].get_color(), texts[1, 1].get_color()) == ("white", "black")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["8", "16"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda ax, many: draw_curve(ax, [1, 2], [[1, 2]], label=""), "at least 2 seeds"),
        (lambda ax, many: draw_curve(ax, [1], [[1, 2], [1, 2]], label=""), "x shape"),
        (lambda ax, many: draw_runs(ax, many, "accuracy"), "value must be one of"),
        (lambda ax, many: draw_runs(ax, many, clock="hours"), "clock must be one of"),
        (lambda ax, many: draw_runs(ax, many, labels=["one"]), "labels must be 2"),
        (lambda ax, many: draw_runs(ax, []), "same number of seeds"),
        (lambda ax, many: draw_heat_map(ax, [[1, 2]], ["a"], ["b"]), "values must have shape"),
        (lambda ax, many: draw_heat_map(ax, [[np.nan]], ["a"], ["b"]), "at least one finite"),
    ],
)
def test_what_cannot_be_drawn_is_refused(ax, many, draw, message):
    with pytest.raises(ValueError, match=message):
        draw(ax, many)


@pytest.fixture(scope="module")
def two_logs():
    data = random_data()
    return logs_of(train(Recipe(10, 0.1, epochs=2), MLP(64, 10), data, seeds=(5, 6), every=3), data)


def test_one_log_is_drawn_as_lines_and_several_with_bands(two_logs):
    logs, lr = two_logs, two_logs[0].lr
    for chosen, bands in ((logs[:1], 0), (logs, 2)):
        figure, axes = plt.subplots(3)
        draw_logs(axes, chosen, batches=True)
        drawn = [line.get_label() for line in axes[0].lines]
        assert drawn == ["batch", "training", "validation"]
        assert len(axes[0].collections) == bands
        np.testing.assert_array_equal(axes[2].lines[0].get_ydata(), lr)
        plt.close(figure)


def test_of_long_logs_some_dots_and_means_are_drawn_from_the_first_to_the_last():
    data = random_data()
    runs = train(Recipe(10, 0.1, epochs=30), MLP(64, 10), data, seeds=(5, 6), every=1)
    logs = logs_of(runs, data)
    figure, axes = plt.subplots(3)
    draw_logs(axes, logs, batches=True)
    dots, means = (axes[0].lines[i].get_xdata() for i in (0, 1))
    assert (len(dots), len(means)) == (MOST_DOTS, MOST_MEANS)
    assert (means[0], means[-1]) == (0, logs[0].epochs[-1])
    plt.close(figure)


def test_nothing_to_draw_is_refused(two_logs):
    figure, axes = plt.subplots(3)
    with pytest.raises(ValueError, match="logs"):
        draw_logs(axes, [])
    with pytest.raises(ValueError, match="axes"):
        draw_logs(axes[:2], two_logs)
    plt.close(figure)
