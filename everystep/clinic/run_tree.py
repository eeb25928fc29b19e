"""The tree of chapter 7, extended to what anybody's log may hold, and to what it may lack.

The chapter's questions are the same objects. Those added here go by a log's own scale: a loss is
compared with itself. The thresholds were chosen with some 20 logs of real trainings in view.
"""

from everystep.clinic.questions import Question, Sign, above, below
from everystep.clinic.tree import (
    BROKE,
    HEALTHY,
    HIGH_AND_AT_REST,
    HIGH_AND_FALLING,
    JUMPS,
    NEARLY_ZERO,
    RATE,
    START,
    TRUST,
)

LOW = 0.11  # of the peak rate: many schedules end at a tenth
LEARNED_WELL = 0.9  # accuracy
STILL_FALLING = 0.03  # of all that the loss fell, in a fifth of the time
LEAST_FOR_HEALTH = 5  # records of validation, where neither a rate nor an accuracy tells
TO_THE_END = 0.8  # of the run, up to which validation has to go to say how it ended

CAME_BACK_UP = Question(
    "Did the loss come back up?",
    (
        Sign(
            "the training loss ends far above that of guessing",
            "diverged",
            (above("train_left", 1.5),),
            surely="surely",
        ),
        Sign(
            "the training loss ends far above that of the first update",
            "diverged",
            (above("left_of_first", 1.5),),
            surely="surely",
        ),
        Sign(
            "the training loss ends more than halfway up to its start, after having been lower",
            "unstable",
            (above("train_regrowth", 0.5),),
        ),
    ),
    second_run="a rate ten times lower, or gradients clipped. If the loss then stays down, the "
    "steps were too long; if not, look at the batches of the moment at which it rose.",
)
SETS = Question(
    "Do several validation sets agree?",
    (
        Sign(
            "the highest of their losses ends at more than one and a half times the lowest",
            "validation sets differ",
            (above("sets_apart", 1.5),),
        ),
    ),
    second_run="the same, judged on each set by itself. Sets that never improve hold something "
    "that the training set does not.",
)
ROSE_BEYOND_NOISE = (
    above("val_rise_over_noise", 2.5),
    above("val_rises_in_order", 0.5),
    below("val_turn", 0.75),
)
TURNED = Question(
    "Has validation turned?",
    (
        Sign(
            "the validation loss or error has risen by a third since its lowest point, while the "
            "training loss kept falling",
            "overfitting",
            (
                above("val_rise", 4 / 3),
                *ROSE_BEYOND_NOISE,
                above("train_fall_since", 0.02),
            ),
            surely="surely",
        ),
        Sign(
            "the validation loss or error has risen since its lowest point, by more than its "
            "noise, while the training loss kept falling",
            "overfitting",
            (
                above("val_rise", 1.05),
                *ROSE_BEYOND_NOISE,
                above("train_fall_since", 0.02),
            ),
        ),
        Sign(
            "the validation loss or error has risen since its lowest point, by more than its "
            "noise; there is no training loss to compare it with",
            "overfitting",
            (
                above("val_rise", 1.05),
                *ROSE_BEYOND_NOISE,
                below("has_train", 0.5),
            ),
            surely="perhaps",
        ),
        Sign(
            "the validation loss or error has only risen since its lowest point, by a tenth or "
            "more, while the training loss fell by a third; the records are too few to tell the "
            "noise",
            "overfitting",
            (
                above("val_rise", 1.1),
                above("val_rises_in_order", 0.9),
                below("val_turn", 0.75),
                above("train_fall_since", 1 / 3),
                below("val_records", 6),
            ),
            surely="perhaps",
        ),
        Sign(
            "the training loss has halved since the validation loss stopped falling, and ends "
            "below a quarter of it",
            "overfitting",
            (above("val_over_train", 4), above("train_fall_since", 0.5), below("val_turn", 0.75)),
            surely="perhaps",
        ),
        Sign(
            "the training set is learned by heart, and validation accuracy is 15 points or more "
            "below",
            "overfitting",
            (above("train_accuracy", 0.95), below("accuracy_gained_in_validation", -0.15)),
        ),
    ),
    second_run="the same, with weight decay, dropout or augmentation, or with more data. If "
    "validation turns later and lower, it was overfitting; if nothing changes, compare how the two "
    "sets were made.",
)
PLAN = Question(
    "Did the run make all its updates?",
    (
        Sign(
            "fewer than 98% of the planned updates were made",
            "stopped before the horizon",
            (below("planned_share", 0.98),),
            surely="surely",
        ),
    ),
    second_run="the same to its end, or with a schedule as long as the run. What a rate that goes "
    "down to its end would have gained is not in this log.",
)
GONE = Question(
    "Was the rate gone too early?",
    (
        Sign(
            "it was below a tenth of its peak for most of the run, in which the training loss, "
            "still above a fifth of its start, hardly fell",
            "decayed too early",
            (
                above("time_at_low_rate", 0.5),
                below("fall_at_low_rate", 0.1),
                above("train_kept", 0.2),
            ),
            surely="perhaps",
        ),
    ),
)
NOTHING = Question(
    "Was anything learned?",
    (
        Sign(
            "no loss or error ends 2% or more below its start",
            "nothing learned",
            (below("learned", 0.02), above("most_records", 4)),
        ),
        Sign(
            "no loss or error ends half a percent or more below its start",
            "nothing learned",
            (below("learned", 0.005),),
            surely="perhaps",
        ),
        Sign(
            "no accuracy changed by a tenth, none is above 60%, and no loss fell by a tenth",
            "nothing learned",
            (
                below("accuracy_range_or_1", 0.1),
                below("accuracy", 0.6),
                below("learned_or_0", 0.1),
                above("most_records", 4),
            ),
            surely="perhaps",
        ),
    ),
    second_run="on a single batch, until it is known by heart. If that fails, look for the fault "
    "in model, loss and loop; if not, try rates ten times higher and lower.",
)
LEFT_TO_LEARN = below("accuracy_or_0", 0.99)
FALLING_TO_THE_END = (above("falls_in_order", 0.7), above("still_falling", STILL_FALLING))
STILL = Question(
    "Was it still learning when it ended?",
    (
        Sign(
            "the loss or error was falling all through the last third, and the rate was not yet "
            "low",
            "too few updates",
            (*FALLING_TO_THE_END, above("rate_left", LOW), LEFT_TO_LEARN),
        ),
        Sign(
            "the loss or error was falling all through the last third; the log does not tell how "
            "the rate went",
            "too few updates",
            (*FALLING_TO_THE_END, below("has_rates", 0.5), LEFT_TO_LEARN),
            surely="perhaps",
        ),
    ),
    second_run=HIGH_AND_FALLING.second_run,
)
REST = Question(
    "Has it come to rest, with the rate still high?",
    (
        Sign(
            "the loss or error hardly falls in the last third, the rate is above half of its "
            "peak, and no accuracy says that all is learned",
            "at rest",
            (
                below("still_falling", STILL_FALLING),
                above("rate_left", 0.5),
                below("rate_still_rising_or_0", 0.5),
                below("accuracy_or_0", LEARNED_WELL),
            ),
        ),
    ),
    second_run="on from here with a rate that goes down to zero. What that gains was hidden by the "
    "noise of the updates; if it gains nothing, the model or the data sets the limit.",
)
GOOD = Question(
    "Did it end well?",
    (
        Sign(
            "validation ends near its best, and the rate has gone down",
            HEALTHY,
            (
                below("rate_left", LOW),
                below("time_at_low_rate", 0.5),
                below("val_over_train", 4),
                above("accuracy_or_1", 0.75),
            ),
        ),
        Sign(
            "validation ends near its best, at a high accuracy",
            HEALTHY,
            (
                above("accuracy", LEARNED_WELL),
                below("val_over_train_or_0", 3),
                below("val_error_left_or_0", 0.9),
            ),
        ),
        Sign(
            "validation ends near its best, after the loss or error has fallen by a third, and is "
            "not far above training",
            HEALTHY,
            (
                below("has_rates", 0.5),
                above("val_records", LEAST_FOR_HEALTH),
                above("learned", 1 / 3),
                below("val_end_over_best", 1.01),
                below("val_over_train_or_0", 1.2),
                above("accuracy_or_1", 0.75),
            ),
            surely="perhaps",
        ),
    ),
    (
        above("val_records", 1),
        below("val_end_over_best", 1.05),
        above("learned", 0.05),
        above("val_reaches", TO_THE_END),
    ),
)

RUN_TREE = (
    BROKE,
    CAME_BACK_UP,
    TRUST,
    SETS,
    START,
    TURNED,
    PLAN,
    RATE,
    GONE,
    JUMPS,
    HIGH_AND_FALLING,
    HIGH_AND_AT_REST,
    NEARLY_ZERO,
    NOTHING,
    STILL,
    REST,
    GOOD,
)
