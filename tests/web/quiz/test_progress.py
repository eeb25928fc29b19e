"""The progress page in a real browser; and files that it must refuse."""

import json

from tests.quiz_site import EXAM_SIZE
from tests.web.reader import (
    ATTEMPT,
    BOXED,
    DRILL,
    EXAM,
    GUESS,
    PROGRESS,
    QUIZ,
    RECORD,
    TERMS,
    answer,
    answer_all,
    check,
    finish,
    form,
    kept,
    key_of,
    load,
    start,
    wrong_parts,
)


def exam_and_quiz(tab):
    quiz = tab.open(QUIZ)
    answer_all(quiz)
    page = tab.open(EXAM)
    start(page)
    finish(page)


def export(page):
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    return download.value.path().read_text(encoding="utf-8")


def test_progress_is_shown_exported_deleted_and_imported(tab):
    exam_and_quiz(tab)
    page = tab.open(PROGRESS)
    assert page.locator(".summary").inner_text() == f"Answers so far: {7 + EXAM_SIZE}."
    rows = page.locator("[data-task], [data-objective]").all_inner_texts()
    assert rows == [
        "Count updates\t3 of 15 weak",
        "2.2.4 Adjust epochs and batch size\t3 of 15",
        "2.2 Train and refine models\t3 of 15",
    ]
    exam = page.locator(".history details")
    assert exam.locator("summary").inner_text().endswith(": Topic exam, 0 of 8 right")
    exam.locator("summary").click()
    assert exam.locator("tr").all_inner_texts() == ["2.2 Train and refine models\t0 of 8"]
    before = {k: v for k, v in kept(page).items() if not k.startswith("exam/")}
    text = export(page)
    page.get_by_role("button", name="Delete everything").click()
    assert kept(page) != {}
    page.get_by_role("button", name="Delete everything: sure?").click()
    assert kept(page) == {}
    assert page.locator(".summary").inner_text() == "Answers so far: 0."
    assert page.locator(".group:visible").count() == 0
    assert load(page, text) == f"Imported: {len(before)} entries."
    assert kept(page) == before
    assert page.locator("[data-task], [data-objective]").all_inner_texts() == rows
    assert page.locator(".group:visible").count() == 2


def guesses(page):
    return page.locator(".guesses tbody tr").all_inner_texts()


def test_guesses_are_told_by_chapter_and_can_be_exported_and_deleted(tab):
    page = tab.open(PROGRESS)
    assert guesses(page) == ["All\t0\t–\t–"]
    entries = {
        "guess/epochs.one": {"chapter": "02-epochs", "direction": 0, "size": 0},
        "guess/free-abc": {"chapter": "free", "direction": 1, "size": 1},
        "guess/steps.one": {"chapter": "01-steps", "direction": 1, "size": 1},
        "guess/steps.two": {"chapter": "01-steps", "direction": 1, "size": 0},
        "guess/steps.three": {"chapter": "01-steps", "direction": 0, "size": 0},
    }
    load(page, json.dumps({"format": "everystep-progress-1", "entries": entries}))
    told = [
        "All\t5\t60%\t40%",
        "Chapter 1\t3\t67%\t33%",
        "Chapter 2\t1\t0%\t0%",
        "Train it here\t1\t100%\t100%",
    ]
    assert guesses(page) == told
    assert json.loads(export(page))["entries"] == entries
    page.get_by_role("button", name="Delete everything").click()
    page.get_by_role("button", name="Delete everything: sure?").click()
    assert kept(page) == {}
    assert guesses(page) == ["All\t0\t–\t–"]


