import gzip
import html
import json
import re

import pytest

from everystep.bank.read import read_bank
from everystep.site.rendering import (
    Renderer,
    block,
    evidence_html,
    filled,
    lettered,
    refutation,
)
from tests.bank.questions import BLUEPRINT, ITEMS, item, option, parsed, write_bank
from tests.paths import ROOT

CHAPTERS = sorted(path.stem for path in (ROOT / "questions" / "chapters").glob("*.yml"))


class Links:
    """Links that say what they were asked for."""

    def section(self, place):
        return f"Title of {place}", f"url-of-{place}"

    def finding(self, id):
        return f"url-of-{id}"

    def trainer(self, question):
        return ("Train it: one", "url-of-trainer") if question.read else None

    def sheet(self, file):
        return f"Title of {file}", f"url-of-{file}", f"{file}.js"


def quiz_in(folder):
    renderer = Renderer(read_bank(folder), Links())
    return renderer.quiz(renderer.units("chapters/01-steps"))


def quiz_of(tmp_path, *items):
    return quiz_in(write_bank(tmp_path, *items))


def shown_letter(page, text):
    return re.search(rf'value="(\w)"><b>\w</b><span>{text}', page)[1]


def test_the_key_of_a_choice_has_the_letters_of_the_right_options(tmp_path):
    page = quiz_of(tmp_path, item("multiple"))
    right = [o["text"] for o in ITEMS["multiple"]["options"] if o.get("correct")]
    [key] = parsed("multiple").keys
    assert key["key"] == sorted(shown_letter(page, text) for text in right)


def test_the_key_of_an_ordering_has_the_place_of_each_step_shown(tmp_path):
    page = quiz_of(tmp_path, item("ordering"))
    rows = re.findall(r"</select><span>([^<]+)</span>", page)
    [key] = parsed("ordering").keys
    places = dict(zip(rows, key["key"], strict=True))
    right = [step["text"] for step in ITEMS["ordering"]["steps"]]
    assert sorted(rows, key=places.get) == right


def test_the_key_of_a_matching_has_the_answer_of_each_prompt(tmp_path):
    page = quiz_of(tmp_path, item("matching"))
    answers = dict(re.findall(r'<option value="(\w)">\w\. ([^<]+)<', page))
    [key] = parsed("matching").keys
    right = [pair["answer"] for pair in ITEMS["matching"]["pairs"]]
    assert [answers[letter] for letter in key["key"]] == right
    assert "Layers in a model" in answers.values()


def test_a_number_has_a_key_with_its_texts_for_every_variant():
    numeric = parsed("numeric")
    for key, variant in zip(numeric.keys, numeric.variants, strict=True):
        assert key["key"] == variant.answer
        assert key["wrong"] == variant.wrong
        assert key["shown"]["answer"] == f"{variant.answer:,}"
        assert set(key["shown"]) == {"n", "b", "epochs", "answer", "wrong0", "wrong1"}


def test_numbers_are_marked_for_the_script_wherever_they_stand():
    numeric = parsed("numeric", stem="Is {n} **many**? Compute `{b} + {b}`.")
    first = numeric.variants[0].values
    n = f'<span data-number="n">{first["n"]:,}</span>'
    b = f'<span data-number="b">{first["b"]}</span>'
    expected = f"<p>Is {n} <strong>many</strong>? Compute <code>{b} + {b}</code>.</p>"
    assert filled(numeric, numeric.stem, block) == expected
    assert filled(numeric, "{n}") == n


def test_markup_in_texts_is_shown_not_followed(tmp_path):
    hostile = "<script>alert(1)</script> & \"quotes\" 'too'"
    options = [option(f"{hostile} {i}", None if i == 0 else "wrong") for i in range(4)]
    page = quiz_of(
        tmp_path,
        item("single", stem=f"{hostile}?", code=hostile, options=options),
        item("matching", pairs=[{**p, "answer": p["answer"] + hostile}
                                for p in ITEMS["matching"]["pairs"]]),
    )  # fmt: skip
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 10


def test_options_of_a_select_are_plain_text():
    assert lettered(["a `b` & **c**", "x"]) == [("A", "A. a b & c"), ("B", "B. x")]


