"""Build the site in the working directory; what ``jupyter-book build`` does, quicker.

A third of the time that Jupyter Book takes where nothing has changed goes into what is not asked
for here: grammars of addresses, which its checker of settings compiles when it is imported; a
database of executed notebooks, which MyST-NB would execute; and looking for garbage.
"""

import gc
import sys
from types import ModuleType


def leave_out(module: str, **names: object) -> None:
    """Have an import of a module find an empty one, with some names in it."""
    empty = ModuleType(module)
    vars(empty).update(names)
    sys.modules[module] = empty


def main() -> None:
    """Build, and end with an error after a warning."""
    # Most of what a build makes stays until its end.
    gc.set_threshold(100_000, 50, 50)
    # To the checker, the package with the grammars is then not installed.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    # What executes notebooks: everystep/site/execution.py does.
    leave_out("myst_nb.core.execute.cache", NotebookClientCache=None)
    leave_out("myst_nb.core.execute.direct", NotebookClientDirect=None)
    from jupyter_book.cli.main import main as jupyter_book

    jupyter_book(["build", ".", "--warningiserror", "--keep-going"])


if __name__ == "__main__":
    main()
