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
            "Two evaluations of the same weights differ: dropout or batch norm may have been in "
            "training mode, or the evaluation draws at random.",
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
            "The run ended long before its schedule's end: it was stopped early, or the schedule "
            "was made for a longer one.",
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
            "The training loss is high and was still falling: the rate may be too low, the run too "
            "short, or the task allows no lower loss.",
            "Is the training loss high, and still falling?",
        ),
        _of_the_chapter(
            "noisy labels",
            "Validation is better than training, at a high loss: augmentation or dropout make "
            "training harder, or many training labels are wrong.",
            "Is the training loss high, and at rest?",
        ),
        _of_the_chapter(
            "too many epochs",
            "It overfits: validation is a third above its lowest, with a training loss near zero.",
            "Is validation good?",
        ),
    )
) | {
    "overfitting": Cause(
        "It overfits: it learns the training set by heart.",
        "more data or regularization, or fewer epochs if the measure you need was best before the "
        "end",
        "Is validation good?",
        ("too many epochs",),
        ("stopped before the horizon",),
    ),
    "validation sets differ": Cause(
        "The validation sets differ: their losses end far apart. Some may be harder, or unlike "
        "the training set; or these are terms of one loss, and not sets.",
        "data",
        "Can you trust the log?",
        besides=("overfitting",),
    ),
    "stopped before the horizon": Cause(
        "The log ends before the end that was planned: the run is in progress, was interrupted "
        "or stopped early, or this is an earlier checkpoint's log.",
        "more updates, to the end of the plan, unless it was stopped on purpose",
        "Did the rate go as planned?",
        besides=("stopped gaining",),
    ),
    "nearly solved": Cause(
        "Hardly any loss was left when the log ended, before the end that was planned: the task is "
        "very easy, the input gives the answer away, the sets share samples, or, without "
        "validation, the training set is known by heart.",
        "data: look for the answer in the input, and for a leak; more updates gain little",
        "Can you trust the log?",
        ("stopped before the horizon", "leak"),
    ),
    "rested before the horizon": Cause(
        "It ended before the end that was planned, and had come to rest: in the last third the "
        "losses hardly fell. Little is left to gain, or only a lower rate brings it.",
        "schedule; more updates at such a rate gain little",
        "Did the rate go as planned?",
        ("stopped before the horizon", "at rest", "come to rest"),
        ("stopped gaining",),
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
        "After the first validation it got worse, by its loss or by an error: the rate may be too "
        "high, above all in fine-tuning, or it overfits.",
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
        "Cannot tell what holds it: in the last third the losses hardly fell. Little is left to "
        "gain, or the rate, the model or the data lets it gain no more.",
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
        "It learned nothing, or what was recorded does not show it.",
        "rate, after a look at model, loss, loop and evaluation",
        "Before the tree",
        besides=("stopped before the horizon",),
    ),
    "at rest": Cause(
        "Cannot tell: it has come to rest at a rate that has not gone down. Little is left to "
        "gain, or the noise of the updates hides it, or the rate is too low.",
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
        "Cannot tell: no sign of trouble that is looked for here shows clearly, and too little is "
        "known to call the run healthy.",
        "",
        "What curves cannot tell",
    ),
}