def test_what_proves_an_answer_is_linked_or_computed():
    source = {"title": "Guide", "url": "https://docs.example/a", "read_on": "2026-03-05"}
    evidence = [{"finding": "steps.one"}, {"computation": "2 < 3"}, {"source": source}]
    shown = [evidence_html(one, Links()) for one in parsed("single", evidence=evidence).evidence]
    finding, computation, dated = shown
    assert finding == '<a href="url-of-steps.one">The experiment that shows it</a>'
    assert computation == "Computed: <code>2 &lt; 3</code>"
    assert dated == '<a href="https://docs.example/a">Guide</a>, read on March 5, 2026'


def test_a_wrong_answer_is_refuted_by_a_finding_or_a_section_or_a_source():
    source = {"title": "Guide", "url": "https://docs.example/a", "read_on": "2026-03-05"}
    computed, dated, finding = (
        {"computation": "2 < 3"}, {"source": source}, {"finding": "steps.one-two"}
    )  # fmt: skip
    section = (
        "Title of book/01-steps/concept.md#updates",
        "url-of-book/01-steps/concept.md#updates",
    )
    refuted = {
        "finding": parsed("single", evidence=[computed, finding]),
        "section": parsed("single", evidence=[dated]),
        "source": parsed("single", evidence=[computed, dated], read=None),
        "nothing": parsed("single", evidence=[computed], read=None),
    }
    assert {name: refutation(one, Links()) for name, one in refuted.items()} == {
        "finding": ("Experiment: one two", "url-of-steps.one-two"),
        "section": section,
        "source": ("Guide", "https://docs.example/a"),
        "nothing": None,
    }


def test_the_progress_page_has_each_place_once_and_where_each_question_leads(tmp_path):
    evidence = [{"computation": "2 < 3"}]
    alone = item("ordering", read=None, evidence=evidence)
    bank = read_bank(write_bank(tmp_path, item("single", version=3), item("multiple"), alone))
    page = Renderer(bank, Links()).progress()
    trails = json.loads(html.unescape(re.search("data-trails='([^']*)'", page)[1]))
    assert trails == {
        "places": [
            [
                "Title of book/01-steps/concept.md#updates",
                "url-of-book/01-steps/concept.md#updates",
            ],
            ["Train it: one", "url-of-trainer"],
        ],
        "questions": {
            "count-updates": {"short-batch@3": [0, 1], "more-updates@1": [0, 1], "one-update@1": []}
        },
    }


@pytest.mark.parametrize("kind", ["single", "multiple", "matching", "numeric"])
def test_a_reason_against_an_answer_says_by_what_it_is_given(tmp_path, kind):
    page = quiz_of(tmp_path, item(kind))
    named = re.findall(r'<li data-given="(\w+)">.*?<em>([^<]*)</em>', page, re.DOTALL)
    misconceptions = re.findall(r"'misconception': '([^']*)'", str(ITEMS[kind]))
    assert sorted(words.replace(" ", "-") for _, words in named) == sorted(misconceptions)
    if kind == "numeric":
        assert [given for given, _ in named] == ["wrong0", "wrong1"]
    elif kind == "matching":
        assert f'<option value="{named[0][0]}">{named[0][0]}. Layers in a model' in page
    else:
        texts = {o["text"]: o.get("misconception") for o in ITEMS[kind]["options"]}
        for text, misconception in texts.items():
            words = dict(named).get(shown_letter(page, text))
            assert words == (misconception and misconception.replace("-", " "))


