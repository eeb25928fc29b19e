"""Figures of runs: curves with intervals, on four clocks, and heat maps."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from everystep.core.statistics import interval

CLOCKS = {
    "epochs": "epochs (passes over the data)",
    "steps": "steps (updates)",
    "samples": "samples processed",
    "seconds": "seconds of training a seed",
}
VALUES = {
    "train_loss": "training loss (nats)",
    "train_accuracy": "training accuracy",
    "val_loss": "validation loss (nats)",
    "val_accuracy": "validation accuracy",
}
MOST_DOTS = 50  # drawn of a log's batch losses, to keep figures small
MOST_MEANS = 20  # of several logs; a mean over seeds is smooth


class Recorded(Protocol):
    """What is drawn of runs: any object with these, and the clocks and values named above."""

    recipe: object
    seeds: Sequence[int]


class Logged(Protocol):
    """What is drawn of a training's log; the fields are those of ``everystep.clinic.logs.Log``."""

    epochs: np.ndarray
    batch_loss: np.ndarray
    lr: np.ndarray
    updates: int


def draw_curve(ax: Axes, x: np.ndarray, values: np.ndarray, *, label: str, **style: Any) -> None:
    """Draw the mean over seeds as a line, with its 95% interval as a band.

    Call ``explain_bands`` when all curves are drawn, for a legend that says what the band is.

    Args:
        ax: where to draw.
        x: shape ``(K,)``.
        values: shape ``(seeds, K)`` with at least 2 seeds; where a seed has diverged (NaN), the
            curve has a gap.
        label: the line's text in the legend.
        **style: passed to ``ax.plot``.

    Raises:
        ValueError: if the shapes do not match or there are fewer than 2 seeds.
    """
    x, values = np.asarray(x), np.asarray(values, dtype=float)
    if values.ndim != 2 or len(values) < 2 or x.shape != values.shape[1:]:
        raise ValueError(
            f"values must have shape (seeds, K) with at least 2 seeds and x shape (K,), "
            f"got {values.shape} and {x.shape}"
        )
    low, high = interval(values)
    (line,) = ax.plot(x, values.mean(0), label=label, **style)
    ax.fill_between(x, low, high, color=line.get_color(), alpha=0.2, linewidth=0)


def explain_bands(ax: Axes, n_seeds: int, **legend: Any) -> None:
    """Add a legend whose title says that bands are 95% intervals over ``n_seeds`` seeds.

    Args:
        ax: axes with curves.
        n_seeds: number of seeds behind each curve.
        **legend: passed to ``ax.legend``.
    """
    title = f"band: 95% interval over {n_seeds} seeds"
    ax.legend(title=title, title_fontsize="small", alignment="left", **legend)


def draw_runs(
    ax: Axes,
    many: Iterable[Recorded],
    value: str = "val_accuracy",
    clock: str = "steps",
    *,
    labels: Sequence[str] | None = None,
    legend: bool = True,
) -> None:
    """Draw one recorded value of several recipes on one clock.

    Args:
        ax: where to draw.
        many: runs with the same number of seeds, or a ``Sweep``.
        value: ``train_loss``, ``train_accuracy``, ``val_loss`` or ``val_accuracy``.
        clock: ``epochs``, ``steps``, ``samples`` or ``seconds``.
        labels: texts for the legend; the recipes' names if not given.
        legend: whether to add the legend.

    Raises:
        ValueError: if a name is unknown, the numbers of seeds differ, or the labels are too few
            or too many.
    """
    many = list(many)
    for name, choice, known in (("value", value, VALUES), ("clock", clock, CLOCKS)):
        if choice not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {choice!r}")
    counts = {len(runs.seeds) for runs in many}
    if len(counts) != 1:
        raise ValueError(f"many must be runs with the same number of seeds, got {sorted(counts)}")
    labels = [str(runs.recipe) for runs in many] if labels is None else labels
    if len(labels) != len(many):
        raise ValueError(f"labels must be {len(many)}, one a recipe, got {len(labels)}")
    for runs, label in zip(many, labels, strict=True):
        moments = getattr(runs, clock)
        x = moments.mean(0) if moments.ndim == 2 else moments
        draw_curve(ax, x, getattr(runs, value), label=label)
    ax.set_xlabel(CLOCKS[clock])
    ax.set_ylabel(VALUES[value])
    if legend:
        explain_bands(ax, counts.pop())