def test_misconceptions_are_named_with_what_refutes_them(tab):
    quiz = tab.open(QUIZ)
    wrong = {
        "short-batch": ["Each pass over the data has one update fewer"],
        "slow-job-single": ["Each pass over the data has one update fewer"],
        "more-updates": ["Raise the learning rate by half", "Add dropout between the layers"],
    }
    for id, texts in wrong.items():
        question = quiz.locator(f"#q-{id}")
        for text in texts:
            question.get_by_label(text).check()
        check(question)
    matching = form(quiz, "matching")
    matching.locator("select").first.select_option(label=lured(matching))
    for other in matching.locator("select").all()[1:]:
        other.select_option(index=1)
    check(matching)
    numeric = form(quiz, "numeric")
    answer(numeric, [key_of(numeric)["wrong"][1]])
    check(numeric)
    page = tab.open(PROGRESS)
    told = page.locator(".mistakes li").all_inner_texts()
    assert len(told) == 5
    assert "short batch lost: 2 times, last on" in told[0]
    assert "You answered “Each pass over the data has one update fewer”." in told[0]
    for words in ("rate changes count: once", "dropout changes count: once", "step layer: once"):
        assert any(line.startswith(words) for line in told)
    [number] = [line for line in told if line.startswith("epochs forgotten: once")]
    assert f"“{key_of(numeric)['wrong'][1]:,}”" in number
    links = page.locator(".mistakes li").first.locator("a")
    assert links.all_inner_texts() == ["Updates", "Train it: batch"]
    links.first.click()
    page.wait_for_url("**/concept.html#updates")


def test_of_many_misconceptions_the_earlier_ones_are_folded(tab):
    page = tab.open(PROGRESS)
    entries = {f"mistake/slip-{n}": {**MISTAKE, "last": n} for n in range(1, 13)}
    load(page, json.dumps({"format": "everystep-progress-1", "entries": entries}))
    shown = page.locator(".mistakes li:visible strong")
    assert shown.all_inner_texts() == [f"slip {n}" for n in range(12, 2, -1)]
    page.get_by_text("Earlier ones").click()
    assert shown.all_inner_texts()[10:] == ["slip 2", "slip 1"]
    del entries["mistake/slip-1"], entries["mistake/slip-2"]
    page.evaluate("localStorage.clear()")
    load(page, json.dumps({"format": "everystep-progress-1", "entries": entries}))
    assert page.locator(".earlier").is_hidden()


def lured(matching):
    """Return the option of a matching that fits no row."""
    texts = matching.locator("select").first.locator("option").all_inner_texts()
    return next(text for text in texts if "Layers in a model" in text)


def test_one_miss_makes_no_objective_weak(tab):
    quiz = tab.open(QUIZ)
    for _ in range(4):
        answer(form(quiz, "single"), wrong_parts(form(quiz, "single")))
        check(form(quiz, "single"))
        check(form(quiz, "single"))
    page = tab.open(PROGRESS)
    assert page.locator("[data-objective] td").inner_text() == "0 of 4"
    answer(form(quiz, "single"), wrong_parts(form(quiz, "single")))
    check(form(quiz, "single"))
    page.reload()
    assert page.locator("[data-objective] td").inner_text() == "0 of 5 weak"


def test_an_exam_of_the_time_before_topics_were_kept_is_a_line(tab):
    page = tab.open(PROGRESS)
    load(page, json.dumps({"format": "everystep-progress-1", "entries": {"attempt/5": ATTEMPT}}))
    assert page.locator(".history p").inner_text().endswith(": Topic exam, 1 of 2 right")
    assert page.locator(".history details").count() == 0


