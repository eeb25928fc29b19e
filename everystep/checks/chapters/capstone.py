"""Checks of chapter 10, "With a budget of time, which recipe wins?"."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from everystep.checks import judge
from everystep.checks.judge import is_missing
from everystep.checks.tasks import FunctionTask, ValueTask
from everystep.checks.values import as_text, cut
from everystep.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Mistake, Verdict
from everystep.clinic.budget import BUDGET, CUT_SHORT, TWELVE_HOURS, Plan, train_plans
from everystep.core.seeds import seeds

# Task 1: the hours of a batch in between

between_hours = ValueTask(
    name="between_hours",
    value=float(Fraction(32, 3) * Fraction(32, 128) + Fraction(4, 3)),
    mistakes={
        "in-proportion": Mistake(
            3,
            "In proportion to the updates, batch 512 would take 45 minutes. It takes 2 hours: what "
            "part of the time does not depend on the number of updates?",
        ),
        "on-a-line": Mistake(
            10, "You went along a line in the batch size. Go along one in the number of updates."
        ),
        "halfway": Mistake(
            7, "128 lies halfway in doublings. Time does not fall by the same amount with each."
        ),
        "no-fixed-part": Mistake(
            12, "That is the time of batch 32. Batch 128 makes a quarter of its updates."
        ),
    },
)


# Task 2: epochs in a budget


def _price(samples: int, batch: int, each: int, per_1000: int) -> int:
    """Return what an epoch costs, in hundredths of a second, so that everything is whole."""
    return 100 * each * len(range(0, samples, batch)) + per_1000 * samples // 10


def _epochs_by_trying(minutes: int, samples: int, batch: int, each: int, per_1000: int) -> int:
    left, epochs = 6000 * minutes, 0
    price = _price(samples, batch, each, per_1000)
    while left >= price:
        left, epochs = left - price, epochs + 1
    return epochs


def _leaves_some(case: dict[str, int]) -> bool:
    """Return whether the epochs do not fill the budget exactly, where floats may be one short."""
    return 6000 * case["minutes"] % _price(**{k: case[k] for k in case if k != "minutes"}) > 0


def _epochs(
    *,
    whole: Callable = math.floor,
    updates: Callable = lambda n, b: math.ceil(n / b),
    fixed: bool = True,
    per_sample: bool = True,
    seconds: int = 60,
) -> Callable:
    def count(minutes, samples, batch, each, per_1000):
        price = fixed * each * updates(samples, batch) + per_sample * per_1000 * samples / 1000
        return whole(Fraction(seconds * minutes) / Fraction(price).limit_denominator(10**6))

    return count


epochs_in_budget = FunctionTask(
    name="epochs_in_budget",
    oracle=_epochs_by_trying,
    cases=st.fixed_dictionaries(
        {
            "minutes": st.integers(20, 240),
            "samples": st.integers(10, 90).map(lambda n: 10 * n),
            "batch": st.integers(8, 99),
            "each": st.integers(1, 5),
            "per_1000": st.integers(5, 60),
        }
    ).filter(_leaves_some),
    mistakes={
        "rounded-up": Mistake(
            _epochs(whole=math.ceil), "Your last epoch goes beyond the budget. Only whole ones fit."
        ),
        "rounded": Mistake(
            _epochs(whole=round), "You round to the nearest. An epoch that is begun costs too much."
        ),
        "short-batch-dropped": Mistake(
            _epochs(updates=lambda n, b: n // b),
            "The short last batch is kept: it costs an update as well.",
        ),
        "updates-as-fraction": Mistake(
            _epochs(updates=lambda n, b: n / b),
            "Updates are whole. A short last batch costs as much of the fixed part as a full one.",
        ),
        "no-fixed-part": Mistake(
            _epochs(fixed=False), "You leave out the fixed part, which every update costs."
        ),
        "no-sample-part": Mistake(
            _epochs(per_sample=False), "You leave out what the samples cost."
        ),
        "hours": Mistake(
            _epochs(seconds=3600), "The budget is in minutes, and you took it for hours."
        ),
    },
)


# Task 3: choose on one half, report the other

Scores = list[list[int]]  # a list for each plan, with a score for each seed


def _exact_choice(choosing: Scores, measuring: Scores) -> tuple[int, float]:
    totals = [sum(row) for row in choosing]
    place = totals.index(max(totals))
    return place, float(Fraction(sum(measuring[place]), len(measuring[place])))


def _mean(row: list[int]) -> float:
    return sum(row) / len(row)


def _chosen(key: Callable, report: Callable) -> Callable:
    def choose(choosing, measuring):
        rows = range(len(choosing))
        place = max(rows, key=lambda row: key(choosing[row], measuring[row]))
        return place, report(choosing[place], measuring[place])

    return choose


@st.composite
def _scores(draw: st.DrawFn) -> dict[str, Scores]:
    plans, n = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    row = st.lists(st.integers(80, 99), min_size=n, max_size=n)
    rows = st.lists(row, min_size=plans, max_size=plans)
    choosing = draw(rows.filter(lambda rows: len({sum(row) for row in rows}) == len(rows)))
    return {"choosing": choosing, "measuring": draw(rows)}


choose_plan = FunctionTask(
    name="choose_plan",
    oracle=_exact_choice,
    cases=_scores(),
    shows=("plan", "accuracy"),
    mistakes={
        "chosen-by-what-measures": Mistake(
            _chosen(lambda c, m: _mean(m), lambda c, m: _mean(m)),
            "You choose by the images that measure, so their score is no longer a fair one.",
        ),
        "winning-score": Mistake(
            _chosen(lambda c, m: _mean(c), lambda c, m: _mean(c)),
            "Your plan is right. The score it won with is too good: what do the others say of it?",
        ),
        "best-seed": Mistake(
            _chosen(lambda c, m: max(c), lambda c, m: _mean(m)),
            "You choose by a plan's best seed. One lucky run is no reason.",
        ),
        "best-seed-reported": Mistake(
            _chosen(lambda c, m: _mean(c), lambda c, m: max(m)),
            "Your plan is right. You report its best seed in place of the mean.",
        ),
        "both-averaged": Mistake(
            _chosen(lambda c, m: _mean(c + m), lambda c, m: _mean(m)),
            "You choose by all images. Those that measure must have no say in it.",
        ),
    },
)


# Task 4: which choice costs most

Accuracies = dict[str, int]  # a choice's name: accuracy


def _by_losses(
    good: int, good_with_yours: Accuracies, yours: int, yours_with_good: Accuracies
) -> tuple[str, int]:
    losses = sorted((accuracy, name) for name, accuracy in good_with_yours.items())
    lowest, name = losses[0]
    return name, good - lowest


def _told(
    *, pick: Callable = min, points: Callable = lambda good, yours, left: good - left
) -> Callable:
    def tell(good, good_with_yours, yours, yours_with_good):
        name = pick(good_with_yours, key=lambda name: good_with_yours[name])
        return name, points(good, yours, good_with_yours[name])

    return tell


def _by_gain(good, good_with_yours, yours, yours_with_good):
    name = max(yours_with_good, key=lambda name: yours_with_good[name])
    return name, yours_with_good[name] - yours


@st.composite
def _reports(draw: st.DrawFn) -> dict[str, int | Accuracies]:
    names = draw(
        st.lists(
            st.sampled_from(["batch", "rate", "momentum", "schedule", "warm-up"]),
            min_size=2,
            max_size=5,
            unique=True,
        )
    )
    accuracies = st.lists(
        st.integers(60, 99), min_size=len(names), max_size=len(names), unique=True
    )
    return {
        "good": draw(st.integers(90, 99)),
        "good_with_yours": dict(zip(names, draw(accuracies), strict=True)),
        "yours": draw(st.integers(70, 89)),
        "yours_with_good": dict(zip(names, draw(accuracies), strict=True)),
    }


costliest = FunctionTask(
    name="costliest",
    oracle=_by_losses,
    cases=_reports(),
    shows=("choice", "points"),
    mistakes={
        "by-gain": Mistake(
            _by_gain,
            "You ask which change would help the poor plan most. Asked is which of its choices the "
            "good plan can bear least.",
        ),
        "smallest": Mistake(_told(pick=max), "That is the choice that costs least."),
        "against-yours": Mistake(
            _told(points=lambda good, yours, left: left - yours),
            "Your choice is right. Its points are counted from the good plan.",
        ),
        "whole-gap": Mistake(
            _told(points=lambda good, yours, left: good - yours),
            "Your choice is right. Your points are those between the two plans, all choices "
            "together.",
        ),
        "sign": Mistake(
            _told(points=lambda good, yours, left: left - good),
            "Your choice is right. A loss is asked for: turn the sign.",
        ),
    },
)


# Task 5: when a search has paid


def _jobs_by_counting(search: int, old: int, new: int) -> int | None:
    if new >= old:
        return None
    jobs = 1
    while search + jobs * new > jobs * old:
        jobs += 1
    return jobs


def _jobs(*, whole: Callable = math.ceil, per_job: Callable = lambda old, new: old - new):
    def count(search, old, new):
        if old <= new:
            return None
        return whole(Fraction(search, per_job(old, new)))

    return count


def _never_never(search, old, new):
    return math.ceil(Fraction(search, old - new)) if old != new else None


jobs_until_paid = FunctionTask(
    name="jobs_until_paid",
    oracle=_jobs_by_counting,
    cases=st.fixed_dictionaries(
        {"search": st.integers(5, 90), "old": st.integers(2, 12), "new": st.integers(1, 12)}
    ),
    aimed=({"search": 12, "old": 4, "new": 1}, {"search": 5, "old": 2, "new": 3}),
    mistakes={
        "one-job-short": Mistake(
            _jobs(whole=math.floor), "After that many jobs, a part of the search is still not paid."
        ),
        "one-too-many": Mistake(
            _jobs(whole=lambda jobs: math.floor(jobs) + 1),
            "Where it comes out even, the search has paid with that job already.",
        ),
        "old-hours": Mistake(
            _jobs(per_job=lambda old, new: old),
            "You divide by what a job took. A job with the new plan takes time as well.",
        ),
        "new-hours": Mistake(
            _jobs(per_job=lambda old, new: new),
            "You divide by what a job takes now. What does it save?",
        ),
        "never-forgotten": Mistake(
            _never_never, "If the new plan is slower, the search never pays: return None."
        ),
    },
)


# Task 6: the project

MOST_BEHIND = 0.7


@dataclass(frozen=True)
class PlanTask:
    """A task whose answer is a plan, which is trained and measured beside the run of 12 hours.

    Attributes:
        name: what the learner's variable is called.
        mistakes: mistakes by id, whose answers are plans; ``SIGNS_OF_A_PLAN`` tell them.
    """

    name: str
    mistakes: Mapping[str, Mistake]

    def __call__(self, answer: object) -> Verdict:
        """Return the verdict on the learner's plan."""
        if is_missing(answer):
            return Verdict(self.name, NOT_ATTEMPTED)
        if not isinstance(answer, Plan):
            return Verdict(self.name, NOT_YET, f"A Plan is expected, got {cut(as_text(answer))}.")
        if answer == CUT_SHORT:
            hint = self.mistakes["as-given"].hint
            return Verdict(self.name, NOT_ATTEMPTED, f"As given. {hint}", "as-given")
        if answer.epochs > TWELVE_HOURS.samples or answer.hours > BUDGET + 1e-9:
            return self._not_yet("over-budget")
        try:
            with judge.time_limit():
                found = train_plans([TWELVE_HOURS, answer], seeds())
        except judge.OutOfTime:
            return Verdict(self.name, NOT_YET, "The check was stopped: training takes too long.")
        behind = float((found[TWELVE_HOURS].measuring - found[answer].measuring).mean())
        said = f"In {answer.hours:.2f} hours it ends {behind:.2f} points below the 12 hours."
        if behind <= MOST_BEHIND + 1e-9:
            if behind < 0:
                said = f"In {answer.hours:.2f} hours it ends no lower than the 12 hours."
            return Verdict(self.name, CORRECT, said)
        for id, shows in SIGNS_OF_A_PLAN.items():
            if shows(answer):
                return self._not_yet(id, said)
        return Verdict(self.name, NOT_YET, said)

    def _not_yet(self, id: str, said: str = "") -> Verdict:
        return Verdict(self.name, NOT_YET, f"{said} {self.mistakes[id].hint}".strip(), id)


