"""The search quotes the pages that it finds, opened from disk too, and highlights the words."""

import pytest

from tests.quiz_site import build, write_sources
from tests.web.reader import TERMS

PAGE = "book/assess/page"
TEXT = f"# A page\n\n{'Filler. ' * 50}\n\nThe *zebra* crosses.\n\n## Its zebra\n\nA second one.\n"


@pytest.fixture(scope="session")
def small_site(tmp_path_factory):
    folder = write_sources(tmp_path_factory.mktemp("search"))
    (folder / f"{PAGE}.md").write_text(TEXT, encoding="utf-8")
    build(folder, extensions=("everystep.site.search",))
    return folder / "site"


def search(one, words):
    page = one.open("search", address=f"?q={words}")
    page.get_by_text("Search finished").wait_for()
    return page


def quoted(page):
    """Return what is quoted of each result, by where it leads."""
    page.wait_for_function("document.querySelector('ul.search li .context')")
    return {
        item.locator("a").get_attribute("href"): item.locator(".context").inner_text()
        for item in page.locator("ul.search li").all()
        if item.locator(".context").count()
    }


def test_words_around_what_was_found_are_quoted_and_highlighted(tab):
    page = search(tab, "zebra")
    quotes = quoted(page)
    # The first page of the site lists the titles of all others.
    assert set(quotes) == {"index.html", f"{PAGE}.html", f"{PAGE}.html#its-zebra"}
    assert "The zebra crosses." in quotes[f"{PAGE}.html"]
    assert quotes[f"{PAGE}.html"].startswith("...")
    assert quotes[f"{PAGE}.html#its-zebra"].startswith("Its zebra A second one.")
    marked = page.locator(".context .highlighted").all_inner_texts()
    assert set(marked) == {"zebra"}
    assert page.locator("script[src$='page.js'][src*=texts]").count() == 1, "asked for once"


def test_the_page_that_is_opened_has_the_words_highlighted(tab):
    page = search(tab, "zebra")
    # As where every page from disk has a storage of its own.
    page.evaluate("addEventListener('pagehide', () => localStorage.clear())")
    page.locator(f"ul.search a[href='{PAGE}.html']").click()
    page.locator("h1", has_text="A page").wait_for()
    page.locator("main .highlighted").first.wait_for()
    assert set(page.locator("main .highlighted").all_inner_texts()) == {"zebra"}
    assert page.evaluate("location.search") == ""


def test_a_term_is_quoted_with_what_it_means(tab):
    quotes = quoted(search(tab, "penalty"))
    assert "A term that keeps weights small." in quotes[f"{TERMS}.html"]
    entry = quotes[f"{TERMS}.html#term-L2-penalty"]
    assert entry.endswith("L2 penalty A term that keeps weights small.")


def test_a_page_whose_text_is_missing_is_found_without_a_quotation(reader, small_site):
    text = small_site / "texts" / f"{PAGE}.js"
    kept = text.read_text(encoding="utf-8")
    text.unlink()
    try:
        with reader() as one:
            page = search(one, "zebra")
            assert page.evaluate(f"fetch('./{PAGE}.html').then(r => r.text())") == ""
            assert set(quoted(page)) == {"index.html"}
            assert page.locator("ul.search li").count() == 3
            one.problems = [p for p in one.problems if "ERR_FILE_NOT_FOUND" not in p]
    finally:
        text.write_text(kept, encoding="utf-8")


def test_what_is_no_page_of_the_site_is_fetched_as_ever(tab):
    page = tab.open("search")
    assert page.evaluate("fetch('data:text/plain,hello.html').then(r => r.text())") == "hello.html"
