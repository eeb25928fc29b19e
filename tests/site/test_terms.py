"""Words of a concept page that lead to the glossary."""

import re

import pytest

from tests import quiz_site
from tests.landing_site import write_sources

CONCEPT = """# An epoch

```{admonition} In this chapter
:class: chapter-head

A step.
```

`step` and [a step](lab.ipynb), $step$, mis-step: an **Epoch** has *steps*. Epochs again.

| a | b |
|---|---|
| L2 penalty | step |

A step, and the L2 penalty, cold start or warm start.

## Updates

## Check
"""
TERMS = "book/assess/terms"
TERM = re.compile(r'<a class="term-link reference internal" href="([^"]+)">(.*?)</a>')
MATH = ["dollarmath"]
START = "\nCold start, warm start\n  How it begins.\n"


@pytest.fixture
def course(tmp_path):
    folder = write_sources(tmp_path)
    (folder / "book/01-steps/concept.md").write_text(CONCEPT, encoding="utf-8")
    return folder


def links(folder, page="book/01-steps/concept"):
    """Build the site; return the links to terms on a page."""
    extensions = ("everystep.site.landing", "everystep.site.terms")
    quiz_site.build(folder, extensions=extensions, config={"myst_enable_extensions": MATH})
    return TERM.findall((folder / "site" / f"{page}.html").read_text(encoding="utf-8"))


def test_the_first_use_of_each_term_leads_to_it(course):
    assert links(course) == [
        ("../assess/terms.html#term-Epoch", "Epoch"),
        ("../assess/terms.html#term-Step", "steps"),
        ("../assess/terms.html#term-L2-penalty", "L2 penalty"),
    ]


def test_pages_that_are_no_concept_pages_keep_their_words(course):
    (course / "book/assess/other.md").write_text("# Other\n\nA step.\n", encoding="utf-8")
    assert links(course, "book/assess/other") == []
    assert links(course, TERMS) == []


def test_a_term_that_is_added_is_linked_on_pages_that_did_not_change(course):
    assert len(links(course)) == 3
    glossary = course / f"{TERMS}.md"
    text = glossary.read_text(encoding="utf-8")
    glossary.write_text(text.replace("\nEpoch\n", f"{START}\nEpoch\n"), encoding="utf-8")
    assert [words for _, words in links(course)][3:] == ["cold start", "warm start"]


def test_a_course_without_a_glossary_has_no_links(course):
    (course / f"{TERMS}.md").write_text("# Terms\n\nNone.\n", encoding="utf-8")
    assert links(course) == []
