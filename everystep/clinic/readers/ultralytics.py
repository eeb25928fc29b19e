"""The ``results.csv`` of Ultralytics (YOLO).

Losses stand in terms, already weighted; each group of parameters has its rate, and warms up on its
own. Old versions pad names with spaces and count epochs from 0.
"""

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.tables import Table
from everystep.clinic.run_log import RunLog

NAME = "Ultralytics results.csv"


def recognizes(table: Table) -> bool:
    """Return whether a table has a column of epochs and names as Ultralytics gives them."""
    begins = {name.partition("/")[0] for name in table.names if "/" in name}
    return "epoch" in table.names and "train" in begins and bool({"metrics", "lr", "x"} & begins)


def read(table: Table, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a table."""
    renamed = {name: f"lr/{name[2:]}" for name in table.names if name.startswith("x/lr")}
    for name, new in renamed.items():
        table = table.renamed(name, new)
    return build(NAME, table, options, notes)
