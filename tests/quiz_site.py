"""A small site with every type of question, trainers and explorers, for tests in the browser."""

import copy
import shutil
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from everystep.authoring.claims import CLAIMS
from everystep.site.clinic import LOGS
from everystep.site.explorers import EXPLORERS
from tests.bank.questions import BLUEPRINT, ITEMS
from tests.paths import ROOT

EXAM_SIZE = 8
GLOSSARY = """# Terms

```{flashcards}
```

```{glossary}
Epoch
  One pass over the data.

L2 penalty
  A term that keeps weights small.

Step
  One change of the weights.
```
"""
PAGES = {
    "index": "# A site\n\n```{toctree}\n:glob:\n\nbook/*/*\n```\n",
    "book/01-steps/concept": "# Steps\n\n## Updates\n\n## Check\n\n```{quiz} 01-steps\n```\n",
    "book/01-steps/claims": (
        "# Claims\n\n```{trainer} steps.batch\n```\n\n```{trainer} steps.same\n```\n\n"
        "```{quiz} 01-steps\n```\n"
    ),
    "book/assess/pool": "# Pool\n\n```{pool} training\n```\n",
    "book/assess/exam": "# Exam\n\n```{exam} topic\n```\n",
    "book/assess/drill": "# Drill\n\n```{drill}\n```\n",
    "book/assess/terms": GLOSSARY,
    "book/assess/progress": "# Progress\n\n```{progress}\n```\n",
    "book/train/trainer": "# Train\n\n```{trainer}\n```\n",
    "book/explore/knob": "# Knob\n\n```{explorer} knob\n```\n",
    "book/explore/composer": "# Compose\n\n```{explorer} composer\n```\n",
    "book/explore/planner": "# Plan\n\n```{explorer} planner\n```\n",
    "book/clinic/log": "# Bring your own log\n\n```{clinic}\n```\n",
    "book/explore/map": "# Map\n\n```{explorer} map\n```\n",
}
LAB = "book/01-steps/lab"
# What the lab has found, and two experiments that show it.
FOUND = {"mean": 21.5, "low": 20.25, "high": 22.75, "n": 16}
EXPERIMENT = {
    "question": "Batch 8 (A) against 64 (B) & one epoch?",
    "settings": "batch=8&batch2=64&rate=0.1&epochs=1&images=64&hidden=32&seeds=10",
    "lab": ["for size in (8, 64)"],
    "measure": ["val_accuracy"],
    "compare": "A - B",
    "expect": "higher",
    "book": "{mean:.1f} points ({low:.1f} to {high:.1f})",
    "note": "The lab has *other* images.",
}
EXPERIMENTS = {
    "steps.batch": EXPERIMENT,
    "steps.same": EXPERIMENT
    | {
        "settings": "batch=32&accumulation2=4&rate=0.1&epochs=1&images=64&hidden=32&seeds=3",
        "measure": ["train_loss", "val_loss"],
        "expect": "same",
    },
}


def lab() -> nbformat.NotebookNode:
    """Return a lab that was executed, with its findings as it stores them for the pages."""
    cells = [new_markdown_cell("# Lab")]
    for id in EXPERIMENTS:
        cell = new_code_cell(f'finding("{id}", ...)', execution_count=1)
        for name, value in FOUND.items():
            kind = "application/papermill.record/text/plain"
            stored = {"name": f"{id}.{name}", "mime_prefix": "application/papermill.record/"}
            data, metadata = {kind: repr(value)}, {"scrapbook": stored}
            cell.outputs.append(new_output("display_data", data, metadata=metadata))
        cells.append(cell)
    return new_notebook(
        cells=cells, metadata={"language_info": {"name": "python", "pygments_lexer": "python"}}
    )


def chapter_items() -> list[dict]:
    """Return every item; the scenario of the case has a table that is wider than a phone."""
    items = copy.deepcopy(list(ITEMS.values()))
    cells = "| training accuracy " * 9
    items[-1]["scenario"] += f"\n\n{cells}|\n{'|---' * 9}|\n{cells}|"
    return items


def pool_items() -> list[dict]:
    """Return two copies of every item, under names of their own."""
    items = []
    for copied in ("one", "two"):
        for item in copy.deepcopy(list(ITEMS.values())):
            for part in (item, *item.get("questions", [])):
                part["id"] = f"mock-{copied}-{part['id']}"
            items.append(item)
    return items


def write_sources(folder: Path) -> Path:
    """Write the pages and a bank with a chapter and a pool; return the folder."""
    for name, text in PAGES.items():
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    root, *others = PAGES
    nbformat.write(lab(), folder / f"{LAB}.ipynb")
    (folder / CLAIMS).write_text(yaml.safe_dump(EXPERIMENTS), encoding="utf-8")
    pages = [{"file": name} for name in (*others, LAB)]
    toc = {"format": "jb-book", "root": root, "chapters": pages}
    (folder / "benchmarks").mkdir()
    shutil.copy(ROOT / EXPLORERS["map"], folder / "benchmarks")
    for path in LOGS.values():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    blueprint = copy.deepcopy(BLUEPRINT)
    blueprint["exams"]["topic"]["questions"]["2.2"] = EXAM_SIZE
    blueprint["apart"] = [["mock-one-short-batch", "mock-two-short-batch"]]
    files = {
        "blueprint": blueprint,
        "chapters/01-steps": {"items": chapter_items()},
        "pools/training/count-updates": {"items": pool_items()},
    }
    for name, content in files.items():
        text = yaml.safe_dump(copy.deepcopy(content), sort_keys=False, allow_unicode=True)
        path = folder / "questions" / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def pages_of(site: Path) -> list[Path]:
    """Return the pages of a built site, without the templates that lie among its static files."""
    return [path for path in site.rglob("*.html") if "_static" not in path.parts]


def build(
    folder: Path,
    *,
    parallel: int = 0,
    extensions: tuple[str, ...] = (),
    config: dict[str, Any] | None = None,
) -> Sphinx:
    """Build the site of ``folder`` in ``folder/site``; a warning is an error."""
    settings = {
        "extensions": [
            "myst_nb",
            "everystep.site.clinic",
            "everystep.site.explorers",
            "everystep.site.findings",
            "everystep.site.quiz",
            "everystep.site.trainer",
            *extensions,
        ],
        "html_theme": "sphinx_book_theme",
        "html_static_path": [str(ROOT / "book" / "_static"), str(ROOT / "web")],
        "html_css_files": ["everystep.css"],
        "templates_path": [str(ROOT / "book" / "_templates")],
        "myst_heading_anchors": 2,
        "exclude_patterns": ["site", "jupyter_execute", "*.d.ts", "**/*.wat", "**/told.json"],
        "html_context": {"default_mode": "auto"},
        "html_theme_options": {"navbar_persistent": []},
        **(config or {}),
    }
    with docutils_namespace():
        app = Sphinx(
            folder,
            None,
            folder / "site",
            folder / "site" / ".doctrees",
            "html",
            confoverrides=settings,
            status=None,
            warningiserror=True,
            parallel=parallel,
        )
        app.build()
    assert app.statuscode == 0
    return app
