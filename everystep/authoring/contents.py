"""Which notebooks the course has: those its table of contents names, and their solutions.

Other notebooks in its folders, such as ``lab-Copy1.ipynb`` and ``Untitled.ipynb``, are not part of
it.
"""

from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

EXERCISES, SOLUTIONS = "exercises/", "solutions/"


def pages(root: Path) -> list[str]:
    """Return all pages in the order of ``_toc.yml``, without suffix.

    Args:
        root: folder of the course.

    Raises:
        OSError: if there is no table of contents.
        sphinx_external_toc.parsing.MalformedError: if it cannot be understood.
    """
    return list(parse_toc_yaml(root / "_toc.yml"))


def notebook_pages(root: Path) -> list[str]:
    """Return the pages that are notebooks, as ``pages`` does."""
    return [page for page in pages(root) if (root / f"{page}.ipynb").is_file()]


def notebooks(root: Path) -> list[Path]:
    """Return the files of all notebooks of the course: pages, and solutions of exercises.

    Args:
        root: folder of the course.
    """
    shown = notebook_pages(root)
    solutions = [page.replace(EXERCISES, SOLUTIONS) for page in shown if page.startswith(EXERCISES)]
    return sorted(root / f"{page}.ipynb" for page in [*shown, *solutions])
