"""A small site with a landing page: a chapter of three rooms, and one that has only a page."""

from functools import partial
from pathlib import Path

import nbformat
import yaml
from nbformat.v4 import new_markdown_cell, new_notebook

from everystep.authoring.manifest import MANIFEST
from tests import quiz_site

CHAPTER = {
    "name": "01-steps",
    "title": "Steps",
    "question": "What about *steps*?",
    "prefix": "steps",
    "kind": "whole",
    "minutes": {"concept": 20, "lab": 25, "exercises": 45},
    "shows": "It is {finding}`{mean:.1f} points <steps.batch>` better.",
}
SECOND = {
    "name": "02-more",
    "title": "More",
    "question": "What is more?",
    "prefix": "more",
    "kind": "page",
    "minutes": {"concept": 5, "lab": 1, "exercises": 1},
    "shows": "More *helps*.",
}
RECIPES = "batch=32&batch2=256&epochs=1&images=256&hidden=32&seeds=2"
LANDING = f"""# A landing page

```{{resume}}
```

```{{try}} {RECIPES}
:clock: epochs
:button: Train it now

Which one knows more?
```

```{{try}} {RECIPES}&epochs2=8
:clock: updates
:button: Train again

What is left?
```

```{{chapters}}
```
"""
FILES = {
    "index.md": LANDING,
    "book/02-more/concept.md": "# What is more?\n\nMore.\n",
    MANIFEST: yaml.safe_dump(
        {
            "root": "index",
            "kinds": {
                "whole": {"rooms": ["concept", "lab", "exercises", "quiz"]},
                "page": {"rooms": ["concept"]},
            },
            "parts": [],
            "chapters": [CHAPTER, SECOND],
        }
    ),
}
EXERCISES = "exercises/01-steps"


def write_sources(folder: Path) -> Path:
    """Write the sources; return the folder."""
    quiz_site.write_sources(folder)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "exercises").mkdir()
    notebook = new_notebook(cells=[new_markdown_cell("# Exercises")])
    nbformat.write(notebook, folder / f"{EXERCISES}.ipynb")
    toc = yaml.safe_load((folder / "_toc.yml").read_text(encoding="utf-8"))
    toc["chapters"] += [{"file": name} for name in ("book/02-more/concept", EXERCISES)]
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    index = folder / "index.md"
    index.write_text(f"{LANDING}\n```{{toctree}}\n:glob:\n\nbook/*/*\nexercises/*\n```\n", "utf-8")
    return folder


build = partial(quiz_site.build, extensions=("everystep.site.landing",))
