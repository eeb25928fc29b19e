"""The table that ties the two languages in which updates are counted.

``python -m tests.reference.planning`` writes it: jobs, and the updates of an epoch that the package
counts, or what is wrong with them.
"""

import itertools
import json
from pathlib import Path

from everystep.core.steps import updates_per_epoch

TABLE = Path(__file__).with_suffix(".json")
WRONG = [
    [0, 32, {}], [100, 0, {}], [100, 2.5, {}], ["100", 10, {}], [100, None, {}],
    [100, 10, {"workers": 0}], [100, 10, {"accumulation": -1}], [100, 10, {"accumulation": 1.5}],
    [10, 32, {"drop_last": True}], [100, 10, {"drop_last": True, "workers": 4, "accumulation": 3}],
]  # fmt: skip


def jobs():
    """Yield jobs: samples, batch size, options."""
    sizes, batches = (1, 7, 96, 1437, 100_000, 999_999_937), (1, 8, 32, 128)
    for n, batch, drop, more, workers in itertools.product(
        sizes, batches, (False, True), (1, 3, 4), (1, 2, 7)
    ):
        yield [n, batch, {"drop_last": drop, "accumulation": more, "workers": workers}]
    yield [50_000, 256, {}]
    yield from WRONG


def outcome(n, batch, options):
    """Return the updates of an epoch, or the rule that the job breaks."""
    try:
        return updates_per_epoch(n, batch, **options)
    except ValueError as error:
        return str(error).replace("; got ", ", got ").split(", got ")[0]


def table():
    """Return the table: JSON, with a line for every job."""
    lines = (json.dumps([*job, outcome(*job)]) for job in jobs())
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
