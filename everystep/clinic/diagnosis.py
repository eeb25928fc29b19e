"""From a log to what can be said of it: counts, schedule, and where the tree ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from everystep.clinic.arithmetic import Counts, count
from everystep.clinic.causes import CANNOT_TELL, CAUSES, Cause
from everystep.clinic.endings import GAINING
from everystep.clinic.measures import measures_of_run
from everystep.clinic.planned import schedule_of
from everystep.clinic.questions import Answer, walk
from everystep.clinic.run_log import RunLog
from everystep.clinic.run_tree import RUN_TREE
from everystep.clinic.schedule import RateSchedule
from everystep.clinic.tree import HEALTHY

SOUND = (HEALTHY, GAINING)
FEW_RECORDS = 8
WEAKER = {"surely": "probably", "probably": "perhaps", "perhaps": "perhaps"}
# Whatever else shows, this limits what a log can say.
BESIDES_ANY = ("validation set too small",)
# Signs that are counted and not read off a curve stay as sure with few records.
COUNTED = ("planned_share", "change_when_evaluated_again", "mixing", "duplicates", "train_growth")


@dataclass(frozen=True)
class Diagnosis:
    """What can be said of a log.

    Attributes:
        log: the log.
        schedule: the schedule of its rates.
        counts: its counts.
        measures: what was measured of it.
        answer: where the tree ended.
    """

    log: RunLog
    schedule: RateSchedule
    counts: Counts
    measures: Mapping[str, float]
    answer: Answer

    @property
    def cause(self) -> str:
        """The cause that the signs point at: a key of ``causes.CAUSES``."""
        return CANNOT_TELL if self.answer.sign is None else self.answer.sign.cause

    @property
    def told(self) -> Cause:
        """What a report says of the cause."""
        return CAUSES[self.cause]

    @property
    def surely(self) -> str:
        """How sure it is, in a word; "" where nothing is said."""
        sign = self.answer.sign
        if sign is None or self.told.verdict.startswith("Cannot tell"):
            return ""
        records = self.measures.get("val_records", 0)
        if self.cause not in SOUND:  # which rests on validation alone
            records = max(records, self.measures.get("train_records", 0))
        counted = all(condition.measure in COUNTED for condition in sign.shows)
        return WEAKER[sign.surely] if records < FEW_RECORDS and not counted else sign.surely

    @property
    def besides(self) -> "Diagnosis | None":
        """What the log shows beside the cause; None if nothing that is looked for does."""
        causes = {*self.told.besides, *BESIDES_ANY} - {self.cause}
        tree = [asked for asked in RUN_TREE if any(sign.cause in causes for sign in asked.signs)]
        answer = walk(tree, self.measures)
        return None if answer.sign is None else replace(self, answer=answer)


def examine(log: RunLog) -> Diagnosis:
    """Return what can be said of a log."""
    schedule = schedule_of(log)
    counts = count(log, schedule)
    measures = measures_of_run(log, counts, schedule)
    return Diagnosis(log, schedule, counts, measures, walk(RUN_TREE, measures))
