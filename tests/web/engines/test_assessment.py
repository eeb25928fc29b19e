"""Quizzes, exams, the drill, cards and progress in Chromium, Firefox and WebKit."""

import json

import pytest
from selenium.webdriver.common.keys import Keys

from tests.quiz_site import EXAM_SIZE
from tests.web.reader import ATTEMPT, DRILL, EXAM, PROGRESS, QUIZ, TERMS, TYPES


@pytest.mark.parametrize("kind", TYPES)
def test_questions_are_graded(guest, kind):
    guest.open(QUIZ)
    question = guest.find(f"form[data-type={kind}]")
    guest.answer(question, guest.key(question))
    guest.check(question)
    assert guest.outcome(question) == "✓ Right."
    assert guest.focused.text == "Try again"


def test_enter_in_a_number_field_checks_and_leads_on(guest):
    guest.open(QUIZ)
    question = guest.find("form[data-type=numeric]")
    guest.answer(question, [*guest.key(question)])
    guest.focused.send_keys(Keys.ENTER)
    assert guest.outcome(question) == "✓ Right."
    assert guest.focused.text == "Try again"


def test_an_exam_outlives_a_reload_and_is_scored(guest):
    guest.open(EXAM)
    guest.click("[data-do=start]")
    guest.wait("document.querySelector('form.question:not([hidden])')")
    [question] = guest.shown("form.question")
    guest.answer(question, guest.key(question))
    guest.driver.refresh()
    guest.wait("document.querySelector('.overview button').ariaLabel === 'Question 1 answered'")
    guest.click("[data-do=score]")
    guest.click("[data-do=score]")
    assert guest.text(".total") == f"1 of {EXAM_SIZE} right"
    guest.open(PROGRESS)
    assert f"1 of {EXAM_SIZE}" in guest.text(".history")


def test_the_drill_goes_from_one_question_to_the_next(visitor):
    visitor.open(DRILL)
    for place in (1, 2):
        visitor.wait(f"document.querySelector('.due').textContent.startsWith('{place} of ')")
        [question] = visitor.shown("form.question")
        visitor.answer(question, visitor.key(question))
        visitor.check(question)
        assert visitor.outcome(question) == "✓ Right."
        visitor.check(question)  # now named "Next question"


def test_a_card_shows_its_definition_when_asked(guest):
    guest.open(TERMS)
    guest.click(".panel button")
    [term] = guest.shown("dl.glossary dt")
    assert guest.shown("dl.glossary dd") == []
    guest.click("[data-do=reveal]")
    assert len(guest.shown("dl.glossary dd")) == 1
    assert guest.shown("dl.glossary dt") == [term]


def test_progress_comes_from_a_file_and_a_hostile_one_is_refused(guest, tmp_path):
    entries = {"attempt/5": ATTEMPT}
    hostile = entries | {"exam/constructor": {"items": []}}
    guest.open(PROGRESS)
    for name, content, said in (
        ("hostile", hostile, "The file is refused, and nothing was changed: damaged at exam/"),
        ("own", entries, "Imported: 1 entries."),
    ):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps({"format": "everystep-progress-1", "entries": content}))
        guest.find("input[type=file]").send_keys(str(path))
        guest.wait("document.querySelector('.notice').textContent")
        assert guest.text(".notice").startswith(said)
        guest.run("document.querySelector('.notice').textContent = '';")
    assert "1 of 2" in guest.text(".history")
