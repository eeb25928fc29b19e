"""The record of base seeds: which findings held with which, in ``benchmarks/seeds.json``.

``make seeds`` writes it, and the site shows beside each finding on how many base seeds it held.
What is recorded of a finding stands under a digest of the code that it needs (see
``everystep.authoring.digest``). When that has changed, it counts no more.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from everystep.authoring.digest import code_digests
from everystep.authoring.notebooks import write_text

RECORD = Path("benchmarks") / "seeds.json"
README = Path("benchmarks") / "README.md"
BEGIN, END = "<!-- begin: written by make seeds -->", "<!-- end: written by make seeds -->"


class RecordError(ValueError):
    """The record cannot be read; the message says what to do, in one line."""


class Outcome(NamedTuple):
    """Of one finding with one base seed: whether it held, and its mean if it was measured."""

    held: bool
    mean: float | None


@dataclass
class FindingRuns:
    """The outcomes of a finding by base seed, and the digest of the code that gave them."""

    code: str
    outcomes: dict[int, Outcome] = field(default_factory=dict)


# By the page of a lab, as _toc.yml names it, and the id of a finding.
Record = dict[str, dict[str, FindingRuns]]


def read_record(root: Path) -> Record:
    """Read the record of the course in ``root``; without a file it is empty.

    Raises:
        RecordError: if the file is damaged.
    """
    path = root / RECORD
    if not path.exists():
        return {}
    try:
        labs = json.loads(path.read_text("utf-8"))
        return {
            page: {id: _runs(**found) for id, found in lab.items()} for page, lab in labs.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise RecordError(
            f"{path} is damaged ({reason}): restore it, or delete it and run make seeds"
        ) from error


def _runs(code: str, seeds: list[int], failed: list[int], means: list) -> FindingRuns:
    if not all(mean is None or isinstance(mean, int | float) for mean in means):
        raise ValueError(f"{means!r} are no means")
    return FindingRuns(
        str(code),
        {
            int(seed): Outcome(seed not in failed, mean)
            for seed, mean in zip(seeds, means, strict=True)
        },
    )


def write_record(record: Record, root: Path) -> None:
    """Write the record, a line for each finding."""
    labs = [f"{json.dumps(page)}: {_lab_text(lab)}" for page, lab in _recorded(record).items()]
    (root / RECORD).parent.mkdir(exist_ok=True)
    write_text("{\n" + ",\n".join(labs) + "\n}\n", root / RECORD)


def _recorded(record: Record) -> Record:
    """Return a record without findings of which nothing is recorded."""
    labs = {
        page: {id: found for id, found in lab.items() if found.outcomes}
        for page, lab in record.items()
    }
    return {page: lab for page, lab in labs.items() if lab}


def _lab_text(lab: Mapping[str, FindingRuns]) -> str:
    findings = []
    for id, found in lab.items():
        by_seed = dict(sorted(found.outcomes.items()))
        text = {
            "code": found.code,
            "seeds": list(by_seed),
            "failed": [seed for seed, outcome in by_seed.items() if not outcome.held],
            "means": [o.mean and float(f"{o.mean:.4g}") for o in by_seed.values()],
        }
        findings.append(f" {json.dumps(id)}: {json.dumps(text)}")
    return "{\n" + ",\n".join(findings) + "\n}"


def current(
    record: Record, root: Path, codes_of: Callable[[Path], Mapping[str, str]] = code_digests
) -> Record:
    """Return what is recorded of findings whose code is still the one recorded.

    Labs are in the order of the record, and findings in that of their labs.

    Args:
        record: all that is recorded.
        root: folder of the sources.
        codes_of: what returns the digests of a lab's findings.

    Raises:
        everystep.authoring.notebooks.NotebookError: if a lab cannot be read.
    """
    kept: Record = {}
    for page, lab in record.items():
        notebook = root / f"{page}.ipynb"
        codes = codes_of(notebook) if notebook.is_file() else {}
        same = {id: lab[id] for id, code in codes.items() if id in lab and lab[id].code == code}
        if same:
            kept[page] = same
    return kept


def outcomes(record: Record) -> dict[str, dict[int, Outcome]]:
    """Return every finding's outcomes by base seed, by its id."""
    return {
        id: dict(sorted(found.outcomes.items()))
        for lab in _recorded(record).values()
        for id, found in lab.items()
    }


def summary(found: Mapping[str, dict[int, Outcome]]) -> str:
    """Return in a sentence how many of all checks failed; an empty text without any.

    Every finding with every base seed counts as one check.

    Args:
        found: every finding's outcomes by base seed, by its id.
    """
    rows = list(found.values())
    checks = [outcome.held for of_finding in rows for outcome in of_finding.values()]
    if not checks:
        return ""
    failed = checks.count(False)
    each = sorted({len(of_finding) for of_finding in rows})
    counts = f"{each[0]}" if len(each) == 1 else f"{each[0]} to {each[-1]}"
    share = f" ({100 * failed / len(checks):.3g}%)" if failed else ""
    return (
        f"{len(rows)} finding{'s' * (len(rows) > 1)}, each with {counts} base "
        f"seed{'s' * (counts != '1')}: of {len(checks):,} checks, "
        f"{failed or 'none'}{share} failed."
    )


def table(record: Record) -> list[str]:
    """Return the lines of a Markdown table: each finding, how often it held, and its means."""
    lines = ["| finding | held with | failed with base seed | means |", "|---|---:|---|---|"]
    for id, of_finding in outcomes(record).items():
        failed = [str(seed) for seed, outcome in of_finding.items() if not outcome.held]
        means = [outcome.mean for outcome in of_finding.values() if outcome.mean is not None]
        spread = f"{min(means):.4g} to {max(means):.4g}" if means else "never measured"
        held = f"{len(of_finding) - len(failed)} of {len(of_finding)}"
        lines.append(f"| `{id}` | {held} | {', '.join(failed)} | {spread} |")
    return lines


def readme_part(record: Record) -> str:
    """Return what ``benchmarks/README.md`` says of the record, between its two marks."""
    text = summary(outcomes(record))
    lines: Iterable[str] = [text, "", *table(record)] if text else ["Not recorded yet."]
    return "\n".join([BEGIN, "", *lines, "", END])


def write_readme(record: Record, root: Path) -> None:
    """Bring the part of ``benchmarks/README.md`` that is written by ``make seeds`` up to date.

    Raises:
        RecordError: if its marks are not there.
    """
    path = root / README
    before, begin, rest = path.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise RecordError(f"{path} must have the lines {BEGIN!r} and {END!r}")
    write_text(before + readme_part(record) + after, path)
