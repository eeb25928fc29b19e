"""The planner counts as the package does, and other tools as they do."""

import itertools
import json
import math

import pytest
from torch.utils.data import BatchSampler, DistributedSampler, SequentialSampler

from everystep.core.steps import total_steps
from tests.reference.planning import TABLE, table

ROWS = json.loads(TABLE.read_text(encoding="utf-8"))
COUNT = """(rows) => rows.map((row) => {
  try {
    return everystep.plan.updatesPerEpoch(...row.slice(0, 3));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message.replace("; got ", ", got ").split(", got ")[0];
  }
})"""
READ = """(texts) => {
  try {
    return everystep.plan.read(texts);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}"""
OUTCOME = """([tool, jobs]) => jobs.map((texts) =>
  everystep.plan.outcome(everystep.plan.read(texts), tool))"""


def test_updates_and_errors_are_those_of_the_package(calculator):
    assert calculator.evaluate(COUNT, ROWS) == [row[-1] for row in ROWS]


def test_the_table_is_up_to_date():
    assert TABLE.read_text(encoding="utf-8") == table(), "run python -m tests.reference.planning"


def groups(batches, accumulation):
    """Count updates as both tools do: after a full group, and at the end of the epoch."""
    return sum(i % accumulation == 0 or i == batches for i in range(1, batches + 1))


def lightning(n, batch, workers, accumulation, drop):
    """Count with PyTorch's own sampler and batches, as Lightning puts them together."""
    sampler = DistributedSampler(range(n), num_replicas=workers, rank=0)
    return groups(len(BatchSampler(sampler, batch, drop)), accumulation)


def trainer(n, batch, workers, accumulation, drop):
    """Deal whole batches to the workers, as Accelerate does, to the first worker first."""
    dealt = len(list(BatchSampler(SequentialSampler(range(n)), batch, drop)))
    rounds = [min(workers, dealt - start) for start in range(0, dealt, workers)]
    whole = [size for size in rounds if size == workers or not drop]
    return groups(len(whole), accumulation)


def loop(n, batch, workers, accumulation, drop):
    """Count with PyTorch's sampler and batches; a short group is dropped, too."""
    sampler = DistributedSampler(range(n), num_replicas=workers, rank=0, drop_last=drop)
    batches = len(BatchSampler(sampler, batch, drop))
    return batches // accumulation if drop else groups(batches, accumulation)


@pytest.mark.parametrize("count", [loop, lightning, trainer])
def test_each_tool_counts_as_it_does(calculator, count):
    cases = [
        case
        for case in itertools.product(
            (96, 97, 200, 1437), (1, 5, 8), (1, 2, 3), (1, 2, 5), (False, True)
        )
        if not case[-1] or math.prod(case[1:4]) <= case[0]
    ]
    names = ("samples", "batch", "workers", "accumulation")
    jobs = [
        dict(zip(names, map(str, case), strict=False))
        | {"drop_last": "yes" if case[-1] else "no", "per_machine": "1"}
        for case in cases
    ]
    found = calculator.evaluate(OUTCOME, [count.__name__, jobs])
    assert [one["perEpoch"] for one in found] == [count(*case) for case in cases]


def test_what_a_job_comes_to(calculator):
    texts = {"samples": "1437", "batch": "8", "workers": "2", "accumulation": "4", "epochs": "20",
             "seconds": "1.8", "warmup": "0.1", "per_machine": "1"}  # fmt: skip
    [found] = calculator.evaluate(OUTCOME, ["loop", [texts]])
    assert found == {
        "global": 64, "perEpoch": 23, "total": 460, "warmup": 46,
        "hours": pytest.approx(460 * 1.8 / 3600),
    }  # fmt: skip


@pytest.mark.parametrize(("share", "warmup"), [("0", 0), ("0.04", 0), ("0.05", 1), ("0.99", 9)])
def test_warm_up_leaves_an_update(calculator, share, warmup):
    texts = {"samples": "10", "batch": "1", "workers": "1", "accumulation": "1", "epochs": "1",
             "warmup": share, "per_machine": "1"}  # fmt: skip
    assert calculator.evaluate(OUTCOME, ["loop", [texts]])[0]["warmup"] == warmup


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"batch": "0"}, "batch must be a whole number from 1 to 1000000000, got 0"),
        ({"epochs": "1e3"}, "epochs must be a whole number from 1 to 100000"),
        ({"drop_last": "maybe"}, 'drop_last must be one of no, yes, got "maybe"'),
        ({"seconds": "-1"}, "seconds must be a finite number of at least 0"),
        ({"warmup": "1"}, "warmup must be a number of at least 0 and below 1, got 1"),
        ({"workers": "6"}, "per_machine must divide the workers, got 4 for 6"),
        ({"samples": "255", "drop_last": "yes"}, "or no update is left; got 32 × 2 × 4"),
        ({"__proto__x": "1"}, 'there is no setting "__proto__x"'),
        ({"constructor": "1"}, 'there is no setting "constructor"'),
    ],
)
def test_what_cannot_be_planned_is_named(calculator, texts, message):
    assert message in calculator.evaluate(READ, texts)


def test_the_largest_jobs_are_counted_exactly(calculator):
    texts = {"samples": "1000000000", "batch": "3", "workers": "7", "accumulation": "11",
             "epochs": "100000", "per_machine": "7"}  # fmt: skip
    [found] = calculator.evaluate(OUTCOME, ["loop", [texts]])
    assert found["total"] == total_steps(10**9, 3, 100_000, accumulation=11, workers=7)
