"""Execute a notebook again whenever anything it computes with has changed, and not otherwise.

Before pages are read, each notebook's fingerprint is compared with the one its last results were
kept under. Notebooks whose fingerprint differs are executed, two at a time. MyST-NB, which executes
nothing here, gets every notebook with its results filled in. Results lie in ``_build/executed``,
one file a page, written in one step; a file that is damaged counts as missing.
"""

import hashlib
import json
import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

import nbformat
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util import logging

from everystep.authoring.closure import closure
from everystep.authoring.contents import EXERCISES
from everystep.authoring.exercises import is_own_work
from everystep.authoring.notebooks import NotebookError, parse, read, write_text
from everystep.authoring.running import AT_ONCE, run
from everystep.core.seeds import SeedError, base_seed, seed_is_set

logger = logging.getLogger(__name__)

PACKAGE = Path(__file__).parents[1]


@cache
def installed() -> list[str]:
    """Return the folders in which installed packages keep their names and versions.

    What their names say, ``importlib.metadata`` would read from the files in them, which takes
    long.
    """
    folders = (Path(entry).glob("*-*.*-info") for entry in sys.path if Path(entry).is_dir())
    return sorted({path.name for found in folders for path in found})


def outside() -> list[object]:
    """Return what results depend on beside the files of the course."""
    # Without a seed that is set, a finding that does not hold is an error.
    return [sys.version, [base_seed(), seed_is_set()], installed()]


@dataclass(frozen=True)
class Results:
    """What a notebook's execution gave.

    Attributes:
        fingerprint: of the notebook and all that it computes with; empty if it failed.
        seconds: how long it took.
        language: of the code, as the kernel describes it.
        outputs: of each code cell, in their order.
    """

    fingerprint: str
    seconds: float
    language: dict[str, object]
    outputs: list[list[dict[str, object]]]


