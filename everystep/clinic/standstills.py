"""Questions of runs that went on and gained no more, in validation or at all, or got worse."""

from everystep.clinic.endings import (
    FALLS_THROUGHOUT,
    LEARNED_WELL,
    NEARLY_ALL,
    STILL_FALLING,
    TO_THE_END,
)
from everystep.clinic.questions import Question, Sign, above, below

AT_REST = 0.02  # of the loss itself, in a fifth of the time
LEARNED_MUCH = 0.15  # of the start: what fell by less may be too slow, and not at rest
WITHOUT_GAIN = (
    below("val_turn", 0.8),
    below("val_lowest_at", 0.8),
    below("val_rise", 1.25),  # what rises more is no standstill
    above("train_fall_since", 0.1),
    above("train_order_since", 0.3),
    above("val_records", 4),
)
GAINED = Question(
    "Did validation still gain at the end?",
    (
        Sign(
            "it was best before the last fifth of the run and ends worse, by up to a quarter; "
            "since then the training loss fell by a tenth or more",
            "stopped gaining",
            (*WITHOUT_GAIN, above("val_rise", 1.015), below("accuracy_or_0", NEARLY_ALL)),
            surely="perhaps",
        ),
        Sign(
            "it was best before the last fifth of the run and stayed there; since then the "
            "training loss fell by a tenth or more",
            "stopped gaining",
            (*WITHOUT_GAIN, below("accuracy_or_0", LEARNED_WELL)),
            surely="perhaps",
        ),
        Sign(
            "it was best before the last fifth of the run and ends worse, by up to a quarter; the "
            "training loss is below a quarter of it",
            "stopped gaining",
            (
                *WITHOUT_GAIN[:3],
                above("val_rise", 1.015),
                above("val_over_train", 4),
                above("val_records", 4),
            ),
            surely="perhaps",
        ),
    ),
    second_run="the same, with weight decay, dropout or augmentation, or with more data. If "
    "validation then goes on to gain, learning by heart had held it back; if not, stop where it "
    "was best.",
)
WORSE = Question(
    "Was validation best at first?",
    (
        Sign(
            "validation was lowest in its first record and has risen nearly all the time since",
            "made worse",
            (
                below("val_turn", 0.01),
                above("val_rises_in_order", 0.9),
                above("val_rise", 1.02),
                above("val_records", 4),
            ),
            surely="perhaps",
        ),
        Sign(
            "validation was lowest in its first record and has been a third higher ever since, "
            "while the training loss fell nearly all the time, by a tenth or more",
            "made worse",
            (
                below("val_turn", 0.01),
                above("val_stays_above", 1 / 3),
                above("train_order_since", 0.8),
                above("train_fall_since", 0.1),
                above("val_records", 4),
            ),
            surely="perhaps",
        ),
        Sign(
            "an error of validation was lowest in its first record, and ends a third higher",
            "made worse",
            (above("error_rise_from_first_or_0", 1 / 3), below("val_learned_or_0", 0.05)),
        ),
    ),
    second_run="with a rate ten times lower. If validation then goes on to gain, the rate was too "
    "high; if it turns as before, it overfits from the start.",
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
                below("falls_of_its_level", AT_REST),
                above("rate_left", 0.5),
                below("rate_still_rising_or_0", 0.5),
                below("accuracy_or_0", LEARNED_WELL),
            ),
        ),
    ),
    second_run="on from here with a rate that goes down to zero. What that gains was hidden by the "
    "noise of the updates; if it gains nothing, the model or the data sets the limit.",
)
RESTED = (
    below("accuracy_or_0", LEARNED_WELL),
    below("train_accuracy_or_0", LEARNED_WELL),
    above("accuracy_or_1", 0),
    below("stuck_at_0", 1),
    below("goes_below_0", 0.5),  # by what part such a loss fell means nothing
    above("learned", LEARNED_MUCH),
    above("most_records", 9),
    above("val_reaches_or_1", TO_THE_END),
)
HARDLY = (
    below("val_rises_in_order_or_0", FALLS_THROUGHOUT),
    below("falls_of_its_level", STILL_FALLING),
    below("train_falls_of_its_level_or_0", STILL_FALLING),
)
PLATEAU = Question(
    "Has it come to rest?",
    (
        Sign(
            "in the last third no loss falls by more than a few percent; the log does not tell the "
            "rate",
            "come to rest",
            (
                below("still_falling", STILL_FALLING),
                *HARDLY,
                below("falls_in_order", FALLS_THROUGHOUT),
                below("has_rates", 0.5),
                *RESTED,
            ),
            surely="perhaps",
        ),
        Sign(
            "in the last third no loss falls by more than two or three percent, if steadily; the "
            "log does not tell the rate",
            "come to rest",
            (
                below("still_falling", STILL_FALLING),
                below("val_rises_in_order_or_0", FALLS_THROUGHOUT),
                below("falls_of_its_level", STILL_FALLING / 3),
                below("train_falls_of_its_level_or_0", STILL_FALLING / 2),
                below("has_rates", 0.5),
                *RESTED,
            ),
            surely="perhaps",
        ),
    ),
    second_run=REST.second_run,
)
LIMIT = Question(
    "Has it come to rest, with the rate gone down?",
    (
        Sign(
            "in the last third no loss falls by more than a few percent, and the rate is below "
            "half of its peak",
            "come to rest",
            (*HARDLY, below("still_falling", 0.1), below("rate_left", 0.5), *RESTED),
            surely="perhaps",
        ),
    ),
    second_run="with a rate three times higher and the same schedule. If it ends lower, the rate "
    "was gone too early; if not, a larger model tells whether model or data set the limit.",
)
