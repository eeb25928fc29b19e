"""Hand numbers and figures from a lab to the concept pages."""

import numpy as np
from IPython import get_ipython
from IPython.core.formatters import format_display_data
from IPython.display import display

# The output format that MyST-NB reads: https://myst-nb.readthedocs.io/en/latest/render/glue.html
# Written here instead of imported, because importing MyST-NB costs every notebook 1.6 s.
HIDDEN_PREFIX = "application/papermill.record/"


def glue(key: str, value: object, *, shown: bool = False) -> None:
    """Store ``value`` in the notebook's output under ``key``, for the book's pages to quote.

    Outside a notebook nothing is stored; a value that is ``shown`` is displayed as usual.

    Args:
        key: unique name within the notebook.
        value: a number, or anything IPython can display.
        shown: whether the value is visible in the notebook too.
    """
    if get_ipython() is None:
        if shown:
            display(value)
        return
    if isinstance(value, np.generic):  # shown as np.float64(...), which pages cannot format
        value = value.item()
    bundle, metadata = format_display_data(value)
    prefix = "" if shown else HIDDEN_PREFIX
    metadata["scrapbook"] = {"name": key, "mime_prefix": prefix}
    display({prefix + kind: data for kind, data in bundle.items()}, raw=True, metadata=metadata)
