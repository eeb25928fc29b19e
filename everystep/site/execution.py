"""Execute a notebook again whenever anything it computes with has changed.

Jupyter Book's cache looks at the notebook's own code alone. This extension gives every state of
the package, of the installed dependencies and of the base seed a cache of its own, executes two
notebooks at a time, and prints how long each took.
"""

import hashlib
import importlib.metadata
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from everystep.site.pages import without_test_marks

logger = logging.getLogger(__name__)

# The parts of the package that notebooks compute with; the site's own code is not among them.
COMPUTING_PARTS = ("core", "engine", "measure", "clinic", "notebook", "lab", "checks")
# Notebooks executed at the same time; each keeps one core busy.
AT_ONCE = 2


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
            # Files that the system leaves there, as macOS's .DS_Store, are none of ours.
            if old.is_dir() and old != current:
                shutil.rmtree(old)
    config.nb_execution_cache_path = str(current)


def execute_ahead(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Execute the notebooks among the pages about to be read, and put them into the cache.

    MyST-NB, which would execute them one after another, finds them there. A notebook that fails
    is left to MyST-NB, which says what is wrong with it.
    """
    cache = get_cache(app.config.nb_execution_cache_path)
    paths = [Path(env.doc2path(docname)) for docname in docnames]
    notebooks = {path: read_as_shown(path) for path in paths if path.suffix == ".ipynb"}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {
            pool.submit(
                single_nb_execution,
                notebook,
                cwd=str(path.parent),
                timeout=app.config.nb_execution_timeout,
                allow_errors=False,
            ): path
            for path, notebook in notebooks.items()
            if not is_cached(cache, notebook)
        }
        for done in as_completed(running):
            path, result = running[done], done.result()
            if result.err is None:
                seconds = {"execution_seconds": result.time}
                bundle = CacheBundleIn(result.nb, str(path), data=seconds)
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
                logger.info("%s: executed in %.1f s", path.relative_to(app.srcdir), result.time)


def read_as_shown(path: Path) -> nbformat.NotebookNode:
    """Read a notebook with the code that its page shows, under which the cache knows it."""
    text = path.read_text(encoding="utf-8")
    return nbformat.reads(without_test_marks(text), as_version=4)


def is_cached(cache: JupyterCacheAbstract, notebook: nbformat.NotebookNode) -> bool:
    """Return whether the cache holds results of the notebook's code."""
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


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
    app.connect("env-before-read-docs", execute_ahead)
    app.connect("build-finished", print_times, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
