"""Run every lab with base seeds 0 to 19, and print which findings hold for which.

``make seeds`` calls it; it takes about an hour. With names of labs it runs those alone.
"""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from tqdm import tqdm

from everystep.authoring.findings import findings_in

ROOT = Path(__file__).parents[2]
PROCESSES = 2
TIMEOUT_SECONDS = 600


def means_found(lab: Path, base_seed: int) -> dict[str, float]:
    """Run a lab and return the mean of every finding that held, by its id."""
    notebook = nbformat.read(lab, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_SECONDS,
        allow_errors=True,
        resources={"metadata": {"path": str(lab.parent)}},
    )
    client.execute(env=os.environ | {"EVERYSTEP_SEED": str(base_seed)})
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


def main() -> None:
    """Run the labs, print the table, and exit with 1 if a finding failed for any base seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labs", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=20, help="number of base seeds")
    arguments = parser.parse_args()
    labs = arguments.labs or sorted(
        path for path in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
    )
    base_seeds = range(arguments.count)
    jobs = [(lab, seed) for lab in labs for seed in base_seeds]
    with ThreadPoolExecutor(PROCESSES) as pool:
        found = pool.map(lambda job: means_found(*job), jobs)
        results = dict(zip(jobs, tqdm(found, total=len(jobs), unit="run"), strict=True))
    lines, failures = table(labs, base_seeds, results)
    print("\n".join(lines))
    sys.exit(f"{failures} findings did not hold" if failures else 0)


if __name__ == "__main__":
    main()