def fingerprint(notebook: NotebookNode, folder: Path, package: Path = PACKAGE) -> str:
    """Return a hash of everything that a notebook's results depend on.

    Args:
        notebook: the notebook; of its cells, the code counts.
        folder: where it is executed.
        package: folder of the package ``everystep``.
    """
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    parts = [
        *outside(),
        closure("\n".join(code), folder, package).digest(),
        code,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Fingerprints:
    """Fingerprints kept from one build to the next: to find out what a notebook uses takes long.

    Args:
        before: those of the build before, by a hash of all that they could depend on.
    """

    def __init__(self, before: dict[str, str]) -> None:
        self.before = before
        self.asked: dict[str, str] = {}
        self.contents = cache(contents)

    def of(self, notebook: NotebookNode, folder: Path, package: Path = PACKAGE) -> str:
        """Return what ``fingerprint`` does."""
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        parts = [outside(), self.contents(folder), self.contents(package), code]
        key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        self.asked[key] = self.before.get(key) or fingerprint(notebook, folder, package)
        return self.asked[key]


def contents(folder: Path) -> list[list[str]]:
    """Return the files below a folder, but compiled ones, each with a hash of what is in it."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    return [[str(path), hashlib.sha256(path.read_bytes()).hexdigest()] for path in files]


def results_path(folder: Path, docname: str) -> Path:
    """Return where in the folder of builds the results of a page's notebook are kept."""
    return folder / "executed" / f"{quote(docname, safe='')}.json"


def results_file(app: Sphinx, docname: str) -> Path:
    """Return where a build keeps the results of a page's notebook."""
    return results_path(Path(app.outdir).parent, docname)


def keep(results: Results, path: Path) -> None:
    """Write results, with a hash by which damage is seen, in one step."""
    body = json.dumps(asdict(results))
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    write_text(f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}", path)


def kept(path: Path) -> tuple[str, Results | None]:
    """Return the hash of kept results and the results, or an empty text and None if damaged."""
    try:
        digest, _, body = path.read_text("utf-8").partition("\n")
        if hashlib.sha256(body.encode()).hexdigest() == digest:
            return digest, Results(**json.loads(body))
        reason = "it was changed"
    except FileNotFoundError:
        return "", None
    except (OSError, ValueError, TypeError) as error:
        reason = str(error)
    logger.info("%s cannot be used (%s): executing the notebook again", path, reason)
    return "", None


def bring_up_to_date(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> set[str]:
    """Execute what must be executed; return the pages that show other results than before."""
    notebooks = {
        docname: read_notebook(Path(env.doc2path(docname)))
        for docname in sorted(env.found_docs)
        if env.doc2path(docname).endswith(".ipynb")
    }
    discard_others([results_file(app, docname) for docname in notebooks])
    waiting = {}
    known = Fingerprints(vars(env).get("everystep_fingerprints", {}))
    env.everystep_fingerprints = known.asked  # type: ignore[attr-defined]
    for docname, notebook in notebooks.items():
        current = known.of(notebook, Path(env.doc2path(docname)).parent)
        _, results = kept(results_file(app, docname))
        if results is None or results.fingerprint != current:
            waiting[docname] = current
    execute(app, {docname: (notebooks[docname], mark) for docname, mark in waiting.items()})

    digests = {docname: kept(results_file(app, docname))[0] for docname in notebooks}
    before = getattr(env, "everystep_results", {})
    env.everystep_results = digests  # type: ignore[attr-defined]
    renewed = {docname for docname, digest in digests.items() if before.get(docname) != digest}
    sources = {os.path.normpath(env.doc2path(docname)) for docname in renewed}
    quoting = {
        docname
        for docname, used in env.dependencies.items()
        if any(os.path.normpath(os.path.join(env.srcdir, path)) in sources for path in used)
    }
    return (renewed | quoting) & env.found_docs


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook that is a page.

    Raises:
        SphinxError: if it is none.
    """
    try:
        return nbformat.from_dict(read(path))
    except NotebookError as error:
        raise SphinxError(str(error)) from error


def discard_others(wanted: list[Path]) -> None:
    """Delete kept results that belong to no page: the folder must not grow without bound."""
    for folder in {path.parent for path in wanted}:
        if folder.is_dir():
            for path in set(folder.iterdir()) - set(wanted):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        elif folder.exists():
            folder.unlink()


def execute(app: Sphinx, waiting: dict[str, tuple[NotebookNode, str]]) -> None:
    """Execute notebooks, keep their results, and warn of those that fail.

    Args:
        app: the application.
        waiting: for each page the notebook and its fingerprint.
    """
    # A long notebook that began last would keep one core at work alone. How long one takes is not
    # known before, but those with much code take the longest.
    longest = sorted(waiting, key=lambda docname: code_size(waiting[docname][0]), reverse=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {
            pool.submit(results_of, app, docname, *waiting[docname]): docname for docname in longest
        }
        try:
            for done in as_completed(running):
                docname = running[done]
                results, failure = done.result()
                keep(results, results_file(app, docname))
                if failure:
                    logger.warning("%s", failure, location=docname, type="everystep")
                else:
                    logger.info("%s.ipynb: executed in %.1f s", docname, results.seconds)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def code_size(notebook: NotebookNode) -> int:
    """Return how many characters of code a notebook has."""
    return sum(len(cell.source) for cell in notebook.cells if cell.cell_type == "code")


def results_of(
    app: Sphinx, docname: str, notebook: NotebookNode, mark: str
) -> tuple[Results, NotebookError | None]:
    """Execute a notebook; return its results, and why it failed if it did.

    In an exercise in which a learner works, cells may raise errors, and with a base seed of the
    reader's own: the page shows them.
    """
    own_work = docname.startswith(EXERCISES) and is_own_work(notebook)
    failure = None
    began = time.monotonic()
    try:
        run(
            notebook,
            Path(app.env.doc2path(docname)).parent,
            timeout=app.config.nb_execution_timeout,
            allow_errors=own_work or seed_is_set(),
        )
    except NotebookError as error:
        failure = error
    seconds = time.monotonic() - began
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    language = notebook.metadata.get("language_info", {})
    results = Results("" if failure else mark, seconds, language, outputs)
    return results, failure


def fill_in(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the kept results into a notebook that is about to be parsed."""
    _, results = kept(results_file(app, docname))
    if results is None:  # not a notebook
        return
    notebook = parse(source[0], docname)
    notebook["metadata"]["language_info"] = results.language
    code_cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell, outputs in zip(code_cells, results.outputs, strict=True):
        cell["outputs"] = outputs
    source[0] = json.dumps(notebook)


def print_times(app: Sphinx, exception: Exception | None) -> None:
    """Print where the site is and how many seconds each notebook took when it was last run."""
    if exception is not None or app.builder.format != "html":
        return
    times = {}
    for docname in app.env.everystep_results:  # type: ignore[attr-defined]
        _, results = kept(results_file(app, docname))
        if results is not None:
            times[docname] = results.seconds
    if times:
        logger.info("\nSeconds each notebook took when it was last executed:")
        for docname, seconds in sorted(times.items()):
            logger.info("%8.1f  %s", seconds, docname)
        logger.info("%8.1f  together", sum(times.values()))
    logger.info("\nThe site: %s", (Path(app.outdir) / "index.html").as_uri())


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx, unless no notebook could be executed.

    Raises:
        SystemExit: if the base seed is none; Jupyter Book would show an exception's traceback.
    """
    try:
        base_seed()
    except SeedError as error:
        sys.exit(str(error))
    app.connect("env-get-outdated", bring_up_to_date)
    # Before other extensions change the notebook's text.
    app.connect("source-read", fill_in, priority=100)
    app.connect("build-finished", print_times, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
