"""Questions of runs that ended before their plan did, or whose rate did before them."""

from everystep.clinic.questions import Question, Sign, above, below
from everystep.clinic.standstills import AT_REST, LEARNED_MUCH

PLAN = Question(
    "Did the run make all its updates?",
    (
        Sign(
            "fewer than 98% of the planned updates were made, and validation ends below a "
            "thousandth of what the training loss began with, which itself fell below a hundredth",
            "nearly solved",
            (
                below("planned_share", 0.98),
                below("val_of_train_start_or_1", 1e-3),
                below("train_kept_or_1", 1e-2),
            ),
        ),
        Sign(
            "fewer than 98% of the planned updates were made, and the training loss fell below a "
            "hundredth of its start; there is no validation",
            "nearly solved",
            (
                below("planned_share", 0.98),
                below("train_kept_or_1", 1e-2),
                below("val_records_or_0", 1),
            ),
        ),
        Sign(
            "a third or more of the planned updates were made, but not 98%, and in the last third "
            "of the log no loss fell by more than a percent or two",
            "rested before the horizon",
            (
                below("planned_share", 0.98),
                above("planned_share", 0.3),
                below("falls_of_its_level", AT_REST),
                below("train_falls_of_its_level_or_0", AT_REST),
                below("still_falling", AT_REST),
                below("val_gain_at_end_or_0", AT_REST / 2),
                below("goes_below_0", 0.5),
                above("most_records", 9),
                above("learned", LEARNED_MUCH),
            ),
            surely="perhaps",
        ),
        Sign(
            "fewer than 98% of the planned updates were made",
            "stopped before the horizon",
            (below("planned_share", 0.98),),
            surely="surely",
        ),
        Sign(
            "the rate was still rising in the last record",
            "ended in warm-up",
            (above("rate_still_rising_or_0", 0.5),),
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
