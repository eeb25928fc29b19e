"""Questions of how a run ended: whether it learned, came to rest, or went well."""

from dataclasses import replace

from everystep.clinic.courses import LEAP
from everystep.clinic.questions import Question, Sign, above, below
from everystep.clinic.tree import HEALTHY, HIGH_AND_AT_REST, HIGH_AND_FALLING, TRUST

GAINING = "healthy, and still gaining"
GAIN = 0.015  # of the loss or error itself, in a fifth of the time
LOW = 0.11  # of the peak rate: many schedules end at a tenth
LEARNED_WELL = 0.9  # accuracy
NEARLY_ALL = 0.97  # accuracy, above which a loss moves by few samples
STILL_FALLING = 0.03  # of all that the loss fell, in a fifth of the time
STAYS_ABOVE = 0.02  # of its best: validation that never came back to there since
FAR_FROM_START = 3.0  # times: a run that leaped so far may have too high a rate, and not too low
LATE = 0.87  # of the run, before which validation that still falls was not lowest
ERROR_DENIES = 0.2  # of its best, above which an error ends that denies what the loss says
LEAST_FALL = 0.001  # the same: less is a creep, and no learning to go on with
FALLING_OF_ITS_LEVEL = 0.1  # of the loss itself, in a fifth of the time
FAR_LEAP = 5.0  # times the start
LEAST_FOR_HEALTH = 5  # records of validation, where neither a rate nor an accuracy tells
TO_THE_END = 0.79  # of the run, up to which validation has to go to say how it ended
FALLING_AT_THE_END = 0.02  # of the loss itself, from a tenth of the records to the last
MOST_UNWATCHED = 5  # epochs, after which a training loss alone may have fallen by memory
SHORT = 11  # epochs
MOST_OVER_TRAIN = 2.5  # times the training loss: above, a gap is as much to say as health
LOWER_RATE = (
    "a rate ten times lower, or gradients clipped. If the loss then stays down, the "
    "steps were too long; if not, look at the batches of the moment at which it rose."
)

