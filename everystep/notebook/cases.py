"""Show what is known of a training that went wrong: its curves, its facts and its records."""

from typing import Any, Protocol

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display

from everystep.notebook.figures import show, use_house_style
from everystep.notebook.plots import draw_logs

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


def show_case(case: Examined) -> Any:
    """Show a case's curves, second looks and first batches, and return some of its records.

    Args:
        case: the case; nothing that is shown names its cause.
    """
    use_house_style()
    log = case.log
    figure, axes = plt.subplots(3, figsize=(5.2, 5.6), height_ratios=(3, 3, 1.3), sharex=True)
    draw_logs(axes, [log], batches=True)
    losses = np.concatenate([log.train_loss, log.val_loss, log.batch_loss])
    axes[0].set(ylabel="loss (nats)", ylim=(0, min(losses.max() * 1.05, HIGHEST_LOSS_SHOWN)))
    axes[1].set(ylabel="accuracy", ylim=(0, 1.02))
    axes[2].set(ylabel="rate")
    figure.legend(handles=axes[0].lines, loc="outside upper center", ncols=3)
    show(
        figure,
        f"diagnosis.exam-{case.exam}-{case.number}",
        alt=f"Case {case.number}: loss, accuracy and learning rate against epochs. Tables of the "
        "first batches' losses and of the records follow.",
        caption=f"Case {case.number} of exam {case.exam}. Dots: losses of single batches, before "
        f"their update. Losses above {HIGHEST_LOSS_SHOWN} are not shown.",
    )
    display(log.facts().to_frame(f"case {case.number}"))
    display(log.first_batches())
    return log.records(ROWS)
