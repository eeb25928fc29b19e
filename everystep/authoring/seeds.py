"""Run every lab with base seeds 0 to 39, and record which findings hold for which.

``make seeds`` calls it; from the start it takes hours, two runs at a time. Each run is recorded
when it is done, in ``benchmarks/seeds.json``, and the next call goes on from there. A finding whose
code is the same is not run again, and of a lab only those cells run that a missing finding needs;
after a change of the package that changes results, say ``--again``.
``python -m everystep.authoring.seeds book/01-steps/lab.ipynb`` runs that lab alone. With
``--first 1000 --count 20`` base seeds 1000 to 1019 are tried, and nothing is recorded.
"""

import argparse
import os
import sys
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import nbformat
from tqdm import tqdm

from everystep.authoring.digest import code_digests, needed
from everystep.authoring.findings import find_all
from everystep.authoring.notebooks import NotebookError
from everystep.authoring.record import (
    FindingRuns,
    Outcome,
    Record,
    RecordError,
    current,
    outcomes,
    read_record,
    summary,
    table,
    write_readme,
    write_record,
)
from everystep.authoring.running import AT_ONCE, cell_timeout, run
from everystep.core.seeds import HIGHEST_BASE, SEED_VARIABLE, SeedError, base_seed

ROOT = Path(__file__).parents[2]


class Job(NamedTuple):
    """What to run of a lab."""

    page: str  # as _toc.yml names it
    seed: int
    ids: list[str]  # of the findings


def outcomes_of(lab: Path, base_seed: int, ids: Collection[str]) -> dict[str, Outcome]:
    """Run those cells of a lab that findings need, and return each one's outcome by its id.

    A finding that an error kept from being measured did not hold.

    Raises:
        everystep.authoring.notebooks.NotebookError: if a cell takes too long or the kernel dies.
    """
    notebook = nbformat.read(lab, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    sources = needed([cell.source for cell in code], ids)
    notebook.cells = [cell for cell in code if cell.source in sources]
    run(
        notebook,
        lab.parent,
        timeout=cell_timeout(),
        environment=os.environ | {SEED_VARIABLE: str(base_seed)},
        allow_errors=True,
    )
    found = dict.fromkeys(ids, Outcome(False, None))
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            mark = output.get("metadata", {}).get("finding")
            if mark and mark["id"] in found:
                found[mark["id"]] = Outcome(mark["holds"], mark["mean"])
    return found


def run_all(jobs: list[Job], problems: list[str]) -> Iterator[tuple[Job, dict[str, Outcome]]]:
    """Run labs, two at a time, and yield the outcomes of each as soon as it is done.

    Args:
        jobs: what to run.
        problems: where what stopped a run is noted; such a run yields nothing.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {
            pool.submit(outcomes_of, ROOT / f"{job.page}.ipynb", job.seed, job.ids): job
            for job in jobs
        }
        try:
            for done in tqdm(as_completed(running), total=len(jobs), unit="run"):
                job = running[done]
                try:
                    yield job, done.result()
                except NotebookError as error:
                    problems.append(f"{job.page} with base seed {job.seed}: {error}")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def whole(lowest: int, highest: int, text: str) -> int:
    """Read a whole number from the command line."""
    if not text.isdecimal() or not lowest <= int(text[:20]) <= highest:
        raise argparse.ArgumentTypeError(
            f"must be a whole number from {lowest} to {highest}, got {text[:40]!r}"
        )
    return int(text)


def read_options(arguments: list[str] | None) -> tuple[argparse.Namespace, list[str]]:
    """Return the options of the command line and the pages of the labs to run."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {__spec__.name}" if __spec__ else None, description=__doc__
    )
    parser.add_argument(
        "labs", nargs="*", type=Path, help="notebooks; without any, all that assert findings"
    )
    parser.add_argument(
        "--count",
        type=lambda text: whole(1, 1000, text),
        default=40,
        help="number of base seeds (40)",
    )
    parser.add_argument(
        "--first",
        type=lambda text: whole(0, HIGHEST_BASE - 1000, text),
        help="try base seeds from this one on, and record nothing",
    )
    parser.add_argument(
        "--again", action="store_true", help="run what is recorded, too, and record it anew"
    )
    options = parser.parse_args(arguments)
    homes = list(dict.fromkeys(find_all(ROOT).values()))
    files = {(ROOT / f"{page}.ipynb").resolve(): page for page in homes}
    for lab in options.labs:
        if not lab.is_file():
            parser.error(f"there is no notebook {lab}")
        if lab.resolve() not in files:
            parser.error(f"{lab} is no notebook of the course that asserts findings")
    return options, [files[lab.resolve()] for lab in options.labs] or homes


def begin(pages: list[str], *, again: bool) -> Record:
    """Return the record with which to go on: of each page what holds of its code as it is now."""
    recorded = read_record(ROOT)
    valid = {} if again else current(recorded, ROOT)
    fresh = unrecorded(pages)
    order = dict.fromkeys([*find_all(ROOT).values(), *recorded])
    return {
        page: fresh[page] | valid.get(page, {}) if page in fresh else recorded[page]
        for page in order
        if page in fresh or page in recorded
    }


def unrecorded(pages: list[str]) -> Record:
    """Return an empty record of the findings of pages."""
    return {
        page: {id: FindingRuns(code) for id, code in code_digests(ROOT / f"{page}.ipynb").items()}
        for page in pages
    }


def missing(record: Record, pages: list[str], base_seeds: range) -> list[Job]:
    """Return what to run, so that every finding of the pages has an outcome for each base seed."""
    jobs = []
    for seed in base_seeds:
        for page in pages:
            ids = [id for id, found in record[page].items() if seed not in found.outcomes]
            if ids:
                jobs.append(Job(page, seed, ids))
    return jobs


def main(arguments: list[str] | None = None) -> None:
    """Run the labs, record and print what held, and exit with 1 if anything failed."""
    options, pages = read_options(arguments)
    official = options.first is None
    try:
        base_seed()  # not used here, but a wrong one is a mistake
        record = begin(pages, again=options.again) if official else unrecorded(pages)
        if official:
            write_readme(record, ROOT)
        base_seeds = range(options.first or 0, (options.first or 0) + options.count)
        jobs = missing(record, pages, base_seeds)
        print(f"{len(jobs)} runs; {len(pages) * len(base_seeds) - len(jobs)} recorded before")
        problems: list[str] = []
        for job, found in run_all(jobs, problems):
            for id, outcome in found.items():
                record[job.page][id].outcomes[job.seed] = outcome
            if official:
                write_record(record, ROOT)
        if official:
            write_record(record, ROOT)  # also without runs: findings may have gone
            write_readme(record, ROOT)
    except (RecordError, SeedError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Interrupted; what was recorded stays.")
    asked = {page: record[page] for page in pages}
    print("\n".join([*table(asked), "", summary(outcomes(asked)), *problems]))
    failed = sum(not o.held for row in outcomes(asked).values() for o in row.values())
    if failed or problems:
        sys.exit(f"checks that failed: {failed}; runs that stopped: {len(problems)}")


if __name__ == "__main__":
    main()
