"""The tree of chapter 7, extended to what anybody's log may hold, and to what it may lack.

The chapter's questions keep their order and what they look for. Five are changed all the same: the
size of the validation set limits what can be said of any run, so it is asked last, and said beside
whatever else shows; what falls by a log's own scale is not at rest; and of anybody's log some signs
are less sure, or named in other words. Those added here go by a log's own scale: a loss is compared
with itself. The thresholds were chosen with some 800 logs of real trainings in view.
"""

from dataclasses import replace

from everystep.clinic.endings import (
    GOOD,
    HIGH_AND_NOT_FALLING,
    LEAPS,
    LOWER_RATE,
    NOTHING,
    SMALL,
    STILL,
)
from everystep.clinic.questions import Question, Sign, above, below
from everystep.clinic.standstills import GAINED, LIMIT, PLATEAU, REST, WORSE
from everystep.clinic.tree import (
    BROKE,
    HIGH_AND_FALLING,
    JUMPS,
    NEARLY_ZERO,
    RATE,
    START,
    TRUST,
)
from everystep.clinic.unfinished import GONE, PLAN

ROSE_BEYOND_NOISE = (
    above("val_rise_over_noise", 2.5),
    above("val_rises_in_order", 0.5),
    below("val_turn", 0.75),
)
KEPT_FALLING = (above("train_order_since", 0.3),)
# The chapter's, of logs that round their losses, and of evaluations that draw at random.
TWICE = replace(
    TRUST.signs[0],
    text="the same weights, evaluated twice, give losses that differ by more than a percent",
    shows=(above("change_when_evaluated_again", 1e-2),),
)
# The chapter's, in words for a log that may not tell the very first updates.
TOO_HIGH_AT_FIRST = replace(
    START,
    text="Was the loss of the first updates too high?",
    signs=(
        replace(
            START.signs[0],
            text="it was, and the first rate that is recorded is above half of the peak",
        ),
    ),
)
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
        Sign(
            "the training loss ends at more than twice its lowest level, and climbed all the way "
            "from there",
            "unstable",
            (above("train_climb_or_0", 2),),
        ),
        Sign(
            "the validation loss or error has risen by a third since its lowest point, and the "
            "training loss rose as well",
            "unstable",
            (above("val_rise", 4 / 3), *ROSE_BEYOND_NOISE, above("train_rise_since", 0.1)),
        ),
    ),
    second_run=LOWER_RATE,
)
SETS = Question(
    "Do several validation sets agree?",
    (
        Sign(
            "the highest of their losses ends at more than one and a half times the lowest",
            "validation sets differ",
            (above("sets_apart", 1.5),),
            surely="perhaps",
        ),
    ),
    second_run="the same, judged on each set by itself. A set that never improves may hold "
    "something that the training set does not.",
)
TURNED = Question(
    "Has validation turned?",
    (
        Sign(
            "the validation loss has risen since its lowest point, by more than its noise, while "
            "its accuracy or score went on to gain: a fifth of the errors of that time are gone. "
            "It became surer of the mistakes that are left; what to stop by depends on what you "
            "need",
            "overfitting",
            (
                above("val_rise", 1.05),
                *ROSE_BEYOND_NOISE,
                *KEPT_FALLING,
                above("train_fall_since", 0.02),
                above("has_score_that_gained", 0.5),
            ),
        ),
        Sign(
            "the validation loss or error has risen by a third since its lowest point, while the "
            "training loss kept falling",
            "overfitting",
            (
                above("val_rise", 4 / 3),
                *ROSE_BEYOND_NOISE,
                *KEPT_FALLING,
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
                *KEPT_FALLING,
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
            "more, while the training loss fell by a tenth; the records are too few to tell the "
            "noise",
            "overfitting",
            (
                above("val_rise", 1.1),
                above("val_rises_in_order", 0.9),
                below("val_turn", 0.75),
                *KEPT_FALLING,
                above("train_fall_since", 0.1),
                below("val_records", 8),
            ),
            surely="perhaps",
        ),
        Sign(
            "every validation loss or error since the lowest, three or more, is a tenth higher, "
            "while the training loss fell nearly all the time, by a tenth or more",
            "overfitting",
            (
                above("val_stays_above", 0.1),
                above("val_rises_in_order", 0.2),
                above("val_turn", 0.01),
                below("val_turn", 0.75),
                above("train_order_since", 0.8),
                above("train_fall_since", 0.1),
            ),
            surely="perhaps",
        ),
        Sign(
            "the validation loss or error has risen a little since its lowest point, nearly all "
            "the time, while the training loss kept falling",
            "overfitting",
            (
                above("val_rise", 1.005),
                above("val_rise_over_noise", 2),
                above("val_rises_in_order", 0.8),
                below("val_turn", 0.75),
                *KEPT_FALLING,
                above("train_fall_since", 0.05),
                above("val_records", 9),
            ),
            surely="perhaps",
        ),
        Sign(
            "the training loss has halved since the validation loss stopped falling, and ends "
            "below a quarter of it",
            "overfitting",
            (
                above("val_over_train", 4),
                *KEPT_FALLING,
                above("train_fall_since", 0.5),
                below("val_turn", 0.75),
            ),
            surely="perhaps",
        ),
        Sign(
            "validation ends less than a fifth below its start, while the training loss fell by "
            "two thirds or more, to below a quarter of it",
            "overfitting",
            (
                above("val_over_train", 4),
                below("val_learned_or_0", 0.2),
                above("learned", 2 / 3),
                above("val_records", 4),
            ),
            surely="perhaps",
        ),
        Sign(
            "training accuracy is above 95%, and validation accuracy more than 15 points below it",
            "overfitting",
            (above("train_accuracy", 0.95), below("accuracy_gained_in_validation", -0.15)),
            surely="perhaps",
        ),
    ),
    # Of an accuracy that stays at 0, no training set is to blame.
    (above("accuracy_or_1", 0),),
    second_run="the same, with weight decay, dropout or augmentation, or with more data. If "
    "validation turns later and lower, it was overfitting; if nothing changes, compare how the two "
    "sets were made.",
)
# The chapter's, less sure: some losses cannot go lower, and validation may turn for other reasons.
HIGH_AND_STILL_FALLING = replace(
    HIGH_AND_FALLING,
    signs=(
        *HIGH_AND_FALLING.signs[:2],
        replace(
            HIGH_AND_FALLING.signs[2],
            text="though the epochs are not few, nor the updates in each",
            surely="perhaps",
        ),
    ),
)
NEAR_ZERO = replace(NEARLY_ZERO, signs=(replace(NEARLY_ZERO.signs[0], surely="probably"),))
RUN_TREE = (
    BROKE,
    CAME_BACK_UP,
    replace(TRUST, signs=(TWICE, *TRUST.signs[1:-1])),
    SETS,
    TOO_HIGH_AT_FIRST,
    TURNED,
    WORSE,
    NOTHING,
    PLAN,
    RATE,
    GONE,
    JUMPS,
    HIGH_AND_STILL_FALLING,
    HIGH_AND_NOT_FALLING,
    NEAR_ZERO,
    STILL,
    GAINED,
    LEAPS,
    SMALL,
    REST,
    GOOD,
    PLATEAU,
    LIMIT,
)
