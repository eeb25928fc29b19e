"""Do not build on what an earlier build left damaged or unfinished.

A build that was interrupted may have noted pages as read that it never wrote. A mark that stands
while a build is at work tells the next one to read and write every page again; results of notebooks
are kept apart, each complete or not there, and stay. Pages are also read again when the code that
makes them has changed, of which Sphinx knows nothing.
"""

import hashlib
import json
import pickle
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.search import js_index
from sphinx.util import logging

logger = logging.getLogger(__name__)

PACKAGE = Path(__file__).parents[1]
# Rooms whose code and templates make pages. Notebooks' results depend on other ones: see closure.
PAGE_MAKING = ("site", "bank", "authoring")


def page_code(package: Path) -> str:
    """Return a hash of the code and templates that make pages.

    Args:
        package: folder of the package ``everystep``.
    """
    digest = hashlib.sha256()
    for path in sorted(path for room in PAGE_MAKING for path in (package / room).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(package)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def read_build_info(text: str) -> list[str]:
    """Return the hashes of the settings that Sphinx keeps with the pages.

    Raises:
        ValueError: if they are not where Sphinx looks for them.
    """
    _, _, config, tags = text.splitlines()
    if not config.startswith("config: ") or not tags.startswith("tags: "):
        raise ValueError(text)
    return [config.split()[1], tags.split()[1]]


# What Sphinx reads again of what it has written beside the pages; damage to it would be a warning,
# and so an error.
READ_AGAIN = {"searchindex.js": js_index.loads, ".buildinfo": read_build_info}


def mark(app: Sphinx) -> Path:
    """Return the file that is there while a build is at work, or after it was interrupted."""
    return Path(app.doctreedir) / "unfinished"


def checksums(app: Sphinx) -> Path:
    """Return the file with a checksum of what the last build has kept of each page."""
    return Path(app.doctreedir) / "checksums.json"


def read_checksums(app: Sphinx) -> dict[str, int]:
    """Return the checksums that the last build has left; none if they cannot be read."""
    try:
        found = json.loads(checksums(app).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def begin_anew(app: Sphinx, config: Config) -> None:
    """Forget what is known of pages if the build before was not finished or a file is damaged.

    Sphinx itself begins anew if its record of the pages cannot be read.
    """
    damaged = [
        path
        for name, read in READ_AGAIN.items()
        if (path := Path(app.outdir) / name).exists() and not is_readable(path, read)
    ]
    if mark(app).exists():
        reason = "the build before was interrupted"
    elif damaged:
        reason = f"{damaged[0]} is damaged"
    else:
        reason = ""
    if reason:
        logger.info("Reading all pages again: %s", reason)
        (Path(app.doctreedir) / ENV_PICKLE_FILENAME).unlink(missing_ok=True)
        for path in damaged:
            path.unlink()
        # Images of outputs, which are never written a second time under the same name.
        shutil.rmtree(Path(app.outdir).parent / "jupyter_execute", ignore_errors=True)
    mark(app).parent.mkdir(parents=True, exist_ok=True)
    mark(app).touch()


def is_readable(path: Path, read: Callable[[str], object]) -> bool:
    """Return whether a file has the form in which it was written."""
    try:
        read(path.read_text("utf-8"))
    except (OSError, ValueError, IndexError):
        return False
    return True


def kept_pages(app: Sphinx, docnames: set[str]) -> dict[str, int]:
    """Return a checksum of what is kept of each page that is there."""
    paths = {name: Path(app.doctreedir) / f"{name}.doctree" for name in docnames}
    return {n: zlib.crc32(path.read_bytes()) for n, path in paths.items() if path.is_file()}


def damaged_pages(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return the pages to read again because what is kept of them cannot be read.

    What is as the last build left it can; to load it would take longer than to look.
    """
    damaged = []
    docnames = env.found_docs - added - changed
    now, left = kept_pages(app, docnames), read_checksums(app)
    for docname in sorted(name for name in docnames if now.get(name, 0) != left.get(name)):
        try:
            pickle.loads((Path(app.doctreedir) / f"{docname}.doctree").read_bytes())
        except Exception as error:  # a damaged pickle can raise anything
            logger.info(
                "%s: reading the page again, since it was kept damaged (%s)", docname, error
            )
            damaged.append(docname)
    return damaged


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Take the mark away when all pages are written, and note what is kept of them."""
    if exception is None:
        sums = kept_pages(app, app.env.found_docs)
        checksums(app).write_text(json.dumps(sums), encoding="utf-8")
        mark(app).unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    # Sphinx reads all pages again when a setting of this sort differs from that of the last build.
    app.add_config_value("everystep_page_code", page_code(PACKAGE), "env")
    app.connect("config-inited", begin_anew)
    app.connect("env-get-outdated", damaged_pages)
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
