"""Where things are, for all tests."""

from pathlib import Path

from everystep.authoring.contents import notebooks

ROOT = Path(__file__).parents[1]
NOTEBOOKS = notebooks(ROOT)


def relative(path: Path) -> str:
    """Name a file in a test's id by its path below the repository."""
    return path.relative_to(ROOT).as_posix()
