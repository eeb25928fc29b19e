"""Tables that come with scikit-learn, read from its files.

They are read without the library, whose import would take a second of every notebook.
"""

from importlib.util import find_spec
from pathlib import Path

import numpy as np


def read_table(name: str, heading_lines: int = 0) -> np.ndarray:
    """Return a table of numbers from scikit-learn's folder of data, one row a line.

    Args:
        name: the file's name, such as ``digits.csv.gz``.
        heading_lines: how many lines stand before the numbers.

    Raises:
        ModuleNotFoundError: if scikit-learn is not installed.
    """
    found = find_spec("sklearn")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"{name} comes with scikit-learn, which is not installed")
    folder = found.submodule_search_locations[0]
    return np.loadtxt(Path(folder, "datasets", "data", name), delimiter=",", skiprows=heading_lines)
