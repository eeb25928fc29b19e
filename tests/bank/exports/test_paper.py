import re

import pytest

from everystep.bank.exports.paper import paper
from everystep.bank.exports.written import written
from tests.bank.roundtrip import assert_in_order, bank, expected  # noqa: F401


@pytest.fixture(scope="module")
def page(bank, browser, tmp_path_factory):  # noqa: F811
    """Return the longest paper of the bank, opened from disk, with its questions."""
    questions = max(written(bank, False).values(), key=len)
    path = tmp_path_factory.mktemp("paper") / "paper.html"
    path.write_text(paper("A paper", questions), encoding="utf-8")
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(path.as_uri())
    yield page, questions
    page.close()


def test_all_questions_come_first_and_all_answers_last(page):
    page, questions = page
    titles = page.locator("h3").all_inner_texts()
    numbers = range(1, len(questions) + 1)
    assert titles[: len(questions)] == [f"Question {number}" for number in numbers]
    found = [title.partition(". ") for title in titles[len(questions) :]]
    assert [int(number) for number, _, _ in found] == [*numbers]
    assert [answer for _, _, answer in found] == [
        re.sub(" +", " ", one.answer) for one in questions
    ]
    assert page.locator(".key h3").count() == len(questions)


def test_the_paper_asks_and_explains_all(bank):  # noqa: F811
    wanted = expected(bank)
    for questions in written(bank, False).values():
        page = paper("A paper", questions)
        for one in questions:
            assert_in_order([*wanted[one.name].text, *wanted[one.name].explained], page)


def test_units_are_texts(page):
    page, questions = page
    units = {one.question.unit for one in questions if one.variant} - {""}
    shown = page.locator("body").inner_text()
    assert units
    for unit in units:
        # Once where the answer is written, and twice in the key.
        assert shown.count(unit) >= 3


def test_the_paper_loads_nothing_and_fits_a_narrow_screen(page):
    page, _ = page
    assert [url for url in page.asked if not url.startswith("file:")] == []
    assert len(page.asked) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_key_begins_on_a_page_of_its_own(page):
    page, _ = page
    page.emulate_media(media="print")
    key = page.locator(".key")
    assert key.evaluate("key => getComputedStyle(key).breakBefore") == "page"
    printed = page.pdf(prefer_css_page_size=True)
    sizes = {tuple(map(float, box.split())) for box in pages(printed)}
    (size,) = sizes
    assert size == pytest.approx((0, 0, 595, 842), abs=1.5), "A4 in points"
    assert len(pages(printed)) >= 2


def pages(pdf):
    """Return the size of every page of a PDF file."""
    return re.findall(r"/MediaBox ?\[([\d. ]+)\]", pdf.decode("latin-1"))


def test_titles_are_escaped():
    assert "<title>a &lt; b</title>" in paper("a < b", [])