MISTAKE = {"item": "x@1", "answer": "An answer", "last": 5, "seen": 1}
# As an exam keeps its state, which is not exported.
EXAM_STATE = {"id": 1, "seed": 1, "items": [], "flags": [], "answers": {}}
IMAGE = "<img src=x onerror=alert(1)>"
HOSTILE = [
    "", "not json", "null", "[]", "3", '"text"', "[" * 50_000, '{"format": "everystep-progress-1"}',
    {}, {"entries": {}}, {"format": "other", "entries": {}},
    {"format": "everystep-progress-1", "entries": []},
    *({"format": "everystep-progress-1", "entries": {"item/a@1": RECORD, **bad}} for bad in (
        {"item/x": RECORD}, {f"item/{IMAGE}@1": RECORD}, {f"{IMAGE}/x@1": RECORD}, {"x": RECORD},
        {"constructor/x@1": RECORD}, {"__proto__": RECORD}, {"item/x@1/more": RECORD},
        {"item/x@1": None}, {"item/x@1": []}, {"item/x@1": 3}, {"item/x@1": {}},
        {"item/x@1": {**BOXED, "box": "1"}}, {"item/x@1": {**BOXED, "box": 9}},
        {"item/x@1": {**BOXED, "due": 10**9}}, {"item/x@1": {**RECORD, "box": None}},
        *({"item/x@1": {**RECORD, name: bad}} for name, bad in (
            ("stability", 0), ("stability", "1"), ("stability", 1e300), ("difficulty", 0.5),
            ("difficulty", 11), ("difficulty", None), ("last", -1), ("last", 10**9),
            ("variant", 0.5), ("variant", "0"),
        )),
        {"given/x@1": {"answer": "A", "variant": 0}}, {"given/x@1": {"answer": [1], "variant": 0}},
        {"given/x@1": {"answer": ["A"]}}, {"given/x": {"answer": ["A"], "variant": 0}},
        {"mistake/<b>": MISTAKE}, {"mistake/x": {**MISTAKE, "item": "javascript:alert(1)"}},
        {"mistake/x": {**MISTAKE, "answer": 5}}, {"mistake/x": {**MISTAKE, "answer": "x" * 201}},
        {"mistake/x": {**MISTAKE, "last": 10**9}}, {"mistake/x": {**MISTAKE, "seen": "1"}},
        {"attempt/1": {**ATTEMPT, "topics": []}}, {"attempt/1": {**ATTEMPT, "topics": {"2": 1}}},
        {"attempt/1": {**ATTEMPT, "topics": {"2": [2, 1]}}},
        {"sure/<b>": {"seen": 1, "right": 1}}, {"sure/guess": {"seen": 1, "right": 2}},
        {"item/x@1": {**RECORD, "seen": -1}}, {"item/x@1": {**RECORD, "right": 3}},
        {"item/x@1": {**RECORD, "due": 1e300}}, {"item/x@1": {**RECORD, "due": 1.5}},
        {"item/x@1": {**RECORD, "due": 10**9}},
        {"attempt/1": {**ATTEMPT, "exam": IMAGE}}, {"attempt/1": {**ATTEMPT, "exam": None}},
        {"attempt/1": {**ATTEMPT, "total": 0}}, {"attempt/1": {**ATTEMPT, "end": "now"}},
        {"guess/<b>": GUESS}, {"guess/a.b": {**GUESS, "chapter": IMAGE}},
        {"guess/a.b": {**GUESS, "direction": 2}}, {"guess/a.b": {**GUESS, "size": "1"}},
        {"guess/a.b": {**GUESS, "direction": 0, "size": 1}}, {"guess/a.b": {"chapter": "free"}},
        {"attempt/<b>": ATTEMPT}, {"exam/topic": {"items": "all"}},
        *({f"exam/{name}": EXAM_STATE} for name in ("topic", "constructor")),
        *({f"{kind}/{name}": value} for name in ("constructor", "toString", "__proto__")
          for kind, value in (("attempt", ATTEMPT), ("item", RECORD), ("visit", {"page": "a"}))),
        *({"guess/a.b": {**GUESS, "chapter": name}} for name in ("constructor", "valueof", "1")),
        {"item/x@1": {**RECORD, "constructor": {}}}, {"constructor": {"prototype": RECORD}},
    )),
]  # fmt: skip


