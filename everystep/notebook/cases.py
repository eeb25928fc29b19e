"""Show what is known of a training that went wrong: its curves, its facts and its records."""

from typing import Any, Protocol

import matplotlib.pyplot as plt
import numpy as np

from everystep.notebook.figures import show, use_house_style
from everystep.notebook.plots import draw_logs
from everystep.notebook.tables import show_table

HIGHEST_LOSS_SHOWN = 8  # nats
ROWS = 9  # of the table of records


class Examined(Protocol):
    """What is shown of a case; the fields are those of ``everystep.clinic.blind_exam.ExamCase``."""

    @property
    def number(self) -> int:
        """The case's number in its exam."""

    @property
    def exam(self) -> int:
        """The number of the exam."""

    @property
    def log(self) -> Any:
        """What ``draw_logs`` draws; it also gives tables: its facts, first batches and records."""


def show_case(case: Examined) -> None:
    """Show a case's curves, second looks, first batches and some of its records.

    Args:
        case: the case; nothing that is shown names its cause.
    """
    use_house_style()
    log = case.log
    figure, axes = plt.subplots(3, figsize=(5.2, 5.6), height_ratios=(3, 3, 1.3), sharex=True)
    draw_logs(axes, [log], batches=True)
    highest = np.concatenate([log.train_loss, log.val_loss, log.batch_loss]).max()
    axes[0].set(ylabel="loss (nats)", ylim=(0, min(highest * 1.05, HIGHEST_LOSS_SHOWN)))
    axes[1].set(ylabel="accuracy", ylim=(0, 1.02))
    axes[2].set(ylabel="rate")
    figure.legend(handles=axes[0].lines, loc="outside upper center", ncols=3)
    key = f"diagnosis.exam-{case.exam}-{case.number}"
    cut = f" Losses above {HIGHEST_LOSS_SHOWN} are not shown."
    show(
        figure,
        key,
        alt=f"Case {case.number}: loss, accuracy and learning rate against epochs. Tables of the "
        "first batches' losses and of the records follow.",
        caption=f"Case {case.number} of exam {case.exam}. Dots: losses of single batches, before "
        f"their update.{cut if highest > HIGHEST_LOSS_SHOWN else ''}",
    )
    _show_tables(log, key, f"Case {case.number}")


def _show_tables(log: Any, key: str, case: str) -> None:
    show_table(
        log.facts().rename_axis("fact").reset_index(name="value"),
        f"{key}-facts",
        caption=f"{case}: what its curves do not show.",
    )
    show_table(
        log.first_batches(),
        f"{key}-batches",
        caption=f"{case}: losses of the first batches in nats, each before its update.",
        formats={"batch loss": ",.2f", "rate": ".4g"},
    )
    losses = dict.fromkeys(["training loss", "validation loss"], ",.3f")
    accuracies = dict.fromkeys(["training accuracy", "validation accuracy"], ".3f")
    show_table(
        log.records(ROWS),
        f"{key}-records",
        caption=f"{case}: records, evenly spaced, with the rate of the update before each.",
        formats={"epochs": ".2f", **losses, **accuracies, "rate": ".4g"},
    )