FALLS_THROUGHOUT = 0.8  # of 1: a loss with a large part that nothing takes away falls by little
NOTHING = Question(
    "Was anything learned?",
    (
        Sign(
            "the training loss is exactly 0 in more than nine of ten records: perhaps masking "
            "leaves no label, numbers were lost, or this loss is 0 by its nature",
            "nothing learned",
            (above("train_zeros_or_0", 0.9), below("val_learned_or_0", 0.1)),
            surely="perhaps",
        ),
        Sign(
            "no loss, and no error of validation, ends 2% or more below its start",
            "nothing learned",
            (
                below("learned", 0.02),
                below("learned_or_0", 0.02),
                above("most_records", 4),
                below("falls_throughout_or_0", FALLS_THROUGHOUT),
            ),
        ),
        Sign(
            "no loss, and no error of validation, ends half a percent or more below its start",
            "nothing learned",
            (
                below("learned", 0.005),
                below("learned_or_0", 0.005),
                below("falls_throughout_or_0", FALLS_THROUGHOUT),
            ),
            surely="perhaps",
        ),
        Sign(
            "no accuracy changed by a tenth of itself, that of validation ends below 60%, and no "
            "loss fell by a tenth",
            "nothing learned",
            (
                below("accuracy_range_or_1", 0.1),
                below("accuracy", 0.6),
                below("learned_or_0", 0.1),
                above("most_records", 4),
            ),
            surely="perhaps",
        ),
        Sign(
            "validation ends within half a percent of its start or above, in ten records or more, "
            "and training within 5%",
            "nothing learned",
            (
                below("val_learned_or_0", 0.005),
                above("val_learned_or_0", -0.05),
                below("learned", 0.05),
                above("learned", -0.05),
                below("accuracy_or_0", 0.6),
                above("val_records", 9),
            ),
            surely="perhaps",
        ),
        Sign(
            "an accuracy or score of validation is the same in every record, and its loss fell by "
            "less than a tenth",
            "nothing learned",
            (
                below("val_score_range_or_1", 1e-9),
                below("val_score_best_or_1", 0.99),
                above("val_records", 4),
                below("val_learned_or_0", 0.1),
            ),
        ),
        Sign(
            "the area under the ROC curve stays within 0.02 of one half, which is guessing",
            "nothing learned",
            (above("auc_at_chance_or_0", 0.5), above("val_records", 4)),
        ),
        Sign(
            "the one score of validation that is read here stays below 2% in ten records or more",
            "nothing learned",
            (
                below("val_score_best_or_1", 0.02),
                above("val_records", 9),
                below("val_learned_or_0", 0.3),
            ),
            surely="perhaps",
        ),
    ),
    second_run="on a single batch, until it is known by heart. If that fails, look for the fault "
    "in model, loss and loop; if not, try rates ten times higher and lower.",
)
LEFT_TO_LEARN = (below("accuracy_or_0", 0.99), below("train_accuracy_or_0", 0.99))
FALLING_TO_THE_END = (above("falls_in_order", 0.7), above("still_falling", STILL_FALLING))
STILL = Question(
    "Was it still learning when it ended?",
    (
        Sign(
            "the loss or error was falling all through the last third, and the rate was not yet "
            "low",
            "too few updates",
            (*FALLING_TO_THE_END, above("rate_left", LOW), *LEFT_TO_LEARN),
        ),
        Sign(
            "the loss or error was falling all through the last third; the log does not tell how "
            "the rate went",
            "too few updates",
            (*FALLING_TO_THE_END, below("has_rates", 0.5), *LEFT_TO_LEARN),
            surely="perhaps",
        ),
        Sign(
            "the loss or error was falling all through the last third: little beside its whole "
            "fall, but by a tenth or more of its last level in a fifth of the time",
            "too few updates",
            (
                above("falls_in_order", 0.9),
                above("falls_of_its_level", FALLING_OF_ITS_LEVEL),
                above("falls_at_the_end_or_1", FALLING_AT_THE_END),
                below("has_rates", 0.5),
                *LEFT_TO_LEARN,
            ),
            surely="perhaps",
        ),
        Sign(
            "the loss or error was falling all through the last third: little beside its whole "
            "fall, but by a tenth or more of its last level in a fifth of the time; the rate was "
            "not yet low",
            "too few updates",
            (
                above("falls_in_order", 0.9),
                above("falls_of_its_level", FALLING_OF_ITS_LEVEL),
                above("falls_at_the_end_or_1", FALLING_AT_THE_END),
                above("rate_left", LOW),
                *LEFT_TO_LEARN,
            ),
            surely="perhaps",
        ),
        Sign(
            "fewer than four epochs, and validation is best in its last record, still falling by a "
            "tenth or more of that in a fifth of the time",
            "too few updates",
            (
                above("val_gain_at_end_or_0", FALLING_OF_ITS_LEVEL),
                below("epochs", 4),
                below("has_rates", 0.5),
                *LEFT_TO_LEARN,
            ),
            surely="perhaps",
        ),
        Sign(
            "ten epochs or fewer, and validation was falling fast when the rate had gone down",
            "too few updates",
            (
                above("falls_in_order", 0.9),
                above("falls_of_its_level", 1.5 * FALLING_OF_ITS_LEVEL),
                above("val_learned_or_0", 0.3),
                above("val_records", 4),
                below("rate_left", LOW),
                below("epochs", SHORT),
                *LEFT_TO_LEARN,
            ),
            surely="perhaps",
        ),
    ),
    # Without validation, nothing tells whether what falls after many epochs is learned by heart.
    (
        below("epochs_unwatched_or_0", MOST_UNWATCHED),
        above("reaches_new_lows_or_1", 0.5),
        above("falls_of_its_level_or_1", LEAST_FALL),
        below("error_rise_or_0", ERROR_DENIES),
        below("leap_or_0", FAR_FROM_START),
        above("val_lowest_at_or_1", LATE),
    ),
    second_run=HIGH_AND_FALLING.second_run,
)
LEAPS = Question(
    "Did the training loss leap, and come back?",
    (
        Sign(
            "the training loss was at one time more than twice as high as at its start",
            "leaps",
            (above("leap_or_0", LEAP),),
            surely="perhaps",
        ),
    ),
    second_run=LOWER_RATE,
)
SMALL = Question(
    "Is the validation set large enough to tell?",
    (
        TRUST.signs[-1],
        Sign(
            "it has fewer than 30 samples",
            "validation set too small",
            (below("n_val", 30),),
            surely="surely",
        ),
    ),
)
# The chapter's, less sure, of a log whose own scale does not deny it.
HIGH_AND_NOT_FALLING = replace(
    HIGH_AND_AT_REST,
    applies=(*HIGH_AND_AT_REST.applies, below("still_falling", STILL_FALLING)),
    signs=(
        replace(HIGH_AND_AT_REST.signs[0], surely="perhaps"),
        replace(
            HIGH_AND_AT_REST.signs[1],
            text="validation accuracy is less than 3 points above training accuracy",
        ),
    ),
)
WELL_WITHOUT_RATES = (
    below("has_rates", 0.5),
    above("val_records", LEAST_FOR_HEALTH),
    above("learned", 1 / 3),
    below("val_end_over_best", 1.01),
    below("val_over_train_or_0", 1.2),
    above("accuracy_or_1", 0.75),
)
GOOD = Question(
    "Did it end well?",
    (
        Sign(
            "validation is best in its last record and was still falling, by 1.5% of itself or "
            "more in a fifth of the time, when the rate had gone down",
            GAINING,
            (
                above("val_gain_at_end_or_0", GAIN),
                above("still_falling_or_1", LEAST_FALL),
                below("rate_left", LOW),
                below("time_at_low_rate", 0.5),
                below("val_over_train", 4),
                above("accuracy_or_1", 0.5),
                below("accuracy_or_0", NEARLY_ALL),
            ),
        ),
        Sign(
            "validation ends near its best, and the rate has gone down",
            HEALTHY,
            (
                below("rate_left", LOW),
                below("time_at_low_rate", 0.5),
                below("val_over_train", MOST_OVER_TRAIN),
                above("accuracy_or_1", 0.75),
            ),
        ),
        Sign(
            "validation ends near its best, at a high accuracy",
            HEALTHY,
            (
                above("accuracy", LEARNED_WELL),
                below("val_over_train_or_0", MOST_OVER_TRAIN),
                below("val_error_left_or_0", 0.9),
            ),
        ),
        Sign(
            "validation is best at the end, at a good accuracy, and the rate has gone down",
            HEALTHY,
            (
                below("rate_left", LOW),
                below("time_at_low_rate", 0.5),
                above("accuracy", 0.85),
                below("val_end_over_best", 1.005),
                below("val_over_train_or_0", MOST_OVER_TRAIN),
            ),
            surely="perhaps",
        ),
        Sign(
            "validation is best in its last record and was still falling, by 1.5% of itself or "
            "more in a fifth of the time; the log does not tell the rate",
            GAINING,
            (
                above("val_gain_at_end_or_0", GAIN),
                above("still_falling_or_1", LEAST_FALL),
                *WELL_WITHOUT_RATES,
                below("accuracy_or_0", NEARLY_ALL),
            ),
            surely="perhaps",
        ),
        Sign(
            "validation ends near its best, after a loss or error has fallen by a third; no "
            "training loss that is known is far below it",
            HEALTHY,
            WELL_WITHOUT_RATES,
            surely="perhaps",
        ),
    ),
    (
        below("stuck_at_0", 1),
        below("val_leap_or_0", FAR_LEAP),
        above("val_records", 1),
        below("val_from_best", 1.05),
        above("learned", 0.05),
        above("val_reaches", TO_THE_END),
        below("error_rise_or_0", ERROR_DENIES),
        below("val_stays_above", STAYS_ABOVE),
    ),
)
