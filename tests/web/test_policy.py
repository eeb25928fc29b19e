"""The site under the strictest policy that its pages obey, sent by a server."""

import re
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from everystep.site.policy import POLICY
from tests.quiz_site import pages_of
from tests.web.reader import CLINIC, COMPOSER, DRILL, EXAM, PLANNER, QUIZ, TRAINER, current, start

REMEMBER = """document.violations = [];
addEventListener("securitypolicyviolation", ({ violatedDirective, sourceFile, blockedURI }) => {
  document.violations.push([violatedDirective, sourceFile, blockedURI].join(" "));
});"""
# Data is no script.
INLINE = re.compile(
    r"<script(?![^>]*\s(?:src=|type=.application/json))[^>]*>|\son\w+=\"|javascript:"
)


class Strict(SimpleHTTPRequestHandler):
    """Sends the policy with every file."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format, *args):
        """Say nothing."""


SMALL_RUN = "#batch=32&epochs=1&images=64&hidden=32&seeds=2"


@contextmanager
def served(folder):
    handler = partial(Strict, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def open_strictly(quiz_site, browser):
    """Return a function that opens a page under the policy."""
    context = browser.new_context()
    context.add_init_script(REMEMBER)
    with served(quiz_site) as url:

        def open_(name, settings=""):
            page = context.new_page()
            page.goto(f"{url}/{name}.html{settings}")
            return page

        yield open_
    context.close()


def violations(page):
    return page.evaluate("document.violations")


def test_no_script_stands_in_a_page(quiz_site):
    found = {page.name: INLINE.findall(page.read_text("utf-8")) for page in pages_of(quiz_site)}
    assert len(found) > 5
    assert not any(found.values()), found


@pytest.mark.parametrize("text", ["<script>", '<script type="x">', '<a onclick="x()">'])
def test_a_script_in_a_page_is_found(text):
    assert INLINE.search(f'<p>{text}</p><script defer src="x.js"></script>')


def test_questions_come_under_the_policy(open_strictly):
    page = open_strictly(DRILL)
    current(page).wait_for()
    assert violations(page) == []
    page = open_strictly(EXAM)
    start(page)
    assert violations(page) == []


@pytest.mark.parametrize("data", ["digits", "mnist1d"])
def test_a_page_trains_under_the_policy(open_strictly, data):
    page = open_strictly(TRAINER, f"{SMALL_RUN}&data={data}")
    page.locator("button:text-is('Train')").click()
    page.locator(".result:visible").wait_for()
    assert violations(page) == []


def test_a_log_is_read_and_saved_under_the_policy(open_strictly):
    page = open_strictly(CLINIC)
    page.locator(".examples button").first.click()
    page.locator(".clinic .report h2").first.wait_for()
    with page.expect_download():
        page.locator("[data-do=save]").click()
    assert violations(page) == []


@pytest.mark.parametrize("name", [QUIZ, COMPOSER, PLANNER, "search", "genindex"])
def test_pages_obey_the_policy(open_strictly, name):
    page = open_strictly(name)
    page.locator(".theme-switch-button").first.click()
    assert page.evaluate("document.documentElement.dataset.theme") in ("light", "dark")
    assert violations(page) == []


def test_what_the_policy_forbids_is_told(open_strictly):
    page = open_strictly(QUIZ)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p onclick=\"1\">x</p>')")
    assert len(violations(page)) == 1