def test_a_table_scrolls_inside_itself():
    table = block("Compare:\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    assert table.startswith('<p>Compare:</p>\n<div class="wide" tabindex="0"')
    assert table.endswith("</table></div>")


def test_a_formula_is_shown_and_scrolls_inside_itself(tmp_path):
    page = quiz_of(tmp_path, item("single", stem="At $\\eta$:\n\n$$x^2$$\n\nWhat follows?"))
    assert "<mi>&#x003B7;</mi>" in page
    assert '<div class="formula" role="group" aria-label="Formula" tabindex="0"><math' in page


def test_a_blank_line_in_code_stays(tmp_path):
    assert "a = 1\n\n\nb = 2" in quiz_of(tmp_path, item("single", code="a = 1\n\n\nb = 2"))


def test_questions_of_a_case_are_numbered_on(tmp_path):
    page = quiz_of(tmp_path, item("case"), item("single"))
    assert re.findall(r'Question <span class="n">(\d)', page) == ["1", "2", "3"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_twelve_questions_add_at_most_50_kilobytes(chapter):
    bank = read_bank(ROOT / "questions")
    questions = sum(len(located.questions) for located in bank.of_chapter(chapter))
    size = len(Renderer(bank, Links()).units(f"chapters/{chapter}").encode())
    assert size / questions * 12 <= 50_000


@pytest.mark.parametrize(("kind", "name"), [("drill", []), ("exam", ["full"]), ("exam", ["c01"])])
def test_a_page_that_asks_many_questions_is_quickly_there(kind, name):
    """A tenth of a second at 800 kbit/s, a slow phone; web servers send pages gzipped."""
    page = getattr(Renderer(read_bank(ROOT / "questions"), Links()), kind)(*name)
    assert len(gzip.compress(page.encode())) <= 10_000


def listed(page):
    """Return what the script is told of each file."""
    found = re.findall(r"data-sheet=\"([^\"]+)\".*?data-units='([^']+)'", page)
    return {file: json.loads(units) for file, units in found}


def test_the_drill_lists_every_question_those_of_chapters_first(tmp_path):
    write_bank(tmp_path, item("single"), pool="a")
    bank = read_bank(write_bank(tmp_path, item("case", id="slow"), item("numeric")))
    page = Renderer(bank, Links()).drill()
    sheets = listed(page)
    assert list(sheets) == ["chapters/01-steps", "pools/a/count-updates"]
    case, one = sheets["chapters/01-steps"]
    assert [part["ref"] for part in case] == ["slow-job-single@1", "slow-job-count@1"]
    assert one == [{"ref": "count@1"}]
    assert 'data-chapters="3"' in page
    link = '<a href="url-of-chapters/01-steps" data-sheet="chapters/01-steps"'
    assert f'{link} data-src="chapters/01-steps.js"' in page
    assert "Title of pools/a/count-updates</a>" in page


def test_an_exam_lists_what_it_may_ask_and_what_that_takes_from_its_quotas(tmp_path):
    new = item("single", exams=["NEW-02"])
    bank = read_bank(write_bank(tmp_path, new, item("numeric"), item("multiple"), pool="a"))
    sheets = listed(Renderer(bank, Links()).exam("topic"))
    assert sheets == {
        "pools/a/count-updates": [
            [{"ref": "count@1", "takes": "2.2"}],
            [{"ref": "more-updates@1", "takes": "2.2"}],
        ]
    }


# ----- Which exam asks it

LINE = re.compile(r'<p class="hint">((?:Practice|No longer)[^<]*)</p>')


@pytest.mark.parametrize("kind", ITEMS)
def test_a_type_that_an_exam_does_not_have_is_marked_as_practice(tmp_path, kind):
    asked = kind in BLUEPRINT["guides"]["NEW-02"]["kinds"]
    line = "Practice: items of this type are not in NEW-02."
    assert LINE.findall(quiz_of(tmp_path, item(kind)))[:1] == ([] if asked else [line])


def test_a_type_that_no_exam_has_is_marked_as_practice(tmp_path):
    guides = {name: guide | {"kinds": ["single"]} for name, guide in BLUEPRINT["guides"].items()}
    write_bank(tmp_path, item("numeric"), blueprint=BLUEPRINT | {"guides": guides})
    page = quiz_in(tmp_path)
    assert LINE.findall(page) == ["Practice: items of this type are not in NEW-02 or OLD-01."]


def test_a_question_says_where_the_guides_place_it_and_which_has_dropped_it(tmp_path):
    page = quiz_of(tmp_path, item("single"), item("multiple", exams=["OLD-01"]))
    assert LINE.findall(page) == ["No longer asked in NEW-02."]
    placed = re.findall(r'class="sources">Count updates \(([^)]*)\)', page)
    assert placed == ["NEW-02 skill 2.2.4, OLD-01 task 2.2", "OLD-01 task 2.2"]


def test_an_exam_says_what_it_prepares_for_and_when_that_was_checked(tmp_path):
    bank = read_bank(write_bank(tmp_path, item("single"), pool="a"))
    page = Renderer(bank, Links()).exam("topic")
    assert "Prepares for: Old exam, by the guide as checked on November 28, 2026." in page
    assert "By task of OLD-01" in page
