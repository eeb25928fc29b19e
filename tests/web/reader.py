"""Somebody in front of a browser, and what they do there."""

import json

import pytest

QUIZ, EXAM, DRILL, TERMS, PROGRESS, TRAINER, KNOB, MAP, PLANNER, COMPOSER, CLAIMS, CLINIC = (
    "book/01-steps/concept",
    "book/assess/exam",
    "book/assess/drill",
    "book/assess/terms",
    "book/assess/progress",
    "book/train/trainer",
    "book/explore/knob",
    "book/explore/map",
    "book/explore/planner",
    "book/explore/composer",
    "book/01-steps/claims",
    "book/clinic/log",
)
POOL = "book/assess/pool"
RECORD = {
    "stability": 2.5,
    "difficulty": 5,
    "last": 3,
    "due": 5,
    "seen": 2,
    "right": 1,
    "variant": 0,
}
# The same as it was kept when there were boxes.
BOXED = {"box": 1, "due": 5, "seen": 2, "right": 1}
GUESS = {"chapter": "01-steps", "direction": 1, "size": 0}
ATTEMPT = {"exam": "topic", "end": 5, "right": 1, "total": 2}
TYPES = ["single", "multiple", "ordering", "matching", "numeric"]

KEY_OF = """form => {
  const keys = JSON.parse(form.dataset.keys);
  const shown = key => Object.entries(key.shown ?? {}).every(([name, text]) =>
    [...form.querySelectorAll(`[data-number=${name}]`)].every(e => e.textContent === text));
  return keys.find(shown);
}"""

# Trains without a worker, and returns each recipe's moments.
MOMENTS = """(settings) => {
  const data = everystep.datasets[settings.data ?? "digits"]();
  const groups = everystep.experiment.begin(settings, data);
  const recipes = groups.map(() => []);
  for (const { moments } of everystep.experiment.run(groups, () => 0)) {
    moments?.forEach((moment, r) => moment && recipes[r].push(moment));
  }
  return recipes;
}"""


class Reader:
    """Somebody in front of a browser; what goes wrong on a page is kept in ``problems``."""

    def __init__(self, context, site):
        self.context, self.site, self.problems = context, site, []

    def open(self, name, *, address="", prepare=None):
        page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda m: m.type == "error" and self.problems.append(m.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: self.problems.append(dialog.message))
        page.on(
            "request",
            lambda r: r.url.startswith(("file:", "data:", "blob:")) or self.problems.append(r.url),
        )
        if prepare:
            prepare(page)
        # The first document of a tab comes before the browser knows where the tab is, and might
        # be given a storage that nobody shares; this one reads nothing.
        page.goto((self.site / "_static/quiz/quiz.css").as_uri())
        page.goto((self.site / f"{name}.html").as_uri() + address)
        return page


def form(page, kind):
    return page.locator(f"form[data-type={kind}]").first


def key_of(question):
    """Return what a right answer is in the variant that is shown."""
    return question.evaluate(KEY_OF)


def answer(question, parts):
    """Answer with the mouse, as fast as possible."""
    for control in question.locator("[name=a]:checked").all():
        control.uncheck()
    for i, part in enumerate(parts):
        if question.get_attribute("data-type") in ("single", "multiple"):
            question.locator(f"[name=a][value={part}]").check()
        elif question.get_attribute("data-type") == "numeric":
            question.locator("[name=a]").fill(str(part))
        else:
            question.locator("[name=a]").nth(i).select_option(str(part))


def right_parts(question):
    key = key_of(question)["key"]
    return key if isinstance(key, list) else [key]


def wrong_parts(question):
    if question.get_attribute("data-type") == "numeric":
        return ["-1"]
    key = key_of(question)["key"]
    if question.get_attribute("data-type") in ("ordering", "matching"):
        return key[::-1]
    others = [v for v in "ABCDE" if v not in key]
    return others[: len(key)]


def check(question):
    question.locator(".check button").click()


def outcome(question):
    return question.get_by_role("status").inner_text()


def kept(page):
    """Return what the browser keeps, by key."""
    entries = page.evaluate("Object.entries(localStorage)")
    return {
        key.removeprefix("everystep/"): json.loads(text)
        for key, text in entries
        if key.startswith("everystep/")
    }


def notice(page):
    return page.locator(".notice").inner_text()


def tab_to(page, selector):
    """Press Tab until what has the focus matches; every stop on the way must be visible."""
    for _ in range(120):
        page.keyboard.press("Tab")
        assert page.evaluate("""() => {
          const focused = document.activeElement;
          const drawn = e => getComputedStyle(e).outlineStyle !== "none"
            || getComputedStyle(e).boxShadow !== "none";
          const row = focused.closest(".choice") ?? focused;
          return !focused.closest(".assess") || drawn(focused) || drawn(row);
        }"""), "the focus cannot be seen"
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    pytest.fail(f"Tab does not lead to {selector}")


def type_answer(page, id, kind, parts):
    """Answer a question without a mouse, from its first control on."""
    tab_to(page, f"#{id} [name=a]")
    if kind == "single":
        page.keyboard.press("Space")
        for _ in range("ABCD".index(parts[0])):
            page.keyboard.press("ArrowDown")
    elif kind == "multiple":
        for letter in "ABCDE":
            if letter in parts:
                page.keyboard.press("Space")
            if letter < "E":
                page.keyboard.press("Tab")
    elif kind == "numeric":
        page.keyboard.type(str(parts[0]))
    else:
        for i, part in enumerate(parts):
            if i:
                page.keyboard.press("Tab")
            page.keyboard.type(part)


def answer_all(page):
    for i, question in enumerate(page.locator("form.question").all()):
        answer(question, right_parts(question) if i % 2 else wrong_parts(question))
        check(question)


def start(page):
    page.get_by_role("button", name="Start").click()
    current(page).wait_for()


def finish(page):
    button = page.locator("[data-do=score]")
    button.click()
    assert "without an answer" in notice(page)
    button.click()


def current(page):
    return page.locator("form.question:visible")


def number(page):
    return int(current(page).locator("legend .n").inner_text())


def go_on(page):
    page.get_by_role("button", name="Next", exact=True).click()


def cell(page, i):
    return page.locator(".overview button").nth(i - 1)


def timer(page):
    hours, minutes, seconds = page.get_by_role("timer").inner_text().split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def load(page, text):
    """Import a file, and return what the page says when it is done."""
    page.evaluate("document.querySelector('.notice').textContent = ''")
    file = {"name": "p.json", "mimeType": "application/json", "buffer": text.encode()}
    page.set_input_files("input[type=file]", file)
    page.wait_for_function("document.querySelector('.notice').textContent !== ''")
    return notice(page)


def assert_paper(page, questions):
    """Assert that a page prints questions first and then, open, the key to each."""
    page.emulate_media(media="print")
    tops = page.evaluate("""() => ["fieldset", ".key-title", ".answer", ".reasons"].map(s =>
      [...document.querySelectorAll(`.assess ${s}`)].filter(e => e.checkVisibility(
        {contentVisibilityAuto: true})).map(e => e.getBoundingClientRect().top))""")
    fieldsets, [key], answers, reasons = tops
    assert len(fieldsets) == len(answers) == len(reasons) == questions
    assert max(fieldsets) < key < min(answers)
    assert answers == sorted(answers) or page.locator("[data-drawn]").count()
    assert page.locator(".assess button:visible, .outcome:visible, .panel:visible").count() == 0
    heights = page.locator(".reasons").evaluate_all("all => all.map(e => e.offsetHeight)")
    assert len([height for height in heights if height > 40]) >= questions
