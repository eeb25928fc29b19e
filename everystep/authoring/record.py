"""The record of base seeds: which findings held with which, in ``benchmarks/seeds.json``.

``make seeds`` writes it, and the site shows beside each finding on how many base seeds it held. A
lab's runs are recorded under a digest of the code that findings need (see
``everystep.authoring.digest``). When that has changed, they count no more.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from everystep.authoring.digest import code_digest
from everystep.authoring.findings import findings_in
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
class LabRuns:
    """The runs of a lab, by base seed, each with the outcome of every finding by its id."""

    code: str
    runs: dict[int, dict[str, Outcome]] = field(default_factory=dict)

    def of(self, id: str) -> dict[int, Outcome]:
        """Return a finding's outcomes by base seed."""
        return {seed: found[id] for seed, found in sorted(self.runs.items())}


Record = dict[str, LabRuns]


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
        return {page: _runs(**lab) for page, lab in labs.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise RecordError(
            f"{path} is damaged ({reason}): restore it, or delete it and run make seeds"
        ) from error


def _runs(code: str, seeds: list[int], findings: dict[str, dict[str, list]]) -> LabRuns:
    runs: dict[int, dict[str, Outcome]] = {int(seed): {} for seed in seeds}
    for id, found in findings.items():
        for seed, mean in zip(seeds, found["means"], strict=True):
            if not (mean is None or isinstance(mean, int | float)):
                raise ValueError(f"{mean!r} is no mean of {id}")
            runs[seed][id] = Outcome(seed not in found["failed"], mean)
    return LabRuns(str(code), runs)


def write_record(record: Record, root: Path) -> None:
    """Write the record, a line for each finding."""
    labs = ",\n".join(f"{json.dumps(page)}: {_lab_text(lab)}" for page, lab in record.items())
    (root / RECORD).parent.mkdir(exist_ok=True)
    write_text(f"{{\n{labs}\n}}\n", root / RECORD)


def _lab_text(lab: LabRuns) -> str:
    seeds = sorted(lab.runs)
    ids = list(next(iter(lab.runs.values()), {}))
    lines = [f'"code": {json.dumps(lab.code)}', f'"seeds": {json.dumps(seeds)}']
    findings = []
    for id in ids:
        outcomes = lab.of(id)
        found = {
            "failed": [seed for seed, outcome in outcomes.items() if not outcome.held],
            "means": [o.mean and float(f"{o.mean:.4g}") for o in outcomes.values()],
        }
        findings.append(f"  {json.dumps(id)}: {json.dumps(found)}")
    lines.append('"findings": {\n' + ",\n".join(findings) + "\n }")
    return "{\n " + ",\n ".join(lines) + "\n}"


def current(record: Record, root: Path) -> Record:
    """Return the runs of labs whose code is still the one recorded, in the order of the record.

    Raises:
        everystep.authoring.notebooks.NotebookError: if a lab cannot be read.
    """
    return {
        page: lab
        for page, lab in record.items()
        if lab.runs
        and (root / f"{page}.ipynb").is_file()
        and lab.code == code_digest(root / f"{page}.ipynb")
        and list(next(iter(lab.runs.values()))) == findings_in(root / f"{page}.ipynb")
    }


def outcomes(record: Record) -> dict[str, dict[int, Outcome]]:
    """Return every finding's outcomes by base seed, by its id."""
    return {id: lab.of(id) for lab in record.values() for id in next(iter(lab.runs.values()), {})}


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
