"""A browser that keeps nothing, or garbage."""

import json

from everystep.bank.fields import LARGEST_VERSION, LONGEST_EXAM, LONGEST_ID
from tests.quiz_site import EXAM_SIZE
from tests.web.reader import (
    ATTEMPT,
    DRILL,
    EXAM,
    PROGRESS,
    QUIZ,
    RECORD,
    TERMS,
    Reader,
    answer,
    answer_all,
    current,
    finish,
    go_on,
    load,
    notice,
    number,
    right_parts,
    start,
)
from tests.web.shared.test_storage import BLOCKED


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
    assert page.locator(".due").inner_text().startswith("Nothing to review until ")
    page = one.open(PROGRESS)
    entries = {"item/count@1": RECORD, "attempt/5": ATTEMPT}
    load(page, json.dumps({"format": "everystep-progress-1", "entries": entries}))
    page.locator(".history", has_text="1 of 2 right").wait_for()
    assert one.open(DRILL).locator(".due").inner_text() == "1 of 5: 0 to review, 5 new"
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


def test_the_longest_names_that_the_bank_allows_can_be_kept_and_no_longer_ones(tab):
    page = tab.open(PROGRESS)
    mistake = {"item": "x@1", "answer": "", "last": 5, "seen": 1}
    state = {"id": 1, "seed": 1, "items": [], "flags": [], "answers": {}}
    keys = [
        (f"item/{'a' * LONGEST_ID}@1", RECORD),
        (f"card/{'a' * LONGEST_ID}@1", RECORD),
        (f"item/a@{LARGEST_VERSION}", RECORD),
        (f"mistake/{'a' * LONGEST_ID}", mistake),
        (f"exam/{'a' * LONGEST_EXAM}", state),
        ("attempt/1", {**ATTEMPT, "exam": "a" * LONGEST_EXAM}),
    ]
    longer = [
        (f"item/{'a' * (LONGEST_ID + 1)}@1", RECORD),
        (f"card/{'a' * (LONGEST_ID + 1)}@1", RECORD),
        (f"item/a@{LARGEST_VERSION + 1}", RECORD),
        (f"mistake/{'a' * (LONGEST_ID + 1)}", mistake),
        (f"exam/{'a' * (LONGEST_EXAM + 1)}", state),
        ("attempt/1", {**ATTEMPT, "exam": "a" * (LONGEST_EXAM + 1)}),
    ]
    script = "entries => entries.map(([key, value]) => everystep.memory.isValid(key, value))"
    assert page.evaluate(script, [*keys, *longer]) == [True] * len(keys) + [False] * len(longer)
