"""Run every lab with base seeds 0 to 19, and print which findings hold for which.

``make seeds`` calls it; it takes about an hour. ``python -m everystep.authoring.seeds
book/01-steps/lab.ipynb --count 3`` runs that lab alone, with base seeds 0 to 2.
"""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from tqdm import tqdm

from everystep.authoring.findings import find_all, findings_in
from everystep.authoring.running import AT_ONCE, cell_timeout, run

ROOT = Path(__file__).parents[2]


def means_found(lab: Path, base_seed: int) -> dict[str, float]:
    """Run a lab and return the mean of every finding that held, by its id."""
    notebook = nbformat.read(lab, as_version=4)
    run(
        notebook,
        lab.parent,
        timeout=cell_timeout(),
        environment=os.environ | {"EVERYSTEP_SEED": str(base_seed)},
        allow_errors=True,
    )
    means = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            key = output.get("metadata", {}).get("scrapbook", {}).get("name", "")
            if key.endswith(".mean"):
                (text,) = output["data"].values()
                means[key.removesuffix(".mean")] = float(text)
    return {id: means[id] for id in findings_in(lab) if id in means}


def table(labs: list[Path], base_seeds: range, results: dict) -> tuple[list[str], int]:
    """Return the lines of a Markdown table of findings by base seeds, and the failures' number."""
    lines = [
        f"| finding | {' | '.join(map(str, base_seeds))} | means |",
        f"|---|{'---|' * len(base_seeds)}---|",
    ]
    failures = 0
    for lab in labs:
        for id in findings_in(lab):
            means = [results[lab, seed].get(id) for seed in base_seeds]
            held = [mean for mean in means if mean is not None]
            failures += len(means) - len(held)
            marks = " | ".join("✗" if mean is None else "✓" for mean in means)
            spread = f"{min(held):.4g} to {max(held):.4g}" if held else "never held"
            lines.append(f"| `{id}` | {marks} | {spread} |")
    return lines, failures


def positive(text: str) -> int:
    """Read a number from the command line, of at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, got {number}")
    return number


def main(arguments: list[str] | None = None) -> None:
    """Run the labs, print the table, and exit with 1 if a finding failed for any base seed."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {__spec__.name}" if __spec__ else None, description=__doc__
    )
    parser.add_argument(
        "labs", nargs="*", type=Path, help="notebooks; without any, all that assert findings"
    )
    parser.add_argument("--count", type=positive, default=20, help="number of base seeds (20)")
    options = parser.parse_args(arguments)
    for lab in options.labs:
        if not lab.is_file():
            parser.error(f"there is no notebook {lab}")
    labs = options.labs or [
        ROOT / f"{page}.ipynb" for page in dict.fromkeys(find_all(ROOT).values())
    ]
    base_seeds = range(options.count)
    jobs = [(lab, seed) for lab in labs for seed in base_seeds]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda job: means_found(*job), jobs)
        results = dict(zip(jobs, tqdm(found, total=len(jobs), unit="run"), strict=True))
    lines, failures = table(labs, base_seeds, results)
    print("\n".join(lines))
    sys.exit(f"findings that did not hold: {failures}" if failures else 0)


if __name__ == "__main__":
    main()
