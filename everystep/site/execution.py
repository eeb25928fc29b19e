"""Execute a notebook again whenever anything it computes with has changed.

Jupyter Book's cache looks at the notebook's own code alone. This extension gives every state of
the package, of the installed dependencies and of the base seed a cache of its own, and prints
how long each notebook took.
"""

import hashlib
import importlib.metadata
import os
import shutil
import sys
from pathlib import Path

from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

logger = logging.getLogger(__name__)

# The parts of the package that notebooks compute with; the site's own code is not among them.
COMPUTING_PARTS = ("lab", "checks")


def fingerprint(package: Path) -> str:
    """Return a short hash of everything outside a notebook that its results depend on.

    Args:
        package: folder of the package ``everystep``.
    """
    digest = hashlib.sha256(sys.version.encode())
    digest.update(os.environ.get("EVERYSTEP_SEED", "0").encode())
    installed = {f"{d.name}=={d.version}" for d in importlib.metadata.distributions()}
    digest.update("\n".join(sorted(installed)).encode())
    for part in COMPUTING_PARTS:
        for path in sorted((package / part).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(package)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def choose_cache(app: Sphinx, config: Config) -> None:
    """Point MyST-NB at the cache of the current fingerprint, and delete those of earlier ones."""
    caches = Path(app.outdir).parent / "executed"
    current = caches / fingerprint(Path(__file__).parents[1])
    if caches.is_dir():
        for old in caches.iterdir():
            if old != current:
                shutil.rmtree(old)
    config.nb_execution_cache_path = str(current)


def print_times(app: Sphinx, exception: Exception | None) -> None:
    """Print where the site is and how many seconds each notebook took when it was last run."""
    if exception is not None or app.builder.format != "html":
        return
    times = {}
    for docname in app.env.found_docs:
        data = NbMetadataCollector.get_exec_data(app.env, docname)
        if data and data["runtime"] is not None:
            times[docname] = data["runtime"]
    if times:
        logger.info("\nSeconds each notebook took when it was last executed:")
        for docname, seconds in sorted(times.items()):
            logger.info("%8.1f  %s", seconds, docname)
        logger.info("%8.1f  together", sum(times.values()))
    logger.info("\nThe site: %s", (Path(app.outdir) / "index.html").as_uri())


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.connect("config-inited", choose_cache)
    app.connect("build-finished", print_times, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
