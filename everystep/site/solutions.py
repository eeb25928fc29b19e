"""Show each solution, collapsed, beside its exercise.

The site has the exercise notebooks as pages. While such a page is read, the solution's code and
its explanation are taken from ``solutions/`` and folded in after the check cell of each task.
"""

import json
from pathlib import Path

from sphinx.application import Sphinx

from everystep.authoring.regions import BEGIN, solution_code

FOLDER = "exercises/"


def fold(code: list[str], explanation: str) -> dict[str, object]:
    """Return a Markdown cell that holds a solution, closed until the reader opens it."""
    blocks = "\n\n".join(f"```python\n{c}\n```" for c in code)
    text = f"::::{{dropdown}} Show a solution\n{blocks}\n\n{explanation}\n::::"
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def with_solutions(exercise: str, solution: str) -> str:
    """Return an exercise notebook with every solution folded in.

    Args:
        exercise: the exercise notebook as JSON text.
        solution: its solution notebook as JSON text.
    """
    notebook = json.loads(exercise)
    by_id = {cell["id"]: cell for cell in notebook["cells"]}
    cells, code, explanation = [], [], None
    for cell in json.loads(solution)["cells"]:
        source = "".join(cell["source"])
        if "solution" in cell["metadata"].get("tags", []):
            explanation = source
            continue
        if BEGIN in source:
            code.append(solution_code(source))
        cells.append(by_id[cell["id"]])
        if "check" in cell["metadata"].get("tags", []) and explanation is not None:
            cells.append(fold(code, explanation) | {"id": f"{cell['id']}-solution"})
            code, explanation = [], None
    notebook["cells"] = cells
    return json.dumps(notebook)


def fold_in(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the solutions into an exercise page that is about to be parsed."""
    if not docname.startswith(FOLDER):
        return
    path = Path("solutions") / f"{docname.removeprefix(FOLDER)}.ipynb"
    app.env.note_dependency(str(path))
    source[0] = with_solutions(source[0], (Path(app.srcdir) / path).read_text(encoding="utf-8"))


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.connect("source-read", fold_in)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
