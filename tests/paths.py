"""Where things are, for all tests."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(
    path
    for folder in ("book", "exercises", "solutions")
    for path in (ROOT / folder).rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)


def relative(path: Path) -> str:
    """Name a file in a test's id by its path below the repository."""
    return path.relative_to(ROOT).as_posix()