def draw_logs(axes: Sequence[Axes], logs: Sequence[Logged], *, batches: bool = False) -> None:
    """Draw loss, accuracy and learning rate, one below the other, against epochs.

    One log is drawn as lines; of several, the mean with its 95% interval is drawn.

    Args:
        axes: three axes.
        logs: logs with the same records, one a seed.
        batches: whether the batch loss of the first log is drawn behind the others, as dots.

    Raises:
        ValueError: if there are not three axes, or no log.
    """
    if len(axes) != 3 or not logs:
        raise ValueError(f"axes must be 3 and logs at least 1, got {len(axes)} and {len(logs)}")
    one = logs[0]
    if batches:
        some = _evenly(one.updates, MOST_DOTS)
        moments = some * one.epochs[-1] / one.updates
        axes[0].plot(moments, one.batch_loss[some], ".", color="C5", markersize=2, label="batch")
    for ax, value in zip(axes, ("loss", "accuracy"), strict=False):
        for part, label in (("train", "training"), ("val", "validation")):
            values = np.stack([getattr(log, f"{part}_{value}") for log in logs])
            if len(logs) == 1:
                ax.plot(one.epochs, values[0], label=label)
            else:
                some = _evenly(len(one.epochs), MOST_MEANS)
                draw_curve(ax, one.epochs[some], values[:, some], label=label)
    axes[2].plot(np.linspace(0, one.epochs[-1], one.updates), one.lr, color="C2", linestyle="-")
    axes[2].set_ylim(0, 1.25 * one.lr.max())
    axes[2].set_xlabel("epochs")


def _evenly(n: int, most: int) -> np.ndarray:
    """Return the first and the last of ``n`` places and others between, at most ``most``."""
    return np.linspace(0, n - 1, min(n, most)).astype(int)


def draw_heat_map(
    ax: Axes,
    values: np.ndarray,
    rows: Sequence[object],
    columns: Sequence[object],
    *,
    format: str = ".3f",
    low: float | None = None,
    high: float | None = None,
) -> None:
    """Draw a table as colored cells, each with its number.

    Args:
        ax: where to draw; the caller labels its axes.
        values: shape ``(rows, columns)``; a cell that is not finite shows a dash.
        rows: labels from top to bottom.
        columns: labels from left to right.
        format: format of the numbers.
        low: value of the darkest color; the smallest value if not given.
        high: value of the brightest color; the largest value if not given.

    Raises:
        ValueError: if the shape does not match the labels, or no value is finite.
    """
    values = np.ma.masked_invalid(np.asarray(values, dtype=float))
    if values.shape != (len(rows), len(columns)):
        raise ValueError(
            f"values must have shape ({len(rows)}, {len(columns)}) like the labels, "
            f"got {values.shape}"
        )
    if values.count() == 0:
        raise ValueError("values must have at least one finite number")
    norm = Normalize(values.min() if low is None else low, values.max() if high is None else high)
    image = ax.imshow(values, cmap="cividis", norm=norm, aspect="auto")
    ax.set_xticks(range(len(columns)), [str(column) for column in columns])
    ax.set_yticks(range(len(rows)), [str(row) for row in rows])
    ax.grid(False)
    for (row, column), value in np.ndenumerate(np.ma.getdata(values)):
        finite = np.isfinite(value)
        bright = finite and norm(value) > 0.5
        ax.text(
            column,
            row,
            _text(value, format) if finite else "–",
            ha="center",
            va="center",
            color="black" if bright else "white" if finite else image.axes.xaxis.label.get_color(),
        )


def _text(value: float, format: str) -> str:
    return f"{value:{format}}".replace("-", "−")