def test_of_two_records_the_one_with_more_answers_stays(tab):
    page = tab.open(PROGRESS)
    newer = {**RECORD, "stability": 30, "seen": 9}
    files = [
        json.dumps({"format": "everystep-progress-1", "entries": {"item/a@1": one, **more}})
        for one, more in ((newer, {}), (RECORD, {"item/b@1": RECORD}))
    ]
    assert [load(page, text) for text in files] == ["Imported: 1 entries."] * 2
    assert kept(page) == {"item/a@1": newer, "item/b@1": RECORD}


def test_an_exam_with_the_name_of_something_that_every_object_has_is_shown_by_its_name(tab):
    page = tab.open(PROGRESS)
    entries = {"attempt/5": {**ATTEMPT, "exam": "constructor"}}
    load(page, json.dumps({"format": "everystep-progress-1", "entries": entries}))
    assert page.locator(".history p").inner_text().endswith(": constructor, 1 of 2 right")


def test_a_hostile_file_is_refused_with_a_message(tab):
    page = tab.open(PROGRESS)
    for content in HOSTILE:
        text = content if isinstance(content, str) else json.dumps(content)
        assert load(page, text).startswith("The file is refused, and nothing was changed"), text
        assert kept(page) == {}
        assert page.locator(".assess img, .assess script").count() == 0
    huge = {f"item/i{i}@1": RECORD for i in range(20_000)}
    text = json.dumps({"format": "everystep-progress-1", "entries": huge})
    assert load(page, text).endswith("over 1 MB.")
    assert kept(page) == {}


def test_a_file_of_the_time_of_boxes_is_imported_and_goes_on(tab):
    page = tab.open(PROGRESS)
    entries = {"item/count@1": BOXED, "card/term-Epoch@1": {**BOXED, "box": 4, "due": 10**5}}
    text = json.dumps({"format": "everystep-progress-1", "entries": entries})
    assert load(page, text) == "Imported: 2 entries."
    assert page.locator(".summary").inner_text() == "Answers so far: 2."
    assert tab.open(DRILL).locator(".due").inner_text().endswith("1 to review, 5 new")
    assert tab.open(TERMS).locator(".due").inner_text() == "0 to review, 2 new."
    assert kept(page)["card/term-Epoch@1"]["due"] == 10**5


# How often each certainty was said and was right: too few, better than said, worse, about as said.
SAID = [
    ({"guess": (9, 2)}, "There is a Brier score from 10 answers on; so far you said of 9 how sure"),
    (
        {"unsure": (10, 5)},
        "Brier score: 0.25 from 10 answers. You expected 50% to be right, and 50%",
    ),
    ({"certain": (12, 4)}, "95% to be right, and 33% were: you are surer than you are right."),
    ({"guess": (8, 7), "unsure": (8, 7)}, "38% to be right, and 88% were: you know more than you"),
    ({"fair": (12, 8)}, "75% to be right, and 67% were: no further apart than by chance."),
]


def test_what_certainty_comes_to_is_a_brier_score_with_a_sentence(tab):
    for said, told in SAID:
        page = tab.open(PROGRESS)
        entries = {f"sure/{name}": {"seen": n, "right": r} for name, (n, r) in said.items()}
        load(page, json.dumps({"format": "everystep-progress-1", "entries": entries}))
        assert told in page.locator(".brier").inner_text()
        for name, (n, r) in said.items():
            row = page.locator(f"[data-step={name}]")
            assert row.locator("td").last.inner_text() == f"{r} of {n}"
        page.evaluate("localStorage.clear()")


def test_no_heading_is_broken_within_a_word_on_a_phone(tab):
    page = tab.open(PROGRESS)
    page.set_viewport_size({"width": 320, "height": 900})
    lines = page.locator(".tallies thead th:last-child, .certainties thead th").evaluate_all(
        """cells => cells.map((cell) => {
          const range = document.createRange();
          range.selectNodeContents(cell);
          const tops = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
          return [cell.textContent, tops.size];
        })"""
    )
    assert lines
    broken = [text for text, count in lines if count > len(text.split())]
    assert not broken