def _step(plan: Plan) -> float:
    return plan.lr / (1 - plan.momentum)


SIGNS_OF_A_PLAN: dict[str, Callable[[Plan], bool]] = {
    "too-long-steps": lambda plan: _step(plan) > 6,
    "short-steps": lambda plan: _step(plan) < 0.8,
    "budget-unused": lambda plan: plan.hours < 0.8 * BUDGET,
    "few-updates": lambda plan: plan.updates < 100,
}
my_plan = PlanTask(
    name="my_plan",
    mistakes={
        "as-given": Mistake(CUT_SHORT, "Several points are missing.", as_given=True),
        "over-budget": Mistake(
            TWELVE_HOURS, "It takes more than one hour. Its `hours` say how many."
        ),
        "too-long-steps": Mistake(
            CUT_SHORT.replace(lr=1.6, momentum=0.9),
            "Rate / (1 − momentum), the length of its steps, is above 6, where runs break.",
        ),
        "short-steps": Mistake(
            Plan(128, lr=0.1, epochs=15),
            "Its steps are too short for so few updates: look at rate / (1 − momentum).",
        ),
        "budget-unused": Mistake(
            Plan(128, lr=0.16, epochs=3, momentum=0.9), "It leaves much of its hour unused."
        ),
        "few-updates": Mistake(
            Plan(512, lr=0.8, epochs=30, warmup=0.1),
            "It makes few updates. A smaller batch, or momentum, makes more of the hour.",
        ),
    },
)


# Task 7: apply the rubric

points_of_the_answer = ValueTask(
    name="points_of_the_answer",
    value=4,
    mistakes={
        "all": Mistake(
            8, "Read again what each line asks for. Some of it is named without being said."
        ),
        "seeds-counted": Mistake(
            5,
            "One point too many. Is a single good run, chosen and reported on the same images, a "
            "verification?",
        ),
        "cause-not-counted": Mistake(
            3, "One point too few. A sixteenth of the updates at equal epochs is the cause."
        ),
        "more-gpus-counted": Mistake(
            6,
            "Two points too many. More GPUs at the same global batch fix nothing, and one run is "
            "no verification.",
        ),
    },
)
