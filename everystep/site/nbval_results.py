"""Keep what nbval's run of a notebook gave, so that a build after it does not run it once more.

A pytest plugin, loaded from ``pyproject.toml``. When a notebook's last cell has passed, its results
are kept under its fingerprint, as a build keeps them (see ``everystep.site.execution``). Notebooks
run first, those with the most code before others: when a test wants the site, it is soon built.
"""

import time
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbval.plugin import IPyNbCell, IPyNbFile

from everystep.authoring.contents import notebook_pages
from everystep.site.execution import (
    Results,
    code_size,
    fingerprint,
    keep,
    read_notebook,
    results_path,
)


class Run:
    """The outputs of one notebook, cell by cell.

    Args:
        file: the notebook, its kernel not yet asked to run anything.
        path: where its results are kept.
    """

    def __init__(self, file: IPyNbFile, path: Path) -> None:
        self.file = file
        self.path = path
        self.notebook = read_notebook(file.path)
        # Taken before anything runs: what is changed meanwhile makes the results old.
        self.mark = fingerprint(self.notebook, file.path.parent)
        self.waiting = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        self.outputs: list[list[dict[str, object]]] = []
        self.began = time.monotonic()
        # Never started: it makes outputs of messages as it does in a build, where nbval would
        # leave out what a cell clears or updates.
        self.client = NotebookClient(self.notebook, record_timing=False)
        self.client.reset_execution_trackers()
        self.messages: list[dict] = []
        self.receive = file.get_kernel_message
        file.get_kernel_message = self.listen
        file.kernel.execute_cell_input = self.execute

    def execute(self, source: str, allow_stdin: bool | None = None) -> str:
        """Have a cell executed as nbval does, but numbered; return the request's id."""
        ask = self.file.kernel.kc.execute
        return ask(source, allow_stdin=allow_stdin, stop_on_error=False)

    def listen(self, timeout: float | None = None, stream: str = "iopub") -> dict:
        """Receive a message for nbval, and remember it."""
        message = self.receive(timeout=timeout, stream=stream)
        self.messages.append(message)
        return message

    def passed(self, item: IPyNbCell) -> None:
        """Take the outputs of a cell that passed, and keep them all if it was the last.

        Nothing is kept if a cell failed or did not run.
        """
        if item.cell_num != len(self.outputs):
            return
        cell = self.waiting[item.cell_num]
        cell.outputs = []
        self.client.clear_before_next_output = False  # as nbclient begins a cell
        for message in self.of_last_cell():
            self.client.process_message(message, cell, item.cell_num)
        self.outputs.append(cell.outputs)
        if len(self.outputs) == len(self.waiting):
            keep(self.results(), self.path)

    def of_last_cell(self) -> Iterator[dict]:
        """Yield the messages about the cell that has just ended, but the one that says so."""
        messages, self.messages = self.messages, []
        *others, end = messages
        asked = end["parent_header"]["msg_id"]
        yield from (m for m in others if m["parent_header"].get("msg_id") == asked)

    def results(self) -> Results:
        """Return what a build would have kept."""
        language = self.file.kernel.kc.kernel_info(reply=True)["content"]["language_info"]
        seconds = time.monotonic() - self.began
        return Results(self.mark, seconds, language, self.outputs)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put notebooks first, the longest first: what runs last must not keep one core at work."""
    items.sort(key=lambda item: -length(item.parent) if isinstance(item, IPyNbCell) else 1)


@cache
def length(file: IPyNbFile) -> int:
    """Return how many characters of code a notebook has."""
    return code_size(file.nb)


@cache
def run_of(file: IPyNbFile) -> Run | None:
    """Return the run of a notebook that is a page of the course, begun with its first cell."""
    root = file.config.rootpath
    pages = {root / f"{page}.ipynb": page for page in notebook_pages(root)}
    page = pages.get(file.path)
    return Run(file, results_path(root / "_build", page)) if page else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Listen to the cells of a page's notebook, and keep the results after the last."""
    run = run_of(item.parent) if isinstance(item, IPyNbCell) else None
    outcome = yield  # raises if the cell fails
    if run:
        run.passed(item)
    return outcome
