"""What a report says of each cause, to which a tree's signs point."""

from dataclasses import dataclass

from everystep.clinic.endings import GAINING
from everystep.clinic.tree import HEALTHY, KNOBS

CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Cause:
    """What a report says of a cause.

    Attributes:
        verdict: the problem in a sentence.
        knob: what to turn.
        section: the heading of chapter 7 under which it is explained.
        covers: causes that the verdict names as well, or leaves open.
        besides: causes that a log may show beside it, and that are looked for all the same.
    """

    verdict: str
    knob: str
    section: str
    covers: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()


def _of_the_chapter(cause: str, verdict: str, section: str, *covers: str) -> tuple[str, Cause]:
    return cause, Cause(verdict, KNOBS[cause], section, covers)


CAUSES = dict(
    (
        _of_the_chapter("diverged", "The loss broke and did not come back.", "Did the loss break?"),
        _of_the_chapter(
            "evaluated in train mode",
            "The model was evaluated as it trains, with dropout or batch norm switched on.",
            "Can you trust the log?",
        ),
        _of_the_chapter("not shuffled", "The samples come in an order.", "Can you trust the log?"),
        _of_the_chapter(
            "leak", "Validation samples are in the training set.", "Can you trust the log?"
        ),
        _of_the_chapter(
            "validation set too small",
            "The validation set is too small to tell runs apart.",
            "Can you trust the log?",
        ),
        _of_the_chapter(
            "no warm-up", "The first updates were too long.", "Did the start go wrong?"
        ),
        _of_the_chapter(
            "decayed too early",
            "The rate was gone before the run had learned.",
            "Did the rate go as planned?",
        ),
        _of_the_chapter(
            "horizon too long",
            "The run ended long before its schedule: it was stopped early, or the schedule was "
            "made for a longer one.",
            "Did the rate go as planned?",
            "stopped before the horizon",
        ),
        _of_the_chapter(
            "batch too small",
            "Single updates are so noisy that the loss jumps.",
            "Does the training loss jump?",
        ),
        _of_the_chapter("rate too high", "The rate is too high.", "Does the training loss jump?"),
        _of_the_chapter(
            "too few epochs",
            "The run was too short: too few epochs.",
            "Is the training loss high, and still falling?",
        ),
        _of_the_chapter(
            "batch too large",
            "An epoch has too few updates: the batch is too large for so few epochs.",
            "Is the training loss high, and still falling?",
        ),
        _of_the_chapter(
            "rate too low",
            "Many updates, each too short: the rate is too low.",
            "Is the training loss high, and still falling?",
        ),
        _of_the_chapter(
            "noisy labels",
            "Many training labels are wrong.",
            "Is the training loss high, and at rest?",
        ),
        _of_the_chapter(
            "too many epochs",
            "It overfits: validation has turned, and the training loss keeps falling.",
            "Is validation good?",
        ),
    )
) | {
    "overfitting": Cause(
        "It overfits: it learns the training set by heart.",
        "fewer epochs, more data or regularization",
        "Is validation good?",
        ("too many epochs",),
        ("stopped before the horizon",),
    ),
    "validation sets differ": Cause(
        "The validation sets differ: on some of them the model is far worse, which training on "
        "this data does not fix.",
        "data",
        "Can you trust the log?",
        besides=("overfitting",),
    ),
    "stopped before the horizon": Cause(
        "The run stopped before the end that was planned: it is in progress, was interrupted, or "
        "was stopped early.",
        "more updates, to the end of the plan",
        "Did the rate go as planned?",
        besides=("stopped gaining",),
    ),
    "too few updates": Cause(
        "It was still learning when it ended: too few epochs or updates, or too low a rate.",
        "more epochs, a smaller batch or a higher rate",
        "Is the training loss high, and still falling?",
        ("too few epochs", "batch too large", "rate too low"),
    ),
    "ended in warm-up": Cause(
        "It ended within its warm-up: the run was too short for its schedule, or the warm-up too "
        "long for the run.",
        "shorter warm-up, or more updates",
        "Did the rate go as planned?",
        ("too few updates", "too few epochs", "rate too low", "at rest"),
    ),
    "made worse": Cause(
        "Training made it worse: validation was best in its first record. The rate may be too "
        "high, above all in fine-tuning.",
        "lower rate, or fewer epochs",
        "Is validation good?",
        ("too many epochs", "overfitting"),
    ),
    "stopped gaining": Cause(
        "Validation stopped gaining before the end, while training went on: the last epochs "
        "taught it nothing that holds on new data, or overfitting has begun.",
        "fewer epochs, more data or regularization",
        "Is validation good?",
        ("too many epochs", "overfitting"),
        ("stopped before the horizon",),
    ),
    "come to rest": Cause(
        "It has come to rest: in the last third the losses hardly fell.",
        "schedule, model or data",
        "Is the training loss high, and at rest?",
        ("at rest",),
    ),
    "unstable": Cause(
        "The loss came back up: the training became unstable, or diverged.",
        "lower rate, or clipped gradients",
        "Does the training loss jump?",
        ("diverged",),
    ),
    "leaps": Cause(
        "The training loss leaped, and came back: some updates were too long, or some batches odd.",
        "lower rate, or clipped gradients",
        "Does the training loss jump?",
    ),
    "nothing learned": Cause(
        "It learned nothing.",
        "rate, after a look at model, loss and loop",
        "Before the tree",
        besides=("stopped before the horizon",),
    ),
    "at rest": Cause(
        "Cannot tell: it has come to rest at a rate that is still high. Either little is left to "
        "gain, or the noise of the updates hides it.",
        "schedule",
        "Is the training loss high, and at rest?",
    ),
    GAINING: Cause(
        "Healthy, as far as this log shows, and still gaining when it ended: a longer run, with a "
        "schedule as long, may gain more.",
        "more epochs, with a schedule as long",
        "How good is the tree?",
        (HEALTHY, "too few updates"),
    ),
    HEALTHY: Cause("Healthy, as far as this log shows.", "", "How good is the tree?"),
    CANNOT_TELL: Cause(
        "Cannot tell: none of the signs that are looked for here shows clearly, and too little to "
        "call the run healthy.",
        "",
        "What curves cannot tell",
    ),
}
