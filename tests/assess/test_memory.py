"""Drill, flashcards and progress; and a browser that keeps nothing, or garbage."""

import json

from tests.assess.reader import (
    DRILL,
    EXAM,
    PROGRESS,
    QUIZ,
    TERMS,
    Reader,
    answer,
    answer_all,
    check,
    current,
    finish,
    form,
    go_on,
    kept,
    notice,
    number,
    right_parts,
    start,
    tab_to,
    wrong_parts,
)
from tests.quiz_site import EXAM_SIZE

BLOCKED = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("blocked", "SecurityError"); },
});"""


def test_what_was_missed_comes_to_the_drill_and_moves_up(tab):
    page = tab.open(DRILL)
    assert page.locator(".due").inner_text() == "Nothing to repeat."
    assert current(page).count() == 0
    quiz = tab.open(QUIZ)
    for kind in ("single", "ordering"):
        answer(form(quiz, kind), wrong_parts(form(quiz, kind)))
        check(form(quiz, kind))
    page = tab.open(DRILL)
    assert page.locator(".due").inner_text() == "Due today: 2."
    assert page.locator(".boxes dd").all_inner_texts() == ["2", "0", "0", "0", "0"]
    first = current(page).get_attribute("id")
    answer(current(page), wrong_parts(current(page)))
    check(current(page))
    check(current(page))  # now named "Next question"
    assert current(page).get_attribute("id") != first
    for _ in range(2):
        answer(current(page), right_parts(current(page)))
        check(current(page))
        check(current(page))
    assert page.locator(".boxes dd").all_inner_texts() == ["0", "2", "0", "0", "0"]
    assert page.locator(".due").inner_text().startswith("Next on 20")
    assert page.evaluate("document.activeElement.className") == "due"


def test_a_question_of_a_case_comes_with_its_scenario(tab):
    quiz = tab.open(QUIZ)
    question = quiz.locator("#q-slow-job-single")
    answer(question, wrong_parts(question))
    check(question)
    page = tab.open(DRILL)
    assert page.locator(".scenario:visible").count() == 1
    assert current(page).get_attribute("id") == "q-slow-job-single"


def test_flashcards(tab):
    page = tab.open(TERMS)
    assert page.locator("dt:visible").count() == 3
    tab_to(page, "[data-do=begin]")
    page.keyboard.press("Enter")
    assert page.locator("dt:visible").all_inner_texts() == ["Epoch"]
    assert page.locator("dd:visible").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Show the definition"
    page.keyboard.press("Enter")
    assert page.locator("dd:visible").all_inner_texts() == ["One pass over the data."]
    assert page.evaluate("document.activeElement.textContent") == "I knew it"
    page.get_by_role("button", name="I did not").click()
    for _ in range(3):
        page.get_by_role("button", name="Show the definition").click()
        page.get_by_role("button", name="I knew it").click()
    assert page.locator("dt:visible").count() == 3
    assert page.locator(".due").inner_text() == "Due today: 0 of 3 cards."
    boxes = {k: v["box"] for k, v in kept(page).items()}
    assert boxes == {f"card/{id}@1": 2 for id in ("term-Epoch", "term-L2-penalty", "term-Step")}


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


def load(page, text):
    """Import a file, and return what the page says when it is done."""
    page.evaluate("document.querySelector('.notice').textContent = ''")
    file = {"name": "p.json", "mimeType": "application/json", "buffer": text.encode()}
    page.set_input_files("input[type=file]", file)
    page.wait_for_function("document.querySelector('.notice').textContent !== ''")
    return notice(page)


def test_progress_is_shown_exported_deleted_and_imported(tab):
    exam_and_quiz(tab)
    page = tab.open(PROGRESS)
    assert page.locator(".summary").inner_text() == f"Answers so far: {7 + EXAM_SIZE}."
    rows = page.locator(".tallies tbody tr").all_inner_texts()
    assert rows == ["2.2 Train and refine models\t3 of 15", "Count updates\t3 of 15 weak"]
    assert "Topic exam\t0 of 8" in page.locator(".history").inner_text()
    before = {k: v for k, v in kept(page).items() if not k.startswith("exam/")}
    text = export(page)
    page.get_by_role("button", name="Delete everything").click()
    assert kept(page) != {}
    page.get_by_role("button", name="Delete everything: sure?").click()
    assert kept(page) == {}
    assert page.locator(".summary").inner_text() == "Answers so far: 0."
    assert load(page, text) == f"Imported: {len(before)} entries."
    assert kept(page) == before
    assert page.locator(".tallies tbody tr").all_inner_texts() == rows


RECORD = {"box": 1, "due": 5, "seen": 2, "right": 1}
ATTEMPT = {"exam": "topic", "end": 5, "right": 1, "total": 2}
IMAGE = "<img src=x onerror=alert(1)>"
HOSTILE = [
    "", "not json", "null", "[]", "3", '"text"', "[" * 50_000, '{"format": "everystep-progress-1"}',
    {}, {"entries": {}}, {"format": "other", "entries": {}},
    {"format": "everystep-progress-1", "entries": []},
    *({"format": "everystep-progress-1", "entries": {"item/a@1": RECORD, **bad}} for bad in (
        {"item/x": RECORD}, {f"item/{IMAGE}@1": RECORD}, {f"{IMAGE}/x@1": RECORD}, {"x": RECORD},
        {"constructor/x@1": RECORD}, {"__proto__": RECORD}, {"item/x@1/more": RECORD},
        {"item/x@1": None}, {"item/x@1": []}, {"item/x@1": 3}, {"item/x@1": {}},
        {"item/x@1": {**RECORD, "box": "1"}}, {"item/x@1": {**RECORD, "box": 9}},
        {"item/x@1": {**RECORD, "seen": -1}}, {"item/x@1": {**RECORD, "right": 3}},
        {"item/x@1": {**RECORD, "due": 1e300}}, {"item/x@1": {**RECORD, "due": 1.5}},
        {"item/x@1": {**RECORD, "due": 10**9}},
        {"attempt/1": {**ATTEMPT, "exam": IMAGE}}, {"attempt/1": {**ATTEMPT, "exam": None}},
        {"attempt/1": {**ATTEMPT, "total": 0}}, {"attempt/1": {**ATTEMPT, "end": "now"}},
        {"attempt/<b>": ATTEMPT}, {"exam/topic": {"items": "all"}},
    )),
]  # fmt: skip


def test_of_two_records_the_one_with_more_answers_stays(tab):
    page = tab.open(PROGRESS)
    newer = {**RECORD, "box": 3, "seen": 9}
    files = [
        json.dumps({"format": "everystep-progress-1", "entries": {"item/a@1": one, **more}})
        for one, more in ((newer, {}), (RECORD, {"item/b@1": RECORD}))
    ]
    assert [load(page, text) for text in files] == ["Imported: 1 entries."] * 2
    assert kept(page) == {"item/a@1": newer, "item/b@1": RECORD}


def test_a_button_that_never_had_the_focus_warns_each_time(tab):
    """So it is in Safari, where a click gives a button no focus."""
    page = tab.open(PROGRESS)
    text = json.dumps({"format": "everystep-progress-1", "entries": {"item/a@1": RECORD}})
    button = page.locator("[data-do=forget]")
    for _ in range(2):
        load(page, text)
        button.evaluate("button => button.click()")
        assert len(kept(page)) == 1
        button.evaluate("button => button.click()")
        assert kept(page) == {}


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


def test_with_storage_blocked_everything_works_and_says_so(quiz_site, browser):
    context = browser.new_context(offline=True)
    context.add_init_script(BLOCKED)
    one = Reader(context, quiz_site)
    page = one.open(EXAM)
    assert "Storage is blocked or full" in notice(page)
    start(page)
    answer(current(page), right_parts(current(page)))
    go_on(page)
    button = page.locator("[data-do=score]")
    button.click()
    button.click()
    assert page.locator(".total").inner_text() == f"1 of {EXAM_SIZE} right"
    page = one.open(QUIZ)
    answer_all(page)
    assert "Storage is blocked or full" in notice(page)
    page = one.open(TERMS)
    page.get_by_role("button", name="Practice").click()
    for _ in range(3):
        page.get_by_role("button", name="Show the definition").click()
        page.get_by_role("button", name="I knew it").click()
    assert page.locator(".due").inner_text() == "Due today: 0 of 3 cards."
    page = one.open(PROGRESS)
    entries = {"item/count@1": RECORD, "attempt/5": ATTEMPT}
    load(page, json.dumps({"format": "everystep-progress-1", "entries": entries}))
    page.locator(".history", has_text="1 of 2").wait_for()
    assert one.open(DRILL).locator(".due").inner_text() == "Nothing to repeat."
    context.close()


def test_with_storage_full_answers_last_while_the_page_is_open(tab):
    page = tab.open(EXAM)
    page.evaluate("""() => {
      for (let size = 2 ** 22; size >= 1; size /= 2) {
        try { for (let i = 0; ; i += 1) localStorage[`${size} ${i}`] = "x".repeat(size); } catch {}
      }
    }""")
    start(page)
    assert "Storage is blocked or full" in notice(page)
    answer(current(page), right_parts(current(page)))
    go_on(page)
    finish(page)
    assert page.locator(".total").inner_text() == f"1 of {EXAM_SIZE} right"


NO_EXAM = {"id": 1, "seed": 1, "items": [], "flags": [], "answers": {}}
GARBAGE = ["{", "null", "[]", '"x"', '{"items": 5}', '{"box": "<b>"}']


def test_damaged_entries_are_left_aside(tab):
    pages = {
        "exam/topic": tab.open(EXAM),
        "item/count@1": tab.open(DRILL),
        "card/term-Epoch@1": tab.open(TERMS),
        "attempt/5": tab.open(PROGRESS),
    }
    for i, (key, page) in enumerate(pages.items()):
        for garbage in GARBAGE[i % 2 :: 2]:
            page.evaluate("([key, text]) => { localStorage[key] = text; }",
                          [f"everystep/{key}", garbage])  # fmt: skip
            page.reload()
            assert notice(page) == "Some of what was kept here is damaged, and is left aside."
    assert pages["attempt/5"].locator(".summary").inner_text() == "Answers so far: 0."
    start(pages["exam/topic"])
    assert number(pages["exam/topic"]) == 1


def test_an_exam_drawn_from_questions_that_are_gone_is_given_up(tab):
    page = tab.open(EXAM)
    page.evaluate("text => { localStorage['everystep/exam/topic'] = text; }", json.dumps(NO_EXAM))
    page.reload()
    assert "The questions have changed" in notice(page)
    start(page)
    page.evaluate("""() => {
      const key = "everystep/exam/topic";
      localStorage[key] = localStorage[key].replaceAll("@1", "@9");
    }""")
    page.reload()
    assert "The questions have changed" in notice(page)
    start(page)
    assert number(page) == 1
