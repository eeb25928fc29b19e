"""Audit every page of the built site with Lighthouse, as on a phone, beside a stock Jupyter Book.

Pages come from a server on this machine that compresses what it sends. Prints a table in Markdown:
the four scores, the kilobytes that a first visit transfers, and those that the page adds for a
reader who was on the landing page before. The stock page is the first page of the book that
``jupyter-book create`` makes, built as it is.

Run with ``python benchmarks/pages.py`` after ``npm --prefix benchmarks install`` and ``make site``;
with parts of paths as arguments, only the pages with one of them are audited.
"""

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser import ARGUMENTS, find_chromium  # noqa: E402 (found by the line above)

SITE = ROOT / "_build" / "html"
LIGHTHOUSE = ROOT / "benchmarks" / "node_modules" / ".bin" / "lighthouse"
SCORES = ("performance", "accessibility", "best-practices", "seo")
COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".txt")
NO_PAGES = {"genindex.html"}


class Audit(NamedTuple):
    """What Lighthouse found on a page: scores from 0 to 100, and bytes by address."""

    scores: tuple[int, ...]
    transferred: dict[str, int]


def main() -> None:
    if not LIGHTHOUSE.exists():
        sys.exit("Lighthouse is missing: run 'npm --prefix benchmarks install' first")
    wanted = sys.argv[1:]
    paths = [page.relative_to(SITE).as_posix() for page in sorted(SITE.rglob("*.html"))]
    paths = [path for path in paths if path not in NO_PAGES and not path.startswith("_static/")]
    if not paths:
        sys.exit(f"there is no page in {SITE}: run 'make site' first")
    print("| page | " + " | ".join(SCORES) + " | first visit, KB | further page, KB |")
    print("|---|" + "---:|" * 6)
    with tempfile.TemporaryDirectory() as folder, serve(stock(Path(folder))) as url:
        print_row("*a stock Jupyter Book*", audit(f"{url}/intro.html"), {})
    performance = []
    with serve(SITE) as url:
        known = audit(f"{url}/index.html").transferred
        for path in paths:
            if not wanted or any(part in path for part in wanted):
                found = audit(f"{url}/{path}")
                performance.append(found.scores[0])
                print_row(path, found, known)
    print(f"\nPerformance: median {statistics.median(performance):.0f}, lowest {min(performance)}.")


def print_row(name: str, found: Audit, known: dict[str, int]) -> None:
    first = sum(found.transferred.values())
    further = sum(size for url, size in found.transferred.items() if url not in known)
    cells = [*map(str, found.scores), f"{first / 1e3:.0f}", f"{further / 1e3:.0f}" if known else ""]
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def audit(url: str) -> Audit:
    """Return what Lighthouse finds with its settings for phones."""
    flags = " ".join([*ARGUMENTS, "--headless", "--disable-background-networking"])
    chromium = find_chromium()
    if chromium is None:
        sys.exit("no Chromium found")
    command = [LIGHTHOUSE, url, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    environment = os.environ | {"CHROME_PATH": chromium}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"Lighthouse failed on {url}:\n{done.stderr}")
    report = json.loads(done.stdout)
    scores = tuple(round(100 * report["categories"][name]["score"]) for name in SCORES)
    requests = report["audits"]["network-requests"]["details"]["items"]
    return Audit(scores, {one["url"]: one["transferSize"] for one in requests})


def stock(folder: Path) -> Path:
    """Build the book that Jupyter Book makes for beginners; return the folder of its pages."""
    program = str(Path(sys.executable).parent / "jupyter-book")
    book = folder / "book"
    for arguments in (["create", str(book)], ["build", str(book)]):
        done = subprocess.run([program, *arguments], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"jupyter-book {arguments[0]} failed:\n{done.stderr}")
    return book / "_build" / "html"


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine, and yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressing, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


class Compressing(SimpleHTTPRequestHandler):
    """Sends texts compressed, as hosts do, and lets browsers keep what they have for a while."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        if path.suffix in COMPRESSED:
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main()
