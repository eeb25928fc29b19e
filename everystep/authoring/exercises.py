"""Generate the exercise notebooks from the solution notebooks.

Solution regions (see ``everystep.authoring.regions``) become stubs, and cells tagged ``solution``,
which explain, are left out. Everything else is the same in both notebooks.

An exercise carries a digest of its cells, so that what somebody wrote into it is told from what was
generated. Such work is never overwritten: it is left alone while its solution stays as it was, and
kept as a copy in ``exercises/kept/`` otherwise.
"""

import argparse
import copy
import hashlib
import json
import sys
from pathlib import Path

from everystep.authoring.manifest import Chapter, ManifestError, read_manifest
from everystep.authoring.notebooks import Notebook, NotebookError, place, read, tags
from everystep.authoring.regions import BEGIN, to_stub

ROOT = Path(__file__).parents[2]
KEPT = "kept"
MAKE = "run `make exercises`"


def to_exercise(solution: Notebook) -> Notebook:
    """Return the exercise notebook that belongs to a solution notebook, with its digest.

    Raises:
        ValueError: if a solution region is malformed, with the cell in the message, or if there is
            none in the whole notebook.
    """
    exercise = copy.deepcopy(solution)
    exercise["cells"] = []
    for index, cell in enumerate(copy.deepcopy(solution)["cells"]):
        if "solution" in tags(cell):
            continue
        try:
            if cell["cell_type"] == "code":
                cell["source"], cell["outputs"] = to_stub(cell["source"]), []
            elif BEGIN in cell["source"]:
                raise ValueError("only code cells can have solution regions")
        except ValueError as error:
            raise ValueError(f"{place(solution, index)}: {error}") from error
        exercise["cells"].append(cell)
    if not any(BEGIN in cell["source"] for cell in solution["cells"]):
        raise ValueError(f"a solution notebook must have a cell with {BEGIN}")
    exercise["metadata"]["everystep"] = {"generated": digest(exercise)}
    return exercise


def digest(notebook: Notebook) -> str:
    """Return a short hash of what the cells are, whatever they put out."""
    parts = [
        [cell["cell_type"], cell["id"], cell["source"], tags(cell)] for cell in notebook["cells"]
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def generated(notebook: Notebook) -> str | None:
    """Return the digest with which an exercise was generated; None if it has none."""
    own = notebook["metadata"].get("everystep")
    return own.get("generated") if isinstance(own, dict) else None


def is_own_work(exercise: Notebook) -> bool:
    """Tell whether anything but outputs was changed since an exercise was generated."""
    return generated(exercise) != digest(exercise)


def what_is_wrong(exercise: Notebook, solution: Notebook) -> str:
    """Return what keeps an exercise from being in step, and what to do; empty if it is in step.

    Raises:
        ValueError: as ``to_exercise``.
    """
    if generated(exercise) != generated(to_exercise(solution)):
        return f"it was generated from another version of its solution; {MAKE}"
    if is_own_work(exercise):
        return "it was changed after it was generated; change its solution instead"
    for index, cell in enumerate(exercise["cells"]):
        if "check" in tags(cell) and not cell["outputs"]:
            return f"{place(exercise, index)} has no output; {MAKE}"
    return ""


def out_of_step(root: Path = ROOT) -> list[str]:
    """Return a line for each exercise that is not what its solution generates.

    Nothing is executed: that the outputs are right is for nbval to find.

    Args:
        root: folder of the course.
    """
    lines = []
    for chapter in read_manifest(root).with_room("exercises"):
        exercise, solution = chapter.place("exercises"), chapter.place("solutions")
        try:
            wrong = what_is_wrong(read(root / exercise), read(root / solution))
        except NotebookError as error:
            lines.append(str(error))
        except ValueError as error:
            lines.append(f"{solution}: {error}")
        else:
            lines += [f"{exercise}: {wrong}"] * bool(wrong)
    return lines


def bring_in_step(root: Path, chapter: Chapter, *, again: bool = False) -> str:
    """Generate one exercise, unless it is in step or somebody works in it.

    Args:
        root: folder of the course.
        chapter: whose exercise.
        again: whether to generate it in any case, for instance because its check words a verdict
            in another way now.

    Returns:
        What was done, in a line.

    Raises:
        NotebookError: if the solution cannot be read, or a cell fails; the exercise is unchanged.
        ValueError: as ``to_exercise``.
    """
    # Imported here, because nbformat takes longer than comparing all notebooks.
    from nbformat import from_dict

    from everystep.authoring.tidy import tidy, write

    page, solution = chapter.place("exercises"), read(root / chapter.place("solutions"))
    new, own = to_exercise(solution), False
    if (root / page).exists():
        try:
            old = read(root / page)
        except NotebookError:
            own = True
        else:
            own = is_own_work(old) and digest(old) != digest(new)
            if not again and not what_is_wrong(old, solution):
                return f"{page} is in step"
            if not again and own and generated(old) == generated(new):
                return f"{page} was worked in, and is left as it is"
    tidied = tidy(from_dict(new), run_in=(root / page).parent)
    note = f"; your work is kept as {keep(root / page).relative_to(root)}" if own else ""
    write(tidied, root / page)
    return f"wrote {page}{note}"


def keep(path: Path) -> Path:
    """Copy a file into the folder of kept ones, beside earlier copies, and return where it is."""
    folder = path.parent / KEPT
    folder.mkdir(exist_ok=True)
    number = 0
    while True:
        kept = folder / f"{path.stem}{f'-{number}' if number else ''}{path.suffix}"
        try:
            with kept.open("xb") as file:
                file.write(path.read_bytes())
        except FileExistsError:
            number += 1
        else:
            return kept


def main() -> None:
    """Bring ``exercises/`` in step with ``solutions/``; what is generated is run once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="such as 07-diagnosis: generate this one, also if it is in step or was worked in",
    )
    parser.add_argument(
        "--check", action="store_true", help="say what is not in step, and write nothing"
    )
    options = parser.parse_args()
    try:
        if options.check:
            sys.exit("\n".join(out_of_step()) or 0)
        chapters = {c.name: c for c in read_manifest().with_room("exercises")}
    except ManifestError as error:
        sys.exit(str(error))
    if unknown := set(options.names) - set(chapters):
        known = ", ".join(chapters)
        parser.error(f"NAME must be one of {known}, got {', '.join(sorted(unknown))}")
    for name in options.names or chapters:
        chapter = chapters[name]
        try:
            print(bring_in_step(ROOT, chapter, again=bool(options.names)), flush=True)
        except (NotebookError, ValueError) as error:
            sys.exit(f"{chapter.place('exercises')} stays as it is: {error}")


if __name__ == "__main__":
    main()
